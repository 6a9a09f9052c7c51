"""What happens to an acquirer host, and what it does about it: plain data, in order.

Every :class:`Store` of an answer stands before its :class:`Reply`: what was acknowledged survives.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.host_reasons import AlarmCode, SettledHow
from simulator.wire.kinds import Kind
from simulator.wire.message import Message


class TransactionKey(msgspec.Struct, frozen=True, gc=False, order=True):
    """STAN + batch + TID name one transaction."""

    tid: str
    batch: int
    stan: int


# ---- events ----------------------------------------------------------------------------------


class RequestReceived(msgspec.Struct, frozen=True, gc=False):
    """A whole message came over a link; the reply goes back on the same one.

    ``service_answer`` says what a closed service does with it: "" open, "silent" nothing at all,
    else the response code that it answers ("91", "96"; a 0500 answers result 3, it has no F39).
    """

    link: str
    message: Message
    service_answer: str = ""
    attempt: int = 0  # which try of this request it is; its reply is the reply to that try
    refundable_fen: int | None = None  # of a merchant whose refunds go no further than this


class RequestUnreadable(msgspec.Struct, frozen=True, gc=False):
    """Bytes came that are no message of the dialect; the reason holds no card data."""

    link: str
    reason: str


class IssuerAnswered(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An issuer answered an AskIssuer."""

    ref: str
    response_code: str
    auth_code: str = ""
    balance_fen: int | None = None
    part_fen: int = 0  # with response code 10: the part that is approved
    icc_data: bytes | None = None  # F55 for the chip: authentication data, scripts


class WalletAnswered(msgspec.Struct, frozen=True, gc=False):
    """A wallet channel answered an AskWallet: paid, pending, failed, refunded, cancelled, unknown.

    Where it says why it refuses, a response code (51, 61, 65) stands for "failed".
    """

    ref: str
    state: str


class CutOverReached(msgspec.Struct, frozen=True, gc=False):
    """The business day ends; what comes now belongs to ``settlement_date`` (ISO date)."""

    settlement_date: str


class VersionDemanded(msgspec.Struct, frozen=True, gc=False):
    """Terminals below this software (n2 + n6) are asked to update; later they are refused (78)."""

    minimum: str
    refuse: bool = False


class KeysWithdrawn(msgspec.Struct, frozen=True, gc=False):
    """The host asks for a new sign-on: one terminal, or all where ``tid`` is empty."""

    tid: str = ""


class DownloadDemanded(msgspec.Struct, frozen=True, gc=False):
    """The host asks for a download in its headers: one terminal, or all where ``tid`` is empty."""

    tid: str
    request: str  # the digit of the header, see ProcessingRequest


class BatchForced(msgspec.Struct, frozen=True, gc=False):
    """The host closes a terminal's open batch by itself (terminal lost, settlement never came)."""

    tid: str
    batch: int


class SaleHeld(msgspec.Struct, frozen=True, gc=False):
    """Risk control voids an approved transaction at the host."""

    key: TransactionKey


class SaleContested(msgspec.Struct, frozen=True, gc=False):
    """The cardholder's bank disputes so much of a sale; a negative sum: no more, it is the merchant's."""

    key: TransactionKey
    amount_fen: int


class HostTimePassed(msgspec.Struct, frozen=True, gc=False):
    """The published deadline is reached."""


class HostClockJumped(msgspec.Struct, frozen=True, gc=False):
    """The calendar of a bench jumped forward; armed deadlines move with it."""

    by_ms: int


AcquirerEvent = (
    RequestReceived | RequestUnreadable | IssuerAnswered | WalletAnswered | CutOverReached
    | VersionDemanded | KeysWithdrawn | DownloadDemanded | BatchForced | SaleHeld | SaleContested
    | HostTimePassed | HostClockJumped
)

# ---- effects ---------------------------------------------------------------------------------


class HostRecord(msgspec.Struct, frozen=True, gc=False, tag_field="record", tag=str.lower):
    """One record of the host's own journal; the concrete ones are records.py's."""


class StoreHost(msgspec.Struct, frozen=True, gc=False):
    """Append to the host's journal; durable before the next effect is done."""

    record: HostRecord


class Reply(msgspec.Struct, frozen=True, gc=False):
    """Answer a terminal on the link on which it asked."""

    link: str
    message: Message
    kind: Kind | None  # None: of a request of no kind of the dialect
    attempt: int = 0  # the try of the request that it answers


class IssuerRequest(str, Enum):
    """What an issuer is asked."""

    DEBIT = "debit"  # sale, completion
    CREDIT = "credit"  # void, refund
    HOLD = "hold"  # pre-authorisation
    RELEASE = "release"  # void of a pre-authorisation
    BALANCE = "balance"
    REVERSE = "reverse"  # undo an earlier request with an unknown outcome; repeated until answered


class AskIssuer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Ask the issuer of a card.  ``ref`` is unique for each request; ``key`` names the sale."""

    ref: str
    bank: str
    request: IssuerRequest
    pan: str
    amount_fen: int
    key: TransactionKey
    original: TransactionKey | None = None  # what a credit, release or reversal undoes
    attempt: int = 0
    is_void: bool = False  # of a credit: the original counts against no limit any more
    presented: Message | None = None  # the request, its PIN under the issuers' key; with a card at hand


class AskWallet(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Ask a wallet channel: pay, query, refund, or cancel what was asked for under this key."""

    ref: str
    request: str
    qr_code: str
    amount_fen: int
    key: TransactionKey
    original: TransactionKey | None = None


class Capture(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Money moved for a merchant: book it now, together with the Store just before.

    ``amount_fen`` is signed: positive for sales, negative for voids, refunds and reversals of
    sales.  ``settlement_date`` is an ISO date.  Each capture is done once for each ``posting``.
    """

    posting: str  # unique: "10000001/000001/000021 sale", "… reversal"
    mid: str
    key: TransactionKey
    kind: Kind
    amount_fen: int
    settlement_date: str
    channel: str  # bank id, or wallet name
    of: TransactionKey | None = None  # the sale that a void, refund or tip, or the end of one, refers to
    undoes: str = ""  # of a reversal: the kind of what it undoes
    card_kind: str = ""  # debit, credit, foreign, qr


class SettleBatch(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A batch is settled: its captured items may be cleared and paid.  Host's own totals."""

    tid: str
    mid: str
    batch: int
    debit_fen: int
    debit_count: int
    credit_fen: int
    credit_count: int
    result: SettledHow
    settlement_date: str
    held: tuple[TransactionKey, ...] = ()  # captured, but kept out of this settlement: suspense


class TotalsChanged(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The host's totals of a batch that it has settled already: something came late."""

    tid: str
    batch: int
    debit_fen: int
    debit_count: int
    credit_fen: int
    credit_count: int


class ReleaseHeld(msgspec.Struct, frozen=True, gc=False):
    """An item that was kept out of the settlement of its batch may be cleared now."""

    key: TransactionKey
    settlement_date: str


class Alarm(msgspec.Struct, frozen=True, gc=False):
    """Something an operator of the host should see: code, actor, text without card data."""

    code: AlarmCode
    tid: str
    text: str


AcquirerEffect = (
    StoreHost | Reply | AskIssuer | AskWallet | Capture | SettleBatch | TotalsChanged
    | ReleaseHeld | Alarm
)
