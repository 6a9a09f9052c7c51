"""The end of a batch: advices, totals, upload, the next batch number."""

from __future__ import annotations

from collections.abc import Iterator

from tests.outside import kinds
from tests.outside.kinds import Record
from tests.outside.line import NoLineError
from tests.outside.message import MAC_FIELD, Message
from tests.outside.terminal import NotReadyError, Terminal

BALANCED = "1"
BLOCK_SIZE = 8


class SettlingTerminal(Terminal):
    """A terminal that can settle.  An interrupted settlement goes on where it was."""

    def settle(self) -> str:
        """The result digit of the host for domestic cards; empty where it could not be done."""
        try:
            self.have_keys()
            self.report_scripts()
            self.undo()
            self.deliver_offline()
            self.memory.totals = self.memory.totals or self.totals()
            if not self.memory.ended:
                request = self.management("0500", "201", f48=self.memory.totals, f49="156",
                                          f63=self.operator)
                reply = self.exchange(request)
                if reply is None:
                    return ""
                self.memory.ended = reply.get(48)
            result = self.memory.ended[30]
            if self.memory.journal:
                self.upload(balanced=result == BALANCED)
        except (NotReadyError, NoLineError):
            return ""
        self.close_batch()
        return result

    def totals(self) -> str:
        """F48: debit sum and count, credit sum and count, result 0; nothing with foreign cards."""
        debit = [r.fen for r in self.counted() if r.kind.side > 0]
        credit = [r.fen for r in self.counted() if r.kind.side < 0]
        return (f"{sum(debit):012d}{len(debit):03d}{sum(credit):012d}{len(credit):03d}0" + "0" * 31)

    def counted(self) -> list[Record]:
        return [record for record in self.memory.journal if record.kind.side]

    def upload(self, *, balanced: bool) -> None:
        for records, message in self.uploads(balanced=balanced):
            if self.exchange(message) is None:
                raise NotReadyError("no reply to an upload: it goes on with the next settlement")
            for record in records:
                record.uploaded = True
        count = sum(self.goes_up(record, balanced=balanced) for record in self.counted())
        end = self.management("0320", self.end_code(balanced=balanced), f48=f"{count:04d}")
        if self.exchange(end) is None:
            raise NotReadyError("no reply to the end of the upload")

    def end_code(self, *, balanced: bool) -> str:
        return "207" if balanced else "202"

    def goes_up(self, record: Record, *, balanced: bool) -> bool:
        return not balanced or self.is_chip(record)

    def is_chip(self, record: Record) -> bool:
        return 55 in record.request.fields and record.kind is kinds.SALE

    def uploads(self, *, balanced: bool) -> Iterator[tuple[list[Record], Message]]:
        left = [r for r in self.counted() if self.goes_up(r, balanced=balanced) and not r.uploaded]
        notices = [r for r in left if r.kind in {kinds.REFUND, kinds.COMPLETION_ADVICE}]
        chips = [r for r in left if self.is_chip(r)]
        stripes = [r for r in left if r not in notices and r not in chips]
        for at in range(0, len(stripes), BLOCK_SIZE):
            block = stripes[at:at + BLOCK_SIZE]
            details = "".join(f"00{r.stan}{self.number_of(r):0>20}{r.fen:012d}" for r in block)
            yield block, self.management("0320", "201", f48=f"{len(block):02d}{details}")
        for record in chips:
            yield [record], self.chip_detail(record, balanced=balanced)
        for record in notices:
            fields = {n: text for n, text in record.request.fields.items() if n != MAC_FIELD}
            yield [record], Message("0320", fields)

    def number_of(self, record: Record) -> str:
        """What stands in the place of the card number: of a QR sale the end of its code."""
        return record.code[-20:] or record.request.get(2)

    def chip_detail(self, record: Record, *, balanced: bool) -> Message:
        request = record.request
        code = "203" if balanced else "205"
        summed = f"6100{'00'}{record.fen:012d}156".encode().hex().upper()
        return Message("0320", {n: request.get(n) for n in (2, 4, 11, 22, 23, 41, 42, 55)} | {
            60: f"00{request.get(60)[2:8]}{code}60", 62: summed})

    def close_batch(self) -> None:
        self.log("batch", batch=self.memory.batch, totals=self.memory.totals)
        self.memory.journal.clear()
        self.memory.totals = self.memory.ended = ""
        self.memory.batch = self.next_batch()

    def next_batch(self) -> str:
        return f"{int(self.memory.batch) % 999999 + 1:06d}"
