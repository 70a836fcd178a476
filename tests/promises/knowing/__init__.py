"""Who may know what: random exchanges, what happens in them, and an independent reference that says who may know."""
