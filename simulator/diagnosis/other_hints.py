"""What stands out at terminals and on the line beside losses: restarts, displays, changed messages."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.hints import Hint
from simulator.diagnosis.passages import DOWN, UP, Passages
from simulator.trace.records import (
    Concluded,
    Restarted,
    Warned,
)


def terminal_hints(evidence: Evidence) -> Iterator[Hint]:
    """What terminals say of themselves."""
    for each in evidence.of(Restarted):
        if each.actor != HOST:
            yield Hint("terminal_restarted", each.at_ms, each.actor.partition(".")[2],
                       code=str.__str__(each.why) if each.why else "", records=(each,))
    for warned in evidence.of(Warned):
        if warned.actor.startswith("terminal."):
            yield Hint("terminal_shows", warned.at_ms, warned.actor.partition(".")[2],
                       code=str.__str__(warned.code), records=(warned,))
    for ended in evidence.of(Concluded):
        if ended.result in ("refused", "failed") and ended.reason:
            yield Hint("terminal_gave_up", ended.at_ms, ended.actor.partition(".")[2],
                       code=str.__str__(ended.reason), sale=ended.sale, records=(ended,))


def message_hints(passages: Passages) -> Iterator[Hint]:
    """Messages that changed under way, that came twice, or that nobody sent."""
    for passage in passages.all:
        heard, sent = passage.heard, passage.sent
        if heard is None:
            continue
        way = "request" if passage.way == UP else "reply"
        if heard.details != sent.details:
            yield Hint("altered", heard.at_ms, sent.tid, code=sent.mti, records=(sent, heard))
        elif heard.amount_fen != sent.amount_fen:
            yield Hint("altered", heard.at_ms, sent.tid, code=way, sale=sent.sale, records=(sent, heard))
    for heard in passages.twice:
        way = "reply" if heard.sender == HOST else "request"
        yield Hint("heard_twice", heard.at_ms, heard.tid, code=way, records=(heard,))
    for heard in passages.unsent:
        yield Hint("heard_unsent", heard.at_ms, heard.tid, records=(heard,))
    for passage in passages.all:
        if passage.way == DOWN and passage.sent.asks:
            yield Hint("host_asks", passage.sent.at_ms, passage.sent.tid, code=passage.sent.asks,
                       records=(passage.sent,))
