"""A plane: terminal and line each in a network namespace that the run makes itself, the host outside.

    terminal ── vt [line] vh ── host

Faults stand in the namespace of the line: the rules and routes of the machine stay as they are, but
for one interface and one route of our own.  It is undone whatever happens; what a killed run left is
found by its name and removed by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from hil.plane.elsewhere import NAMESPACES, done_in
from hil.plane.names import (
    HOST,
    LINE_AT_HOST,
    LINE_AT_TERMINAL,
    PREFIX,
    SLOTS,
    TERMINAL,
    PlaneName,
    is_dead,
    name_in,
    started,
)
from hil.plane.plane_words import NEEDS_ROOT, NO_SLOT
from hil.plane.programs import PlaneError, call, call_inside, inside
from hil.plane.rules import (
    AT_HOST,
    AT_TERMINAL,
    TABLE,
    PacketRule,
    Struck,
    Way,
    not_slow,
    ruleset,
    slow,
    struck_in,
    waits_of,
)
from hil.plane.shaper import Counts, Shape, Shaper
from hil.plane.tun import NAME, TunLine, opened_tun

_SHAPED = 100  # the routing table of what goes through the TUN device
_ENDS_WITHIN_S = 3.0  # processes in a namespace that is taken away
_LOOK_S = 0.02
_LINKS = Path("/sys/class/net")
_LOCK = Path("/run/daozhang-plane.lock")
T = TypeVar("T")


class Plane:
    """One plane; a context, or ``close`` at the end.  ``PlaneError`` where it cannot be made."""

    def __init__(self, port: int = 8583) -> None:
        """``port`` is the host's; faults strike nothing else."""
        if os.geteuid() != 0:
            raise PlaneError(NEEDS_ROOT.say())
        self.port = port
        self._rules: tuple[PacketRule, ...] = ()
        self._slow: set[Way] = set()
        self._tun: TunLine | None = None
        self._is_closed = False
        remove_leftovers()
        with _alone():  # two at once would take the same addresses
            self.name = _free_name()
            try:
                self._make()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ---- where things are ----------------------------------------------------------------------

    @property
    def host_address(self) -> str:
        """Where the host has to listen; the terminal reaches it through the line."""
        return str(self.name.address(HOST))

    @property
    def terminal_address(self) -> str:
        """Whom the host sees."""
        return str(self.name.address(TERMINAL))

    def command(self, words: Sequence[str]) -> tuple[str, ...]:
        """A command as it is run where the terminal is."""
        return inside(self.name.terminal, words)

    def connect(self, address: tuple[str, int], timeout_s: float) -> socket.socket:
        """A connection to a port on the terminal's loopback: beside the line, and no fault strikes it."""
        return done_in(self.name.terminal, lambda: socket.create_connection(address, timeout_s))

    def in_line(self, act: Callable[[], T]) -> T:
        """Something done in the namespace of the line, where its interfaces are."""
        return done_in(self.name.line, act)

    # ---- faults --------------------------------------------------------------------------------

    def rules(self, *rules: PacketRule) -> None:
        """From now on these rules and no others; what struck before is forgotten."""
        text = ruleset(rules, self.port)
        call_inside(self.name.line, "nft", "-f", "-", given=text)
        self._rules = rules

    def struck(self) -> tuple[Struck, ...]:
        """How often each rule struck since it stands."""
        if not self._rules:
            return ()
        told = call_inside(self.name.line, "nft", "-j", "list", "table", "ip", TABLE)
        return struck_in(told, self._rules)

    def shaped(self) -> dict[Way, Counts]:
        """What the shaper did to the packets of each way; nothing where there is none."""
        return dict(self._tun.shaper.counts) if self._tun is not None else {}

    def strikes(self) -> int:
        """How many packets were struck since the faults stand: by rules, or by the shaper."""
        shaped = sum(each.lost + each.duplicated + each.reordered + each.waited
                     for each in self.shaped().values())
        return sum(each.packets for each in self.struck()) + shaped + sum(
            _made_to_wait(call_inside(self.name.line, "tc", *waits_of(way))) for way in self._slow)

    def rate(self, bytes_per_s: int, way: Way = Way.BOTH) -> None:
        """A line of so many bytes a second; 0: as fast as it goes."""
        for each in way.single:
            if bytes_per_s:
                call_inside(self.name.line, "tc", *slow(each, bytes_per_s))
                self._slow.add(each)
            elif each in self._slow:
                call_inside(self.name.line, "tc", *not_slow(each))
                self._slow.discard(each)

    def shape(self, shapes: Mapping[Way, Shape], seed: int = 1) -> Shaper:
        """From now on what goes to the host's port and comes from it passes a shaper."""
        shaper = Shaper(_each_way(shapes), seed)
        if self._tun is None:
            self._tun = self._through_tun(shaper)
        else:
            self._tun.shape(shaper)
        return shaper

    def clear(self) -> None:
        """A good line again."""
        if self._rules:
            self.rules()
        self.rate(0)
        if self._tun is not None:
            self.shape({})

    # ---- making and unmaking -------------------------------------------------------------------

    def _make(self) -> None:
        name = self.name
        for namespace in (name.line, name.terminal):
            call("ip", "netns", "add", namespace)
            call("ip", "-n", namespace, "link", "set", "lo", "up")
        _joined((name.outside, "", HOST), (AT_HOST, name.line, LINE_AT_HOST), name)
        _joined((AT_TERMINAL, name.line, LINE_AT_TERMINAL), ("eth0", name.terminal, TERMINAL), name)
        call("ip", "-n", name.terminal, "route", "add", "default", "via",
             str(name.address(LINE_AT_TERMINAL)))
        call("ip", "route", "add", f"{name.address(TERMINAL - 2)}/{PREFIX}", "via",
             str(name.address(LINE_AT_HOST)), "dev", name.outside)
        self.in_line(_forward)

    def _through_tun(self, shaper: Shaper) -> TunLine:
        line = self.name.line
        descriptor = self.in_line(opened_tun)
        tun = TunLine(descriptor, shaper, self.name.address(TERMINAL))
        try:
            call("ip", "-n", line, "link", "set", NAME, "up")
            call("ip", "-n", line, "route", "add", "default", "dev", NAME, "table", str(_SHAPED))
            for interface, port in ((AT_TERMINAL, "dport"), (AT_HOST, "sport")):
                call("ip", "-n", line, "rule", "add", "iif", interface, "ipproto", "tcp",
                     port, str(self.port), "table", str(_SHAPED))
        except BaseException:
            tun.close()
            raise
        return tun

    def close(self) -> None:
        """Take all of it away; processes that are left in it are killed."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._tun is not None:
            self._tun.close()
        try:
            _remove(self.name)
        except BaseException:  # Ctrl-C again: it is taken away first
            _remove(self.name)
            raise


def _made_to_wait(told: str) -> int:
    return sum(int(each.get("overlimits", 0)) for each in json.loads(told))


def _each_way(shapes: Mapping[Way, Shape]) -> dict[Way, Shape]:
    return {each: shape for way, shape in shapes.items() for each in way.single}


def _forward() -> None:
    """In the namespace of the line: pass packets on, whichever way they came."""
    settings = Path("/proc/sys/net/ipv4")
    (settings / "ip_forward").write_text("1")
    for each in ("all", "default"):
        (settings / "conf" / each / "rp_filter").write_text("0")


_End = tuple[str, str, int]  # interface, namespace or "" for the machine's own, number of the address


def _joined(one: _End, other: _End, name: PlaneName) -> None:
    """A pair of interfaces, each in its place with its address."""
    made = ["ip", *_in(one[1]), "link", "add", one[0], "type", "veth", "peer", "name", other[0]]
    call(*made, "netns", other[1])
    for interface, namespace, number in (one, other):
        call("ip", *_in(namespace), "address", "add", f"{name.address(number)}/{PREFIX}", "dev", interface)
        call("ip", *_in(namespace), "link", "set", interface, "up")


def _in(namespace: str) -> tuple[str, ...]:
    return ("-n", namespace) if namespace else ()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """No other process of this machine makes a plane meanwhile."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free_name() -> PlaneName:
    """Addresses and names that nothing on this machine has."""
    taken = call("ip", "-4", "-o", "address") + call("ip", "-4", "route")
    links = {each["ifname"] for each in json.loads(call("ip", "-j", "link"))}
    slots = {name.slot for name in map(name_in, namespaces()) if name}
    pid = os.getpid()
    for slot in range(SLOTS):
        name = PlaneName(pid, started(pid) or 0, slot)
        addresses = {str(name.address(number)) for number in range(8)}
        if slot not in slots and name.outside not in links and not any(
                address + end in taken for address in addresses for end in (" ", "/")):
            return name
    raise PlaneError(NO_SLOT.say(count=SLOTS))


# ---- what is left behind -----------------------------------------------------------------------


def namespaces() -> list[str]:
    """The namespaces of this machine that have names."""
    try:
        return sorted(each.name for each in NAMESPACES.iterdir())
    except OSError:
        return []


def remove_leftovers() -> list[PlaneName]:
    """Remove the planes of processes that are no more; which they were."""
    dead = {name for name in map(name_in, namespaces()) if name is not None and is_dead(name)}
    for name in dead:
        _remove(name)
    return sorted(dead, key=lambda each: each.slot)


def _remove(name: PlaneName) -> None:
    for namespace in (name.terminal, name.line):
        if (NAMESPACES / namespace).exists():
            _end_processes(namespace)
    # the interface at once: a namespace goes in its own time
    _deleted(_LINKS / name.outside, "link", "del", name.outside)
    for namespace in (name.terminal, name.line):
        _deleted(NAMESPACES / namespace, "netns", "del", namespace)


def _deleted(shown: Path, *words: str) -> None:
    """Tried until it is gone: what is in use for a moment is not left behind."""
    until_s = time.monotonic() + _ENDS_WITHIN_S
    while shown.exists() and time.monotonic() < until_s:
        with contextlib.suppress(PlaneError):
            call("ip", *words)
        if shown.exists():
            time.sleep(_LOOK_S)


def _end_processes(namespace: str) -> None:
    until_s = time.monotonic() + _ENDS_WITHIN_S
    while time.monotonic() < until_s:
        with contextlib.suppress(PlaneError):
            left = [int(each) for each in call("ip", "netns", "pids", namespace).split()]
            if not (left := [pid for pid in left if pid != os.getpid()]):
                return
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(_LOOK_S)
