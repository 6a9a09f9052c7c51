"""What is said about the second plane, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message
NEEDS_ROOT = _M("plane_needs_root", "needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN)", "需要 root（CAP_NET_ADMIN 和 CAP_SYS_ADMIN）")
NEEDS_PROGRAM = _M(
    "plane_needs_program", "the program {program} is not there; make debian installs it (Debian: {package})",
    "没有程序 {program}；make debian 会安装（Debian：{package}）")
KERNEL_REFUSES = _M("plane_kernel_refuses", "this kernel refuses it: {error}", "本机内核拒绝：{error}")
NEEDS_PLANE = _M("plane_needs_plane", "there is no network namespace: {error}", "没有网络命名空间：{error}")
FAILED = _M("plane_failed", "{program} failed: {error}", "{program} 失败：{error}")
NO_ANSWER = _M("plane_no_answer", "{program} did not end within {seconds} s", "{program} 在 {seconds} 秒内没有结束")
NO_SLOT = _M(
    "plane_no_slot", "all {count} address ranges of 198.18.0.0/15 are taken", "198.18.0.0/15 的 {count} 个地址段均被占用")
NOT_POSSIBLE = _M(
    "plane_not_possible", "the second plane cannot be made: {error}", "无法建立第二平面：{error}")
BAD_RULE = _M("plane_bad_rule", "{name}: {why}", "{name}：{why}")
BAD_TEXT = _M("plane_bad_text", "fault {text!r}: {why}", "故障 {text!r}：{why}")
NO_SUCH_RULE = _M(
    "plane_cannot", "{name} cannot be done on this machine: {error}", "本机无法执行 {name}：{error}")
OF_PLANE: tuple[Message, ...] = (
    NEEDS_ROOT, NEEDS_PROGRAM, KERNEL_REFUSES, NEEDS_PLANE, FAILED, NO_ANSWER, NO_SLOT, NOT_POSSIBLE,
    BAD_RULE, BAD_TEXT, NO_SUCH_RULE,
)
ABILITIES: dict[str, Told] = {
    "namespace": Told("a network namespace of its own", "独立的网络命名空间"),
    "drop": Told("packets dropped", "丢包"),
    "chance": Told("packets dropped at random", "随机丢包"),
    "nth": Told("every nth packet dropped", "每第 n 个包丢弃"),
    "times": Told("so many packets dropped and no more", "只丢弃若干个包"),
    "reset": Told("connections reset", "连接复位"),
    "length": Told("only long messages dropped", "仅丢弃长报文"),
    "content": Told("messages dropped by their bytes", "按字节匹配丢弃报文"),
    "excess": Told("what exceeds a rate dropped", "超出速率者丢弃"),
    "rate": Told("a slow line (tbf)", "低速线路（tbf）"),
    "tun": Told("delay, jitter, loss, duplicates, reordering (TUN)", "延迟、抖动、丢包、重复、乱序（TUN）"),
    "capture": Told("capture at both ends of the line", "在线路两端抓包"),
}
YES, NO = Told("yes", "可以"), Told("no", "不可以")
