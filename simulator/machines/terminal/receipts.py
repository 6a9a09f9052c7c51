"""The lines of a receipt, ready to show: card numbers masked, sums in yuan."""

from __future__ import annotations

from simulator.machines.terminal.profile import TerminalIdentity
from simulator.machines.terminal.records import Booked
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan
from simulator.wire.subfields import CardTotals

TITLE: dict[Kind, str] = {
    Kind.SALE: "消费",
    Kind.VOID: "消费撤销",
    Kind.REFUND: "退货",
    Kind.PREAUTH: "预授权",
    Kind.PREAUTH_VOID: "预授权撤销",
    Kind.COMPLETION: "预授权完成（请求）",
    Kind.COMPLETION_VOID: "预授权完成撤销",
    Kind.COMPLETION_ADVICE: "预授权完成（通知）",
    Kind.OFFLINE_SALE: "离线消费",
    Kind.ADJUST: "结算调整",
    Kind.TIP: "小费",
    Kind.QR_SALE: "扫码付消费",
    Kind.QR_VOID: "扫码付撤销",
    Kind.QR_REFUND: "扫码付退货",
}
SUM_PRINTED = "RMB "  # begins the line with the sum
VOUCHER = {Kind.QR_SALE: "付款凭证号", Kind.QR_VOID: "原付款凭证号", Kind.QR_REFUND: "原付款凭证号"}


SIGN_HERE = "持卡人签名：______________"
SMALL_SUM = "小额免密免签"
_SIGNED = frozenset({Kind.SALE, Kind.PREAUTH, Kind.COMPLETION, Kind.OFFLINE_SALE})


def receipt_lines(
    identity: TerminalIdentity, item: Booked, *, on_paper: bool = True,
) -> tuple[str, ...]:
    """One receipt of an approved transaction; ``on_paper``: it is signed there, where it is signed."""
    below = (SMALL_SUM,) if item.small_sum else (SIGN_HERE,) if on_paper and item.kind in _SIGNED else ()
    return (
        TITLE[item.kind],
        identity.mid,
        identity.tid,
        mask_pan(item.pan or item.qr_code) if item.pan or item.qr_code else "",
        f"{item.batch:06}/{item.stan:06} {item.rrn}",
        f"{SUM_PRINTED}{item.amount_fen // 100}.{item.amount_fen % 100:02}",
        *((f"{VOUCHER[item.kind]} {item.voucher}",) if item.voucher else ()),
        *below,
    )


def settlement_lines(identity: TerminalIdentity, batch: int, totals: CardTotals) -> tuple[str, ...]:
    """The totals of a closed batch."""
    return (
        "结算总计单",
        identity.mid,
        identity.tid,
        f"批次 {batch:06}",
        f"借记 {totals.debit_count} 笔 {totals.debit_fen // 100}.{totals.debit_fen % 100:02}",
        f"贷记 {totals.credit_count} 笔 {totals.credit_fen // 100}.{totals.credit_fen % 100:02}",
    )
