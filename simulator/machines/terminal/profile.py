"""What a terminal is and how its maker built it, as data; holds no behaviour."""

from __future__ import annotations

from enum import Enum
from typing import Literal

import msgspec

from simulator.wire.master_keys import TEST_MASTER_KEY
from simulator.wire.subfields import DOMESTIC_PREFIXES
from simulator.wire.tables import Table


class TerminalIdentity(msgspec.Struct, frozen=True, gc=False):
    """What is loaded when a terminal is commissioned."""

    tid: str  # F41, 8 characters
    mid: str  # F42, 15 characters
    serial_number: str = "TEST00000001"
    master_key: bytes = TEST_MASTER_KEY  # TMK, 8, 16 or 24 bytes; test keys only

    def __repr__(self) -> str:
        """The key is not shown."""
        return f"TerminalIdentity({self.tid!r}, {self.mid!r})"


class AfterLastTry(str, Enum):
    """What a terminal does with a reversal after its last try failed."""

    KEEP = "keep"  # refuse other financial requests until it is delivered
    DROP = "drop"  # drop it with a warning


class OldList(str, Enum):
    """What becomes of the old entries of a table while new ones are loaded."""

    KEPT = "kept_until_end"  # the new ones take their place whole
    FIRST_REPLY = "dropped_at_first_reply"
    FIRST = "dropped_first"  # before anything is sent: a cut leaves nothing


class DownloadPlan(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Which tables a terminal asks for after its sign-on where it has none, and how it goes about it.

    What the host asks for in a header, or a person, is loaded in any case.
    """

    tables: tuple[Table, ...] = ()
    old_list: OldList = OldList.KEPT
    resumes: bool = True  # after a cut at the unfinished step; else anew after the next sign-on
    tries: int = 3  # of each message


_T = Table
# As public sources of four families show it, and one that a cut never leaves with less than it had.
DOWNLOAD_PLANS: dict[str, DownloadPlan] = {
    "none": DownloadPlan(),
    "chip": DownloadPlan(tables=(
        _T.CAPK, _T.AID, _T.CONTACTLESS, _T.BLACK_LIST, _T.BIN_B, _T.BIN_C)),
    "family-l": DownloadPlan(tables=(_T.AID, _T.CAPK), resumes=False, tries=1),
    "family-p": DownloadPlan(
        tables=(_T.PARAMETERS, _T.CAPK, _T.AID, _T.BLACK_LIST), old_list=OldList.FIRST,
        resumes=False, tries=1),
    "family-m": DownloadPlan(
        tables=(_T.AID, _T.CAPK, _T.CONTACTLESS), old_list=OldList.FIRST, resumes=False),
    "family-c": DownloadPlan(tables=(
        _T.CAPK, _T.AID, _T.PARAMETERS, _T.CONTACTLESS, _T.BIN_B, _T.BIN_C)),
}


class TerminalProfile(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Settings on which real terminals differ.  Durations in milliseconds.

    Source of defaults: docs/unionpay.md.  Capabilities (link, printer, QR, keyboard) are what the
    field guides name; nothing here is a maker's protocol.
    """

    name: str = "generic"
    links: tuple[str, ...] = ("ethernet",)  # dial_up, ethernet, wifi, mobile; the first is in use
    printer: bool = True  # False: electronic receipts, which do not jam
    qr: bool = False
    qr_terminal_data: bool = True  # A2 of F59 before the customer's code
    qr_capability: Literal["600", "601"] = "600"  # 60.4 to 60.6 of QR messages
    qr_field: Literal["59", "47"] = "59"  # where their tags go
    qr_reversal_tags: Literal["sale", "none", "all"] = "sale"  # A3 in a reversal, none, or A4 too
    qr_refund_reference: Literal["original", "date_only"] = "original"  # F37 and F61 of a refund
    signature_upload: bool = False  # what a customer signs on the screen goes up (0820)
    keyboard: Literal["keypad", "touch"] = "keypad"  # named by the guides; transactions are alike
    reply_timeout_ms: int = 30_000  # 20 to 90 s
    reversal_tries: int = 3
    reversal_idle_ms: int = 60_000  # pause before a pending reversal is tried again by itself
    after_last_try: AfterLastTry = AfterLastTry.KEEP
    reversal_after_failed_connect: bool = True  # the request may have left, or not
    reversal_first_reason: Literal["98", "06", "none"] = "98"  # F39 until the wait is over
    reversal_reason_at_reply: Literal["stays", "06"] = "stays"  # before the reply is looked at
    reversal_reason_when_refused: Literal["stays", "06"] = "stays"  # after a 0410 that is not done
    reversal_not_finished_reason: Literal["96", "06"] = "96"  # approved, and not finished here
    reversal_atc: Literal["not_finished", "always"] = "not_finished"  # 9F36 in F55 of a reversal
    reversal_takes_stan: bool = False  # the counter moves on with each 0400, which keeps its own
    reversal_after_mismatched_reply: bool = True
    unsealed_declines: Literal["believe", "reverse"] = "believe"  # F64 is due where F39 = 00 only
    reply_checks: tuple[str, ...] = (
        "mti", "processing_code", "stan", "tid", "mid", "amount", "mac",
    )
    key_download: Literal["001", "003", "004"] = "003"  # F60.3 of sign-on
    mac_key_length: Literal[8, 16] = 8
    advice_tries: int = 3  # tries of an advice before it waits for the settlement
    advice_with_next_online: bool = True  # send stored advices after an online transaction
    settlement_tries: int = 3  # tries of 0500 and of each 0320 in one run
    sign_off_after_settlement: bool = False
    first_stan: int = 1  # the counter as it comes from the factory
    batch_limit: int = 999  # transactions of a batch; counts in F48 have three digits
    batch_full: Literal["refuse", "settle"] = "refuse"  # who settles then: the clerk, or it does by itself
    offline_limit_fen: int = 0  # largest offline sale; 0: function disabled
    no_pin_limit_fen: int = 1_000_00  # contactless sales up to it need no PIN and no signature; 0: none
    disabled: tuple[str, ...] = ()  # kinds that the operator may not call
    supervised: tuple[str, ...] = ()  # kinds that need the supervisor's password beside the clerk
    supervisor_password: str = "123456"
    approved_print_fails: Literal["keep", "reverse"] = "keep"
    domestic_prefixes: tuple[str, ...] = DOMESTIC_PREFIXES  # other cards count as foreign
    duplicate_warning_ms: int = 300_000  # same card and sum within this time is warned of
    download: DownloadPlan = DOWNLOAD_PLANS["none"]
    software: str = "31100311"  # version n2 + sub-version n6 of the header
    clerks: tuple[tuple[str, str], ...] = (("01", "0000"),)  # operator number and password


class Card(msgspec.Struct, frozen=True, gc=False):
    """A test card as it meets the reader."""

    pan: str  # 13 to 19 digits, a test number
    expiry: str = "3012"  # YYMM
    track2: str = ""  # with D; made from PAN and expiry where empty
    pin: str = ""  # clear test PIN typed by the customer, "" for none
    entry: Literal["keyed", "stripe", "chip", "contactless"] = "stripe"
    sequence: str = ""  # F23, chip only
    icc_data: bytes | None = None  # F55, chip only
    issuer_proof: bytes = b""  # value of 91 by which this chip knows its issuer's approval; b"": any
