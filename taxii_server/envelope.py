"""Envelopes and bundles, as far as the server looks into them: which objects, in which versions."""

import json
from typing import Any

import msgspec

from tocsin.intake.slicing import BadJson, TooDeep, Twice, enveloped


class BadEnvelope(ValueError):
    """A body that is no envelope or bundle with at least one object. The message is for the client."""


class _Object(msgspec.Struct):
    """What may be in any form, since it is for screening to judge an object."""

    id: Any = None
    modified: Any = None
    created: Any = None


_objects = msgspec.json.Decoder(_Object)
_UNNAMED = "unknown"


def objects_in(body: bytes, most: int | None = None) -> list[str]:
    """The text of each object (TAXII 2.1 section 3.7; a bundle has the same list); at least one, or BadEnvelope.

    `tocsin.intake.slicing.TooMany` when there are more than `most`: no more than that are looked at.
    """
    try:
        objects, _ = enveloped(body.decode(), most)
    except Twice as twice:
        raise BadEnvelope(f"The envelope has {twice} twice.") from twice
    except (BadJson, TooDeep, UnicodeError) as error:
        raise BadEnvelope("The body is not valid JSON with an envelope or a bundle in it.") from error
    if objects is None:
        raise BadEnvelope("The body has to be an envelope or a bundle: with a list of 'objects'.")
    if not objects:
        raise BadEnvelope("The list 'objects' is empty.")
    return objects


def named(text: str) -> tuple[str, str | None]:
    """An object's id and version: its `modified` or `created`, None where it has neither."""
    content = _read(text)
    stamps = [stamp for stamp in (content.modified, content.created) if _is_text(stamp)]
    return content.id if _is_text(content.id) else _UNNAMED, stamps[0] if stamps else None


def _read(text: str) -> _Object:
    try:
        return _objects.decode(text)
    except msgspec.ValidationError:
        return _Object()
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        # reads what is odd as well, such as half a character in some other property
        content = json.loads(text)
    except (ValueError, RecursionError):
        return _Object()
    return _Object(*map(content.get, _Object.__struct_fields__)) if isinstance(content, dict) else _Object()


def _is_text(value: Any) -> bool:
    """Whether this is a text, and one that can be sent: half a character cannot."""
    return isinstance(value, str) and (value.isascii() or value == value.encode(errors="ignore").decode())
