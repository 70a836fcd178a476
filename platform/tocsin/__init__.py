"""Tocsin: report a scam once, and everyone entitled to know has it minutes later."""

__version__ = "0.1.0"
