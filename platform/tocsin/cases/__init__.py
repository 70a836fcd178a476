"""Cases: what an investigator collects, with notes, tasks, files and searches; shared by reference, never by value."""
