"""The text messages (SMS) that a merchant gets about its money; sends none.

Account numbers show their last four characters only.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.catalogue.alarms import COMPENSATION_NOTICE, HOLD_NOTICE
from simulator.catalogue.money_reasons import PayoutReason
from simulator.local_time import datetime_at
from simulator.money.statement import OfDisputes, yuan

_SHOWN = 4


def tail(number: str) -> str:
    """The last four characters of an account number; a number of four or fewer is not shown.

    >>> tail("898310000000001"), tail("0001")
    ('0001', '****')
    """
    return number[-_SHOWN:] if len(number) > _SHOWN else "*" * _SHOWN


class MadeOf(NamedTuple):
    """What a payout is made of: gross, less its fee, less what else was taken off, is net."""

    gross_fen: int
    fee_fen: int
    disputes: OfDisputes = OfDisputes()  # within both


def made_of(net_fen: int, told: MadeOf | None) -> str:
    """A payout's gross sum and fee, in brackets; nothing where nobody said.

    >>> made_of(6759, MadeOf(6800, 41)), made_of(3976, MadeOf(5000, 30)), made_of(1, None)
    ('（交易总额68.00元，手续费0.41元）', '（交易总额50.00元，手续费0.30元，另扣9.94元）', '')
    >>> made_of(7820, MadeOf(10000, 2180, OfDisputes(-20000, 0, 0, 2000)))
    '（交易总额100.00元（含退单-200.00元），手续费21.80元（含退单处理费20.00元））'
    """
    if told is None:
        return ""
    off = told.gross_fen - told.fee_fen - net_fen
    disputes = told.disputes
    within = "、".join(f"{name}{yuan(fen)}元" for name, fen in (
        ("退单", disputes.chargeback_fen), ("再请款", disputes.representment_fen),
        ("贷记调整", disputes.credit_adjustment_fen)) if fen)
    of_gross = f"（含{within}）" if within else ""
    of_fee = f"（含退单处理费{yuan(disputes.fee_fen)}元）" if disputes.fee_fen else ""
    more = f"，另扣{yuan(off)}元" if off else ""
    return f"（交易总额{yuan(told.gross_fen)}元{of_gross}，手续费{yuan(told.fee_fen)}元{of_fee}{more}）"


def arrived(
    number: str, net_fen: int, balance_fen: int, at_ms: int, told: MadeOf | None = None, *,
    at_once: bool = False,
) -> str:
    """The bank's notice of money in the account; ``at_once``: of one sale (秒到).

    >>> arrived("898310000000001", 6759, 6759, 0)
    '【到账通知】您尾号0001的账户01月01日08:00入账POS结算款67.59元，余额67.59元。'
    """
    return (
        f"【到账通知】您尾号{tail(number)}的账户{_moment(at_ms)}入账POS{'秒到' if at_once else '结算'}款{yuan(net_fen)}元"
        f"{made_of(net_fen, told)}，余额{yuan(balance_fen)}元。"
    )


def compensated(number: str, fen: int, balance_fen: int, at_ms: int) -> str:
    """The acquirer's notice of what it paid for a late payout.

    >>> compensated("898310000000001", 2000, 8759, 0)
    '【赔付通知】因结算款逾期，您尾号0001的账户01月01日08:00入账赔付款20.00元，余额87.59元。'
    """
    return (
        f"{COMPENSATION_NOTICE}因结算款逾期，您尾号{tail(number)}的账户{_moment(at_ms)}入账赔付款{yuan(fen)}元，"
        f"余额{yuan(balance_fen)}元。")


def suspended(
    number: str, net_fen: int, reason: PayoutReason, told: MadeOf | None = None,
) -> str:
    """The acquirer's notice that money stands in suspense.

    >>> suspended("898310000000001", 6759, PayoutReason.FROZEN)
    '【结算提醒】您的结算款67.59元因收款账户被冻结暂挂账（尾号0001），请联系收单机构处理。'
    """
    return (
        f"【结算提醒】您的结算款{yuan(net_fen)}元{made_of(net_fen, told)}因{reason.zh}暂挂账（尾号{tail(number)}），"
        "请联系收单机构处理。"
    )


def hold_over(key: str, amount_fen: int, at_ms: int) -> str:
    """The acquirer's notice that a pre-authorisation was not completed in time, and is released.

    >>> hold_over("10000001/000001/000021", 50000, 0)
    '【预授权到期】终端10000001批次000001凭证000021的预授权500.00元未完成，已于01月01日08:00到期解冻，不能再完成。'
    """
    tid, batch, stan = key.rsplit("/", 2)
    return (
        f"{HOLD_NOTICE}终端{tid}批次{batch}凭证{stan}的预授权{yuan(amount_fen)}元未完成，已于{_moment(at_ms)}到期解冻，"
        "不能再完成。"
    )


def queued(net_fen: int, reason: PayoutReason, told: MadeOf | None = None) -> str:
    """The acquirer's notice that a payout is late but on its way.

    >>> queued(6759, PayoutReason.MAINTENANCE)
    '【结算提醒】您的结算款67.59元因银行系统维护延迟，稍后将自动重发，请勿重复操作。'
    """
    return (
        f"【结算提醒】您的结算款{yuan(net_fen)}元{made_of(net_fen, told)}因{reason.zh}延迟，"
        "稍后将自动重发，请勿重复操作。"
    )


def disputed(case: str, amount_fen: int, reason: str, stage: str, due_ms: int) -> str:
    """The acquirer's notice that a sale is disputed, what came of it, and until when to act.

    >>> disputed("D1", 6800, "持卡人不认可交易", "调单", 0)
    '【交易争议】争议单D1：交易68.00元（持卡人不认可交易），调单。'
    """
    until = f"，请于{_moment(due_ms)}前处理" if due_ms else ""
    return f"【交易争议】争议单{case}：交易{yuan(amount_fen)}元（{reason}），{stage}{until}。"


def held_for_risk(case: str, amount_fen: int) -> str:
    """The acquirer's notice that it looks into a sale, and that its money is held meanwhile.

    >>> held_for_risk("F1", 980000)
    '【风控核查】核查单F1：交易9800.00元正在核查，款项暂停划付。'
    """
    return f"【风控核查】核查单{case}：交易{yuan(amount_fen)}元正在核查，款项暂停划付。"


def no_longer_held(case: str, amount_fen: int, *, taken_back: bool) -> str:
    """The acquirer's notice that it is done with a sale: its money is released, or was taken back.

    >>> no_longer_held("F1", 980000, taken_back=False)
    '【风控核查】核查单F1：交易9800.00元核查完毕，款项已解除暂停。'
    """
    how = "款项已退还持卡人" if taken_back else "款项已解除暂停"
    return f"【风控核查】核查单{case}：交易{yuan(amount_fen)}元核查完毕，{how}。"


def _moment(at_ms: int) -> str:
    when = datetime_at(at_ms)
    return f"{when:%m}月{when:%d}日{when:%H:%M}"
