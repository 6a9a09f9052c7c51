"""What a terminal must do, checked as a black box: one row a check."""
