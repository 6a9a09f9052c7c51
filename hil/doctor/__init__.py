"""A bench looked at before a run."""
