"""Wrong terminals: what they do, or fail to do, where it is not known what became of a request."""

from __future__ import annotations

from tests.outside.kinds import Card, Kind, Outcome, Reversal
from tests.outside.message import Message
from tests.outside.till import Till


class NoReversal(Till):
    """What has no answer is forgotten."""

    def undo(self) -> None:
        self.memory.reversal = None


class ReversalAfterNextSale(Till):
    """The next sale goes out first."""

    def online(self, *args, **kwargs):
        waiting, self.memory.reversal = self.memory.reversal, None
        outcome = super().online(*args, **kwargs)
        if waiting:
            self.memory.reversal = waiting
            self.undo()
        return outcome


class ReversalNewStan(Till):
    """A reversal takes a number of its own."""

    def reversal_message(self, reversal: Reversal) -> Message:
        message = super().reversal_message(reversal)
        message.fields[11] = self.next_stan()
        return message


class ReversalOtherSum(Till):
    """A reversal of another sum."""

    def reversal_message(self, reversal: Reversal) -> Message:
        message = super().reversal_message(reversal)
        message.fields[4] = f"{int(message.get(4)) + 100:012d}"
        return message


class ReversalWrongDate(Till):
    """F61 of a reversal ends with yesterday's date."""

    def f61_of(self, reversal: Reversal) -> str:
        return super().f61_of(reversal)[:12] + "0126"


class ReversalOldBatch(Till):
    """A reversal names the batch before."""

    def reversal_message(self, reversal: Reversal) -> Message:
        message = super().reversal_message(reversal)
        own = message.get(60)
        message.fields[60] = f"{own[:2]}{(int(own[2:8]) + 998) % 1000:06d}{own[8:]}"
        return message


class ReasonNotUpdated(Till):
    """Every reversal says 98."""

    def reversal_message(self, reversal: Reversal) -> Message:
        message = super().reversal_message(reversal)
        message.fields[39] = "98"
        return message


class ReversalWithCardData(Till):
    """Track 2 and the PIN block are sent once more with the reversal."""

    def reversal_message(self, reversal: Reversal) -> Message:
        message = super().reversal_message(reversal)
        for number in (35, 52):
            if reversal.request.get(number):
                message.fields[number] = reversal.request.get(number)
        return message


class ReversalRepeated(Till):
    """A reversal is sent again after its 0410."""

    def undo(self) -> None:
        if self.memory.reversal:
            self.exchange(self.reversal_message(self.memory.reversal))
        super().undo()


class NothingToUndoNotTaken(Till):
    """Only 00 ends a reversal: 12 and 25 are asked again without end (here: twelve times)."""

    def undo(self) -> None:
        self.reversal_tries = 12
        super().undo()

    def is_undone(self, reply: Message) -> bool:
        return reply.get(39) == "00"


class DroppedAfterThree(Till):
    """After three reversals without reply it goes on as if nothing had been."""

    def undo_failed(self) -> None:
        self.memory.reversal = None


class RecordAfterSend(Till):
    """The reversal is written down after the request was sent: a power cut in between loses it."""

    def boot(self) -> None:
        self.memory.reversal = None
        super().boot()


class SixAfterAPowerCut(Till):
    """A reversal that is found after a power cut says 06."""

    def boot(self) -> None:
        super().boot()
        if self.memory.reversal:
            self.memory.reversal.reason = "06"


class NoReasonAfterAPowerCut(Till):
    """A reversal that is found after a power cut says no reason at all."""

    cut = False

    def boot(self) -> None:
        super().boot()
        self.cut = True

    def reversal_message(self, reversal: Reversal) -> Message:
        message = super().reversal_message(reversal)
        if self.cut:
            del message.fields[39]
        return message


class SoldAgain(Till):
    """A sale without reply is sent again as a new one, and not undone."""

    def online(self, *args, **kwargs):
        outcome = super().online(*args, **kwargs)
        if outcome.told == "unknown":
            self.memory.reversal = None
            outcome = super().online(*args, **kwargs)
        return outcome


class JournalLost(Till):
    """The reversal is cleared before the journal is written, and the power goes in between."""

    def conclude(self, kind: Kind, fen: int, request: Message, reply: Message | None,
                 card: Card | None, order: str, code: str) -> Outcome:
        if order == "B":
            self.disarm()
            self.log("power_off")
            self.line.hang_up()
            self.log("power_on")
            return Outcome("unknown")
        return super().conclude(kind, fen, request, reply, card, order, code)


class ReversesAnApproval(Till):
    """After the receipt is printed the reversal record is left, and sent."""

    def disarm(self) -> None:
        pass
