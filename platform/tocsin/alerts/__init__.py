"""Saved searches, and telling people of what is new: on the pages, by mail, by webhook."""
