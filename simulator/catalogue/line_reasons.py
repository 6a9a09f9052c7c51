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
    """Why a port hung up, refused or ignored: what the far end did wrong, or what befell it."""

    LINK_FAILED = "link_failed", "the connection failed", "连接失败"
    UNREADABLE_REQUEST = "unreadable_request", "a request cannot be read", "请求报文无法解析"
    UNREADABLE_REPLY = "unreadable_reply", "a reply cannot be read", "应答报文无法解析"
    UNEXPECTED_REPLY = "unexpected_reply", "a reply that nobody asked for", "未请求的应答"
    NOT_AT_A_PORT = (
        "not_at_a_port", "a terminal that is simulated here speaks at the port", "模拟终端的编号出现在端口上")
    FRAME_FAILED = "frame_failed", "a frame could not be taken", "报文处理失败"
    UNSENDABLE_REQUEST = "unsendable_request", "a request has no bytes", "请求无法编码"
    UNSENDABLE_REPLY = "unsendable_reply", "a reply has no bytes", "应答无法编码"
    NO_FRAMING = "no_framing", "the first bytes are those of no framing", "开头字节不属于任何封装格式"
    WRONG_LRC = "wrong_lrc", "a frame has a wrong check byte", "报文校验字节（LRC）错"
    CUT_FRAME = "cut_frame", "it ended in the middle of a message", "报文未收完连接即结束"
    CUT_BY_PAUSE = "cut_by_pause", "a message stopped in its middle", "报文中途停顿"
    REFUSED_BY_FAULT = "refused_by_fault", "a fault of the scenario refuses it", "按场景故障拒绝"
    NOBODY_TO_ANSWER = "nobody_to_answer", "whoever asked is not connected any more", "请求方已断开"
    ANSWERS_TOO_LATE = (
        "answers_too_late", "it stopped to speak and its answers did not come in time", "对方停止发送后应答未及时产生")
    TOO_MANY = "too_many", "newcomers are refused", "拒绝新连接"
    MADE_ROOM = "made_room", "it was answered nothing and made room for a newcomer", "未得到应答，让位给新连接"
    UNREAD = "unread", "it does not read what is sent to it", "对方不读取数据"
    IDLE = "idle", "nothing came or went for too long", "长时间无数据"
    PLAIN_ON_TLS = "plain_on_tls", "a terminal without TLS at a port with TLS", "终端未用TLS连接TLS端口"
    NOT_TLS = "not_tls", "something that is neither TLS nor a message at a port with TLS", "TLS端口收到的既非TLS也非报文"
    TLS_ON_PLAIN = "tls_on_plain", "TLS at a port without it", "以TLS连接非TLS端口"
    TLS_REFUSED = "tls_refused", "the TLS handshake failed", "TLS握手失败"
    TLS_TOO_SLOW = "tls_too_slow", "the TLS handshake took too long", "TLS握手超时"
    TLS_BROKEN = "tls_broken", "TLS was broken off", "TLS连接损坏"
    LINE_GONE = "line_gone", "the serial line has gone", "串口线路断开"
    LINE_BACK = "line_back", "the serial line is back", "串口线路恢复"
    NO_UPSTREAM = "no_upstream", "the host behind the relay cannot be reached", "中继后方的主机无法到达"
    NOT_SPOILT = "not_spoilt", "a message could not be changed so, and passed as it was", "报文无法按要求改动，原样通过"
