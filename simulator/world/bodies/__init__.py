"""What carries the machines inside the world: effects done in order, journals kept."""
