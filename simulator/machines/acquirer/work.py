"""What every step of an acquirer host stands on: its books, its deadlines, and the form of a reply.

Decides nothing about a transaction; the steps do, each kind of them in a module of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from simulator.catalogue.response_codes import PARTIAL
from simulator.local_time import hhmmss, mmdd
from simulator.machines.acquirer.deadlines import Deadlines
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    HostRecord,
    Reply,
    RequestReceived,
    StoreHost,
    TransactionKey,
)
from simulator.machines.acquirer.memory import HostBooks, KeySource
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings, PrefixTable
from simulator.machines.acquirer.transactions import APPROVED_CODES, TerminalBook, Transaction
from simulator.machines.sealing import Sealer
from simulator.wire.kinds import MANAGEMENT_KINDS, REPLY_MTI, Kind, ProcessingRequest
from simulator.wire.message import CURRENCY_CNY, Message, Original
from simulator.wire.track import decrypt_track

Effects = list[AcquirerEffect]
SCHEME = "CUP"  # F63 of replies
MAC_ERROR = "A0"
_PLAIN = ProcessingRequest.NONE.value
_NORMAL, _CLASS = "0", "60"  # of the header: terminal status, application class


class Waiting(msgspec.Struct, gc=False):
    """A request of a terminal whose answer waits for an issuer or a wallet."""

    link: str
    message: Message
    kind: Kind
    terminal: TerminalBook
    transaction: Transaction | None  # None: nothing is remembered (balance, query)
    attempt: int = 0
    icc_data: bytes | None = None  # what the issuer says to the chip; a copy is not told again


class HostCore:
    """State and forms shared by all steps."""

    def __init__(
        self, settings: AcquirerSettings, registry: Iterable[TerminalEntry], sealer: Sealer,
        key_source: KeySource, records: Iterable[HostRecord] = (),
    ) -> None:
        self.settings = settings
        self.sealer = sealer
        self.books = HostBooks(settings, registry, key_source, records)
        self.deadlines = Deadlines()
        self.waiting: dict[str, Waiting] = {}  # by ref
        self.attempts: dict[str, int] = {}  # of issuer reversals, by RRN
        self.queries: dict[str, Waiting] = {}  # QR queries, by the payment's RRN
        self.first_asked_ms: dict[str, int] = {}  # wallets that said nothing yet, by RRN
        self.routing = PrefixTable(settings.routing)
        self.may_be_foreign = any(
            not prefix.startswith(settings.domestic_prefixes) for prefix, _ in settings.routing
        )
        self.wallets = PrefixTable(settings.wallets)
        self._volatile = 0  # replies that name no transaction
        self._second = -1  # of the texts in _clock
        self._clock = ("", "")
        self._f15_of = ""  # the date that _f15 was made of
        self._f15 = ""
        self._blanks = {
            row.kind: Message(
                mti=row.reply_mti, type_code=row.type_code, processing_code=row.processing_code,
                condition_code=row.condition_code, acquirer_id=settings.acquirer_id,
                currency=CURRENCY_CNY, operator=SCHEME,
            )
            for row in sealer.dialect.kinds if row.kind not in MANAGEMENT_KINDS
        }
        ids = dict(settings.issuer_ids)
        self._institutions = {
            bank: f"{ids.get(bank, ''):<11}{settings.acquirer_id:<11}"
            for bank in {name for _, name in settings.routing}
        }

    def store(self, record: HostRecord) -> StoreHost:
        """Take a record into the books, and have it stored."""
        self.books.apply(record)
        return StoreHost(record)

    def clock(self, now_ms: int) -> tuple[str, str]:
        """F12 and F13; made once a second."""
        second = now_ms // 1000
        if second != self._second:
            self._second = second
            self._clock = (hhmmss(now_ms), mmdd(now_ms))
        return self._clock

    # ---- replies -----------------------------------------------------------------------------

    def processing_request(self, terminal: TerminalBook, software: str) -> str:
        """What the header of a reply asks for."""
        if terminal.must_sign_on:
            return ProcessingRequest.SIGN_ON.value
        if software < self.books.minimum_software:
            return ProcessingRequest.APPLICATION_DOWNLOAD.value
        return _PLAIN

    def reply(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook, code: str, now_ms: int,
        *, rrn: str = "", auth_code: str = "", private: bytes | None = None, batch: int = 0,
        balance: str = "",
    ) -> Reply:
        """A reply with a response code, sealed where it approves a sealed kind."""
        asked = event.message
        time, day = self.clock(now_ms)
        reply = Message(
            mti=REPLY_MTI[asked.mti], tid=asked.tid, mid=asked.mid, stan=asked.stan,
            type_code=asked.type_code, batch=batch or asked.batch,
            network_code=asked.network_code, capability=asked.capability, pan=asked.pan,
            processing_code=asked.processing_code, amount_fen=asked.amount_fen,
            local_time=time, local_date=day,
            condition_code=asked.condition_code, acquirer_id=self.settings.acquirer_id,
            rrn=rrn or self.volatile_rrn(), auth_code=auth_code, response_code=code,
            details=asked.details, currency=asked.currency, balance=balance, private=private,
            software=asked.software, terminal_status=asked.terminal_status,
            application_class=asked.application_class,
            processing_request=self.processing_request(terminal, asked.software),
        )
        if self.sealer.dialect.kind[kind].sealed and code in APPROVED_CODES and terminal.keys is not None:
            reply = self.sealer.seal(reply, terminal.keys.mak)
        return Reply(event.link, reply, kind)

    def sale_reply(
        self, waiting: Waiting, code: str, now_ms: int, rrn: str, auth_code: str = "",
        balance: str = "",
    ) -> Reply:
        """A reply with all that a switched transaction carries; in the path of every sale.

        Filled in from a blank of its kind, which is cheaper than naming every field.
        """
        asked = waiting.message
        transaction = waiting.transaction
        terminal = waiting.terminal
        time, day = self.clock(now_ms)
        channel = "" if transaction is None else transaction.channel
        reply = replace(
            self._blanks[waiting.kind], tid=asked.tid, mid=asked.mid, stan=asked.stan,
            batch=asked.batch, network_code=asked.network_code, capability=asked.capability,
            pan=asked.pan, amount_fen=asked.amount_fen, local_time=time, local_date=day,
            expiry=asked.expiry, settlement_date=self.settlement_mmdd(), rrn=rrn,
            auth_code=auth_code, response_code=code,
            institutions=self._institutions.get(channel, ""), software=asked.software,
        )
        wanted = self.processing_request(terminal, asked.software)
        if (
            wanted != _PLAIN or balance or asked.terminal_status != _NORMAL
            or asked.application_class != _CLASS or code == PARTIAL
            or waiting.icc_data is not None
        ):
            amount_fen = asked.amount_fen
            if code == PARTIAL and transaction is not None:
                amount_fen = transaction.amount_fen
            reply = replace(
                reply, processing_request=wanted, balance=balance,
                amount_fen=amount_fen, icc_data=waiting.icc_data,
                terminal_status=asked.terminal_status, application_class=asked.application_class,
            )
        if code in APPROVED_CODES and terminal.keys is not None:
            reply = self.sealer.seal(reply, terminal.keys.mak)
        return Reply(waiting.link, reply, waiting.kind)

    def settlement_mmdd(self) -> str:
        """F15: the business day that this moment belongs to."""
        day = self.books.settlement_date
        if day != self._f15_of:
            self._f15_of = day
            self._f15 = day[5:7] + day[8:]
        return self._f15

    def volatile_rrn(self) -> str:
        """F37 of a reply that names no transaction; starts again with the host."""
        self._volatile += 1
        return f"M{self._volatile:011}"


def with_clear_track(event: RequestReceived, terminal: TerminalBook) -> RequestReceived | None:
    """A request with its track as the terminal read it; None where key, track and F2 do not fit."""
    message = event.message
    try:
        track2 = decrypt_track(message.track2, terminal.keys.tdk if terminal.keys else b"")
    except ValueError:
        return None
    if message.pan and not track2.startswith(f"{message.pan}D"):
        return None
    return replace(event, message=replace(message, track2=track2, security=""))


def key_of_original(tid: str, original: Original | None) -> TransactionKey | None:
    """What F61 names, at the same terminal."""
    return None if original is None else TransactionKey(tid, original.batch, original.stan)
