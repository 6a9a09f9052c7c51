"""What stands out between clearing, banks and merchants: payouts, suspense, notices."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.hints import Hint
from simulator.local_time import HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    ActionTaken,
    Disputed,
    NoticeSent,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    ReceiptGiven,
    SlipReprinted,
    Suspended,
)

NOTICE_WITHIN_MS = 10 * MINUTE_MS
LATE_MS = 4 * HOUR_MS  # a bank that is well answers a payout within a minute


def money_hints(evidence: Evidence) -> Iterator[Hint]:
    """All of them."""
    for each in evidence.of(PayoutReturned):
        name = "payout_queued" if each.retry else "payout_returned"
        yield Hint(name, each.at_ms, who=each.mid, code=str.__str__(each.reason), payout=each.payout,
                   records=(each,))
    returned = {(each.payout, each.at_ms) for each in evidence.of(PayoutReturned)}
    for held in evidence.of(Suspended):
        if (held.payout, held.at_ms) not in returned:
            yield Hint("held_back", held.at_ms, who=held.mid, code=str.__str__(held.reason),
                       payout=held.payout, records=(held,))
    yield from _unlike_what_was_sent(evidence)
    for late in evidence.tagged("clearing_delayed"):
        yield Hint("clearing_delayed", late.at_ms, records=(late,))
    for asked in evidence.of(ActionTaken):
        if asked.missing:
            yield Hint("papers_missing", asked.at_ms, who=asked.actor, code=asked.missing, records=(asked,))
        if asked.locked_out:
            yield Hint("locked_out", asked.at_ms, who=asked.actor, records=(asked,))
    for case in evidence.of(Disputed):
        yield Hint("disputed", case.at_ms, who=case.mid, code=str.__str__(case.stage), sale=case.sale, records=(case,))
        if case.lacking is not None:
            yield Hint("no_slip", case.at_ms, who=case.mid, code=str.__str__(case.lacking), sale=case.sale,
                       records=(case,))
    yield from _slips(evidence)
    yield from _notices(evidence)


def _unlike_what_was_sent(evidence: Evidence) -> Iterator[Hint]:
    """Payouts of which the bank says nothing, or something else than was sent, and sends nothing back."""
    posted = {each.payout: each for each in evidence.of(PayoutPosted)}
    returned = {each.payout for each in evidence.of(PayoutReturned)}
    for sent in evidence.of(PayoutSent):
        if sent.payout in returned:
            continue
        there = posted.get(sent.payout)
        if there is None:
            if evidence.last_ms - sent.at_ms > LATE_MS:
                yield Hint("payout_unanswered", sent.at_ms, who=sent.mid, payout=sent.payout, records=(sent,))
        elif there.net_fen < sent.net_fen:
            yield Hint("payout_short", there.at_ms, who=sent.mid, payout=sent.payout, records=(sent, there))
        elif there.at_ms - sent.at_ms > LATE_MS:
            yield Hint("payout_late", there.at_ms, who=sent.mid, payout=sent.payout, records=(sent, there))


def _slips(evidence: Evidence) -> Iterator[Hint]:
    """Slips that were asked for once more: each is of one sale, however often it comes out."""
    for given in evidence.of(ReceiptGiven):
        if given.again:
            yield Hint("slip_again", given.at_ms, given.actor.partition(".")[2], sale=given.sale, records=(given,))
    for asked in evidence.of(SlipReprinted):
        yield Hint("slip_again" if asked.printed else "slip_gone", asked.at_ms, asked.actor.partition(".")[2],
                   sale=asked.sale, records=(asked,))


def _notices(evidence: Evidence) -> Iterator[Hint]:
    told: dict[str, list[NoticeSent]] = {}
    for notice in evidence.of(NoticeSent):
        told.setdefault(notice.mid, []).append(notice)
    for posted in evidence.of(PayoutPosted):
        near = [
            each for each in told.get(posted.mid, ())
            if posted.at_ms <= each.at_ms <= posted.at_ms + NOTICE_WITHIN_MS]
        if not any(each.delivered for each in near):
            later = next((each for each in told.get(posted.mid, ()) if each.delivered
                          and each.at_ms > posted.at_ms), None)
            yield Hint("notice_missing", posted.at_ms, who=posted.mid, payout=posted.payout,
                       records=(posted, *((later,) if later else ())))
