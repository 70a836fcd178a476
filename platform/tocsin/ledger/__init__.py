"""The append-only, ordered store of every published object version: the one record of what was shared with whom."""
