"""What stands out between clearing, banks and merchants: payouts, suspense, notices."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.hints import Hint
from simulator.local_time import MINUTE_MS
from simulator.trace.records import (
    Disputed,
    NoticeSent,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Suspended,
)

NOTICE_WITHIN_MS = 10 * MINUTE_MS


def money_hints(evidence: Evidence) -> Iterator[Hint]:
    """All of them."""
    for each in evidence.of(PayoutReturned):
        name = "payout_queued" if each.retry else "payout_returned"
        yield Hint(name, each.at_ms, who=each.mid, code=str.__str__(each.reason), records=(each,))
    returned = {(each.payout, each.at_ms) for each in evidence.of(PayoutReturned)}
    for held in evidence.of(Suspended):
        if (held.payout, held.at_ms) not in returned:
            yield Hint("held_back", held.at_ms, who=held.mid, code=str.__str__(held.reason), records=(held,))
    posted = {each.payout for each in evidence.of(PayoutPosted)}
    returned_ever = {each.payout for each in evidence.of(PayoutReturned)}
    for sent in evidence.of(PayoutSent):
        if sent.payout not in posted and sent.payout not in returned_ever:
            yield Hint("payout_unanswered", sent.at_ms, who=sent.mid, records=(sent,))
    for case in evidence.of(Disputed):
        yield Hint("disputed", case.at_ms, who=case.mid, code=str.__str__(case.stage), sale=case.sale, records=(case,))
    yield from _notices(evidence)


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
            yield Hint("notice_missing", posted.at_ms, who=posted.mid,
                       records=(posted, *((later,) if later else ())))
