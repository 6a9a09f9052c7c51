"""Wrong terminals: what they send is not what was meant, or what they show is not what they were told."""

from __future__ import annotations

from tests.outside.kinds import Card, Kind, Outcome
from tests.outside.message import Message
from tests.outside.speaker import APPROVED
from tests.outside.till import Till


class TenTimes(Till):
    """Another sum than the one that was meant."""

    def sum_sent(self, fen: int) -> int:
        return fen * 10


class HundredTimes(Till):
    """Yuan taken for fen."""

    def sum_sent(self, fen: int) -> int:
        return fen * 100


class OffByAFen(Till):
    """Rounded through a floating-point number."""

    def sum_sent(self, fen: int) -> int:
        return fen - 1


class TakesADecline(Till):
    """A decline is booked, told and printed as an approval."""

    def conclude(self, kind: Kind, fen: int, request: Message, reply: Message | None,
                 card: Card | None, order: str, code: str) -> Outcome:
        if reply and reply.get(39) not in APPROVED:
            reply.fields[39] = "00"
        return super().conclude(kind, fen, request, reply, card, order, code)


class ReceiptForADecline(Till):
    """An approved receipt is printed for a decline, which is not booked."""

    def tell(self, outcome: Outcome, order: str, fen: int = 0) -> Outcome:
        if outcome.told == "declined":
            self.print_receipt(Outcome("approved"), order, 1310)
        return super().tell(outcome, order, fen)


class NoReceipt(Till):
    """No receipt for an approved sale."""

    def print_receipt(self, outcome: Outcome, order: str, fen: int) -> None:
        pass


class TellsUnknown(Till):
    """Approved, booked, and told as unknown, without a receipt."""

    def tell(self, outcome: Outcome, order: str, fen: int = 0) -> Outcome:
        super().tell(Outcome("unknown") if outcome.told == "approved" else outcome, order, fen)
        return outcome

    def print_receipt(self, outcome: Outcome, order: str, fen: int) -> None:
        pass
