"""What a bench does, shown in a minute each."""
