"""What stands out in what people did: sales put right, sales made twice, sales in a maintenance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.hints import Hint
from simulator.local_time import MINUTE_MS
from simulator.trace.records import Concluded, MaintenanceAnnounced, SaleMeant, Sent, key_of

SOON_MS = 10 * MINUTE_MS


def people_hints(evidence: Evidence) -> Iterator[Hint]:
    """All of them."""
    yield from _in_maintenance(evidence)
    yield from _put_right(evidence)


def _in_maintenance(evidence: Evidence) -> Iterator[Hint]:
    windows = evidence.of(MaintenanceAnnounced)
    for told in windows:
        yield Hint("announced", told.from_ms, who=told.actor,
                   code=told.actor.partition(".")[0], records=(told,))
    for meant in evidence.of(SaleMeant):
        window = next((each for each in windows if each.from_ms <= meant.at_ms < each.until_ms), None)
        if window is not None:
            yield Hint("sold_in_maintenance", meant.at_ms, who=meant.actor, sale=meant.sale,
                       records=(window, meant))


def _put_right(evidence: Evidence) -> Iterator[Hint]:
    """A sale that was voided soon, beside another one of the same card at the same terminal."""
    approved = {
        key_of(each.actor.partition(".")[2], each.batch, each.stan): each
        for each in evidence.of(Concluded) if each.result == "approved"
    }
    sales: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    of_key: dict[str, Sent] = {}
    for each in evidence.of(Sent):
        key = key_of(each.tid, each.batch, each.stan)
        if each.actor != HOST and each.what == "sale" and key in approved:
            sales[each.tid, each.card].append(each)
            of_key[key] = each
    for each in evidence.of(Sent):
        sold = of_key.get(each.original) if each.actor != HOST and each.what == "void" else None
        if sold is None or key_of(each.tid, each.batch, each.stan) not in approved:
            continue
        if not 0 <= each.at_ms - sold.at_ms < 3 * SOON_MS:  # another of this name, or a change of mind
            continue
        beside = next((other for other in sales[sold.tid, sold.card] if other is not sold
                       and abs(other.at_ms - each.at_ms) < SOON_MS), None)
        if beside is None:
            continue
        if beside.amount_fen == sold.amount_fen:
            name = "sold_twice" if beside.at_ms < each.at_ms else "sold_again"
        else:
            name = "sold_again_otherwise"
        yield Hint(name, sold.at_ms, sold.tid, sale=sold.sale, records=(sold, beside, each))
