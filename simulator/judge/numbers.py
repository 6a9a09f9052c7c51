"""How many invariants there are: for whoever names one and need not load them all."""

LAST_RULE = 36  # a test holds it against the rules that there are
