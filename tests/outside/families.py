"""Terminals that differ from the right one as real families do, and are right all the same.

Each is one that a judge must not accuse: the facts have them side by side.
"""

from __future__ import annotations

from tests.outside import situations
from tests.outside.kinds import Card, Kind, Outcome, Reversal
from tests.outside.message import Message
from tests.outside.speaker import APPROVED
from tests.outside.till import Till
from tests.outside.variants import Day


class StanJumps(Till):
    """After a decline the trace number jumps by fifty."""

    def conclude(self, kind: Kind, fen: int, request: Message, reply: Message | None,
                 card: Card | None, order: str, code: str) -> Outcome:
        if reply and reply.get(39) not in APPROVED:
            self.memory.stan += 50
        return super().conclude(kind, fen, request, reply, card, order, code)


class StanMovesOn(Till):
    """The counter moves on with each reversal, which has the number of its original all the same."""

    def reversal_message(self, reversal: Reversal) -> Message:
        self.next_stan()
        return super().reversal_message(reversal)


class NoCardNumberInReversal(Till):
    """F2 stands in a reversal as it did in the original: of a swiped card in neither."""

    def fields_of(self, card: Card) -> dict[int, str]:
        fields = super().fields_of(card)
        del fields[2], fields[14]
        return fields


class ReversesAtOnce(Till):
    """The reversal goes out as soon as the reply is late, not before the next transaction."""

    def conclude(self, kind: Kind, fen: int, request: Message, reply: Message | None,
                 card: Card | None, order: str, code: str) -> Outcome:
        outcome = super().conclude(kind, fen, request, reply, card, order, code)
        if outcome.told == "unknown" and self.keys:
            self.undo()
        return outcome


class HangsUp(Till):
    """One connection for each message."""

    def exchange(self, request: Message) -> Message | None:
        reply = super().exchange(request)
        self.line.hang_up()
        return reply


class SignsOnEachTime(Till):
    """New keys before each transaction."""

    def have_keys(self) -> None:
        self.keys = None
        super().have_keys()


class OfflineAtOnce(Till):
    """Offline sales go up after the next online success."""

    def after_approval(self) -> None:
        self.deliver_offline()


class TriesASettlementTwice(Till):
    """The totals go up twice before the upload."""

    def totals(self) -> str:
        totals = super().totals()
        self.exchange(self.management("0500", "201", f48=totals, f49="156", f63=self.operator))
        return totals


FAMILIES: dict[str, tuple[type[Till], Day]] = {till.__name__: (till, day) for till, day in (
    (StanJumps, situations.declined),
    (StanMovesOn, situations.reply_lost),
    (NoCardNumberInReversal, situations.reply_lost),
    (ReversesAtOnce, situations.reply_lost),
    (HangsUp, situations.reply_lost),
    (SignsOnEachTime, situations.undone),
    (OfflineAtOnce, situations.offline),
    (TriesASettlementTwice, situations.plain),
)}
