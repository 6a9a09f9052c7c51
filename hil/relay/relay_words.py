"""What a relay says of itself and of what passes, as rows in English and Chinese."""

from __future__ import annotations

from hil.relay.seen import Fate
from simulator.catalogue.language import Message, Told

_M = Message
LINK = _M("relay_link", "connection {number}", "连接 {number}")
CAME = _M(
    "relay_came", "terminal {tid} speaks on connection {link} ({framing})",
    "终端 {tid} 在连接 {link} 上通信（{framing}）")
FATE_OF = _M(
    "relay_fate", "{what} of terminal {tid}, trace number {stan}: {fate}",
    "终端 {tid} 的 {what}，流水号 {stan}：{fate}")
ECR_FATE = _M("relay_ecr_fate", "{what} of the {by}: {fate}", "{by}的 {what}：{fate}")
TILL = Told("till", "收银机")
TERMINAL = Told("terminal", "终端")
STRUCK = _M("relay_struck", "fault '{label}' ({mode}) strikes", "故障“{label}”（{mode}）触发")
STAYED_AWAY = _M(
    "relay_stayed_away", "fault '{label}' ({mode}) never struck", "故障“{label}”（{mode}）从未触发")
BETWEEN = _M(
    "relay_between", "terminals at {terminals}, their host at {host}", "终端侧 {terminals}，主机侧 {host}")
ENDED = _M("relay_ended", "{messages} messages passed by; {others}", "共经过 {messages} 条报文；{others}")
NONE_OTHER = Told("all passed as they were", "全部原样通过")
OF_FATE = _M("relay_of_fate", "{count} {fate}", "{count} 条{fate}")
TWO_ENDS = _M(
    "relay_two_ends", "give one of {one} and {other}, and not both", "{one} 与 {other} 须且只须给出一个")
NO_USE = _M("relay_no_use", "{option} has no effect without {other}", "没有 {other} 时 {option} 不起作用")
NO_SUCH_WAY = _M(
    "relay_no_such_way", "--no-host {given}: there is no such way; allowed: {allowed}",
    "--no-host {given}：没有这种方式；允许：{allowed}")
NOT_ON_ECR = _M(
    "relay_not_on_ecr", "{option} has no effect on an ECR line", "{option} 对收银机线路不起作用")
HALF_TLS = _M(
    "relay_half_tls", "{one} and {other} belong together: give both or none", "{one} 与 {other} 须同时给出")

FATES: dict[Fate, Told] = {
    Fate.HEARD: Told("heard", "已收到"),
    Fate.PASSED: Told("passed", "通过"),
    Fate.LOST: Told("lost", "丢失"),
    Fate.HELD: Told("held", "扣留"),
    Fate.REPEATED: Told("repeated", "重复"),
    Fate.FORGED: Told("passed, with a forged one behind it", "通过，其后附加伪造报文"),
    Fate.SWAPPED: Told("changed places with the next", "与下一条互换"),
    Fate.CHANGED: Told("changed", "被改动"),
    Fate.CUT_SHORT: Told("cut short", "被截断"),
    Fate.GARBAGE: Told("made garbage", "变成乱码"),
    Fate.SPLIT: Told("split", "分两段"),
    Fate.WRONG_LENGTH: Told("given a wrong length", "长度错误"),
    Fate.HUNG_UP: Told("answered by hanging up", "以断开连接代替"),
    Fate.RESET: Told("answered by a reset", "以重置连接代替"),
    Fate.NOWHERE: Told("not delivered, no host", "未送达，无主机"),
}
