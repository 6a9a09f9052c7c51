"""Attacks on a live host, each with what it must stand, and hosts built wrong that each would find."""
