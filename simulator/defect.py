"""A machine built wrong on purpose: what is wrong, and which invariant must notice.

Each package that has machines keeps its own table ``DEFECTS``; ``simulator.world.defects`` joins
them for ``--defect NAME``.  A defect is a subclass, so the right machine holds no trace of it.
"""

from __future__ import annotations

import msgspec


class Defect(msgspec.Struct, frozen=True):
    """One known defect.  ``built`` stands in for the class that it derives from."""

    name: str  # "terminal.no_reversal"
    what: str  # one sentence for people
    caught_by: tuple[int, ...]  # numbers of the invariants that must be violated
    built: type
    seen_in: str = ""  # where such a defect was really seen, if it was
    shown_by: str = ""  # the scenario that shows it, by its name below fixtures/scenarios
    beside: tuple[str, ...] = ()  # defects without which its case does not come up
