"""What stands out in what people did: sales put right, sales made twice, sales in a maintenance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from simulator.catalogue.terminal_reasons import Shown
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.hints import Hint
from simulator.local_time import HOUR_MS, MINUTE_MS, SECOND_MS
from simulator.trace.records import Concluded, MaintenanceAnnounced, SaleMeant, Sent, Warned, key_of

SOON_MS = 8 * MINUTE_MS  # a mistake is seen at once; a customer who changes his mind comes back later
AT_ONCE_MS = 90 * SECOND_MS
STORM_MS = 4_500  # a terminal that is busy is asked again after five seconds
_GIVES_BACK = frozenset({"void", "refund"})
AGAIN_MS = 4 * MINUTE_MS  # and it is put right while the customer waits


def people_hints(evidence: Evidence) -> Iterator[Hint]:
    """All of them."""
    yield from _in_maintenance(evidence)
    yield from _put_right(evidence)
    yield from _kept_twice(evidence)
    yield from _scanned_again(evidence)
    yield from _other_kind(evidence)
    yield from _storms(evidence)


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
        if not 0 <= each.at_ms - sold.at_ms < HOUR_MS:  # another of this name, or a change of mind
            continue
        at_once = each.at_ms - sold.at_ms < SOON_MS
        before = [other for other in sales[sold.tid, sold.card] if other is not sold
                  and 0 <= each.at_ms - other.at_ms < SOON_MS and other.amount_fen == sold.amount_fen]
        behind = [other for other in sales[sold.tid, sold.card]
                  if 0 < other.at_ms - each.at_ms < AGAIN_MS]
        if before and at_once:
            name, beside = "sold_twice", before[0]
        elif behind and behind[0].amount_fen == sold.amount_fen:
            name, beside = "sold_again", behind[0]
        elif at_once and (otherwise := [
            other for other in sales[sold.tid, sold.card]
            if 0 < other.at_ms - sold.at_ms < SOON_MS and other.amount_fen != sold.amount_fen
        ]):
            name, beside = "sold_again_otherwise", otherwise[0]
        else:
            continue
        yield Hint(name, sold.at_ms, sold.tid, sale=sold.sale, records=(sold, beside, each))


def _kept_twice(evidence: Evidence) -> Iterator[Hint]:
    """The same card and sum twice, of which the terminal warned, and neither was given back."""
    warned: dict[str, list[int]] = defaultdict(list)
    for told in evidence.of(Warned):
        if told.code == Shown.POSSIBLE_DUPLICATE:
            warned[told.actor.partition(".")[2]].append(told.at_ms)
    if not warned:
        return
    approved = {
        key_of(each.actor.partition(".")[2], each.batch, each.stan)
        for each in evidence.of(Concluded) if each.result == "approved"}
    back = {each.original for each in evidence.of(Sent) if each.actor != HOST and each.what in _GIVES_BACK
            and key_of(each.tid, each.batch, each.stan) in approved}
    kept: dict[tuple[str, str, int | None], list[Sent]] = defaultdict(list)
    for each in evidence.of(Sent):
        key = key_of(each.tid, each.batch, each.stan)
        if each.actor != HOST and each.what == "sale" and key in approved and key not in back:
            kept[each.tid, each.card, each.amount_fen].append(each)
    for (tid, _, _), sold in kept.items():
        for before, again in pairwise(sold):
            if any(0 <= again.at_ms - at_ms < MINUTE_MS and before.at_ms < at_ms for at_ms in warned[tid]):
                yield Hint("sold_twice_kept", again.at_ms, tid, sale=again.sale, records=(before, again))


def _approved(evidence: Evidence) -> dict[str, list[Concluded]]:
    """What was approved at each terminal, in the order of time."""
    found: dict[str, list[Concluded]] = defaultdict(list)
    for each in evidence.of(Concluded):
        if each.result == "approved":
            found[each.actor].append(each)
    return found


def _scanned_again(evidence: Evidence) -> Iterator[Hint]:
    """A QR payment given back at once, and the next one scanned while the customer waits."""
    of_key = {
        key_of(each.tid, each.batch, each.stan): each.original
        for each in evidence.of(Sent) if each.actor != HOST and each.what in ("qr_refund", "qr_void")}
    for actor, done in _approved(evidence).items():
        tid = actor.partition(".")[2]
        for first, back, then in zip(done, done[1:], done[2:], strict=False):
            if (first.what == then.what == "qr_sale"
                    and of_key.get(key_of(tid, back.batch, back.stan)) == key_of(tid, first.batch, first.stan)
                    and then.at_ms - first.at_ms < AT_ONCE_MS):
                yield Hint("scanned_again", first.at_ms, actor.partition(".")[2], sale=first.sale,
                           records=(first, back, then))


def _other_kind(evidence: Evidence) -> Iterator[Hint]:
    """A pre-authorisation that was voided or completed before the customer can have gone."""
    for actor, done in _approved(evidence).items():
        for first, then in pairwise(done):
            if (first.what == "preauth" and then.what in ("preauth_void", "completion")
                    and then.at_ms - first.at_ms < AT_ONCE_MS):
                yield Hint("other_kind_first", first.at_ms, actor.partition(".")[2], sale=first.sale,
                           records=(first, then))


def _storms(evidence: Evidence) -> Iterator[Hint]:
    """The same sale tried again at once after it ended without an outcome, more than once."""
    tries: dict[tuple[str, str], list[Concluded]] = defaultdict(list)
    for each in evidence.of(Concluded):
        if each.sale:
            tries[each.actor, each.sale].append(each)
    for (actor, sale), ended in tries.items():
        quick = [
            then for first, then in pairwise(ended)
            if first.result in ("failed", "refused") and then.at_ms - first.at_ms < STORM_MS]
        if len(quick) > 1:
            yield Hint("tried_at_once", quick[0].at_ms, actor.partition(".")[2], sale=sale,
                       records=tuple(quick))
