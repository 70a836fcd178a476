"""Assertions become object versions in their collections, in one transaction: the only writer of the ledger."""
