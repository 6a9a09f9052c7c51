"""What stands on a bench, as a person writes it: a file, checked whole."""
