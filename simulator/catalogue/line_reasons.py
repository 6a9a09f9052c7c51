"""Why a message did not arrive, and what a port had to say about it; decides nothing."""

from __future__ import annotations

from simulator.catalogue.reasons import Reason


class LineReason(Reason, fields=("lost.why",)):
    """Why a message was lost."""

    DROP = "drop", "lost on the way", "途中丢失"
    LINE_LOSS = "line_loss", "lost by a bad line", "线路丢包"
    HOST_DOWN = "host_down", "the host is down", "主机停机"
    TERMINAL_OFF = "terminal_off", "the terminal is off or hung", "终端关机或死机"
    HUNG_UP = "hung_up", "the connection was closed before it was passed on", "转发前连接被断开"
    REFUSE_CONNECT = "refuse_connect", "the connection was refused", "拒绝连接"
    NAME_UNKNOWN = "name_unknown", "the host's name is not known", "主机域名无法解析"
    UNREACHABLE = "unreachable", "the host cannot be reached", "主机不可达"
    CONNECT_TIMED_OUT = "connect_timed_out", "no connection came about in time", "连接超时"
    NO_CONNECTION = "no_connection", "no connection came about", "无法建立连接"
    NOT_ENCODABLE = "not_encodable", "it has no bytes in this dialect", "无法编码为报文"


NOT_SENT: frozenset[str] = frozenset({
    LineReason.REFUSE_CONNECT, LineReason.NAME_UNKNOWN, LineReason.UNREACHABLE,
    LineReason.CONNECT_TIMED_OUT, LineReason.NO_CONNECTION, LineReason.NOT_ENCODABLE,
})
"""Where its sender knows that nothing of the message left; of any other loss it is not told."""


class PortWarning(Reason, fields=("warned.code",)):
    """What the far end of a port did wrong."""

    LINK_FAILED = "link_failed", "the connection failed", "连接失败"
    UNREADABLE_REQUEST = "unreadable_request", "a request cannot be read", "请求报文无法解析"
    UNREADABLE_REPLY = "unreadable_reply", "a reply cannot be read", "应答报文无法解析"
    UNEXPECTED_REPLY = "unexpected_reply", "a reply that nobody asked for", "未请求的应答"
    NOT_AT_A_PORT = (
        "not_at_a_port", "a terminal that is simulated here speaks at the port", "模拟终端的编号出现在端口上")
    FRAME_FAILED = "frame_failed", "a frame could not be taken", "报文处理失败"
    UNSENDABLE_REQUEST = "unsendable_request", "a request has no bytes", "请求无法编码"
