"""Envelopes and bundles, as far as the server looks into them: which objects, in which versions."""

from typing import Any

import msgspec


class BadEnvelope(ValueError):
    """A body that is no envelope or bundle with at least one object. The message is for the client."""


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw]


class _Object(msgspec.Struct):
    """What may be in any form, since it is for screening to judge an object."""

    id: Any = None
    modified: Any = None
    created: Any = None


_envelopes = msgspec.json.Decoder(_Envelope)
_objects = msgspec.json.Decoder(_Object)
_UNNAMED = "unknown"


def objects_in(body: bytes) -> list[msgspec.Raw]:
    """The bytes of each object (TAXII 2.1 section 3.7; a bundle has the same list); at least one, or BadEnvelope."""
    try:
        body.decode()
        objects = _envelopes.decode(body).objects
    except msgspec.ValidationError as error:
        raise BadEnvelope("The body has to be an envelope or a bundle: with a list of 'objects'.") from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadEnvelope("The body is not valid JSON.") from error
    if not objects:
        raise BadEnvelope("The list 'objects' is empty.")
    return objects


def named(raw: msgspec.Raw) -> tuple[str, str | None]:
    """An object's id and version: its `modified` or `created`, None where it has neither."""
    try:
        content = _objects.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        content = _Object()
    stamps = [stamp for stamp in (content.modified, content.created) if isinstance(stamp, str)]
    return content.id if isinstance(content.id, str) else _UNNAMED, stamps[0] if stamps else None
