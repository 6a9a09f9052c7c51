"""What an operating system says of a connection that did not come about, as a reason of the trace."""

from __future__ import annotations

import errno
import socket

from hil.ports.client_port import ConnectError
from simulator.catalogue.line_reasons import LineReason

_BY_NUMBER = {
    errno.ECONNREFUSED: LineReason.REFUSE_CONNECT,
    errno.EHOSTUNREACH: LineReason.UNREACHABLE,
    errno.ENETUNREACH: LineReason.UNREACHABLE,
    errno.EHOSTDOWN: LineReason.UNREACHABLE,
    errno.ENETDOWN: LineReason.UNREACHABLE,
    errno.ETIMEDOUT: LineReason.CONNECT_TIMED_OUT,
}


def why_not_sent(failure: ConnectError) -> LineReason:
    """The reason with which a message did not leave.

    >>> why_not_sent(ConnectError("of its own accord"))
    <LineReason.NO_CONNECTION: 'no_connection'>
    """
    error = failure.__cause__
    if isinstance(error, socket.gaierror):
        return LineReason.NAME_UNKNOWN
    if isinstance(error, TimeoutError):
        return LineReason.CONNECT_TIMED_OUT
    number = error.errno if isinstance(error, OSError) else None
    return _BY_NUMBER.get(number or 0, LineReason.NO_CONNECTION)
