"""Connectors: open lists come in by recipes, collections go out as files."""
