"""`feed run`, `feed list`, `feed test`."""
