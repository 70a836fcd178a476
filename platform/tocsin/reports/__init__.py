"""What was handed in and by whom: reports, their bytes, the assertions in them and what was decided about each."""
