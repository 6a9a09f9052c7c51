"""What befell a process of a bench that nobody here asked for: it was killed, it ended, or it stands still."""

from __future__ import annotations

import signal
from pathlib import Path

import msgspec

from simulator.catalogue.language import Message, Told

KILLED = Message("process_killed", "{name}: its process {pid} was ended from outside by {signal}",
                 "{name}：其进程 {pid} 被外部以 {signal} 结束")
ENDED = Message("process_ended", "{name}: its process {pid} ended by itself with status {status}{words}",
                "{name}：其进程 {pid} 自行结束，状态 {status}{words}")
STOPPED = Message("process_stopped", "{name}: its process {pid} was stopped from outside (SIGSTOP) and answers nothing",
                  "{name}：其进程 {pid} 被外部暂停（SIGSTOP），不作任何应答")


class Trouble(msgspec.Struct, frozen=True):
    """What befell a process, and whether it would go on if it were let."""

    what: Told
    stands_still: bool = False


_STILL = frozenset("Tt")  # stopped, or held by a tracer


def ended(name: str, pid: int, status: int, words: str) -> Trouble:
    """How it ended; ``status`` is negative for a signal.

    >>> ended("host", 7, -9, "").what.en
    'host: its process 7 was ended from outside by SIGKILL'
    """
    if status < 0:
        return Trouble(KILLED.both(name=name, pid=pid, signal=signal_named(-status)))
    return Trouble(ENDED.both(name=name, pid=pid, status=status, words=f": {words}" if words else ""))


def signal_named(number: int) -> str:
    """The name of a signal; its number where it has none.

    >>> signal_named(15), signal_named(200)
    ('SIGTERM', '200')
    """
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def stopped(name: str, pid: int) -> Trouble | None:
    """Whether it was stopped; never where this system does not say."""
    return Trouble(STOPPED.both(name=name, pid=pid), stands_still=True) if stands_still(pid) else None


def stands_still(pid: int) -> bool:
    """Whether somebody stopped it; False where this system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] in _STILL
