"""What happens while something is done, told behind it: it is prepared before, as it is in the world.

``When the customer pays 45`` / ``And the power goes off before the answer arrives``: a sale is over when its
step is, so whoever tells in the next breath what came between must be heard first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hil.gherkin.clauses import Clause
from hil.gherkin.steps import (
    acquirer_steps,
    bank_steps,
    fault_steps,
    line_steps,
    merchant_steps,
    selling_steps,
    settlement_steps,
    terminal_steps,
    time_steps,
)

ACTS = frozenset({
    selling_steps.sells, selling_steps.takes_qr, selling_steps.pays_by_wallet, selling_steps.sells_once_more,
    selling_steps.voids, selling_steps.refunds, selling_steps.preauthorises, selling_steps.completes,
})
CIRCUMSTANCES = frozenset({
    fault_steps.next_reply_lost, acquirer_steps.dies_after_posting, acquirer_steps.dies_before_posting,
    acquirer_steps.wrong_mac, terminal_steps.power_will_go, terminal_steps.power_goes, terminal_steps.power_goes_at_print,
    merchant_steps.wallet_pending, line_steps.line_drops, line_steps.line_gone,
})
_TERMS = frozenset({acquirer_steps.pool_holds, acquirer_steps.pool_is_empty, acquirer_steps.settings, settlement_steps.captures, settlement_steps.forces})
_FAULTS = frozenset(each.__name__ for each in (fault_steps, acquirer_steps, line_steps, bank_steps))


def in_order(clauses: Iterable[Clause]) -> list[Clause]:
    """The clauses of a step with each circumstance before the act that it belongs to."""
    ordered: list[Clause] = []
    for clause in clauses:
        at = len(ordered)
        while clause.sentence.does in CIRCUMSTANCES and at and ordered[at - 1].sentence.does in ACTS:
            at -= 1
        ordered.insert(at, clause)
    return ordered


def _waits(clauses: tuple[Clause, ...]) -> bool:
    """Whether a situation holds with whoever is named behind it: a fault, or a sign-on, as terminals have from the first."""
    signs = {terminal_steps.signs_on, selling_steps.clerk_signs_on}
    return all(each.sentence.does in signs or each.sentence.does.__module__ in _FAULTS or _builds(each) for each in clauses)


def _tells_time(clauses: tuple[Clause, ...]) -> bool:
    return all(each.sentence.does.__module__ == time_steps.__name__ for each in clauses)


def _builds(clause: Clause) -> bool:
    """Whether a clause says who is there, which can be said only before anything happens."""
    return clause.sentence.does.__module__ == merchant_steps.__name__ or clause.sentence.does in _TERMS


def early(steps: list[Any], clauses_of: Any) -> dict[int, int]:
    """Which step is played with which step before it, by their places: a circumstance with its act."""
    found: dict[int, int] = {}
    for place in range(1, len(steps)):
        mine, before = clauses_of(steps[place]), clauses_of(steps[place - 1])
        if steps[place].step_type == "given" and mine and all(_builds(each) for each in mine):
            acting = [each for each in range(place) if not all(map(_builds, said := clauses_of(steps[each]))) and not _tells_time(said)]
            if acting and all(steps[each].step_type == "given" and _waits(clauses_of(steps[each])) for each in acting):
                found[place] = acting[0]
            continue
        is_circumstance = bool(mine) and all(each.sentence.does in CIRCUMSTANCES for each in mine)
        if not is_circumstance or steps[place].step_type != "when":
            continue
        if before and before[-1].sentence.does in ACTS:
            found[place] = place - 1
        elif place - 1 in found:
            found[place] = found[place - 1]
    return found
