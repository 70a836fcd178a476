"""Followers of the ledger: what is made here can be deleted and rebuilt."""
