"""Small sums without PIN and signature (小额免密免签): which sales these are.

A contactless sale up to a limit, the limit included.  The published limit and its dates are in
docs/money.md; a terminal that was not brought up to date has a lower one.
"""

from __future__ import annotations

from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.kinds import Kind

CONTACTLESS = "contactless"


def is_small(profile: TerminalProfile, asked: Operated | None) -> bool:
    """Whether what is asked for needs neither PIN nor signature."""
    return (
        asked is not None and asked.kind is Kind.SALE and asked.card is not None
        and asked.card.entry == CONTACTLESS and asked.amount_fen <= profile.no_pin_limit_fen
    )
