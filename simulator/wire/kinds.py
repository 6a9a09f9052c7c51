"""The transaction kinds of the dialect as one table; decides nothing.

Source: public terminal and host sources, see docs/unionpay.md.  The QR rows are this project's own
form: no public source shows one.
"""

from __future__ import annotations

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
    QR_PAY = "qr_pay"
    QR_QUERY = "qr_query"
    QR_REFUND = "qr_refund"
    REVERSAL = "reversal"
    SCRIPT_RESULT = "script_result"
    SETTLEMENT = "settlement"
    BATCH_UPLOAD = "batch_upload"
    PARAMETER_DOWNLOAD = "parameter_download"
    STATUS_UPLOAD = "status_upload"


class KindRow(msgspec.Struct, frozen=True, gc=False):
    """How a kind looks on the line and what it does to money."""

    kind: Kind
    mti: str
    processing_code: str = ""
    condition_code: str = ""
    type_code: str = ""
    network_code: str = ""
    sealed: bool = False  # carries a MAC
    reversible: bool = False  # an unknown outcome is reversed
    advice: bool = False  # stored and forwarded until delivered
    counts: int = 0  # in batch totals: +1 debit (sale-like), -1 credit, 0 not counted
    management: bool = False  # F60 carries 60.1 to 60.3 only

    @property
    def reply_mti(self) -> str:
        """Request + 10."""
        return REPLY_MTI[self.mti]


REPLY_MTI = {f"{n:04}": f"{n + 10:04}" for n in range(0, 9990, 10)}

_K = Kind
_R = KindRow
ROWS: tuple[KindRow, ...] = (
    _R(_K.SIGN_ON, "0800", type_code="00", network_code="003", management=True),
    _R(_K.SIGN_OFF, "0820", type_code="00", network_code="002", management=True),
    _R(_K.ECHO_TEST, "0820", type_code="00", network_code="301", management=True),
    _R(_K.SALE, "0200", "000000", "00", "22", "000", sealed=True, reversible=True, counts=1),
    _R(_K.VOID, "0200", "200000", "00", "23", "000", sealed=True, reversible=True, counts=-1),
    _R(_K.REFUND, "0220", "200000", "00", "25", "000", sealed=True, counts=-1),
    _R(_K.BALANCE, "0200", "310000", "00", "01", "000", sealed=True),
    _R(_K.PREAUTH, "0100", "030000", "06", "10", "000", sealed=True, reversible=True),
    _R(_K.PREAUTH_VOID, "0100", "200000", "06", "11", "000", sealed=True, reversible=True),
    _R(_K.COMPLETION, "0200", "000000", "06", "20", "000", sealed=True, reversible=True, counts=1),
    _R(_K.COMPLETION_VOID, "0200", "200000", "06", "21", "000", sealed=True, reversible=True,
       counts=-1),
    _R(_K.COMPLETION_ADVICE, "0220", "000000", "06", "24", "000", sealed=True, advice=True,
       counts=1),
    _R(_K.OFFLINE_SALE, "0220", "000000", "00", "30", "000", sealed=True, advice=True, counts=1),
    _R(_K.ADJUST, "0220", "000000", "00", "32", "000", sealed=True, advice=True, counts=1),
    _R(_K.TIP, "0220", "000000", "00", "34", "000", sealed=True, advice=True, counts=1),
    _R(_K.QR_PAY, "0200", "000000", "00", "53", "000", sealed=True, counts=1),
    _R(_K.QR_QUERY, "0200", "330000", "00", "54", "000", sealed=True),
    _R(_K.QR_REFUND, "0220", "200000", "00", "55", "000", sealed=True, counts=-1),
    _R(_K.REVERSAL, "0400", sealed=True),
    _R(_K.SCRIPT_RESULT, "0620", type_code="00", network_code="951", sealed=True),
    _R(_K.SETTLEMENT, "0500", type_code="00", network_code="201", management=True),
    _R(_K.BATCH_UPLOAD, "0320", type_code="00", network_code="201", management=True),
    _R(_K.PARAMETER_DOWNLOAD, "0800", type_code="00", network_code="360", management=True),
    _R(_K.STATUS_UPLOAD, "0820", type_code="00", network_code="362", management=True),
)
ROW: dict[Kind, KindRow] = {row.kind: row for row in ROWS}

WITH_TRACK_KEY = "004"
SIGN_ON_CODES = frozenset({"001", "003", "004"})  # F60.3: single DES, double DES, with track key
_BY_MTI = {"0400": Kind.REVERSAL, "0320": Kind.BATCH_UPLOAD, "0500": Kind.SETTLEMENT,
           "0620": Kind.SCRIPT_RESULT}
_BY_CODE = {(row.mti, row.network_code): row.kind for row in ROWS if row.management}
_BY_CODE |= {("0800", code): Kind.SIGN_ON for code in SIGN_ON_CODES}
_BY_TYPE = {
    (row.mti, row.processing_code, row.condition_code, row.type_code): row.kind
    for row in ROWS if not row.management
}


def kind_of(
    mti: str, processing_code: str, condition_code: str, type_code: str, network_code: str,
) -> Kind | None:
    """The kind of a request from its F3, F25, F60.1 and F60.3; None where the table has none.

    >>> kind_of("0200", "000000", "00", "22", "000").value
    'sale'
    """
    return (
        _BY_TYPE.get((mti, processing_code, condition_code, type_code))
        or _BY_MTI.get(mti)
        or _BY_CODE.get((mti, network_code))
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


class ReversalReason(str, Enum):
    """F39 of a 0400."""

    NO_REPLY = "98"
    NOT_FINISHED = "96"
    BAD_MAC = "A0"
    OTHER = "06"
