"""Messages of one terminal that are repeated under their number, and under which keys each was sent.

A line may hold one back until its terminal has signed on anew: its MAC is then of the old keys, and
the terminal did nothing wrong.  Of several that are under way at once, the one whose MAC is wrong is
the oldest, any other the newest.
"""

from __future__ import annotations

import msgspec

REPEATED = frozenset({"0220", "0400", "0620"})
PROMPT_MS = 5_000  # a reply that comes so soon is heard: nobody has given up by then
KEPT = 16  # numbers of one terminal

_Name = tuple[str, int]  # message type and number


class Sendings(msgspec.Struct, gc=False):
    """One message, over all times that it was sent, each named by how often keys had changed."""

    first: int
    open: list[int] = msgspec.field(default_factory=list)


class UnderWay(msgspec.Struct, gc=False):
    """What one terminal has sent and the host not seen yet."""

    keys: int = 0  # how often they changed
    sent: dict[_Name, Sendings] | None = None
    came: Sendings | None = None  # what reached the host last, and has no answer yet

    def left(self, mti: str, stan: int) -> None:
        """A message leaves the terminal."""
        if mti not in REPEATED:
            return
        if self.sent is None:
            self.sent = {}
        found = self.sent.get((mti, stan))
        if found is None:
            found = self.sent[mti, stan] = Sendings(self.keys)
            if len(self.sent) > KEPT:
                del self.sent[next(iter(self.sent))]
        found.open.append(self.keys)

    def lost(self, mti: str, stan: int) -> None:
        """It will not arrive."""
        found = self._sent(mti, stan)
        if found is not None and found.open:
            found.open.pop()

    def arrived(self, mti: str, stan: int, *, copy: bool) -> None:
        """It is at the host; what came before it was taken, whatever the host said."""
        self._taken()
        self.came = self._sent(mti, stan)
        if copy and self.came is not None:
            self.came.open.insert(0, self.came.first)

    def refused(self, mti: str, stan: int) -> bool:
        """Its MAC is wrong: whether it was sent under keys of before."""
        found, self.came = self.came, None
        if found is None or found is not self._sent(mti, stan) or not found.open:
            return False
        return found.open.pop(0) < self.keys

    def keys_changed(self) -> None:
        """From now on the terminal has other keys."""
        self._taken()
        self.keys += 1

    def _sent(self, mti: str, stan: int) -> Sendings | None:
        return None if self.sent is None else self.sent.get((mti, stan))

    def _taken(self) -> None:
        if self.came is not None and self.came.open:
            self.came.open.pop()
        self.came = None
