"""Wrong terminals: totals, uploads, batch numbers, and advices that never go up."""

from __future__ import annotations

from collections.abc import Iterator

from tests.outside.day import STRIPE_CARD
from tests.outside.kinds import Record
from tests.outside.message import Message
from tests.outside.till import Till


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


class NeverSettles(Till):
    """It never settles."""

    def settle(self) -> str:
        return ""


class OfflineNeverSent(Till):
    """An offline sale is counted and never goes up."""

    def deliver_offline(self) -> None:
        self.memory.offline.clear()


class OfflineForgotten(Till):
    """An offline sale never goes up and is not counted either."""

    def deliver_offline(self) -> None:
        self.memory.journal = [r for r in self.memory.journal if r not in self.memory.offline]
        self.memory.offline.clear()
