"""A host on a bench: an honest issuer and wallet, a scripted terminal, and a body that can crash."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable

import msgspec

from simulator.catalogue.host_reasons import LeftOpen
from simulator.machines.acquirer.events import (
    AcquirerEvent,
    Alarm,
    AskIssuer,
    AskWallet,
    Capture,
    HostTimePassed,
    IssuerAnswered,
    IssuerRequest,
    ReleaseHeld,
    Reply,
    RequestReceived,
    SettleBatch,
    StoreHost,
    TransactionKey,
    WalletAnswered,
)
from simulator.machines.acquirer.machine import RIGHT_HOST, Acquirer
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.work import HostTable
from simulator.machines.sealing import SymbolicSealer
from simulator.wire.dialects import usual_dialect
from simulator.wire.keys import WorkingKeys, unwrap_working_keys
from simulator.wire.kinds import COUNTS, MANAGEMENT_KINDS, Kind
from simulator.wire.message import Message, Original
from simulator.wire.subfields import CardTotals, SettlementTotals, UploadItem, format_upload

TID = "10000001"
MID = "898000000000001"
PAN = "6200009753180120"
OTHER_PAN = "6200008642150237"
START_MS = 1_769_700_000_000  # 2026-01-29, 23:20 in Beijing
DAY = "2026-01-29"
NEXT_DAY = "2026-01-30"
SEALER = SymbolicSealer(usual_dialect())
CODE = "A30192812345678901234567"  # F59: the customer's code
SETTINGS = AcquirerSettings(
    settlement_date=DAY, routing=(("62", "bank.a"), ("6217", "bank.b")),
    issuer_ids=(("bank.a", "03080000"),), wallets=(("28", "wallet.a"), ("13", "wallet.b")),
)


def keys_of(tid: str, serial: int, _download: str = "") -> WorkingKeys:
    """Working keys that differ for each terminal and sign-on."""
    seed = bytes([int(tid[-2:]), serial % 256])
    return WorkingKeys(seed * 8, seed * 4, seed[::-1] * 8)


class HonestIssuer:
    """Does each key once, answers a repetition as before, remembers reversals that come first."""

    def __init__(self) -> None:
        self.done: dict[TransactionKey, tuple[str, int]] = {}
        self.undone: set[TransactionKey] = set()
        self.code = "00"

    def answer(self, asked: AskIssuer) -> IssuerAnswered:
        key = asked.key
        if asked.request is IssuerRequest.REVERSE:
            self.undone.add(key)
            return IssuerAnswered(ref=asked.ref, response_code="00")
        if asked.request is IssuerRequest.BALANCE:
            return IssuerAnswered(ref=asked.ref, response_code="00", balance_fen=123_456)
        if self.code != "00":
            return IssuerAnswered(ref=asked.ref, response_code=self.code)
        if key in self.undone:
            return IssuerAnswered(ref=asked.ref, response_code="22")
        self.done.setdefault(key, (asked.request.value, asked.amount_fen))
        return IssuerAnswered(ref=asked.ref, response_code="00", auth_code="654321")

    def taken_fen(self, key: TransactionKey) -> int:
        """What left (or reached, negative) the cardholder under a key."""
        request, amount_fen = self.done.get(key, ("", 0))
        if key in self.undone:
            return 0
        return {"debit": amount_fen, "credit": -amount_fen}.get(request, 0)


class HonestWallet:
    """A wallet that pays at once, or leaves payments pending."""

    def __init__(self) -> None:
        self.state = "paid"
        self.paid: set[TransactionKey] = set()
        self.returned: dict[TransactionKey, int] = {}
        self.cancelled: set[TransactionKey] = set()
        self.amounts: dict[TransactionKey, int] = {}

    def taken_fen(self, key: TransactionKey) -> int:
        """What left (or reached, negative) the customer under a key."""
        if key in self.cancelled:
            return 0
        return (self.amounts[key] if key in self.paid else 0) - self.returned.get(key, 0)

    def answer(self, asked: AskWallet) -> WalletAnswered:
        key = asked.key
        if asked.request in ("refund", "cancel") and self.state in ("unknown", "pending"):
            return WalletAnswered(asked.ref, self.state)
        if asked.request == "cancel":
            self.cancelled.add(key)
            return WalletAnswered(asked.ref, "cancelled")
        if key in self.cancelled:
            return WalletAnswered(asked.ref, "failed")
        if asked.request == "refund":
            self.returned[key] = asked.amount_fen
            return WalletAnswered(asked.ref, "refunded")
        if self.state == "paid":
            self.paid.add(key)
            self.amounts[key] = asked.amount_fen
        return WalletAnswered(asked.ref, "paid" if key in self.paid else self.state)


class HostBench:
    """Runs a host: carries out its effects in order, and can die before any of them."""

    def __init__(
        self, table: HostTable = RIGHT_HOST, settings: AcquirerSettings = SETTINGS,
        entries: Iterable[TerminalEntry] = (TerminalEntry(tid=TID, mid=MID, merchant="shop"),),
        crash_at: Collection[int] = (),
    ) -> None:
        self.entries = tuple(entries)
        self.settings = settings
        self.table = table
        self.now_ms = START_MS
        self.journal: list[object] = []
        self.host = self.boot()
        self.issuer = HonestIssuer()
        self.wallet = HonestWallet()
        self.to_issuer: deque[AskIssuer | AskWallet] = deque()
        self.issuer_is: Callable[[AskIssuer | AskWallet], bool] = lambda asked: True
        self.replies: list[Message] = []
        self.tries: list[int] = []  # the try that each of the replies answers
        self.captures: list[Capture] = []
        self.settled: list[SettleBatch] = []
        self.released: list[ReleaseHeld] = []
        self.alarms: list[str] = []
        self.alarm_texts: list[str] = []
        self.asked: list[AskIssuer | AskWallet] = []
        self.received: list[Message] = []
        self.boundaries = 0
        self.crash_at = crash_at

    def boot(self) -> Acquirer:
        return Acquirer(
            self.settings, self.entries, SEALER, keys_of, list(self.journal), self.table)

    def crash(self) -> None:
        """Power off and on: what was stored is all that is left."""
        self.host = self.boot()
        self.perform(HostTimePassed())

    def perform(self, event: AcquirerEvent) -> bool:
        """One event; False where the host died in it."""
        effects = self.host.handle(event, self.now_ms)
        for effect in effects:
            if not isinstance(effect, Capture | SettleBatch | ReleaseHeld):
                self.boundaries += 1
                if self.boundaries in self.crash_at:
                    self.crash()
                    return False
            self.carry(effect)
        return True

    def carry(self, effect: object) -> None:
        match effect:
            case StoreHost():
                self.journal.append(effect.record)
            case Reply():
                self.replies.append(effect.message)
                self.tries.append(effect.attempt)
            case AskIssuer() | AskWallet():
                self.asked.append(effect)
                self.to_issuer.append(effect)
            case Capture():
                self.captures.append(effect)
            case SettleBatch():
                self.settled.append(effect)
            case ReleaseHeld():
                self.released.append(effect)
            case Alarm():
                self.alarms.append(effect.code)
                self.alarm_texts.append(effect.text)

    def pump(self) -> None:
        """Issuers and wallets answer what they heard, where the test lets them."""
        while self.to_issuer:
            asked = self.to_issuer.popleft()
            if self.issuer_is(asked):
                self.give(asked)

    def give(self, asked: AskIssuer | AskWallet) -> None:
        """One answer of an issuer or wallet."""
        if isinstance(asked, AskIssuer):
            self.perform(self.issuer.answer(asked))
        else:
            self.perform(self.wallet.answer(asked))

    def event(self, event: AcquirerEvent) -> list[Message]:
        """One event and all that follows at once; the replies it brought."""
        self.now_ms += 1_000
        before = len(self.replies)
        self.perform(event)
        self.pump()
        return self.replies[before:]

    def receive(self, message: Message, service: str = "", link: str = "line") -> list[Message]:
        self.received.append(message)
        return self.event(RequestReceived(link, message, service))

    def wait(self) -> list[Message]:
        """Until the host's next deadline, and what it does then."""
        deadline_ms = self.host.deadline_ms
        assert deadline_ms is not None, "the host waits for nothing"
        self.now_ms = max(self.now_ms, deadline_ms) - 1_000
        return self.event(HostTimePassed())

    def drain(self) -> None:
        """Let everything come to rest with an issuer that answers."""
        self.issuer_is = lambda asked: True
        self.issuer.code = "00"
        for _ in range(200):
            self.pump()
            if self.host.deadline_ms is None:
                return
            self.wait()
        raise AssertionError(f"never at rest: {self.host.pending()}")

    # ---- what must be true -------------------------------------------------------------------

    def captured_fen(self, key: TransactionKey) -> int:
        return sum(capture.amount_fen for capture in self.captures if capture.key == key)

    def one_sided(self) -> list[TransactionKey]:
        """Keys for which issuer and acquirer booked different sums."""
        keys = {capture.key for capture in self.captures} | set(self.issuer.done)
        keys |= self.wallet.amounts.keys()
        return sorted(
            key for key in keys
            if self.captured_fen(key) != self.issuer.taken_fen(key) + self.wallet.taken_fen(key)
        )

    def faults(self) -> list[str]:
        """Every way in which the host broke its promises; empty once at rest for a right one."""
        found = [f"one-sided {key}" for key in self.one_sided()]
        found += [
            f"captured twice {posting}" for posting, times in
            Counter(capture.posting for capture in self.captures).items() if times > 1
        ]
        found += [
            f"settled twice {name}" for name, times in
            Counter((batch.tid, batch.batch) for batch in self.settled).items() if times > 1
        ]
        for batch in self.settled:
            items = [
                capture.amount_fen for capture in self.captures
                if (capture.key.tid, capture.key.batch) == (batch.tid, batch.batch)
                and capture.key not in batch.held
            ]
            if sum(items) != batch.debit_fen - batch.credit_fen:
                found.append(f"batch {batch.batch} says {batch.debit_fen - batch.credit_fen}, "
                             f"captured {sum(items)}")
        return found + [  # what is held out of a settlement is at rest until its time is over
            f"pending {each.what} {each.stan}" for each in self.host.pending()
            if each.what is not LeftOpen.HELD
        ]


class ScriptedTerminal:
    """Sends what it is told; keeps keys, numbers, approved items and one pending reversal."""

    def __init__(self, bench: HostBench, tid: str = TID, mid: str = MID) -> None:
        self.bench = bench
        self.tid = tid
        self.mid = mid
        self.stan = 1
        self.batch = 0
        self.mak = b""
        self.items: dict[int, tuple[Kind, int, str]] = {}
        self.reversal: Message | None = None
        self.copies = 0  # of each transaction, delivered right behind it
        self.approved: set[TransactionKey] = set()

    # ---- messages ----------------------------------------------------------------------------

    def take_stan(self) -> int:
        self.stan += 1
        return self.stan - 1

    def message(self, kind: Kind, amount_fen: int | None = None, **fields: object) -> Message:
        """A request from the row of its kind, sealed where the row says so."""
        row = usual_dialect().kind[kind]
        card: dict[str, object] = {
            "pan": PAN, "entry_mode": "022", "expiry": "3012", "currency": "156",
        }
        if kind in MANAGEMENT_KINDS:
            card = {}
        elif kind in (Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND):
            card = {"entry_mode": "032", "currency": "156"}
        if kind is Kind.QR_SALE:
            card["field59"] = CODE
        made = {
            "mti": row.mti, "tid": self.tid, "mid": self.mid, "stan": self.take_stan(),
            "batch": self.batch, "type_code": row.type_code, "network_code": row.network_code,
            "processing_code": row.processing_code, "condition_code": row.condition_code,
            "amount_fen": amount_fen, **card,
        } | fields
        return self.seal(Message(**made)) if row.sealed else Message(**made)  # type: ignore[arg-type]

    def seal(self, message: Message) -> Message:
        return SEALER.seal(message, self.mak)

    def reversal_of(self, request: Message, reason: str = "98") -> Message:
        return self.seal(msgspec.structs.replace(
            request, mti="0400", response_code=reason, rrn="", track2="", mac=None,
        ))

    # ---- what it does ------------------------------------------------------------------------

    def sign_on(self, batch: int | None = None, **fields: object) -> Message:
        asked = self.message(
            Kind.SIGN_ON, batch=self.batch if batch is None else batch, **fields,
        )
        reply = self.only(self.bench.receive(asked))
        if reply.response_code == "00":
            assert reply.private is not None
            self.mak = unwrap_working_keys(
                reply.private, self.bench.entries[0].master_key).mak
            if reply.batch != self.batch:
                self.items.clear()
            self.batch = reply.batch
        return reply

    @staticmethod
    def only(replies: list[Message]) -> Message:
        assert len(replies) == 1, replies
        return replies[0]

    def do(self, kind: Kind, amount_fen: int | None = None, **fields: object) -> Message:
        """One transaction with the one reply it must get."""
        return self.only(self.bench.receive(self.message(kind, amount_fen, **fields)))

    def sale(self, amount_fen: int = 10_000, **fields: object) -> Message:
        return self.do(Kind.SALE, amount_fen, **fields)

    # ---- a terminal that recovers ------------------------------------------------------------

    def run(self, kind: Kind, amount_fen: int, original: Original | None = None) -> None:
        """One transaction as a careful terminal does it: unknown outcomes are reversed."""
        if not self.deliver_reversal():
            return
        fields = {} if original is None else {"original": original}
        request = self.message(kind, amount_fen, **fields)
        replies = self.bench.receive(request)
        for _ in range(self.copies):
            replies += self.bench.receive(request, link="copy")
        mine = [reply for reply in replies if reply.stan == request.stan]
        reply = mine[0] if mine else None
        key = TransactionKey(self.tid, request.batch, request.stan or 0)
        if reply is None or reply.response_code == "94":
            self.reversal = self.reversal_of(request)
        elif reply.response_code in ("A0", "77"):
            self.sign_on()
        elif reply.response_code == "00" and SEALER.is_sealed(reply, self.mak):
            self.items[key.stan] = (kind, amount_fen, request.pan)
            self.approved.add(key)
        self.deliver_reversal()

    def deliver_reversal(self) -> bool:
        for _ in range(5):
            if self.reversal is None:
                return True
            replies = [
                reply for reply in self.bench.receive(self.seal(self.reversal))
                if reply.mti == "0410"
            ]
            code = replies[0].response_code if replies else ""
            if code == "00":
                self.reversal = None
            elif code == "A0":
                self.sign_on_again()
        return self.reversal is None

    def sign_on_again(self) -> None:
        for _ in range(3):
            asked = self.message(Kind.SIGN_ON)
            replies = self.bench.receive(asked)
            if replies and replies[0].private is not None:
                self.mak = unwrap_working_keys(
                    replies[0].private, self.bench.entries[0].master_key).mak
                self.batch = replies[0].batch
                return

    def totals(self) -> CardTotals:
        sums = [0, 0, 0, 0]
        for kind, amount_fen, _ in self.items.values():
            counts = COUNTS[kind]
            if counts:
                at = 0 if counts > 0 else 2
                sums[at] += amount_fen
                sums[at + 1] += 1
        return CardTotals(*sums)

    def ask_settlement(self, totals: CardTotals | None = None, batch: int | None = None) -> str:
        """The result digit of one 0500, or nothing."""
        details = SettlementTotals(totals or self.totals()).format()
        replies = self.bench.receive(self.message(
            Kind.SETTLEMENT, details=details, batch=self.batch if batch is None else batch,
            currency="156", operator="01 ",
        ))
        return replies[0].details[30] if replies else ""

    def upload_items(self, items: Iterable[tuple[int, int]]) -> list[str]:
        """Details up, eight in a message; the codes that came back."""
        rows = [UploadItem(False, stan, PAN, amount_fen) for stan, amount_fen in items]
        codes = []
        for at in range(0, len(rows), 8):
            replies = self.bench.receive(self.message(
                Kind.BATCH_UPLOAD, details=format_upload(rows[at:at + 8]), network_code="201",
            ))
            codes += [reply.response_code for reply in replies] or [""]
        return codes

    def end_upload(self, count: int, code: str = "202") -> str:
        replies = self.bench.receive(self.message(
            Kind.BATCH_UPLOAD, details=f"{count:04}", network_code=code,
        ))
        return replies[0].response_code if replies else ""

    def settle(self) -> None:
        """Settle as a careful terminal does: until the host has answered everything."""
        if not self.deliver_reversal():
            return
        for _ in range(5):
            result = self.ask_settlement()
            if result == "1":
                break
            if result == "2":
                counted = [
                    (stan, fen) for stan, (kind, fen, _) in self.items.items() if COUNTS[kind]
                ]
                while "" in self.upload_items(counted):
                    pass
                if self.end_upload(len(counted)) == "00":
                    break
        self.items.clear()
        self.batch += 1


def signed_on(bench: HostBench) -> ScriptedTerminal:
    """A terminal that can sell."""
    terminal = ScriptedTerminal(bench)
    terminal.sign_on()
    return terminal


def of_message(message: Message) -> Original:
    """F61 that names a transaction by its reply."""
    return Original(message.batch, message.stan or 0)
