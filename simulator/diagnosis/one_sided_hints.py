"""What one log alone says of an exchange that failed, where the other side's log is not there.

A terminal knows that no answer came, a host that an answer was reversed: neither knows where it was lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.terminal_reasons import NoAnswer
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.hints import Hint
from simulator.trace.records import Concluded, Sent, key_of

_NOT_IN_TIME = "98"  # F39 of a 0400: no reply came
_UNANSWERED = frozenset({NoAnswer.NO_REPLY, NoAnswer.SEND_FAILED})


def one_sided_hints(evidence: Evidence) -> Iterator[Hint]:
    """Of each log whose other side is not there."""
    if not evidence.has_log(HOST):
        for ended in evidence.of(Concluded):
            if ended.reason in _UNANSWERED:
                yield Hint("unanswered", ended.at_ms, ended.actor.partition(".")[2], sale=ended.sale,
                           records=(ended,))
        return
    answered = {
        key_of(each.tid, each.batch, each.stan): each for each in evidence.of(Sent)
        if each.actor == HOST and each.what != "reversal"}
    sales = {
        key_of(each.tid, each.batch, each.stan): name for each in evidence.of(Sent)
        if each.actor != HOST and (name := evidence.sale_of(each))}
    for undone in evidence.of(Sent):
        reply = answered.get(undone.original) if undone.what == "reversal" else None
        if (reply is None or undone.actor == HOST or undone.response_code != _NOT_IN_TIME
                or undone.attempt or evidence.has_log(undone.actor)):
            continue
        yield Hint("reply_unheard", reply.at_ms, undone.tid, sale=sales.get(undone.original, ""),
                   records=(reply, undone))
