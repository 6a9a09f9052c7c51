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
OTHER_SCENARIO = _M(
    "other_scenario", "--scenario {path}: is {title!r}, the run is {other!r}",
    "--scenario {path}：标题为 {title!r}，而运行为 {other!r}")
STATE_UNREADABLE = _M("state_unreadable", "{path}: is no host state: {why}", "{path}：不是主机状态文件：{why}")

# ---- notes of a judgement
STILL_GROWS = _M(
    "still_grows", "{path} is still being written: judged as far as it goes",
    "{path} 仍在写入：仅判定到目前为止的内容")
NOT_EXPECTED = _M(
    "not_expected", "the run is not finished: what the scenario expects was not judged",
    "运行尚未结束：未判定场景的期望")
ONLY_WITH_JUDGE = _M(
    "only_with_judge", "--json, --junit and --sales say how to write a judgement; they need --judge",
    "--json、--junit 和 --sales 用于写出判定结果，需要同时给出 --judge")
