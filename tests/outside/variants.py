"""Wrong terminals: each is the right one with one thing wrong that real firmware gets wrong.

``shows`` is what a judge must find in the host's trace alone, ``with_log`` what it must find with
the terminal's own log as well, both as numbers of invariants, from what is wrong and not from what
any judge said.  Empty: not observable there, and nothing may be claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.outside import situations
from tests.outside.day import STRIPE_CARD
from tests.outside.host import Host
from tests.outside.keys import mac
from tests.outside.kinds import Card, Kind, Outcome, Record, Reversal
from tests.outside.message import MAC_FIELD, Message
from tests.outside.terminal import APPROVED
from tests.outside.till import Till

Day = Callable[[Host, Till], None]


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


class BelievesWrongMac(Till):
    """The MAC of a reply is not looked at."""

    def is_sealed(self, reply: Message, body: bytes) -> bool:
        return True


class BelievesAnothersReply(Till):
    """Any 0210 answers any 0200."""

    def is_for(self, request: Message, reply: Message) -> bool:
        return reply.mti == f"{int(request.mti) + 10:04d}"

    def same_sum(self, request: Message, reply: Message) -> bool:
        return True


class RecordAfterSend(Till):
    """The reversal is written down after the request was sent: a power cut in between loses it."""

    def boot(self) -> None:
        self.memory.reversal = None
        super().boot()


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


class SoldAgain(Till):
    """A sale without reply is sent again as a new one, and not undone."""

    def online(self, *args, **kwargs):
        outcome = super().online(*args, **kwargs)
        if outcome.told == "unknown":
            self.memory.reversal = None
            outcome = super().online(*args, **kwargs)
        return outcome


class StanTwice(Till):
    """One number serves two sales."""

    repeated = False

    def next_stan(self) -> str:
        if self.memory.stan == 2 and not self.repeated:
            self.repeated = True
            return f"{self.memory.stan:06d}"
        return super().next_stan()


class BatchNotRaised(Till):
    """The batch number stays after a settlement."""

    def next_batch(self) -> str:
        return self.memory.batch


class TotalsWithoutRefunds(Till):
    """Refunds are missing from the totals."""

    def totals(self) -> str:
        text = super().totals()
        return text[:15] + "0" * 15 + text[30:]


class TotalsOfTheWrongSide(Till):
    """What was given back is counted as sold."""

    def totals(self) -> str:
        fen = [record.fen for record in self.counted()]
        return f"{sum(fen):012d}{len(fen):03d}" + "0" * 47


class EndsWithBalanced(Till):
    """An unbalanced settlement is ended with 207."""

    def end_code(self, *, balanced: bool) -> str:
        return "207"


class UploadsNothing(Till):
    """After an unbalanced 0510 it goes straight to printing."""

    def upload(self, *, balanced: bool) -> None:
        pass


class UploadMisses(Till):
    """The last stripe record of an upload is left out."""

    def uploads(self, *, balanced: bool) -> Iterator[tuple[list[Record], Message]]:
        for records, message in super().uploads(balanced=balanced):
            details = message.get(48)
            if 0 < len(records) < 8 and details:
                kept = f"{len(records) - 1:02d}" + details[2:-40]
                message.fields[48] = kept
            yield records, message


class UploadTwice(Till):
    """The first record of a block goes up twice."""

    def uploads(self, *, balanced: bool) -> Iterator[tuple[list[Record], Message]]:
        for records, message in super().uploads(balanced=balanced):
            details = message.get(48)
            if 0 < len(records) < 8 and details:
                message.fields[48] = f"{len(records) + 1:02d}" + details[2:] + details[2:42]
            yield records, message


class SaleInUpload(Till):
    """A sale goes out while the upload is under way."""

    def uploads(self, *, balanced: bool) -> Iterator[tuple[list[Record], Message]]:
        for records, message in super().uploads(balanced=balanced):
            yield records, message
            if len(records) == 8:
                totals, self.memory.totals = self.memory.totals, ""
                self.sale("between", 500, STRIPE_CARD)
                self.memory.journal = [r for r in self.memory.journal if r.order != "between"]
                self.memory.totals = totals


class NoSignOn(Till):
    """It sells before it signs on."""

    def sign_on(self) -> bool:
        return True

    def have_keys(self) -> None:
        pass


class IgnoresSignOnAgain(Till):
    """A0 is a decline like any other."""

    def told_to_sign_on(self) -> None:
        pass


class OldKeys(Till):
    """The keys of a second sign-on are not taken."""

    def sign_on(self) -> bool:
        before = self.keys
        came = super().sign_on()
        self.keys = before or self.keys
        return came

    def told_to_sign_on(self) -> None:
        pass


class MacOverTpdu(Till):
    """The MAC is made over the TPDU and the header as well."""

    def mac_of(self, body: bytes) -> bytes:
        return mac(self.keys.mac if self.keys else bytes(8), self.tpdu + self.header + body)


class NoMac(Till):
    """A sale without F64."""

    def request_of(self, *args, **kwargs):
        message = super().request_of(*args, **kwargs)
        del message.fields[MAC_FIELD]
        return message


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


class NeverSettles(Till):
    """It never settles."""

    def settle(self) -> str:
        return ""


class StanJumps(Till):
    """After 94 the counter jumps by fifty.  Seen in real terminals, and harmless."""

    def conclude(self, kind: Kind, fen: int, request: Message, reply: Message | None,
                 card: Card | None, order: str, code: str) -> Outcome:
        if reply and reply.get(39) == "94":
            self.memory.stan += 50
        return super().conclude(kind, fen, request, reply, card, order, code)


class OfflineNeverSent(Till):
    """An offline sale is counted and never goes up."""

    def deliver_offline(self) -> None:
        self.memory.offline.clear()


class OfflineForgotten(Till):
    """An offline sale never goes up and is not counted either."""

    def deliver_offline(self) -> None:
        self.memory.journal = [r for r in self.memory.journal if r not in self.memory.offline]
        self.memory.offline.clear()


class NothingNamed(Till):
    """Voids and refunds without F37 and F61: nothing says what is undone."""

    def online(self, kind: Kind, fen: int, fields: dict[int, str], **kwargs):
        return super().online(kind, fen, {n: text for n, text in fields.items()
                                          if n not in {37, 38, 61}}, **kwargs)


class VoidsTwice(Till):
    """A voided sale may be voided again."""

    def void(self, of: Record) -> Outcome:
        of.voided = False
        return super().void(of)


class RefundsTooMuch(Till):
    """A refund of twice what was paid."""

    def refund(self, of: Record, fen: int) -> Outcome:
        return super().refund(of, of.fen * 2)


class RefundsAnotherCard(Till):
    """The refund goes to another card than the one that paid."""

    def named(self, of: Record) -> dict[int, str]:
        return super().named(of) | {2: "6200008812345673"}


class CompletesTooMuch(Till):
    """A completion of twice the sum that is held."""

    def completion(self, of: Record, fen: int, order: str = "") -> Outcome:
        return super().completion(of, of.fen * 2, order)


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


@dataclass(frozen=True)
class Variant:
    """A wrong terminal, the day that shows it, and what must be found."""

    till: type[Till]
    day: Day
    shows: frozenset[int] = frozenset()
    with_log: frozenset[int] = frozenset()


def row(till: type[Till], day: Day, *shows: int, log: tuple[int, ...] = ()) -> Variant:
    return Variant(till, day, frozenset(shows), frozenset(log or shows))


# 3 no lost sale · 4 no one-sided entry · 5 batch totals agree · 7 reversal goes first · 10 all comes
# to rest · 11 a reversal repeats its original · 12 settles what it was told · 13 signs on when told
# · 14 nothing for the host to refuse · 15 sums as meant · 16 shows what it was told
VARIANTS = {variant.till.__name__: variant for variant in (
    row(NoReversal, situations.reply_lost, 7),
    row(ReversalAfterNextSale, situations.reply_lost, 7),
    row(ReversalNewStan, situations.reply_lost, 7, 11),
    row(ReversalOtherSum, situations.reply_lost, 11),
    row(ReversalWrongDate, situations.hold_voided_and_lost, 11),
    row(ReversalOldBatch, situations.reply_lost, 11),
    row(ReasonNotUpdated, situations.reply_with_wrong_mac, 7),
    row(ReversalWithCardData, situations.reply_lost, 11),
    row(ReversalRepeated, situations.reply_lost, 11),
    row(NothingToUndoNotTaken, situations.request_lost, 11),
    row(DroppedAfterThree, situations.reversals_lost, 7),
    row(BelievesWrongMac, situations.reply_with_wrong_mac, 9, 12),
    row(BelievesAnothersReply, situations.reply_late_and_next_lost, 7, 12, log=(12, 16)),
    row(RecordAfterSend, situations.power_cut, 7),
    row(TenTimes, situations.plain, log=(15,)),
    row(HundredTimes, situations.plain, log=(15,)),
    row(OffByAFen, situations.plain, log=(15,)),
    row(SoldAgain, situations.reply_lost, 7),
    row(StanTwice, situations.plain, 14),
    row(BatchNotRaised, situations.two_batches, 14),
    row(TotalsWithoutRefunds, situations.plain, 12),
    row(TotalsOfTheWrongSide, situations.plain, 12),
    row(EndsWithBalanced, situations.never_balanced, 5),
    row(UploadsNothing, situations.never_balanced, 12),
    row(UploadMisses, situations.never_balanced, 12),
    row(UploadTwice, situations.never_balanced, 12),
    row(SaleInUpload, situations.never_balanced, 12),
    row(NoSignOn, situations.plain, 14),
    row(IgnoresSignOnAgain, situations.request_with_wrong_mac, 13),
    row(OldKeys, situations.keys_changed, 14),
    row(MacOverTpdu, situations.plain, 14),
    row(NoMac, situations.plain, 14),
    row(TakesADecline, situations.declined, 12),
    row(ReceiptForADecline, situations.declined, log=(16,)),
    row(NoReceipt, situations.plain, log=(16,)),
    row(TellsUnknown, situations.plain, log=(16,)),
    row(NeverSettles, situations.plain, 10),
    row(OfflineNeverSent, situations.offline, 12),
    row(OfflineForgotten, situations.offline, log=(3,)),
    row(NothingNamed, situations.undone, 14),
    row(VoidsTwice, situations.undone_twice, 14),
    row(RefundsTooMuch, situations.undone, 14),
    row(RefundsAnotherCard, situations.undone, 14),
    row(CompletesTooMuch, situations.hold_completed, 14),
    row(JournalLost, situations.plain, 12),
    row(ReversesAnApproval, situations.plain, 12),
)}
