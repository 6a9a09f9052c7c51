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
    """What one terminal has sent and the host not answered yet."""

    keys: int = 0  # how often they changed
    sent: dict[_Name, Sendings] | None = None

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
        self.taken(mti, stan)

    def copied(self, mti: str, stan: int) -> None:
        """The line brings one again that the host has answered, or will: it was the first."""
        found = self._sent(mti, stan)
        if found is not None:
            found.open.insert(0, found.first)

    def taken(self, mti: str, stan: int) -> None:
        """The host answers it, and not because of its MAC.

        What is at a host is answered when its turn comes: keys may have changed while it waited.
        """
        found = self._sent(mti, stan)
        if found is not None and found.open:
            found.open.pop()

    def refused(self, mti: str, stan: int) -> bool:
        """Its MAC is wrong: whether it was sent under keys of before."""
        found = self._sent(mti, stan)
        return found is not None and bool(found.open) and found.open.pop(0) < self.keys

    def keys_changed(self) -> None:
        """From now on the terminal has other keys."""
        self.keys += 1

    def _sent(self, mti: str, stan: int) -> Sendings | None:
        return None if self.sent is None else self.sent.get((mti, stan))
