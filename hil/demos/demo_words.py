"""What the demonstration of the bench tells, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
BENCH = _M("demo_bench", "{name}, terminal {tid}; a relay at {address} between it and its host",
           "{name}，终端 {tid}；它与主机之间的中继在 {address}")
DRIVEN = _M("demo_driven", "driven over its ECR link: profile {profile} on {line}", "经 ECR 链路操作：规范 {profile}，线路 {line}")
STARTED = _M("demo_started", "power on, signed on", "已通电，已签到")
ARMED = _M("demo_armed", "armed: the power goes when the 0210 was heard and before it leaves",
           "已准备：0210 到达后、发出之前断电")
CUT = _M("demo_cut", "the host had approved it; the terminal was killed before it could know",
         "主机已批准；终端得知之前已断电")
BACK = _M("demo_back", "power is back; the reversal went first. What the line saw:", "恢复供电；先发冲正。线路所见：")
PAYING_OUT = _M("demo_paying_out", "the calendar jumps over cut-over, clearing and payout",
                "日历跳过日切、清算和付款")
