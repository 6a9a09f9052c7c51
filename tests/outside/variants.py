"""Wrong terminals: each is the right one with one thing wrong that real firmware gets wrong.

``shows`` is what a judge must find in the host's trace alone, ``with_log`` what it must find with
the terminal's own log as well, both as numbers of invariants, from what is wrong and not from what
any judge said.  Empty: not observable there, and nothing may be claimed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.outside import situations
from tests.outside import wrong_batches as batches
from tests.outside import wrong_reversals as reversals
from tests.outside import wrong_shown as shown
from tests.outside import wrong_talk as talk
from tests.outside.host import Host
from tests.outside.till import Till

Day = Callable[[Host, Till], None]


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
    row(reversals.NoReversal, situations.reply_lost, 7),
    row(reversals.ReversalAfterNextSale, situations.reply_lost, 7),
    row(reversals.ReversalNewStan, situations.reply_lost, 7, 11),
    row(reversals.ReversalOtherSum, situations.reply_lost, 11),
    row(reversals.ReversalWrongDate, situations.hold_voided_and_lost, 11),
    row(reversals.ReversalOldBatch, situations.reply_lost, 11),
    row(reversals.ReasonNotUpdated, situations.reply_with_wrong_mac, 7),
    row(reversals.ReversalWithCardData, situations.reply_lost, 11),
    row(reversals.ReversalRepeated, situations.reply_lost, 11),
    row(reversals.NothingToUndoNotTaken, situations.request_lost, 11),
    row(reversals.DroppedAfterThree, situations.reversals_lost, 7),
    row(talk.BelievesWrongMac, situations.reply_with_wrong_mac, 9, 12),
    row(talk.BelievesAnothersReply, situations.reply_late_and_next_lost, 7, 12, log=(12, 16)),
    row(reversals.RecordAfterSend, situations.power_cut, 7),
    row(reversals.SixAfterAPowerCut, situations.power_cut, 7),
    row(reversals.NoReasonAfterAPowerCut, situations.power_cut, 7),
    row(shown.TenTimes, situations.plain, log=(15,)),
    row(shown.HundredTimes, situations.plain, log=(15,)),
    row(shown.OffByAFen, situations.plain, log=(15,)),
    row(reversals.SoldAgain, situations.reply_lost, 7),
    row(talk.StanTwice, situations.plain, 14),
    row(batches.BatchNotRaised, situations.two_batches, 14),
    row(batches.TotalsWithoutRefunds, situations.plain, 12),
    row(batches.TotalsOfTheWrongSide, situations.plain, 12),
    row(batches.EndsWithBalanced, situations.never_balanced, 5),
    row(batches.UploadsNothing, situations.never_balanced, 12),
    row(batches.UploadMisses, situations.never_balanced, 12),
    row(batches.UploadTwice, situations.never_balanced, 12),
    row(batches.SaleInUpload, situations.never_balanced, 12),
    row(talk.NoSignOn, situations.plain, 14),
    row(talk.IgnoresSignOnAgain, situations.request_with_wrong_mac, 13),
    row(talk.OldKeys, situations.keys_changed, 14),
    row(talk.MacOverTpdu, situations.plain, 14),
    row(talk.NoMac, situations.plain, 14),
    row(shown.TakesADecline, situations.declined, 12),
    row(shown.ReceiptForADecline, situations.declined, log=(16,)),
    row(shown.NoReceipt, situations.plain, log=(16,)),
    row(shown.TellsUnknown, situations.plain, log=(16,)),
    row(batches.NeverSettles, situations.plain, 10),
    row(batches.OfflineNeverSent, situations.offline, 12),
    row(batches.OfflineForgotten, situations.offline, log=(3,)),
    row(talk.QrWithoutMac, situations.scanned, 14),
    row(talk.QrWithoutVoucher, situations.scanned, 14),
    row(talk.EndsApplicationsWith351, situations.tables_loaded, 14),
    row(talk.NothingNamed, situations.undone, 14),
    row(talk.VoidsTwice, situations.undone_twice, 14),
    row(talk.RefundsTooMuch, situations.undone, 14),
    row(talk.RefundsAnotherCard, situations.undone, 14),
    row(talk.CompletesTooMuch, situations.hold_completed, 14),
    row(reversals.JournalLost, situations.plain, 12),
    row(reversals.ReversesAnApproval, situations.plain, 12),
)}
