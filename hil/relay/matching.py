"""Which messages are meant: what they are, and which of those that are so."""

from __future__ import annotations

import msgspec

from hil.relay.seen import SeenMessage, Way


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said must be so; what is not said may be anything.

    ``nth``, ``every`` and ``since`` count the messages that meet the rest, from 1, each rule its
    own.

    >>> Match(way=Way.DOWN, mti="0210", nth=2).says()
    'down 0210, number 2'
    """

    way: Way | None = None
    mti: str = ""
    kind: str = ""
    tid: str = ""
    batch: int = 0
    stan: int = 0
    attempt: int | None = None  # 0: the first time it is sent
    record: int = 0  # of a batch upload, from 1
    response_code: str = ""
    link: int = 0
    nth: int = 0  # this one only
    every: int = 0  # each so manieth
    since: int = 0  # this one and all after it

    def meets(self, seen: SeenMessage) -> bool:
        """Whether a message is so; the counting apart."""
        return (
            self.way in {None, seen.way}
            and self.mti in {"", seen.mti} and self.kind in {"", seen.kind}
            and self.tid in {"", seen.tid} and self.batch in {0, seen.batch}
            and self.stan in {0, seen.stan} and self.attempt in {None, seen.attempt}
            and self.record in {0, seen.record} and self.link in {0, seen.link}
            and self.response_code in {"", seen.response_code}
        )

    def is_turn(self, count: int) -> bool:
        """Whether the ``count``-th that is so is one of those that are meant."""
        if self.nth:
            return count == self.nth
        if count < self.since:
            return False
        return not self.every or count % self.every == 0

    def says(self) -> str:
        """In words."""
        facts = {"way": str(self.way or ""), **{
            name: str(value) for name, value in msgspec.structs.asdict(self).items()
            if name != "way" and value not in {None, 0, ""}}}
        what = " ".join(facts[name] for name in ("way", "mti", "kind") if facts.get(name))
        rest = (f"{_WORDS.get(name, name)} {facts[name]}" for name in facts
                if name not in {"way", "mti", "kind"})
        return ", ".join(filter(None, (what, *rest)))


_WORDS = {"nth": "number", "every": "each", "since": "from number"}
