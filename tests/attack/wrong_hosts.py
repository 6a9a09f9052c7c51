"""Hosts and devices that are wrong on purpose: ``+built=NAME`` prepares one (``tests.attack.prepared``).

Each has one thing less than the right one, and names the attack that finds it.
"""

from __future__ import annotations

from hil.control import control, live_process
from hil.control.line_log import LineLog
from hil.ports import tcp_port
from hil.ports.pumped_port import PumpedPort
from hil.ports.reserve import Standby, begin
from hil.ports.tcp_port import TcpServerPort


def reads_on():
    """reads whatever comes, however much of it waits"""
    PumpedPort._wait_for_room = lambda self: None


def makes_no_room():
    """keeps whoever came first, though he says nothing"""
    TcpServerPort._who_leaves = lambda self: None


def spins():
    """keeps no descriptor free, and tries again at once where none is left"""
    tcp_port.is_for_others = lambda *_, **__: False
    tcp_port.REST_S = 0.0
    TcpServerPort._turned_away = lambda self, spare: spare


def control_last():
    """gives its control port nothing before the others"""
    right = TcpServerPort.__init__

    def built(self, *arguments, is_first=False, **named):
        del is_first
        right(self, *arguments, **named)

    control.TcpServerPort.__init__ = built


def dies_of_a_thread():
    """does not think of a thread that cannot begin"""
    TcpServerPort._staff = lambda self, name: Standby(PumpedPort.THREADS, begin, name)


def waits_for_everybody():
    """stops when the last peer has read its answers"""
    PumpedPort._time_left_s = lambda self: 600.0
    live_process.LONGEST_END_S = 600.0


def talks():
    """says each reason that it has to say something"""
    right = LineLog.__init__

    def built(self, *arguments, most, **named):
        del most
        right(self, *arguments, most=1_000_000_000, **named)

    LineLog.__init__ = built


WRONG = {  # which attack finds it
    reads_on: "flood.unread",
    makes_no_room: "crowd.idle",
    spins: "crowd.descriptors",
    control_last: "crowd.descriptors",
    dies_of_a_thread: "crowd.threads",
    waits_for_everybody: "crowd.at_the_end",
    talks: "flood.strangers",
}
BY_NAME = {each.__name__: each for each in WRONG}


def program(wrong):
    """How it is prepared."""
    return (f"+built={wrong.__name__}",)
