"""A terminal on a bench, driven by hand."""
