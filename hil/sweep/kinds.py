"""Which kinds of operations are swept: a table of what prepares each, and what is asked for; does nothing.

Which messages an operation has is not said here: a run without any harm records them.  ``sweeps`` is
for what cannot be asked for alone: the messages that count are of those kinds, the others of the same
operation have rows of their own.
"""

from __future__ import annotations

from typing import Any

import msgspec

from hil.relay.decisions import LOSE
from hil.relay.matching import Match
from hil.relay.rules import LineRule
from hil.relay.seen import Way
from simulator.wire.kinds import Kind

SALE_FEN = 6_800
PART_FEN = 2_600  # of a refund
HELD_FEN = 20_000  # by a pre-authorisation
COMPLETED_FEN = 15_000
OFFLINE_FEN = 1_200
MOST_REVERSALS = 3  # that are tried in a row
MINUTE_S = 60
ADDED_FEN = 300  # to a sale, by a tip or an adjustment; its order is the sale's


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What the terminal is asked for, as a clerk asks; ``of`` names the order that it refers to."""

    kind: Kind
    order: str = ""
    amount_fen: int = 0
    of: str = ""
    signed: bool = False  # the customer signs on the screen


class Remedy(msgspec.Struct, frozen=True):
    """What the acquirer does, in the text of a scenario's ``[[actions]]``."""

    toml: str


class Disturb(msgspec.Struct, frozen=True):
    """What is wrong at the host, in the text of a scenario's ``[[faults]]``."""

    toml: str


class Jump(msgspec.Struct, frozen=True, kw_only=True):
    """The calendar of host and virtual device jumps, to a time after the next midnight; below 0 before it."""

    to_midnight_s: int


Step = Ask | Remedy | Disturb | Jump


class SweptKind(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    name: str
    zh: str
    operation: Ask
    prepare: tuple[Step, ...] = ()
    opens: tuple[Ask, ...] = ()  # before the operation, what goes up by itself: at once, or with it
    sweeps: frozenset[str] = frozenset()  # kinds of messages; none: all of them
    leaves: frozenset[str] = frozenset()  # kinds of messages that are another row's
    meanwhile: tuple[Step, ...] = ()  # once the terminal has told how the operation ended
    standing: tuple[LineRule, ...] = ()  # what the line does in every case of this kind
    options: tuple[str, ...] = ()  # of a virtual device, as on its command line
    only_virtual: bool = False  # a standing terminal has a memory and a calendar of its own
    settings: dict[str, Any] = {}  # that a virtual terminal must have for it
    needs: tuple[Kind, ...] = ()  # functions beside the operation's own

    @property
    def asks(self) -> tuple[Ask, ...]:
        """All that the terminal is asked for, in its order."""
        return (*(each for each in self.prepare if isinstance(each, Ask)), *self.opens, self.operation)


_K = Kind
_SALE = Ask(kind=_K.SALE, order="S1", amount_fen=SALE_FEN)
_NEXT = Ask(kind=_K.SALE, order="S2", amount_fen=SALE_FEN)
_QR_SALE = Ask(kind=_K.QR_SALE, order="Q1", amount_fen=SALE_FEN)
_PREAUTH = Ask(kind=_K.PREAUTH, order="P1", amount_fen=HELD_FEN)
_COMPLETION = Ask(kind=_K.COMPLETION, order="C1", amount_fen=COMPLETED_FEN, of="P1")
_SETTLE = Ask(kind=_K.SETTLEMENT)
_GARBLED = Disturb('mode = "record.wrong_details"\nhow = "totals"\nnth = 1\nmay_stay_away = true')
_OFFLINE = {"offline_limit": "200.00"}
_REPLY_LOST = LineRule(
    name="reply to the sale lost", times=1, match=Match(way=Way.DOWN, kind=_K.SALE.value, nth=1), decision=LOSE)
_REVERSALS_LOST = LineRule(
    name="replies to the first reversals lost", times=MOST_REVERSALS, decision=LOSE,
    match=Match(way=Way.DOWN, kind=_K.REVERSAL.value))
_REVERSAL_LOST = LineRule(
    name="the first reversal lost", times=1, decision=LOSE,
    match=Match(way=Way.UP, kind=_K.REVERSAL.value, nth=1))
_MAC_REFUSED = Disturb(
    'mode = "acquirer.mac_failure"\nhow = "request"\nmti = "0200"\nnth = 1\nmay_stay_away = true')


def _download(name: str, zh: str, kind: Kind) -> SweptKind:
    return SweptKind(name=name, zh=zh, operation=Ask(kind=kind))


def _of(*kinds: Kind) -> frozenset[str]:
    return frozenset(each.value for each in kinds)


_ROWS = (
    SweptKind(name="sign-on", zh="签到", operation=Ask(kind=_K.SIGN_ON)),
    SweptKind(name="sale", zh="消费", operation=_SALE),
    SweptKind(name="void", zh="消费撤销", prepare=(_SALE,),
              operation=Ask(kind=_K.VOID, order="V1", of="S1")),
    SweptKind(name="refund", zh="退货", prepare=(_SALE, _SETTLE),
              operation=Ask(kind=_K.REFUND, order="R1", of="S1", amount_fen=PART_FEN)),
    SweptKind(name="preauth", zh="预授权", operation=_PREAUTH),
    SweptKind(name="preauth-void", zh="预授权撤销", prepare=(_PREAUTH,),
              operation=Ask(kind=_K.PREAUTH_VOID, order="V1", of="P1")),
    SweptKind(name="completion", zh="预授权完成", prepare=(_PREAUTH,), operation=_COMPLETION),
    SweptKind(name="completion-void", zh="预授权完成撤销", prepare=(_PREAUTH, _COMPLETION),
              operation=Ask(kind=_K.COMPLETION_VOID, order="V1", of="C1")),
    SweptKind(name="completion-advice", zh="预授权完成通知", prepare=(_PREAUTH,),
              operation=Ask(kind=_K.COMPLETION_ADVICE, order="C1", amount_fen=COMPLETED_FEN, of="P1")),
    SweptKind(name="balance", zh="余额查询", operation=Ask(kind=_K.BALANCE)),
    SweptKind(name="qr-sale", zh="扫码消费", operation=_QR_SALE),
    SweptKind(name="qr-void", zh="扫码撤销", prepare=(_QR_SALE,),
              operation=Ask(kind=_K.QR_VOID, order="V1", of="Q1")),
    SweptKind(name="qr-refund", zh="扫码退货", prepare=(_QR_SALE,),
              operation=Ask(kind=_K.QR_REFUND, order="R1", of="Q1", amount_fen=PART_FEN)),
    SweptKind(name="offline-sale", zh="离线消费", settings=_OFFLINE, needs=(_K.SALE,),
              opens=(Ask(kind=_K.OFFLINE_SALE, order="F1", amount_fen=OFFLINE_FEN),),
              operation=_SALE, sweeps=_of(_K.OFFLINE_SALE)),
    SweptKind(name="tip", zh="小费", needs=(_K.SALE,), operation=_NEXT, sweeps=_of(_K.TIP),
              prepare=(_SALE,), opens=(Ask(kind=_K.TIP, order="S1", amount_fen=ADDED_FEN, of="S1"),)),
    SweptKind(name="adjust", zh="离线调整", needs=(_K.SALE,), operation=_NEXT, sweeps=_of(_K.ADJUST),
              prepare=(_SALE,), opens=(Ask(kind=_K.ADJUST, order="S1", amount_fen=ADDED_FEN, of="S1"),)),
    SweptKind(name="reversal", zh="冲正", operation=_SALE, standing=(_REPLY_LOST,),
              sweeps=_of(_K.REVERSAL)),
    SweptKind(name="failed-reversals", zh="冲正三次失败", operation=_SALE, standing=(_REPLY_LOST, _REVERSALS_LOST),
              sweeps=_of(_K.REVERSAL)),
    SweptKind(name="midnight", zh="跨零点冲正", operation=_SALE, prepare=(Jump(to_midnight_s=-MINUTE_S),),
              standing=(_REPLY_LOST, _REVERSAL_LOST), meanwhile=(Jump(to_midnight_s=MINUTE_S),),
              sweeps=_of(_K.REVERSAL), only_virtual=True),
    SweptKind(name="slow-memory", zh="慢存储", operation=_SALE, options=("--store-takes", "30ms"),
              sweeps=_of(_K.SALE), only_virtual=True),
    SweptKind(name="refused-mac", zh="主机拒绝 MAC", operation=_SALE, prepare=(_MAC_REFUSED,), needs=(_K.SIGN_ON,)),
    SweptKind(name="settlement", zh="结算", prepare=(_SALE,), operation=_SETTLE),
    SweptKind(name="unbalanced", zh="结算不平",
              prepare=(_SALE, Ask(kind=_K.SALE, order="S2", amount_fen=SALE_FEN), _GARBLED),
              operation=_SETTLE),
    SweptKind(name="signature", zh="电子签名", settings={"signature_upload": True}, needs=(_K.SALE,),
              prepare=(Ask(kind=_K.SALE, order="S0", amount_fen=SALE_FEN, signed=True),),
              operation=_SALE, sweeps=_of(_K.SIGNATURE_UPLOAD)),
    _download("parameters", "参数下载", _K.PARAMETER_DOWNLOAD),
    _download("capk", "公钥下载", _K.CAPK_DOWNLOAD),
    _download("aid", "AID 下载", _K.AID_DOWNLOAD),
    _download("contactless", "非接参数下载", _K.CONTACTLESS_DOWNLOAD),
    _download("black-list", "黑名单下载", _K.BLACK_LIST_DOWNLOAD),
    _download("bin-b", "BIN B 下载", _K.BIN_B_DOWNLOAD),
    _download("bin-c", "BIN C 下载", _K.BIN_C_DOWNLOAD),
    _download("tms", "TMS 下载", _K.TMS_DOWNLOAD),
    _download("master-key", "主密钥下载", _K.MASTER_KEY_DOWNLOAD),
    SweptKind(name="demanded-keys", zh="主机要求公钥", operation=_SALE, sweeps=_of(_K.CAPK_LIST),
              prepare=(Remedy('do = "demand_download"\ndownload = "capk"'),)),
    SweptKind(name="update", zh="软件更新", operation=_SALE, leaves=_of(_K.SALE),
              options=("--offers", "31200000", "--update-takes", "1s"),
              prepare=(Disturb('mode = "terminal.software_stale"\nat = "0s"\nfor = "1h"'),)),
    SweptKind(name="echo-test", zh="回响测试", operation=Ask(kind=_K.ECHO_TEST)),
)
KINDS: dict[str, SweptKind] = {each.name: each for each in _ROWS}
