"""What the doctor of a bench says, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
STATE = {
    "ok": _M("ok", "ok", "正常").both(), "not ok": _M("not_ok", "not ok", "有问题").both(),
    "not asked": _M("not_asked", "not asked", "未检查").both(),
}
SCENARIO = _M("scenario", "terminals and keys", "终端和密钥")
TERMINALS = _M("terminals", "{count} terminal(s); {tid} is driven", "{count} 台终端；操作的是 {tid}")
MEND_FILE = _M("mend_file", "mend the bench file as it says", "按提示修正测试台文件")
HOST_PORT = _M("host_port", "port of the host", "主机端口")
SERIAL_END = _M("serial_end", "the terminal comes over a serial line", "终端经串口线路连接")
FREE = _M("free", "{address} is free", "{address} 空闲")
FREE_PORT = _M("free_port", "stop whoever has it, or give another listen in [end]", "停止占用它的程序，或在 [end] 中给出别的 listen")
ROOM = _M("room", "disk", "磁盘")
ROOM_FREE = _M("room_free", "{mib} MiB are free here", "此处可用 {mib} MiB")
MAKE_ROOM = _M("make_room", "make room: a long run needs {mib} MiB", "请腾出空间：长时间运行需要 {mib} MiB")
