"""Whom one reaches at a bank to stop a payment."""

import pytest

from tocsin.ledger.database import Database
from tocsin.members.banks import set_banks
from tocsin.members.duty import duty_contact, on_duty, set_duty_contact
from tocsin.members.members import add_member, suspend_member

BANK = ("SG", "DBSSSGSG")


def test_a_contact_is_found_by_the_banks_codes_and_only_while_it_is_let_in(database: Database) -> None:
    with database.writing() as connection:
        key = add_member(connection, "bank-a", "Bank A", "bank", "SG", 1).key
        set_banks(connection, key, [BANK, ("SG", "7171")])
        assert on_duty(connection, [BANK]) == []
        set_duty_contact(connection, key, " +44 7700\n900123 ", "boss", 5)
        assert [(one.name, one.contact, one.set_ms) for one in on_duty(connection, [BANK, ("SG", "7171")])] == [
            ("Bank A", "+44 7700 900123", 5)
        ]
        assert on_duty(connection, [("SG", "OCBCSGSG")]) == on_duty(connection, []) == []
        suspend_member(connection, key, 6)
        assert on_duty(connection, [BANK]) == []
        set_duty_contact(connection, key, None, "boss", 7)
        assert duty_contact(connection, key) is None


def test_a_contact_is_words_that_fit_a_line(database: Database) -> None:
    with database.writing() as connection:
        key = add_member(connection, "bank-a", "Bank A", "bank", "SG", 1).key
        with pytest.raises(ValueError, match="Say whom one reaches"):
            set_duty_contact(connection, key, "  ", "boss", 5)
        with pytest.raises(ValueError, match="more than 300 characters"):
            set_duty_contact(connection, key, "x" * 301, "boss", 5)
