"""The rules of a relay: the first that is met and whose turn it is decides about a message."""

from __future__ import annotations

import threading

import msgspec

from hil.relay.decisions import Decision
from hil.relay.matching import Match
from hil.relay.seen import SeenMessage


class LineRule(msgspec.Struct, frozen=True, kw_only=True):
    """What is done with which messages."""

    match: Match
    decision: Decision
    name: str = ""
    times: int = 0  # at most so often; 0: without end


class RuleHandle:
    """A rule that stands, and what it has struck."""

    def __init__(self, rule: LineRule, book: RuleBook) -> None:
        self.rule = rule
        self.struck: list[SeenMessage] = []
        self._book = book
        self._met = 0

    def decide(self, seen: SeenMessage) -> Decision | None:
        """Its decision about a message, or None; each message is asked about once."""
        if not self.rule.match.meets(seen):
            return None
        self._met += 1
        if self.rule.times and len(self.struck) >= self.rule.times:
            return None
        return self.rule.decision if self.rule.match.is_turn(self._met) else None

    def remove(self) -> None:
        """It decides no more; safe in any thread."""
        self._book.remove(self)


class RuleBook:
    """All rules that stand; to be changed from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: tuple[RuleHandle, ...] = ()

    def add(self, rule: LineRule) -> RuleHandle:
        """One more, behind those that stand."""
        handle = RuleHandle(rule, self)
        with self._lock:
            self._handles = (*self._handles, handle)
        return handle

    def remove(self, handle: RuleHandle) -> None:
        """One less."""
        with self._lock:
            self._handles = tuple(each for each in self._handles if each is not handle)

    def clear(self) -> None:
        """No rule stands any more."""
        with self._lock:
            self._handles = ()

    def decide(self, seen: SeenMessage) -> tuple[Decision, RuleHandle] | None:
        """What is done with a message; every rule has counted it."""
        found = None
        for handle in self._handles:
            decision = handle.decide(seen)
            if decision is not None and found is None:
                found = decision, handle
        return found
