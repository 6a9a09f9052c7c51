"""The rules of the invariants, a module each, and what they all read."""
