"""Messages for a relay, and its machine with what came out of it; the clock is a number."""

from __future__ import annotations

from hil.relay.effects import EndSending, HangUp, Leave, Tell
from hil.relay.exchange import Exchange
from hil.relay.rules import LineRule, RuleBook
from hil.relay.seen import Way
from hil.relay.tongue import HostTongue
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.message import Message

DIALECT = usual_dialect()
CODEC = Codec(DIALECT)
UP, DOWN = Way.UP, Way.DOWN
SALE_FACTS = {
    "tid": "10000001", "mid": "898000000000001", "type_code": "22", "batch": 1,
    "processing_code": "000000", "condition_code": "00",
}


def request(stan=7, mti="0200", amount_fen=6800, **facts):
    """A sale, or what undoes one."""
    return CODEC.encode(Message(
        mti=mti, stan=stan, amount_fen=amount_fen, pan="6200009753180120", currency="156",
        entry_mode="012", mac=b"01234567", **SALE_FACTS, **facts))


def reply(stan=7, mti="0210", amount_fen=6800, response_code="00", **facts):
    """Its answer."""
    return CODEC.encode(Message(
        mti=mti, stan=stan, amount_fen=amount_fen, response_code=response_code,
        mac=b"01234567", **SALE_FACTS, **facts))


class Bench:
    """A machine with one connection, number 1, and what came out of it."""

    def __init__(self, *rules, decide=None, links=1, tongue=None, seed=1, drops_unknown=False,
                 **facts):
        self.book = RuleBook()
        self.handles = [self.book.add(each) for each in rules]
        self.asked = []

        def by_rules(seen):
            self.asked.append(seen)
            found = self.book.decide(seen)
            return found and (found[0], found[1].rule.name)

        self.machine = Exchange(tongue or HostTongue(DIALECT, **facts), decide or by_rules, seed=seed,
                                drops_unknown=drops_unknown)
        self.seen = []
        self.machine.on_seen = self.seen.append
        self.now_ms = 1_000.0
        self.events = []  # (ms, effect)
        for link in range(1, links + 1):
            self.machine.opened(link)

    def hear(self, way, data, link=1):
        self.machine.receive(link, way, data, self.now_ms)
        self.collect()

    def end(self, way, link=1):
        self.machine.ended(link, way, self.now_ms)
        self.collect()

    def wait(self, ms):
        until_ms = self.now_ms + ms
        while (due := self.machine.deadline_ms) is not None and due <= until_ms:
            self.now_ms = max(self.now_ms, due)
            self.machine.tick(self.now_ms)
            self.collect()
        self.now_ms = until_ms

    def collect(self):
        while self.machine.outbox:
            self.events.append((self.now_ms, self.machine.outbox.popleft()))

    def left(self, way, link=1):
        """All bytes that left on a way."""
        return b"".join(each.data for _, each in self.events
                        if isinstance(each, Leave) and (each.way, each.link) == (way, link))

    def pieces(self, way, link=1):
        return [(ms, each.data) for ms, each in self.events
                if isinstance(each, Leave) and (each.way, each.link) == (way, link)]

    @property
    def told(self):
        return [each.why for _, each in self.events if isinstance(each, Tell)]

    @property
    def ends(self):
        return [each for _, each in self.events if isinstance(each, (EndSending, HangUp))]


def rule(match, decision, **facts):
    return LineRule(match=match, decision=decision, **facts)
