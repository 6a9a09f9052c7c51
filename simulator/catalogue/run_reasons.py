"""Why a terminal or host came up again; decides nothing."""

from __future__ import annotations

from simulator.catalogue.reasons import Reason


class RestartReason(Reason, fields=("restarted.why",)):
    """Why somebody started anew from what it had stored."""

    POWER_ON = "power on", "switched on", "上电"
    POWER_RETURNED = "power returned", "the power returned", "恢复供电"
    HUNG = "restarted after it hung", "restarted by hand after it hung", "死机后人工重启"
    FACTORY_RESET = "factory reset", "reset as it left the factory", "恢复出厂设置"
    MEMORY_DAMAGED = "memory damaged", "its memory was damaged", "存储损坏"
    REPLACED = "replaced", "a replacement has its number", "以同一终端号更换设备"
    ROLLED_BACK = "rolled back", "restored to earlier software", "系统恢复到较旧软件"
    UPDATED = "updated", "updated", "升级完成"
    RESTORED = "restored", "its records were restored from a backup", "记录由备份恢复"
    HOST_RESTARTED = "host restarted", "the host restarted", "主机重启"
    PROCESS_RESTARTED = "process restarted", "its process restarted", "进程重启"
    REQUEST_WITHOUT_BYTES = (
        "request without bytes", "what was asked for has no bytes", "操作请求无法编码")


FORGETTING = frozenset({
    RestartReason.FACTORY_RESET, RestartReason.MEMORY_DAMAGED, RestartReason.REPLACED,
    RestartReason.RESTORED,
})
"""After which a terminal does not know, or not all, of what it did before."""
