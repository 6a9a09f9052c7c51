"""A terminal on a bench: an honest little host written from the facts, a line that loses one
message, a power switch between any two effects, and an inspector who believes only what he saw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from download_facts import private_of
from msgspec.structs import replace

from simulator.defect import wrong_table
from simulator.machines.sealing import Sealer, SymbolicSealer
from simulator.machines.terminal.defects import DEFECTS
from simulator.machines.terminal.events import (
    Booted,
    Conclude,
    CountBatch,
    DrawRandom,
    InstallUpdate,
    Operated,
    Print,
    RandomDrawn,
    ReplyReceived,
    Result,
    Send,
    SendFailed,
    Show,
    Store,
    TerminalEvent,
    TimePassed,
    UpdateFinished,
)
from simulator.machines.terminal.journal import encode_record, read_journal
from simulator.machines.terminal.machine import TABLE, Terminal
from simulator.machines.terminal.profile import Card, TerminalIdentity, TerminalProfile
from simulator.machines.terminal.work import TerminalTable
from simulator.wire.dialects import usual_dialect
from simulator.wire.keys import WorkingKeys, wrap_working_keys
from simulator.wire.kinds import COUNTS as COUNTED
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

IDENTITY = TerminalIdentity(tid="10000001", mid="898000000000001")
KEYS = WorkingKeys(pik=bytes(range(16)), mak=bytes.fromhex("0102030405060708"))
F62 = wrap_working_keys(KEYS, IDENTITY.master_key)
SEALER = SymbolicSealer(usual_dialect())
CARD = Card(pan="6200009753180120")
OTHER_CARD = Card(pan="6200007531290138", expiry="2912")
VOUCHER = "4000000000000042"  # A4 of every QR sale
NOON = 1_767_240_000_000  # 2026-01-01 12:00 in Beijing

Key = tuple[int, int]  # batch, STAN


def wrong(*names: str) -> TerminalTable:
    """The table of a terminal with these defects built in."""
    return wrong_table(TABLE, [
        each for name in names for each in DEFECTS[f"terminal.{name}"].replacements()
    ])


class Entry:
    """One transaction at the host."""

    def __init__(self, request: Message) -> None:
        self.request = request
        self.approved = True
        self.counts = 0


class Host:
    """Approves everything, repeats its answers, takes reversals back before and after."""

    def __init__(self, sealer: Sealer = SEALER) -> None:
        self.sealer = sealer
        self.entries: dict[Key, Entry] = {}
        self.reversed_ahead: set[Key] = set()
        self.batch = 1
        self.closed: dict[int, tuple[int, int, int, int]] = {}
        self.uploaded: dict[Key, int] = {}
        self.failed: set[Key] = set()
        self.end_code = ""
        self.settled_totals: dict[int, str] = {}
        self.always_unbalanced = False
        self.answers: dict[str, Callable[[Message, Message], Message]] = {}  # by MTI, once
        self.seen: list[Message] = []
        self.complaints: list[str] = []

    def answer(self, request: Message) -> Message | None:
        """The reply to a request."""
        self.seen.append(request)
        make = {
            "0200": self._financial, "0100": self._financial, "0220": self._financial,
            "0400": self._reverse, "0500": self._settle, "0320": self._upload,
            "0800": self._sign_on, "0820": self._plain,
        }[request.mti]
        reply = make(request)
        change = self.answers.pop(request.mti, None)
        return reply if change is None else change(request, reply)

    def reply(self, request: Message, code: str, **facts: object) -> Message:
        """Request + 10 with the fields that come back."""
        reply = Message(
            mti=f"{int(request.mti) + 10:04}", tid=request.tid, mid=request.mid,
            stan=request.stan, type_code=request.type_code, batch=request.batch,
            network_code=request.network_code, capability=request.capability, pan=request.pan,
            processing_code=request.processing_code, amount_fen=request.amount_fen,
            condition_code=request.condition_code, response_code=code,
            rrn=f"{request.batch:06}{request.stan or 0:06}", software=request.software,
        )
        return replace(reply, **facts)  # type: ignore[arg-type]

    def _sealed(self, request: Message, code: str, **facts: object) -> Message:
        reply = self.reply(request, code, **facts)
        return self.sealer.seal(reply, KEYS.mak) if code == "00" else reply

    def _sign_on(self, request: Message) -> Message:
        if request.network_code not in ("001", "003", "004"):
            return self.reply(request, "00", private=private_of(request))
        return self.reply(request, "00", private=F62, batch=self.batch)

    def _plain(self, request: Message) -> Message:
        if request.network_code in ("372", "382"):
            return self.reply(request, "00", private=private_of(request))
        return self.reply(request, "00")

    def _financial(self, request: Message) -> Message:
        if not self.sealer.is_sealed(request, KEYS.mak):
            return self.reply(request, "A0")
        key = (request.batch, request.stan or 0)
        if request.type_code == "01":
            return self._sealed(request, "00", balance="1002156C000000123400")
        if request.batch in self.closed and key not in self.entries:
            return self.reply(request, "77")
        known = self.entries.get(key)
        if known is not None:
            if (known.request.processing_code, known.request.amount_fen) != (
                request.processing_code, request.amount_fen,
            ):
                self.complaints.append(f"{key} names two transactions")
            return self.reply(request, "94")
        if key in self.reversed_ahead:
            return self.reply(request, "12")
        entry = Entry(request)
        entry.counts = COUNTS[request.processing_code, request.condition_code, request.type_code]
        self.entries[key] = entry
        if request.entry_mode == "032" and request.type_code == "22":
            return self._sealed(request, "00", field59=f"A4016{VOUCHER}")
        return self._sealed(request, "00", auth_code="123456")

    def _reverse(self, request: Message) -> Message:
        if not self.sealer.is_sealed(request, KEYS.mak):
            return self.reply(request, "A0")
        key = (request.batch, request.stan or 0)
        entry = self.entries.get(key)
        if request.track2 or request.pin_block or request.rrn:
            self.complaints.append(f"the reversal of {key} carries track, PIN or F37")
        if entry is None:
            self.reversed_ahead.add(key)
        else:
            original = entry.request
            named = request.original
            same = (
                (named is not None) == (original.original is not None)
                and (named is None or (named.batch, named.stan) == key)
                and original.amount_fen == request.amount_fen
                and original.type_code == request.type_code
            )
            if not same:
                self.complaints.append(f"the reversal of {key} is not its original")
            entry.approved = False
        return self._sealed(request, "00")

    def totals(self, batch: int) -> tuple[int, int, int, int]:
        """Debit sum and count, credit sum and count."""
        debit_fen = debit = credit_fen = credit = 0
        for (of_batch, _), entry in self.entries.items():
            if of_batch != batch or not entry.approved:
                continue
            if entry.counts > 0:
                debit_fen += entry.request.amount_fen or 0
                debit += 1
            elif entry.counts < 0:
                credit_fen += entry.request.amount_fen or 0
                credit += 1
        return debit_fen, debit, credit_fen, credit

    def _settle(self, request: Message) -> Message:
        batch = request.batch
        if batch not in self.closed:
            ours = "{:012}{:03}{:012}{:03}".format(*self.totals(batch))
            balanced = ours == request.details[:30] and not self.always_unbalanced
            self.settled_totals[batch] = "1" if balanced else "2"
        result = self.settled_totals[batch]
        return self.reply(
            request, "", details=request.details[:30] + result + request.details[31:61] + "1",
        )

    def _upload(self, request: Message) -> Message:
        batch = request.batch
        if request.network_code in ("202", "207"):
            expected = {"1": "207", "2": "202"}[self.settled_totals[batch]]
            if request.network_code != expected:
                self.complaints.append(f"batch {batch} ended with {request.network_code}")
            if expected == "202" and batch not in self.closed:
                self._compare_upload(batch, int(request.details))
            if batch not in self.closed:
                self.closed[batch] = self.totals(batch)
                self.batch = batch + 1
        elif request.network_code == "201":
            count = int(request.details[:2])
            for at in range(2, 2 + count * 40, 40):
                item = request.details[at:at + 40]
                self._take((batch, int(item[2:8])), int(item[28:40]))
        elif request.network_code == "000":  # a notice: the 0220 as it was
            self._take((batch, request.stan or 0), request.amount_fen or 0)
        else:  # what a chip made of a sale bears its number; any other record names it in F61
            original = request.original
            key = (batch, request.stan or 0) if original is None else (original.batch, original.stan)
            if (original is None) != bool(request.private):
                self.complaints.append(f"{key} went up in no known form")
            if request.network_code in ("204", "206"):
                self.failed.add(key)
                return self.reply(request, "00")
            self._take(key, request.amount_fen or 0)
        return self.reply(request, "00", details=request.details)

    def _take(self, key: Key, amount_fen: int) -> None:
        entry = self.entries.get(key)
        if entry is None or not entry.approved or entry.request.amount_fen != amount_fen:
            self.complaints.append(f"{key} went up and is not in the books")
        self.uploaded[key] = amount_fen

    def _compare_upload(self, batch: int, announced: int) -> None:
        held = {
            key for key, entry in self.entries.items()
            if key[0] == batch and entry.approved and entry.counts
        }
        uploaded = {key for key in self.uploaded if key[0] == batch}
        if held - uploaded:
            self.complaints.append(f"batch {batch}: {sorted(held - uploaded)} did not go up")
        uploaded |= {key for key in self.failed if key[0] == batch}
        if announced != len(uploaded):
            self.complaints.append(f"batch {batch}: {announced} announced, {len(uploaded)} came")


COUNTS = {  # F3, F25, F60.1: +1 debit, -1 credit
    ("000000", "00", "22"): 1, ("200000", "00", "23"): -1, ("200000", "00", "25"): -1,
    ("030000", "06", "10"): 0, ("200000", "06", "11"): 0, ("000000", "06", "20"): 1,
    ("200000", "06", "21"): -1, ("000000", "06", "24"): 1, ("000000", "00", "30"): 1,
    ("000000", "00", "32"): 1, ("000000", "00", "34"): 1 }
REVERSIBLE = frozenset({"22", "23", "10", "11", "20", "21"})


class Bench:
    """Runs one terminal; ``cut`` is the effect after which power fails, ``lost`` the message that
    does not arrive, requests and replies counted together."""

    def __init__(
        self, table: TerminalTable = TABLE, profile: TerminalProfile | None = None,
        cut: int = -1, lost: int = -1, sealer: Sealer = SEALER,
    ) -> None:
        self.profile = profile or TerminalProfile()
        self.table = table
        self.sealer = sealer
        self.host = Host(sealer)
        self.now_ms = NOON
        self.nvm = b""
        self.cut = cut
        self.lost = lost
        self.effects = 0
        self.messages = 0
        self.down = False  # the line carries nothing
        self.refuses = False  # the line says at once that nothing leaves
        self.concluded: list[Conclude] = []
        self.shown: list[Show] = []
        self.printed: list[Print] = []
        self.counted: list[CountBatch] = []
        self.sent: list[Send] = []
        self.records: list[object] = []
        self.installs = 0
        self.update_to = ""
        self.violations: list[str] = []
        self._open: Message | None = None  # a reversible request without a reply that arrived
        self._keys: dict[Key, tuple[object, ...]] = {}
        self.terminal = self._build()
        self.give(Booted())

    def _build(self) -> Terminal:
        reading = read_journal(self.nvm)
        assert not reading.damage
        return Terminal(IDENTITY, self.profile, self.sealer, reading.records, table=self.table)

    def boot(self) -> None:
        """Power is back: a new machine from the journal."""
        self.terminal = self._build()
        self.give(Booted())

    def give(self, event: TerminalEvent) -> bool:
        """Hand in an event and carry out everything that follows at once; False: power failed."""
        events: list[TerminalEvent] = [event]
        while events:
            for effect in self.terminal.handle(events.pop(0), self.now_ms):
                if self.effects == self.cut:
                    self.effects += 1
                    self.boot()
                    return False
                self.effects += 1
                answer = self._carry(effect)
                if answer is not None:
                    events.append(answer)
        return True

    def _carry(self, effect: object) -> TerminalEvent | None:
        if isinstance(effect, Store):
            self.nvm += encode_record(effect.record)
            self.records.append(effect.record)
        elif isinstance(effect, Send):
            return self._exchange(effect)
        elif isinstance(effect, Conclude):
            self.concluded.append(effect)
        elif isinstance(effect, Show):
            self.shown.append(effect)
        elif isinstance(effect, Print):
            self.printed.append(effect)
        elif isinstance(effect, CountBatch):
            self.counted.append(effect)
        elif isinstance(effect, DrawRandom):
            return RandomDrawn(bytes(range(effect.count)))
        elif isinstance(effect, InstallUpdate):
            self.installs += 1
            return UpdateFinished(self.update_to) if self.update_to else None
        return None

    def _exchange(self, effect: Send) -> TerminalEvent | None:
        self.sent.append(effect)
        self._inspect(effect.message)
        if self.refuses:
            return SendFailed("no carrier")
        if self._is_lost():
            return None
        reply = self.host.answer(effect.message)
        if reply is None or self._is_lost():
            return None
        if self._open is not None and reply.stan == self._open.stan:
            self._open = None
        return ReplyReceived(reply)

    def _is_lost(self) -> bool:
        number, self.messages = self.messages, self.messages + 1
        return self.down or number == self.lost

    def _inspect(self, message: Message) -> None:
        if message.mti in ("0100", "0200", "0220", "0500"):
            key = (message.batch, message.stan or 0)
            facts = (message.mti, message.processing_code, message.amount_fen, message.pan)
            if self._keys.setdefault(key, facts) != facts:
                self.violations.append(f"{key} was used twice")
            if self._open is not None and message.mti != "0220":
                self.violations.append(f"{key} went out before the reversal of {self._open.stan}")
        if message.type_code in REVERSIBLE and message.mti != "0400":
            self._open = message

    # ---- what people do ----------------------------------------------------------------------

    def operate(self, kind: Kind, order: str = "", **facts: object) -> Conclude | None:
        """Ask for something, wait for its end; None where power failed meanwhile."""
        before = len(self.concluded)
        asked = Operated(kind=kind, order=order or kind.value, **facts)  # type: ignore[arg-type]
        self.give(asked)
        for _ in range(40):
            mine = [each for each in self.concluded[before:] if each.order == asked.order]
            if mine:
                return mine[-1]
            if not self.pass_time():
                return None
        return None

    def sign_on(self) -> Conclude | None:
        """Clerk 01 with the factory password."""
        return self.operate(Kind.SIGN_ON, password="0000")

    def sell(self, order: str, amount_fen: int, card: Card = CARD) -> Conclude | None:
        """A sale."""
        return self.operate(Kind.SALE, order, amount_fen=amount_fen, card=card)

    def pass_time(self) -> bool:
        """On to the next deadline; False where there is none, or power failed."""
        if self.terminal.deadline_ms is None:
            return False
        self.now_ms = max(self.now_ms, self.terminal.deadline_ms)
        return self.give(TimePassed())

    def rest(self, times: int = 30) -> None:
        """Let the terminal do what it does by itself."""
        for _ in range(times):
            if self.terminal.deadline_ms is None:
                return
            self.pass_time()

    def codes(self) -> list[str]:
        """What the operator was shown."""
        return [show.code for show in self.shown]

    def mtis(self) -> list[str]:
        """What was sent, in order."""
        return [send.message.mti for send in self.sent]

    def result_of(self, order: str) -> Result | None:
        """The last word on an order."""
        return next((c.result for c in reversed(self.concluded) if c.order == order), None)

    # ---- what must be true at the end --------------------------------------------------------

    def heal_and_close(self) -> None:
        """The faults are over: everything comes to rest, and the batch is settled."""
        self.cut = self.lost = -1
        self.down = self.refuses = False
        self.rest()
        self.sign_on()
        for number in range(8):
            told = self.operate(Kind.SETTLEMENT, f"closing {number}")
            self.rest()
            if told is not None and told.result is Result.APPROVED:
                return
        self.violations.append("the batch does not close")

    def findings(self, orders: Sequence[str]) -> list[str]:
        """Everything that is not as it must be."""
        found = self.violations + self.host.complaints
        found += [f"pending: {each}" for each in self.terminal.pending()]
        for count in self.counted:
            ours = (count.debit_fen, count.debit_count, count.credit_fen, count.credit_count)
            if count.closed and self.host.closed.get(count.batch) != ours:
                found.append(f"batch {count.batch}: {ours}, host {self.host.closed.get(count.batch)}")
        closed = {count.batch for count in self.counted if count.closed}
        found += [f"batch {n} closed by the host alone" for n in self.host.closed.keys() - closed]
        by_order: dict[str, set[Key]] = {}
        for send in self.sent:
            if COUNTED[send.kind] or send.kind in (Kind.PREAUTH, Kind.PREAUTH_VOID):
                key = (send.message.batch, send.message.stan or 0)
                by_order.setdefault(send.order, set()).add(key)
        for order in orders:
            keys = [k for k in by_order.get(order, ()) if self._stands(k)]
            result = self.result_of(order)
            if len(keys) > 1:
                found.append(f"{order} was debited {len(keys)} times")
            if result is Result.APPROVED and len(keys) != 1:
                found.append(f"{order} was told approved and is not in the books")
            if result is not Result.APPROVED and keys:
                found.append(f"{order} was told {result} and is in the books")
            if result is Result.APPROVED and order not in {p.order for p in self.printed}:
                found.append(f"{order} has no receipt")
        return found

    def _stands(self, key: Key) -> bool:
        entry = self.host.entries.get(key)
        return entry is not None and entry.approved


def original_of(told: Conclude | None) -> Original | None:
    """What a void of this transaction refers to."""
    return Original(told.batch, told.stan) if told is not None and told.stan else None
