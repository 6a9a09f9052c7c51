"""What is said to a person who wants a run judged, as rows in English and Chinese; decides nothing."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
# ---- traces
NO_TRACE = _M("no_trace", "{path}: is no trace of a run and no host state", "{path}：既不是运行记录，也不是主机状态文件")
EMPTY = _M("empty_trace", "{path}: is empty; a trace begins with run_started", "{path}：文件为空；运行记录以 run_started 开头")
DAMAGED = _M(
    "damaged_line", "{path}:{line}: no record of a trace: {why}", "{path}:{line}：不是运行记录中的一条：{why}")
TORN = _M(
    "torn_line",
    "{path}:{line}: the last line is cut off, and nobody writes the file any more; start the host on its"
    " state again, which mends its trace, or judge the state itself",
    "{path}:{line}：最后一行不完整，且已无程序在写该文件；请用原状态文件重新启动主机（会修复记录），或直接判定状态文件")
NO_HOST = _M(
    "no_host_trace", "{paths}: no trace of a host among them; one that begins with run_started is needed",
    "{paths}：其中没有主机的运行记录；需要一个以 run_started 开头的文件")
TWO_HOSTS = _M(
    "two_host_traces", "{one} and {other} both begin a run; traces of one run have one beginning",
    "{one} 和 {other} 各自开始了一次运行；同一次运行的记录只有一个开头")
NO_TERMINAL = _M(
    "no_terminal_in_trace", "{path}: neither the trace of a host nor that of one terminal",
    "{path}：既不是主机的记录，也不是某一台终端的记录")
SAME_TERMINAL = _M(
    "same_terminal", "{one} and {other} are both of terminal {tid}", "{one} 和 {other} 都是终端 {tid} 的记录")
OTHER_TERMINAL = _M(
    "other_terminal", "{path}: is of terminal {tid}, which takes no part in the run of {host}",
    "{path}：属于终端 {tid}，该终端未参加 {host} 的运行")
OTHER_RUN = _M(
    "other_run", "{path}: is of another run than {host}: no message of terminal {tid} is in both",
    "{path}：与 {host} 不是同一次运行：两者没有终端 {tid} 的任何共同报文")
TWO_RELAYS = _M(
    "two_relays", "{one} and {other} are both of a relay; one may stand before a host",
    "{one} 和 {other} 都是中继的记录；主机之前只能有一个中继")
OTHER_LINE = _M(
    "other_line", "{path}: is of another run than {host}: no message is in both",
    "{path}：与 {host} 不是同一次运行：两者没有任何共同报文")
OTHER_SCENARIO = _M(
    "other_scenario", "--scenario {path}: is {title!r}, the run is {other!r}",
    "--scenario {path}：标题为 {title!r}，而运行为 {other!r}")
STATE_UNREADABLE = _M("state_unreadable", "{path}: is no host state: {why}", "{path}：不是主机状态文件：{why}")

# ---- notes of a judgement
STILL_GROWS = _M(
    "still_grows", "{path} is still being written: judged as far as it goes",
    "{path} 仍在写入：仅判定到目前为止的内容")
NOTHING_CAME = _M(
    "nothing_came", "no message of any terminal arrived: there is nothing to judge",
    "没有收到任何终端的报文：无可判定")
NOT_EXPECTED = _M(
    "not_expected", "the run is not finished: what the scenario expects was not judged",
    "运行尚未结束：未判定场景的期望")
ONLY_WITH_JUDGE = _M(
    "only_with_judge", "--json, --junit and --sales say how to write a judgement; they need --judge",
    "--json、--junit 和 --sales 用于写出判定结果，需要同时给出 --judge")

# ---- terminal logs
BAD_LOG_LINE = _M("bad_log_line", "{where}: no line of a terminal log: {why}", "{where}：不是终端日志中的一行：{why}")
EMPTY_LOG = _M("empty_log", "{path}: no line is in it", "{path}：其中没有任何一行")
ONE_TIME = _M(
    "one_time", "{where}: needs one of at (wall clock, ISO 8601 with zone) and at_ms (calendar of the run)",
    "{where}：需要 at（实际时间，ISO 8601 带时区）或 at_ms（运行日历）二者之一")
NO_ZONE = _M("no_zone", "{where}: at has no zone; write +08:00 or Z at its end", "{where}：at 没有时区；请在末尾写 +08:00 或 Z")
NO_NUMBER = _M("no_number", "{where}: {name} is {value!r}; a number from 0 on is needed", "{where}：{name} 为 {value!r}；需要不小于 0 的整数")
TOTALS_TWICE = _M("totals_twice", "{where}: totals, or the four sums and counts, not both", "{where}：totals 与四项金额笔数只能给出一种")
BAD_TOTALS = _M("bad_totals", "{where}: totals are the {digits} digits of F48", "{where}：totals 应为 F48 的 {digits} 位数字")
ON_ALREADY = _M("on_already", "{where}: power_on, and terminal {tid} has power", "{where}：power_on，但终端 {tid} 已通电")
WITHOUT_POWER = _M(
    "without_power", "{where}: terminal {tid} has no power since power_off",
    "{where}：终端 {tid} 自 power_off 起没有电源")
NOT_OF_RUN = _M(
    "log_not_of_run", "{where}: terminal {tid} takes no part in the run", "{where}：终端 {tid} 未参加该运行")
NOT_OUTSIDE = _M(
    "log_not_outside", "{where}: terminal {tid} is simulated or has a trace of its own, which says all of it",
    "{where}：终端 {tid} 是模拟终端或有自己的记录，其中已包含全部内容")
OUTSIDE_THE_RUN = _M(
    "log_outside_the_run", "{where}: is at {at}, the run went from {began} to {ended}; is the clock of the log off"
    " (--log-offset)?",
    "{where}：时间为 {at}，而运行从 {began} 到 {ended}；日志的时钟是否有偏差（--log-offset）？")
BAD_OFFSET = _M(
    "bad_offset", "--log-offset {given}: write a duration such as 2s, 1m30s or -500ms",
    "--log-offset {given}：请写时长，如 2s、1m30s 或 -500ms")
OFFSET_ALONE = _M(
    "offset_alone", "--log-offset is of terminal logs; give --terminal-log too",
    "--log-offset 用于终端日志；请同时给出 --terminal-log")
LIKE_A_CARD = _M(
    "like_a_card", "{where}: order looks like a card number; traces and reports show names as they are",
    "{where}：order 看起来像卡号；记录与报告会原样显示名称")
