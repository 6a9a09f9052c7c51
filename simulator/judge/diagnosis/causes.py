"""The documented failure modes as causes: what each means for the money, and what people do about it.

A table only.  Remedies are those that the field guides document; ids are the catalogue's.
"""

from __future__ import annotations

import msgspec


class Cause(msgspec.Struct, frozen=True, gc=False):
    """One mode as a cause."""

    mode: str
    en: str
    zh: str
    remedy: str
    remedy_zh: str


_C = Cause
_RECORDS = (
    "check the terminal's records, the back office and the bank statement against one another",
    "核对终端记录、后台与银行流水",
)
_RESTART = ("restart the terminal; do not repeat the sale before its outcome is known",
            "重启终端；结果未明前不要重复交易")
_NETWORK = ("check the network and restart the router, then let the terminal deliver its reversal",
            "检查网络并重启路由器，让终端先完成冲正")
_WAIT = ("wait and do not repeat the same sale; ask the acquirer with time, place, sum and device",
         "耐心等待，勿重复交易；携带时间、地点、金额、设备联系收单机构")
_PAUSE = ("pause during the maintenance and retry the settlement after it",
          "维护期间暂停交易，维护结束后重试结算")
_SUPPORT = ("contact the acquirer's support with time, place, sum and device",
            "携带时间、地点、金额、设备联系支付机构客服")
_ACCOUNT = ("check the bound account and have it corrected; the sum stays in suspense until then",
            "核对并更正绑定账户；更正前资金挂账")
_BANK = ("contact the bank; tell the merchant the expected time", "联系银行，并告知商户预计到账时间")
_UPDATE = ("update software and drivers, then sign on again", "更新软件和驱动后重新签到")
_BACKUP = ("restore the data and fill the gap from the host's records", "恢复数据并以主机记录补齐")
_VOID = ("void or refund the wrong sale and sell again", "撤销或退货后重新交易")
_OTHER = ("use another payment method or terminal meanwhile", "暂用其他支付方式或终端")
_EVIDENCE = ("keep the receipts, message logs and software logs as evidence", "保留凭条、报文与软件日志作为证据")
_ALARM = ("refuse it, raise an alarm and keep the messages as evidence", "拒绝、告警并保留报文证据")

CAUSES: tuple[Cause, ...] = (
    _C("terminal.power_lost", "the terminal lost power", "终端断电", *_RESTART),
    _C("terminal.cable_loose", "a cable was loose", "线缆松动", "check plugs and cables; "
       "the terminal delivers its reversal first", "检查插头和线缆，让终端先完成冲正"),
    _C("terminal.component_failed", "a part of the terminal failed", "终端部件损坏", *_BACKUP),
    _C("terminal.hung", "the terminal hung", "终端死机", *_RESTART),
    _C("terminal.lost", "the terminal is gone with its batch open", "终端遗失，批次未结", *_SUPPORT),
    _C("terminal.software_stale", "the terminal's software is too old", "终端软件过旧", *_UPDATE),
    _C("terminal.driver_stale", "a driver of the terminal failed", "终端驱动故障", *_UPDATE),
    _C("terminal.software_corrupted", "the terminal fell back to older software",
       "终端软件损坏或回退", "restore the system, renew the keys, then compare the records",
       "系统恢复、重新签到更新密钥，并核对记录"),
    _C("terminal.factory_reset", "the terminal was reset with a batch open", "终端被恢复出厂设置",
       *_BACKUP),
    _C("terminal.updating", "the terminal was being updated", "终端升级中",
       "wait for the update to end before selling", "升级完成前暂停使用"),
    _C("network.outage", "the network was down", "网络中断", *_NETWORK),
    _C("network.weak_signal", "the signal was weak", "信号不稳定",
       "move the terminal or its router; the reversal goes first", "移动终端或路由器位置，先完成冲正"),
    _C("network.congestion", "the network was congested", "网络拥堵", *_WAIT),
    _C("network.delay", "the reply came too late", "网络延迟", *_WAIT),
    _C("network.router_down", "the router was down", "路由器故障", *_NETWORK),
    _C("network.firewall_blocked", "a firewall blocked the terminal", "防火墙阻止",
       "open the acquirer's address and port in the firewall", "在防火墙放行收单机构地址与端口"),
    _C("network.isp_down", "the internet provider was down", "运营商故障",
       "contact the provider and use the backup route", "联系运营商，启用备用线路"),
    _C("acquirer.outage", "the acquirer's host failed", "支付机构系统故障", *_SUPPORT),
    _C("acquirer.maintenance", "the acquirer closed services for maintenance", "支付机构系统维护",
       *_PAUSE),
    _C("acquirer.system_update", "the acquirer updated its system", "支付机构系统更新",
       "sign on again, then repeat what was refused", "重新签到后再试"),
    _C("acquirer.backlog", "the acquirer's clearing is behind", "清算积压", *_WAIT),
    _C("acquirer.risk_hold", "risk control held or voided the sale", "风控拦截或撤销", *_SUPPORT),
    _C("acquirer.mac_failure", "keys of terminal and host differ", "MAC 校验失败",
       "sign on again", "重新签到"),
    _C("channel.fault", "the wallet channel failed", "第三方支付渠道故障",
       "query until the outcome is known; never pay through another channel meanwhile",
       "查询至结果明确，期间勿改用其他渠道重复支付"),
    _C("channel.congestion", "the wallet channel was congested", "渠道拥堵", *_WAIT),
    _C("fraud.forged", "somebody forged a message", "伪造交易", *_ALARM),
    _C("fraud.duplicate", "somebody replayed a message", "重复交易", *_ALARM),
    _C("policy.restricted", "the merchant's trade or region is barred", "政策限制", *_SUPPORT),
    _C("bank.maintenance", "the bank was in maintenance", "银行维护", *_PAUSE),
    _C("bank.delay", "the bank posts late", "银行系统延迟", *_BANK),
    _C("bank.debit_failed", "the issuer failed to debit", "银行扣款失败", *_RECORDS),
    _C("bank.insufficient_funds", "the card had too little money", "账户余额不足", *_OTHER),
    _C("account.frozen", "the account is frozen", "账户被冻结",
       "have the bank unfreeze the account; the suspended sum is paid then",
       "联系银行解冻，解冻后挂账资金自动付款"),
    _C("account.reported_lost", "the card was reported lost", "卡片已挂失", *_OTHER),
    _C("account.abnormal", "the account is closed or dormant", "账户异常", *_ACCOUNT),
    _C("account.mismatch", "name or number of the account is wrong", "账户信息不一致", *_ACCOUNT),
    _C("calendar.holiday", "a holiday lies between", "节假日影响",
       "wait for the next working day; tell the merchant the expected time",
       "等待下一工作日，并告知预计到账时间"),
    _C("fee.deducted", "the fee was taken", "扣除手续费", *_RECORDS),
    _C("dispute.legal_hold", "the funds are held in a dispute", "法律纠纷冻结", *_EVIDENCE),
    _C("dispute.chargeback", "the cardholder disputed the sale", "交易纠纷拒付", *_EVIDENCE),
    _C("operator.wrong_amount", "a wrong amount was typed", "输入金额错误", *_VOID),
    _C("operator.duplicate_entry", "the same sale was entered twice", "同一交易重复输入", *_VOID),
    _C("operator.mis_scan", "the wrong code was scanned", "扫码错误", "refund and scan again",
       "退款并重新扫码"),
    _C("operator.disabled_function", "a disabled function was called", "调用了禁用功能",
       "use a void or a refund that is enabled", "改用已开通的撤销或退货"),
    _C("operator.unauthorised_clerk", "the clerk was not signed in", "未经授权的员工",
       "sign in with an operator number of one's own", "使用本人操作员号签到"),
    _C("operator.void_by_mistake", "a good sale was voided by mistake", "误撤销",
       "sell once more, after asking the customer", "征得顾客同意后重新交易一次"),
    _C("operator.sale_in_maintenance", "somebody sold during maintenance", "维护期间进行交易", *_PAUSE),
    _C("record.wrong_details", "a record holds wrong details", "交易信息错误", *_RECORDS),
    _C("record.lost", "records were lost", "记录丢失", *_BACKUP),
    _C("record.upload_late", "the batch was not uploaded in time", "交易数据未能及时上传",
       "settle again: the upload goes on where it stopped", "重新结算，批上送从断点继续"),
    _C("notice.lost", "the notice did not come", "短信通知丢失",
       "look at the bank statement: the notice decides nothing", "以银行流水为准，短信不作依据"),
    _C("settlement.suspended", "the payout was suspended", "挂账处理、延期支付",
       "have the reason removed and the sum released", "消除挂账原因后申请释放"),
)
CAUSE: dict[str, Cause] = {row.mode: row for row in CAUSES}
UNEXPLAINED = Cause("", "no fault of the scenario explains it", "场景中的故障无法解释",
                    "check the terminal's records, the back office and the bank statement against "
                    "one another; then contact support", "核对终端记录、后台与银行流水，再联系客服")


def cause_of(mode: str) -> Cause:
    """The row of a mode; an id that the table does not have explains itself by its name."""
    if not mode:
        return UNEXPLAINED
    return CAUSE.get(mode) or Cause(mode, mode, mode, UNEXPLAINED.remedy, UNEXPLAINED.remedy_zh)
