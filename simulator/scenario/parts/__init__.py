"""The parts of a scenario, field by field, as people write them; runs nothing."""
