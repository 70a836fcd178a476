"""The file of secret keys."""

from pathlib import Path

import pytest

from tocsin.keys import load_keys


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "keys"
    keys = load_keys(path)
    assert load_keys(path) == keys
    assert path.stat().st_mode & 0o777 == 0o600
    assert len({keys.sessions, keys.tombstones, keys.signing, keys.pseudonyms, keys.numbers}) == 5
    assert keys.sessions.hex() not in repr(keys)


def test_the_key_of_an_older_version_goes_on_signing_sessions(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("ab" * 32 + "\n")
    keys = load_keys(path)
    assert keys.sessions == bytes.fromhex("ab" * 32)
    assert load_keys(path) == keys


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("sessions no-key\n")
    with pytest.raises(ValueError, match=r"Line 1 of .*keys is no key"):
        load_keys(path)
