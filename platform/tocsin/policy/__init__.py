"""Who may see what, and why: pure, and decided before the first write."""
