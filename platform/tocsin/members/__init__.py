"""Organisations of the exchange, their people and machines, and what each may do."""
