"""What a plane's namespaces, interfaces and addresses are called, and whose they are.

A name holds process, its start and a number, so that what a dead run left behind is known by its name
and nothing else is ever touched.  Addresses are of 198.18.0.0/15, which no network routes (RFC 2544).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import msgspec

NET = IPv4Network("198.18.0.0/15")
_SLOT_BITS = 3  # eight addresses a plane
SLOTS = 1 << (32 - NET.prefixlen - _SLOT_BITS)
_NAMESPACE = re.compile(r"dz-([0-9a-f]+)-([0-9a-f]+)-([0-9a-f]+)-(line|term)")
_STARTED_AT = 19  # of /proc/PID/stat behind the name: field 22


class PlaneName(msgspec.Struct, frozen=True):
    """One plane of one process."""

    pid: int
    started: int  # clock ticks since boot: a number that is given again tells another process
    slot: int  # which addresses

    @property
    def line(self) -> str:
        """The namespace in which the line is."""
        return f"{self._stem}-line"

    @property
    def terminal(self) -> str:
        """The namespace in which the terminal is."""
        return f"{self._stem}-term"

    @property
    def _stem(self) -> str:
        return f"dz-{self.pid:x}-{self.started:x}-{self.slot:x}"

    @property
    def outside(self) -> str:
        """The interface at which the host is; at most fifteen characters."""
        return f"dz{self.slot:x}h"

    def address(self, number: int) -> IPv4Address:
        """One of the plane's eight addresses."""
        return NET[(self.slot << _SLOT_BITS) + number]


# Ends of the two links of a plane, each of four addresses.
HOST, LINE_AT_HOST = 1, 2
LINE_AT_TERMINAL, TERMINAL = 5, 6
PREFIX = 30


def name_in(namespace: str) -> PlaneName | None:
    """The plane of a namespace; None where it is none of ours.

    >>> name_in("dz-1f-2a-3-term")
    PlaneName(pid=31, started=42, slot=3)
    >>> name_in("docker-1")
    """
    found = _NAMESPACE.fullmatch(namespace)
    return found and PlaneName(*(int(each, 16) for each in found.groups()[:3]))


def started(pid: int, proc: Path = Path("/proc")) -> int | None:
    """When a process was started; None where it is no more."""
    try:
        told = (proc / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    return int(told.rpartition(")")[2].split()[_STARTED_AT])


def is_dead(name: PlaneName, proc: Path = Path("/proc")) -> bool:
    """Whether the process that made a plane is no more."""
    return started(name.pid, proc) != name.started
