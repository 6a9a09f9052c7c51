"""Looks at everything of a bench before a run, and says for each what to do; changes nothing.

Each look is a row of a table and stands alone: one that fails stops no other.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from hil.bench import doctor_words as say
from hil.bench.bench_file import BenchFile, BenchFileError
from hil.bench.bench_scenario import dut_tid, scenario_text
from hil.control.live_process import wall_ms
from hil.ports.ports import PortError, parse_address
from simulator.catalogue.language import Told
from simulator.scenario.read import ScenarioError

State = Literal["ok", "not ok", "not asked"]
LEAST_ROOM = 200 << 20  # bytes: a long soak leaves some tens of MiB


class Looked(msgspec.Struct, frozen=True):
    """What one look saw."""

    name: Told
    state: State
    seen: Told
    advice: Told | None = None


Look = Callable[[BenchFile], Iterator[Looked]]


def look_at(bench: BenchFile) -> Iterator[Looked]:
    """Every look of the table, in its order."""
    for look in LOOKS:
        yield from look(bench)


def _scenario(bench: BenchFile) -> Iterator[Looked]:
    name = say.SCENARIO.both()
    try:
        text = scenario_text(bench, None, {}, wall_ms())
        tid = dut_tid(bench, text, str(bench.path))
    except (ScenarioError, BenchFileError) as error:
        yield Looked(name, "not ok", Told(str(error), str(error)), say.MEND_FILE.both())
        return
    yield Looked(name, "ok", say.TERMINALS.both(count=len(bench.part.terminals), tid=tid))


def _host_port(bench: BenchFile) -> Iterator[Looked]:
    name = say.HOST_PORT.both()
    kind, _, rest = bench.part.end.listen.partition(":")
    if kind == "serial":
        yield Looked(name, "not asked", say.SERIAL_END.both())
        return
    try:
        address = parse_address(rest)
        with socket.create_server((address.host, address.port)):
            pass
    except (PortError, OSError) as error:
        yield Looked(name, "not ok", Told(f"{rest}: {error}", f"{rest}：{error}"), say.FREE_PORT.both())
        return
    yield Looked(name, "ok", say.FREE.both(address=rest))


def _room(bench: BenchFile) -> Iterator[Looked]:
    del bench
    free = shutil.disk_usage(".").free
    name, seen = say.ROOM.both(), say.ROOM_FREE.both(mib=free >> 20)
    if free < LEAST_ROOM:
        yield Looked(name, "not ok", seen, say.MAKE_ROOM.both(mib=LEAST_ROOM >> 20))
    else:
        yield Looked(name, "ok", seen)


LOOKS: tuple[Look, ...] = (_scenario, _host_port, _room)
