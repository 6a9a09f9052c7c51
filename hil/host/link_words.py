"""What a host says of who comes to its ports and goes, in both languages."""

from __future__ import annotations

from simulator.catalogue.language import Message

CONNECTED = Message(
    "terminal_connected", "terminal {tid} connected: {name} ({framing})",
    "终端 {tid} 已连接：{name}（{framing}）")
GONE = Message("terminal_gone", "terminal {tid} gone", "终端 {tid} 已断开")
OUTSIDE_TID = Message(
    "outside_tid", "terminal {tid}; give the device a TID that is outside",
    "终端 {tid}；请给设备设置端口上的终端编号")
UNKNOWN_KIND = Message(
    "of_no_kind", "terminal {tid} sent a {mti} of no kind of the dialect",
    "终端 {tid} 发来方言中没有的交易类型：{mti}")
