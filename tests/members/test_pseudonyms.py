"""What a member is called by others: the same for one of them, another for each other one."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tocsin.members.pseudonyms import ASKER, pseudonym

KEY = b"k" * 32
keys = st.integers(1, 10_000)


@given(recipient=keys, voice=keys)
def test_it_is_stable_and_can_be_read_out(recipient: int, voice: int) -> None:
    name = pseudonym(KEY, recipient, voice)
    assert name == pseudonym(KEY, recipient, voice)
    assert re.fullmatch(r"Source [2-9B-DF-HJ-NP-TV-Z]{3}-[2-9B-DF-HJ-NP-TV-Z]{3}", name)


def test_recipients_voices_and_askers_cannot_be_joined() -> None:
    names = [pseudonym(KEY, recipient, voice) for recipient in range(60) for voice in range(60)]
    codes = {name.partition(" ")[2] for name in names}
    assert len(codes) == len(names)
    assert not codes & {pseudonym(KEY, 1, voice, ASKER).partition(" ")[2] for voice in range(60)}


def test_another_exchange_has_other_names() -> None:
    assert pseudonym(KEY, 1, 2) != pseudonym(b"x" * 32, 1, 2)
