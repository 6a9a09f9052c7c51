"""A till at an ECR link with a clerk beside it: what the link has no words for is keyed in at the terminal.

An ECR profile rarely has all that a terminal can do, and a till asks for one thing at a time.  The clerk's way is the control port of a virtual
device, or hands.  What the link does not tell of an approval, the receipt does: it is read off the line.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.relay.seen import SeenMessage, Way
from hil.tills.board_till import BoardTill
from hil.tills.device_stand import ControlTill
from hil.tills.ecr_ticket import EcrTicket
from hil.tills.ecr_till import EcrTill
from hil.tills.ends import Can, Look, Told, Wish, unwatched
from hil.tills.hands_till import HandsTill
from hil.tills.tickets import ThreadTicket
from simulator.wire.kinds import Kind
from simulator.wire.scanned import code_tags

APPROVED = "00"
Seen = Callable[[], list[SeenMessage]]
Keys = BoardTill | ControlTill | HandsTill


class EcrWithKeys:
    """Asks over the link what it has words for, and the clerk for the rest."""

    def __init__(self, ecr: EcrTill, keys: Keys | None, seen: Seen) -> None:
        """``seen`` are the messages of the terminal's line."""
        self.ecr = ecr
        self.keys = keys
        self._seen = seen
        self._by_keys: set[str] = set()  # orders that were keyed in

    def can(self, kind: Kind) -> Can:
        """Whether one of both can ask for it."""
        able = self.ecr.can(kind)
        return able if able or self.keys is None else self.keys.can(kind)

    def lacks(self, wish: Wish) -> str:
        """What neither of both has a way to say."""
        fact = self.ecr.lacks(wish) if self.ecr.can(wish.kind) else wish.kind.value
        return self.keys.lacks(wish) if fact and self.keys is not None else fact

    def operate(self, wish: Wish) -> Told:
        """Ask once, and wait how it ends; the same order again: once more."""
        return self.begin(wish).wait()

    def begin(self, wish: Wish) -> EcrTicket | ThreadTicket | ReadTicket:
        """Ask, and do something else meanwhile."""
        if self.keys is not None and (
                self.ecr.is_busy or not self.ecr.can(wish.kind) or self.ecr.lacks(wish)):
            ticket = self.keys.begin(wish)
            if wish.order:
                self._by_keys.add(wish.order)
            return ticket
        self._by_keys.discard(wish.order)
        last = self._seen()[-1].number if self._seen() else 0
        return ReadTicket(self.ecr.begin(wish), self._seen, last)

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the terminal said; "" for nothing."""
        if isinstance(self.keys, ControlTill):
            return self.keys.told(sale)  # a virtual device writes down all that it says
        by_keys = self.keys is not None and sale in self._by_keys
        return self.keys.told(sale) if by_keys and self.keys is not None else self.ecr.found_out(sale)

    def rest(self) -> None:
        """Wait until the terminal has nothing pending, as far as can be seen."""
        self.ecr.rest()

    def close(self) -> None:
        """Let both go."""
        self.ecr.close()
        if self.keys is not None:
            self.keys.close()


class ReadTicket:
    """An order at the link; what its answer leaves out is read off the receipt."""

    def __init__(self, ticket: EcrTicket, seen: Seen, last: int) -> None:
        self._ticket = ticket
        self._seen = seen
        self._last = last  # number of the last message before it

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        return self._ticket.is_done

    def wait(self, within_s: float | None = None, look: Look = unwatched) -> Told:
        """How it ended; ``BenchError`` where it has not within this time."""
        told = self._ticket.wait(within_s, look)
        return completed(told, [each for each in self._seen() if each.number > self._last]) if told.approved else told


def completed(told: Told, seen: list[SeenMessage]) -> Told:
    """An approval with the numbers of its receipt, which stand in the reply that approved it.

    >>> completed(Told("approved"), []).stan
    0
    """
    replies = [
        each for each in seen if each.way is Way.DOWN and each.kind == told.kind.value
        and each.response_code == APPROVED and told.stan in (0, each.stan)]
    if not replies or (message := replies[-1].message) is None:
        return told
    return msgspec.structs.replace(
        told, stan=told.stan or replies[-1].stan, batch=told.batch or message.batch,
        rrn=told.rrn or message.rrn, auth_code=told.auth_code or message.auth_code,
        voucher=told.voucher or (code_tags(message).voucher if told.kind is Kind.QR_SALE else ""))

