"""Which form an index has: an index of another form is not asked, but built anew from the ledger."""

import hashlib

from tocsin.search.fields import COUNTED, NUMBERS, TEXTS, TOKENS

TERMS = 1
"""Raised whenever documents get other terms than before, which a test notices."""

FORM = hashlib.blake2s(repr((TERMS, COUNTED, TOKENS, TEXTS, NUMBERS)).encode(), digest_size=5).hexdigest()
"""The form of an index that this version writes and asks: it stands in the index's name."""
