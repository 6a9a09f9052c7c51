"""A check is a row: what it is called, which rule it holds a terminal to, what it needs, what is measured.

What is done (``act``) and what must hold (``must``) are pieces that rows share; a row has no code of
its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import msgspec

from hil.checks.evidence import Rule
from hil.checks.stage import Stage
from simulator.catalogue.language import Told
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.kinds import Kind

Act = Callable[[Stage], None]
Fits = Callable[[TerminalProfile], bool]


class Need(str, Enum):
    """What a bench must have beside a line and a till."""

    POWER = "power"  # it can be switched off and on by the bench
    CALENDAR = "calendar"  # the terminal's clock follows a jump of the host's
    MAC_KEY = "mac_key"  # the bench knows the session key: messages are changed with a right MAC
    HANG = "hang"  # it can be stopped where it is
    CARD = "card"  # another card than the usual one
    ECR = "ecr"  # a till at an ECR line
    FIRST_STAN = "first_stan"  # a terminal that is given the number of its next request


NEEDS: dict[Need, Told] = {
    Need.POWER: Told("power that the bench switches", "由测试台控制的电源"),
    Need.CALENDAR: Told("a terminal whose clock follows the host's calendar", "时钟随主机日历跳转的终端"),
    Need.MAC_KEY: Told("the terminal's master key", "终端主密钥"),
    Need.HANG: Told("a terminal that can be stopped where it is", "可就地暂停的终端"),
    Need.CARD: Told("another card than the usual one", "另一张测试卡"),
    Need.ECR: Told("a till at an ECR line", "ECR 线路上的收银机"),
    Need.FIRST_STAN: Told("a terminal that is given its next trace number", "可指定下一流水号的终端"),
}


class Group(str, Enum):
    """What a check is about."""

    REVERSAL = "REV"
    REPLY = "RPL"
    POWER = "PWR"
    KEYS = "KEY"
    REQUESTED = "ASK"
    LOADED = "DLD"
    SETTLEMENT = "SET"
    DAYS = "DAY"
    QR = "QR"
    CHAINS = "CHN"
    SCRIPTS = "SCR"
    DECLINES = "DEC"
    CONNECTION = "NET"
    TILL = "TIL"


GROUPS: dict[Group, Told] = {
    Group.REVERSAL: Told("reversals", "冲正"),
    Group.REPLY: Told("late, repeated, foreign and damaged replies", "迟到、重复、不符和损坏的应答"),
    Group.POWER: Told("power cuts", "断电"),
    Group.KEYS: Told("sign-on, keys and MAC", "签到、密钥与 MAC"),
    Group.REQUESTED: Told("what the host asks for", "主机的处理要求"),
    Group.LOADED: Told("downloads", "下载"),
    Group.SETTLEMENT: Told("settlement and upload", "结算与批上送"),
    Group.DAYS: Told("days", "跨日"),
    Group.QR: Told("QR payment", "扫码支付"),
    Group.CHAINS: Told("voids, refunds and pre-authorisations", "撤销、退货与预授权"),
    Group.SCRIPTS: Told("issuer scripts", "发卡行脚本"),
    Group.DECLINES: Told("declines", "拒绝应答"),
    Group.CONNECTION: Told("the connection", "连接"),
    Group.TILL: Told("the till", "收银"),
}


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    id: str
    title: Told
    rule: Told  # that a terminal is held to
    source: str  # where the rule stands
    act: Act
    must: tuple[Rule, ...]
    kinds: frozenset[Kind] = frozenset({Kind.SALE})  # that the till must be able to say
    needs: tuple[Need, ...] = ()
    changed_by: tuple[str, ...] = ()  # settings of the profile by which the right answer differs
    settings: Mapping[str, Any] = {}  # of the terminal, in this check
    acquirer: Mapping[str, Any] = {}  # of the host, in this check
    options: tuple[str, ...] = ()  # of a virtual device, as on its command line
    applies: Fits | None = None  # whether a profile has what the check is about
    unless: Told = Told("", "")  # why it does not apply
    judged: bool = True  # whether what the judge finds in the host's trace counts too

    @property
    def group(self) -> Group:
        """What it is about."""
        return Group(self.id.partition("-")[0])
