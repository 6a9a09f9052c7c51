"""The transaction kinds, and the row that a dialect gives each of them; decides nothing.

The rows themselves are the dialect's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec


class Kind(str, Enum):
    """A transaction kind, named as in the field."""

    __hash__ = str.__hash__  # looked up for every message; Enum's own costs five times as much

    SIGN_ON = "sign_on"
    SIGN_OFF = "sign_off"
    ECHO_TEST = "echo_test"
    SALE = "sale"
    VOID = "void"
    REFUND = "refund"
    BALANCE = "balance"
    PREAUTH = "preauth"
    PREAUTH_VOID = "preauth_void"
    COMPLETION = "completion"
    COMPLETION_VOID = "completion_void"
    COMPLETION_ADVICE = "completion_advice"
    OFFLINE_SALE = "offline_sale"
    ADJUST = "adjust"
    TIP = "tip"
    QR_SALE = "qr_sale"
    QR_VOID = "qr_void"
    QR_REFUND = "qr_refund"
    REVERSAL = "reversal"
    SCRIPT_RESULT = "script_result"
    SETTLEMENT = "settlement"
    BATCH_UPLOAD = "batch_upload"
    PARAMETER_DOWNLOAD = "parameter_download"
    STATUS_UPLOAD = "status_upload"
    SIGNATURE_UPLOAD = "signature_upload"
    CAPK_LIST = "capk_list"
    CAPK_DOWNLOAD = "capk_download"
    CAPK_END = "capk_end"
    AID_LIST = "aid_list"
    AID_DOWNLOAD = "aid_download"
    AID_END = "aid_end"
    CONTACTLESS_DOWNLOAD = "contactless_download"
    CONTACTLESS_END = "contactless_end"
    BLACK_LIST_DOWNLOAD = "black_list_download"
    BLACK_LIST_END = "black_list_end"
    BIN_B_DOWNLOAD = "bin_b_download"
    BIN_B_END = "bin_b_end"
    BIN_C_DOWNLOAD = "bin_c_download"
    BIN_C_END = "bin_c_end"
    TMS_DOWNLOAD = "tms_download"
    TMS_END = "tms_end"
    PUBLIC_KEY_DOWNLOAD = "public_key_download"
    MASTER_KEY_DOWNLOAD = "master_key_download"
    MASTER_KEY_END = "master_key_end"


class KindRow(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How a kind looks on the line of one dialect, and what the dialect wants of it."""

    kind: Kind
    mti: str
    processing_code: str = ""
    condition_code: str = ""
    type_code: str = ""
    network_code: str = ""
    sealed: bool = False  # carries a MAC
    reversible: bool = False  # an unknown outcome is reversed
    by_mti: bool = False  # told by its message type alone
    also: tuple[str, ...] = ()  # further network codes that mean this kind
    also_mti: tuple[str, ...] = ()  # further message types in which a request of it is taken
    scanned: bool = False  # told from the card kind of the same codes by the customer's code

    @property
    def reply_mti(self) -> str:
        """Request + 10."""
        return REPLY_MTI[self.mti]


REPLY_MTI = {f"{n:04}": f"{n + 10:04}" for n in range(0, 9990, 10)}


def mti_of_reply(mti: str) -> str:
    """The message type that answers any request, advice or notification; empty for a reply.

    >>> mti_of_reply("0300"), mti_of_reply("0421"), mti_of_reply("0210")
    ('0310', '0431', '')
    """
    function = int(mti[2])
    return "" if function % 2 else f"{mti[:2]}{function + 1}{mti[3]}"

_K = Kind
# What is the kind's own and not a dialect's: its message type, by which faults and the judge know
# it,
MTI: dict[Kind, str] = {
    _K.SIGN_ON: "0800", _K.SIGN_OFF: "0820", _K.ECHO_TEST: "0820", _K.SALE: "0200",
    _K.VOID: "0200", _K.REFUND: "0220", _K.BALANCE: "0200", _K.PREAUTH: "0100",
    _K.PREAUTH_VOID: "0100", _K.COMPLETION: "0200", _K.COMPLETION_VOID: "0200",
    _K.COMPLETION_ADVICE: "0220", _K.OFFLINE_SALE: "0220", _K.ADJUST: "0220", _K.TIP: "0220",
    _K.QR_SALE: "0200", _K.QR_VOID: "0200", _K.QR_REFUND: "0220", _K.REVERSAL: "0400",
    _K.SCRIPT_RESULT: "0620", _K.SETTLEMENT: "0500", _K.BATCH_UPLOAD: "0320",
    _K.PARAMETER_DOWNLOAD: "0800", _K.STATUS_UPLOAD: "0820",
    _K.CAPK_LIST: "0820", _K.CAPK_DOWNLOAD: "0800", _K.CAPK_END: "0800",
    _K.AID_LIST: "0820", _K.AID_DOWNLOAD: "0800", _K.AID_END: "0800",
    _K.CONTACTLESS_DOWNLOAD: "0800", _K.CONTACTLESS_END: "0800",
    _K.BLACK_LIST_DOWNLOAD: "0800", _K.BLACK_LIST_END: "0800",
    _K.BIN_B_DOWNLOAD: "0800", _K.BIN_B_END: "0800",
    _K.BIN_C_DOWNLOAD: "0800", _K.BIN_C_END: "0800",
    _K.TMS_DOWNLOAD: "0800", _K.TMS_END: "0800",
    _K.PUBLIC_KEY_DOWNLOAD: "0800", _K.MASTER_KEY_DOWNLOAD: "0800", _K.MASTER_KEY_END: "0800",
    _K.SIGNATURE_UPLOAD: "0820",
}
# The messages of downloads: no trace number, no MAC, nothing but F62 beside who and what.
DOWNLOADS = frozenset({
    _K.PARAMETER_DOWNLOAD, _K.STATUS_UPLOAD,
    _K.CAPK_LIST, _K.CAPK_DOWNLOAD, _K.CAPK_END, _K.AID_LIST, _K.AID_DOWNLOAD, _K.AID_END,
    _K.CONTACTLESS_DOWNLOAD, _K.CONTACTLESS_END, _K.BLACK_LIST_DOWNLOAD, _K.BLACK_LIST_END,
    _K.BIN_B_DOWNLOAD, _K.BIN_B_END, _K.BIN_C_DOWNLOAD, _K.BIN_C_END, _K.TMS_DOWNLOAD, _K.TMS_END,
    _K.PUBLIC_KEY_DOWNLOAD, _K.MASTER_KEY_DOWNLOAD, _K.MASTER_KEY_END,
})
# whether F60 holds 60.1 to 60.3 only,
MANAGEMENT_KINDS = DOWNLOADS | {
    _K.SIGN_ON, _K.SIGN_OFF, _K.ECHO_TEST, _K.SETTLEMENT, _K.BATCH_UPLOAD, _K.SIGNATURE_UPLOAD,
}
# whether an unknown outcome is reversed, whether it is stored and forwarded until delivered,
REVERSIBLE = frozenset({
    _K.SALE, _K.VOID, _K.PREAUTH, _K.PREAUTH_VOID, _K.COMPLETION, _K.COMPLETION_VOID, _K.QR_SALE,
    _K.QR_VOID,
})
ADVICES = frozenset({_K.COMPLETION_ADVICE, _K.OFFLINE_SALE, _K.ADJUST, _K.TIP})
# and in batch totals: +1 debit (sale-like), -1 credit, 0 not counted.
COUNTS: dict[Kind, int] = dict.fromkeys(Kind, 0) | dict.fromkeys((
    _K.SALE, _K.COMPLETION, _K.COMPLETION_ADVICE, _K.OFFLINE_SALE, _K.ADJUST, _K.TIP, _K.QR_SALE,
), 1) | dict.fromkeys((
    _K.VOID, _K.REFUND, _K.COMPLETION_VOID, _K.QR_VOID, _K.QR_REFUND,
), -1)
# What has the same codes as a card kind, and is told from it by the customer's code.
CARD_KIND: dict[Kind, Kind] = {
    **{kind: kind for kind in Kind},
    _K.QR_SALE: _K.SALE, _K.QR_VOID: _K.VOID, _K.QR_REFUND: _K.REFUND,
}

SINGLE_KEYS, WITH_TRACK_KEY = "001", "004"  # F60.3 of a sign-on
KEY_DOWNLOADS = frozenset({SINGLE_KEYS, "003", WITH_TRACK_KEY})  # whose form is known


class KindFinder:
    """Finds the kind of a request by the rows of a dialect."""

    __slots__ = ("_by_code", "_by_mti", "_by_type")

    def __init__(self, rows: Iterable[KindRow]) -> None:
        rows = tuple(rows)
        self._by_mti = {row.mti: row.kind for row in rows if row.by_mti}
        management = [
            (row, mti, code) for row in rows if row.kind in MANAGEMENT_KINDS
            for mti in (row.mti, *row.also_mti) for code in (row.network_code, *row.also)
        ]
        self._by_code = {(mti, row.type_code, code): row.kind for row, mti, code in management}
        # Where 60.1 is odd, the first row of the network code is meant.
        self._by_code |= {(mti, "", code): row.kind for row, mti, code in reversed(management)}
        self._by_type = {
            (row.mti, row.processing_code, row.condition_code, row.type_code, row.scanned): row.kind
            for row in rows if row.kind not in MANAGEMENT_KINDS
        }

    def kind_of(
        self, mti: str, processing_code: str, condition_code: str, type_code: str,
        network_code: str, *, scanned: bool = False,
    ) -> Kind | None:
        """The kind of a request from its F3, F25, 60.1, 60.3, and whether a code was scanned.

        None where the table has none.
        """
        return (
            self._by_type.get((mti, processing_code, condition_code, type_code, scanned))
            or self._by_mti.get(mti)
            or self._by_code.get((mti, type_code, network_code))
            or self._by_code.get((mti, "", network_code))
        )


class ProcessingRequest(str, Enum):
    """What the host asks for in the header of a reply; acted on after the transaction."""

    NONE = "0"
    PARAMETER_DOWNLOAD = "1"
    STATUS_UPLOAD = "2"
    SIGN_ON = "3"
    CAPK_DOWNLOAD = "4"
    IC_PARAMETERS = "5"
    APPLICATION_DOWNLOAD = "6"
    BLACK_LIST = "7"
    EXCHANGE_RATES = "8"  # no message is known that brings them
    CONTACTLESS = "9"


class ReversalReason(str, Enum):
    """F39 of a 0400."""

    NO_REPLY = "98"
    NOT_FINISHED = "96"
    BAD_MAC = "A0"
    OTHER = "06"
