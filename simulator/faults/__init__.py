"""The catalogue of failure modes, when they strike, and the atoms by which they are replayed."""
