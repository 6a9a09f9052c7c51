"""What fails until somebody mends it, and that it works again."""

from __future__ import annotations

from hil.gherkin.references import Merchant, Place, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.steps.fault_steps import strike, target_of
from hil.gherkin.wrong import hold
from simulator.local_time import MINUTE_MS

TOPIC = Topic("What fails until it is mended", "故障与恢复")
_LINES = frozenset({"network.outage", "network.router_down", "network.isp_down", "network.firewall_blocked", "terminal.cable_loose"})
_HOSTS = frozenset({"acquirer.outage", "acquirer.maintenance"})
_BANKS = frozenset({"bank.maintenance", "bank.delay"})
_RESTART_MS = 2 * MINUTE_MS  # a host that went down is up again after it


@TOPIC.happens("the line[ of {where:Place}] fails", "[{where:Place}的]线路断开")
def line_fails(stage: Stage, where: Place | None = None) -> None:
    strike(stage, {"mode": "network.outage", "target": target_of(stage, where) if where else stage.cast.shop_name(None)})


@TOPIC.happens("the line drops before the request leaves", "请求发出之前断线")
def line_gone(stage: Stage) -> None:
    line_fails(stage)


@TOPIC.happens("the line drops while the answer is waited for", "等待应答时断线")
def line_drops(stage: Stage) -> None:
    strike(stage, {"mode": "network.outage", "how": "dropped", "on": "reply", "mti": "0210", "nth": 1})


@TOPIC.happens("the router[ of {merchant:Merchant}] fails", "[{merchant:Merchant}的]路由器坏了")
def router_fails(stage: Stage, merchant: Merchant | None = None) -> None:
    strike(stage, {"mode": "network.router_down", "target": stage.cast.shop_name(merchant)})


@TOPIC.happens("the cable[ of {terminal:Terminal}] is pulled out", "[{terminal:Terminal}的]网线被拔掉")
def cable_out(stage: Stage, terminal: Terminal | None = None) -> None:
    strike(stage, {"mode": "terminal.cable_loose", "target": target_of(stage, Place(terminal or Terminal()))})


@TOPIC.happens("the line works again", "线路恢复")
def line_works(stage: Stage) -> None:
    stage.end_faults(_LINES)


@TOPIC.happens("the acquirer is in maintenance until it is over", "支付机构开始系统维护")
def maintenance_begins(stage: Stage) -> None:
    strike(stage, {"mode": "acquirer.maintenance", "target": "acquirer"})


@TOPIC.happens("the host works again", "主机恢复")
def host_works(stage: Stage) -> None:
    hold(any(str(each["mode"]).startswith("acquirer.") for each in stage.faults), "the host never went down", "主机从未停机")
    stage.end_faults(_HOSTS)
    stage.it_is(stage.now_ms + _RESTART_MS)


@TOPIC.happens("the bank works again", "银行恢复")
def bank_works(stage: Stage) -> None:
    stage.end_faults(_BANKS)
