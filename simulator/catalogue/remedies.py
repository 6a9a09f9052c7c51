"""The documented remedies in words of both languages, and where a scenario can take which; a table.

What each does is the world's.  ``places``: where it can be taken; what needs hands at a terminal or
a till cannot be taken for terminals outside, and most advice to people is taken nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import msgspec

from simulator.catalogue.language import Message, Told
from simulator.catalogue.places import ANYWHERE_WITH_HOST, SIMULATED, Place


class Doer(str, Enum):
    """Whose work a remedy is."""

    MERCHANT = "merchant"
    SUPPORT = "support"
    ACQUIRER = "acquirer"
    BANK = "bank"
    PROVIDER = "provider"
    MAKER = "maker"


DOERS: dict[Doer, Told] = {
    Doer.MERCHANT: Told("merchant", "商户"),
    Doer.SUPPORT: Told("support", "客服"),
    Doer.ACQUIRER: Told("acquirer", "收单机构"),
    Doer.BANK: Told("bank", "银行"),
    Doer.PROVIDER: Told("provider", "运营商"),
    Doer.MAKER: Told("maker", "终端厂商"),
}


class Remedy(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One remedy: what it is, which keys it takes beside do, at, after and wait, what it ends."""

    en: str
    zh: str
    who: tuple[Doer, ...]  # whoever begins comes first, then those without whom it cannot be done
    places: frozenset[Place] = frozenset()
    keys: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()  # fault modes that are over for whoever it was done to
    shared_router: bool = False  # done to a router, so to all terminals behind it
    backup_route: bool = False  # done to terminals that have a second access line


def _taken(
    who: Doer | tuple[Doer, ...], places: frozenset[Place], en: str, zh: str, keys: str, *, ends: str = "",
    shared_router: bool = False, backup_route: bool = False,
) -> Remedy:
    return Remedy(
        en=en, zh=zh, who=(who,) if isinstance(who, Doer) else who, places=places,
        keys=frozenset(keys.split()), ends=frozenset(ends.split()),
        shared_router=shared_router, backup_route=backup_route)


_HANDS, _DESK = SIMULATED, ANYWHERE_WITH_HOST
_M, _SUPPORT, _ACQUIRER = Doer.MERCHANT, Doer.SUPPORT, Doer.ACQUIRER
_BANK, _PROVIDER, _MAKER = Doer.BANK, Doer.PROVIDER, Doer.MAKER

REMEDIES: dict[str, Remedy] = {
    "retry_after_maintenance": _taken(
        _M, _HANDS, "retry the settlement and sell again after the maintenance",
        "维护结束后重试结算并恢复交易", "by terminal"),
    "settle": _taken(_M, _HANDS, "settle by hand", "手工结算", "by terminal"),
    "pause_sales": _taken(
        _M, _HANDS, "pause during the maintenance", "维护期间暂停交易", "by for"),
    "resume_sales": _taken(_M, _HANDS, "sell again", "恢复交易", "by"),
    "restart_terminal": _taken(
        _M, _HANDS, "restart the terminal; do not repeat the sale before its outcome is known",
        "重启终端；结果未明前不要重复交易", "by terminal", ends="terminal.hung"),
    "restart_router": _taken(
        _M, _DESK, "restart the router, then let the terminal deliver its reversal",
        "重启路由器，让终端先完成冲正", "by target", ends="network.router_down", shared_router=True),
    "check_network": _taken(
        _M, _DESK, "check plugs, cables, signal and firewall", "检查插头、线缆、信号和防火墙",
        "by terminal",
        ends="terminal.cable_loose network.firewall_blocked network.weak_signal"),
    "update_software": _taken(
        (_M, _MAKER), _HANDS, "update the software, then sign on again", "更新软件后重新签到",
        "by terminal software"),
    "demand_download": _taken(
        _ACQUIRER, _DESK, "have the host ask its terminals for a download", "主机要求终端重新下载参数或密钥",
        "by terminal download"),
    "unfreeze_account": _taken(
        (_M, _BANK), _DESK, "have the bank unfreeze the account or the card", "联系银行解冻账户或卡",
        "by target", ends="account.frozen"),
    "correct_account": _taken(
        (_M, _ACQUIRER), _DESK, "have the bound account corrected; the sum stays in suspense until then",
        "更正绑定账户；更正前资金挂账", "by", ends="account.abnormal account.mismatch"),
    "release_suspense": _taken(
        (_M, _ACQUIRER), _DESK, "have the reason removed and the suspended sum released", "消除挂账原因后申请释放",
        "by", ends="dispute.legal_hold"),
    "contact_support": _taken(
        (_M, _SUPPORT), _HANDS, "contact the acquirer's support with time, place, sum and device",
        "携带时间、地点、金额、设备联系支付机构客服", "by sale"),
    "check_records": _taken(
        (_M, _SUPPORT), _DESK,
        "check the terminal's records, the back office and the bank statement against one another",
        "核对终端记录、后台与银行流水", "by"),
    "warn_customers": _taken(
        _M, _DESK, "tell the customer the expected time", "告知预计到账时间", "by"),
    "another_function": _taken(
        _M, _HANDS, "use a void or a refund that is enabled", "改用已开通的撤销或退货", "by sale"),
    "another_payment_method": _taken(
        _M, _HANDS, "use another payment method meanwhile", "暂用其他支付方式", "by pay for"),
    "another_terminal": _taken(
        _M, _HANDS, "use another terminal meanwhile", "暂用其他终端", "by terminal for"),
    "back_up": _taken(
        _M, _HANDS, "back up the terminal's records", "备份终端数据", "by terminal"),
    "change_password": _taken(
        _M, _HANDS, "change the usual password", "修改默认密码", "by terminal clerk password"),
    "check_account": _taken(_M, _DESK, "check the bound account", "核对绑定账户", "by"),
    "check_fee": _taken(_M, _DESK, "check the fee rules", "核对费率", "by"),
    "check_statement": _taken(
        _M, _DESK, "look at the bank statement: the notice decides nothing",
        "以银行流水为准，短信不作依据", "by"),
    "complete_papers": _taken(
        _M, _HANDS, "hand in the documents that are missing", "补齐所缺资料", "by",
        ends="paperwork.incomplete"),
    "contact_bank": _taken(
        (_M, _BANK), _DESK, "contact the bank: what it put off is tried again", "联系银行，重新办理其暂缓的付款",
        "by"),
    "contact_provider": _taken(
        (_M, _PROVIDER), _HANDS, "contact the provider and use the backup route", "联系运营商，启用备用线路",
        "by terminal", ends="network.isp_down", backup_route=True),
    "defer_payout": _taken(
        (_M, _ACQUIRER), _DESK, "have payouts put off: the sums stand in suspense until then",
        "申请延期支付；到期前资金挂账", "by for"),
    "factory_reset": _taken(
        (_M, _SUPPORT), _HANDS, "reset the terminal as it left the factory: wipes its journal, an open batch too",
        "恢复出厂设置：清除日志，未结批次亦清除", "by terminal"),
    "keep_evidence": _taken(
        _M, _DESK, "keep the receipts, message logs and software logs as evidence; slips that are missing are "
        "printed again while the batch is open", "保留凭条、报文与软件日志作为证据；缺失的签购单在批次未结时补打",
        "by sale"),
    "monitor": _taken(
        _ACQUIRER, _DESK, "switch the monitoring of the emergency plan on: what it watches for raises an alarm",
        "启用应急预案的监控：达到阈值即告警", ""),
    "move_terminal": _taken(
        _M, _HANDS, "move the terminal or its router", "移动终端或路由器位置", "by terminal",
        ends="network.weak_signal"),
    "open_firewall": _taken(
        _M, _DESK, "open the acquirer's address and port in the firewall",
        "在防火墙放行收单机构地址与端口", "by terminal", ends="network.firewall_blocked"),
    "query_payment": _taken(
        (_M, _SUPPORT), _HANDS, "wait for the host's word or the terminal's reversal and look into the wallet's "
        "record; never pay through another channel meanwhile",
        "等待主机应答或终端冲正并核对钱包记录，结果明确前勿改用其他渠道重复支付", "by sale"),
    "refund_and_scan": _taken(_M, _HANDS, "refund and scan again", "退款并重新扫码", "by sale"),
    "restore_data": _taken(
        (_SUPPORT, _ACQUIRER), _HANDS, "restore the data and fill the gap from the host's records",
        "恢复数据并以主机记录补齐", "by terminal"),
    "restore_system": _taken(
        _MAKER, _HANDS, "restore the system and renew the keys: the software of before comes back too",
        "恢复系统并更新密钥：旧版软件亦随之恢复", "by terminal software"),
    "sell_again": _taken(
        _M, _HANDS, "sell once more, after asking the customer: where the first was good, it is a second sale",
        "征得顾客同意后重新交易一次；若原交易已成功则为第二笔", "by sale"),
    "sign_on_again": _taken(_M, _HANDS, "sign on again", "重新签到", "by terminal"),
    "sign_on_as_clerk": _taken(
        _M, _HANDS, "sign in with an operator number of one's own", "使用本人操作员号签到",
        "by terminal clerk"),
    "update_drivers": _taken(
        (_M, _MAKER), _HANDS, "update the drivers", "更新驱动", "by terminal", ends="terminal.driver_stale"),
    "void_or_refund": _taken(
        _M, _HANDS, "void or refund the wrong sale and sell again", "撤销或退货后重新交易",
        "by sale amount"),
    "wait": _taken(_M, _DESK, "wait for the next working day", "等待下一工作日", "by"),
    "wait_do_not_repeat": _taken(
        _M, _HANDS, "wait and do not repeat the same sale", "耐心等待，勿重复交易", "by"),
}
PAPERS: dict[str, Told] = {
    "licence": Told("the business licence", "营业执照"),
    "identity": Told("the legal person's identity card", "法人身份证"),
    "account_proof": Told("the proof of the account", "开户证明"),
    "slip": Told("the signed slip", "签购单"),
}
"""Documents for want of which a release or a correction waits."""
ACTIONS: dict[str, Remedy] = {name: row for name, row in REMEDIES.items() if row.places}
"""What a scenario can take."""

ASKED_OF = Message("asked_of", "{who}: {what}", "{who}：{what}")


def doers(remedy: Remedy) -> Told:
    """Who acts, whoever begins first.

    >>> doers(REMEDIES["unfreeze_account"]).en
    'merchant, bank'
    """
    said = [DOERS[each] for each in remedy.who]
    return Told(", ".join(each.en for each in said), "、".join(each.zh for each in said))


def asked_of(remedies: Sequence[str]) -> list[tuple[Told, Told]]:
    """Who acts, and what they do: one row for those who act together, in the order of the remedies."""
    rows: dict[Told, list[Remedy]] = {}
    for name in remedies:
        rows.setdefault(doers(REMEDIES[name]), []).append(REMEDIES[name])
    return [
        (who, Told("; ".join(row.en for row in acts), "；".join(row.zh for row in acts)))
        for who, acts in rows.items()]


def words(remedies: Sequence[str]) -> Told:
    """What several remedies say together, and to whom.

    >>> words(["wait", "contact_bank"]).en
    'merchant: wait for the next working day. merchant, bank: contact the bank: what it put off is tried again'
    """
    said = [ASKED_OF.both(who=who, what=what) for who, what in asked_of(remedies)]
    return Told(". ".join(each.en for each in said), "。".join(each.zh for each in said))
