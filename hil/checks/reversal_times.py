"""Rules of the times of reversals: not before the reply timeout, and so far apart.

Source: docs/unionpay.md#reversal.
"""

from __future__ import annotations

from itertools import pairwise

from hil.checks.evidence import Evidence, Rule
from hil.checks.line import (
    reversals_of,
)
from hil.checks.results import NotReachedError, Reading, Wrong
from hil.relay.seen import SeenMessage, Way
from simulator.catalogue.language import Told


def not_before_time_out(name: str, more_ms: int = 0) -> Rule:
    """The first 0400 of what had no answer at all comes no sooner than the reply timeout.

    ``more_ms``: by how much the host has made that longer since the terminal was set up.
    """
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            raise NotReachedError(Told("no reversal came", "没有冲正"))
        waited_ms = sent[0].at_ms - request.at_ms
        return _no_sooner(evidence, waited_ms, sent[0], Told("the first 0400 came", "第一次 0400"), more_ms)

    return Rule("first_reversal_after", Told("from the request to its first reversal", "请求到第一次冲正的时间"),
                "ms", look, timed=True)


def spaced(name: str) -> Rule:
    """Reversals that nobody answers come no sooner after one another than the reply timeout."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if len(sent) < 2:
            raise NotReachedError(Told("the reversal was not repeated", "冲正没有重发"))
        pairs = [
            (second.at_ms - first.at_ms, second) for first, second in pairwise(sent)
            if not any(each.way is Way.DOWN and each.mti == "0410" and first.number < each.number < second.number
                       and each.fate.value not in ("lost", "nowhere") for each in evidence.seen)
        ]
        if not pairs:
            raise NotReachedError(Told("every reversal was answered", "每次冲正都有应答"))
        soonest, second = min(pairs, key=lambda pair: pair[0])
        return _no_sooner(evidence, soonest, second, Told("a 0400 was repeated", "0400 重发"))

    return Rule("reversals_apart", Told("between two reversals", "两次冲正的间隔"), "ms", look, timed=True)


def _no_sooner(evidence: Evidence, measured_ms: float, shown: SeenMessage, what: Told, more_ms: int = 0) -> Reading:
    limit = evidence.profile.reply_timeout_ms + more_ms
    margin = evidence.margin_ms
    missing = limit - margin - measured_ms
    wrong = () if missing <= 0 else (Wrong(
        what=Told(f"{what.en} after {measured_ms:.0f} ms; the reply timeout is {limit} ms",
                  f"{what.zh}仅隔 {measured_ms:.0f} 毫秒；应答超时为 {limit} 毫秒"),
        number=shown.number, missed_by_ms=missing),)
    return Reading(value=f"{measured_ms:.0f}", limit=f">= {limit}", margin=f"{margin:.0f}", wrong=wrong)
