"""What differs from one acquirer to the next, as data; decides nothing about a message."""

from __future__ import annotations

from typing import Literal

import msgspec

from simulator.catalogue.response_codes import RESPONSE_CODES, Reverses, response_code
from simulator.machines.acquirer.library import NO_TABLES, Library
from simulator.money.limits import Limit
from simulator.wire.subfields import DOMESTIC_PREFIXES


class ReplyHeader(msgspec.Struct, frozen=True, gc=False):
    """What every reply has in its header, but for the processing request."""

    application_class: str
    software: str
    terminal_status: str


class MerchantLimit(msgspec.Struct, frozen=True, gc=False):
    """A bound on what a merchant takes, of all its sales or of those by one kind of card."""

    mid: str
    card_kind: str  # "": all of them
    limit: Limit


class AcquirerSettings(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Settings of a host.  Durations in milliseconds, dates ISO, percentages whole.

    ``routing``, ``card_kinds`` and ``wallets`` are pairs of a prefix (of a PAN, of a QR code) and a
    name; the longest prefix that fits wins.
    """

    settlement_date: str = "1970-01-01"  # the business day at start; CutOverReached moves it
    acquirer_id: str = "48020000"  # F32
    routing: tuple[tuple[str, str], ...] = (("62", "bank.issuer"),)
    domestic_prefixes: tuple[str, ...] = DOMESTIC_PREFIXES  # other cards count as foreign in F48
    card_kinds: tuple[tuple[str, str], ...] = ()  # beginnings of card numbers, and "debit" or "credit"
    issuer_ids: tuple[tuple[str, str], ...] = ()  # bank, its institution number in F44
    wallets: tuple[tuple[str, str], ...] = ()
    issuer_timeout_ms: int = 15_000
    issuer_timeout_answer: str = "98"  # or another code by which the host reverses: "91"
    reverse_again_ms: int = 30_000  # pause before an unanswered issuer reversal is repeated
    wallet_timeout_ms: int = 20_000  # a QR sale or void waits so long for its wallet in all
    wallet_again_ms: int = 5_000  # pause before a wallet that does not know is asked again
    qr_voucher: bool = True  # A4 in the reply to a QR sale
    unknown_kind_answer: str = "12"  # to a request of no kind of the dialect
    key_downloads: tuple[str, ...] = ("003", "001", "004")  # F60.3 of a sign-on that is answered
    key_downloads_as: tuple[tuple[str, str], ...] = ()  # a further code there, the one whose form it gets
    reply_header: ReplyHeader | None = None  # of replies; None: that of the request
    refunds_across_tills: bool = True  # at another terminal of the same merchant, by RRN
    duplicate_answer: Literal["94", "stored"] = "stored"  # to a copy of what was approved
    merchant_limits: tuple[MerchantLimit, ...] = ()
    completion_percent: int = 115  # of the pre-authorised sum
    tip_percent: int = 100  # of the sale: one tip or adjustment
    chip_fallback: Literal["accept", "refuse"] = "accept"  # chip cards that are swiped
    minimum_software: str = ""  # version n2 + sub-version n6; VersionDemanded changes it
    refuse_old_software: bool = False
    capture: Literal["batch", "host"] = "batch"  # what clears an item: its batch, or its approval
    missing_from_upload: Literal["hold", "settle"] = "hold"
    held_days: int = 7  # then what is held is ended, at a cut-over
    after_held: Literal["settle", "give_back"] = "settle"
    close_left_open: bool = True  # at cut-over, batches that their terminal has left behind
    auto_close_days: int = 0  # batches untouched for so many business days are forced; 0: never
    library: Library = NO_TABLES  # what terminals may load
    forget_after_days: int = 30  # settled batches older than this, the last one excepted

    def __post_init__(self) -> None:
        """A time-out is told by a code that says that the host reverses; every answer is a code."""
        if response_code(self.issuer_timeout_answer).reverses is not Reverses.HOST:
            raise ValueError(
                f"issuer_timeout_answer {self.issuer_timeout_answer!r}: by this code no host reverses")
        if self.unknown_kind_answer not in RESPONSE_CODES:
            raise ValueError(f"unknown_kind_answer {self.unknown_kind_answer!r}: no response code")


class PrefixTable:
    """Longest-prefix lookup over a handful of prefixes.

    >>> PrefixTable((("62", "bank.a"), ("6217", "bank.b"))).find("6217009753160008")
    'bank.b'
    >>> PrefixTable((("62", "bank.a"),)).find("5100009753180008")
    ''
    """

    __slots__ = ("_lengths", "_names")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, rows: tuple[tuple[str, str], ...]) -> None:
        self._names = dict(rows)
        self._lengths = sorted({len(prefix) for prefix, _ in rows}, reverse=True)

    def __eq__(self, other: object) -> bool:
        """Whether it has the same rows."""
        return isinstance(other, PrefixTable) and other._names == self._names

    def find(self, digits: str) -> str:
        """The name of the longest prefix that fits, or an empty string."""
        names = self._names
        for length in self._lengths:
            name = names.get(digits[:length])
            if name is not None:
                return name
        return ""
