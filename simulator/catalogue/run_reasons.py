"""Why a terminal or host came up again; decides nothing."""

from __future__ import annotations

from simulator.catalogue.reasons import Reason


class RestartReason(Reason, fields=("restarted.why",)):
    """Why somebody started anew from what it had stored."""

    POWER_ON = "power on", "switched on", "上电"
    POWER_RETURNED = "power returned", "the power returned", "恢复供电"
    FACTORY_RESET = "factory reset", "reset as it left the factory", "恢复出厂设置"
    JOURNAL_RESTORED = "journal restored", "its journal was restored", "日志已恢复"
    SYSTEM_RESTORED = "system restored", "its system was restored", "系统已恢复"
    HOST_RESTARTED = "host restarted", "the host restarted", "主机重启"
    PROCESS_RESTARTED = "process restarted", "its process restarted", "进程重启"
    REQUEST_WITHOUT_BYTES = (
        "request without bytes", "what was asked for has no bytes", "操作请求无法编码")
