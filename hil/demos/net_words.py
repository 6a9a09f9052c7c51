"""What the demonstration of the second plane tells, and ``daozhang bench net``, in English and Chinese."""

from __future__ import annotations

from hil.plane.plane_words import OF_PLANE
from simulator.catalogue.language import Message

_M = Message
CANNOT = _M("net_cannot", "{what}: {answer}", "{what}：{answer}")
YES = _M("net_yes", "yes", "可以")
NO = _M("net_no", "no; {why}", "不可以；{why}")
STANDS = _M(
    "net_stands", "terminal {tid} is at {terminal} in a network namespace, its host at {host}",
    "终端 {tid} 位于网络命名空间中的 {terminal}，主机在 {host}")
SKIPPED = _M("net_skipped", "{fault}: skipped: {why}", "{fault}：跳过：{why}")
SOLD = _M(
    "net_sold", "{fault}: sale ¥{yuan} {result} in {ms} ms; struck {struck}, sent again by TCP {again}",
    "{fault}：消费 ¥{yuan} {result}，用时 {ms} 毫秒；触发 {struck} 次，TCP 重传 {again} 次")
RECOVERED = _M(
    "net_recovered", "  a good line again: reversed where it had to be, and the sale made again: approved",
    "  线路恢复：该冲正的已冲正，交易重做：成功")
SETTLED = _M("net_settled", "settlement of batch {batch}: {result}", "批次 {batch} 结算：{result}")
EVIDENCE = _M("net_evidence", "Evidence, both captures in it: {folder}", "证据（含两端抓包）：{folder}")
GOOD = _M("net_good", "a good line", "良好线路")
NEVER_STRUCK = _M("net_never_struck", "{fault}: never struck", "{fault}：从未触发")
INTERRUPTED = _M(
    "net_interrupted", "interrupted; the namespaces are taken away", "已中断；命名空间已移除")
ENDED = _M("net_ended", "{command} ended with {status}", "{command} 已结束，退出码 {status}")
STRUCK = _M("net_struck", "{name}: struck {packets} packets, {bytes} bytes", "{name}：触发 {packets} 个包，{bytes} 字节")
SHAPED = _M(
    "net_shaped", "{way}: {came} packets came, {left} left, {lost} lost, {duplicated} twice, {reordered} reordered",
    "{way}：到达 {came} 个包，发出 {left} 个，丢失 {lost} 个，重复 {duplicated} 个，乱序 {reordered} 个")
NO_COMMAND = _M(
    "net_no_command", "--fault, --to, --port and --capture are for a command; give it behind --",
    "--fault、--to、--port 和 --capture 用于命令；请在 -- 之后给出命令")
NO_PROGRAM = _M("net_no_program", "{command}: there is no such command", "{command}：没有这个命令")
OF_NET: tuple[Message, ...] = (
    CANNOT, YES, NO, STANDS, SKIPPED, SOLD, RECOVERED, SETTLED, EVIDENCE, GOOD, NEVER_STRUCK,
    INTERRUPTED, ENDED, STRUCK, SHAPED, NO_COMMAND, NO_PROGRAM, *OF_PLANE,
)
