"""A clock for a world that follows the wall clock."""
