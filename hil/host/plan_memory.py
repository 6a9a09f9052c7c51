"""The emergency plan of a live host over a restart: its records are read again, the rest is kept beside them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from hil.host.state import PLAN, HostState
from hil.host.store import Fact
from simulator.trace.records import Record, from_line
from simulator.world.emergency.emergency import Emergency
from simulator.world.world import World

_BEGINS = tuple(  # of lines that say something to a plan: a long trace is not decoded whole
    f'{{"record":"{kind.__struct_config__.tag}",'.encode() for kind in Emergency.HEARS)


def keep_plan(world: World, state: HostState) -> None:
    """From now on write down what no record says: since when something is pending."""
    if world.emergency is not None:
        world.emergency.keeps = lambda since_ms: state.add_fact(
            Fact(int(world.env.now), PLAN, msgspec.json.encode(since_ms)))


def recall_plan(world: World, state: HostState) -> None:
    """Have the plan as a former process left it; the trace is read for it from its beginning."""
    if world.emergency is not None:
        last = state.last_fact(PLAN)
        since_ms = {} if last is None else msgspec.json.decode(last.body, type=dict[str, int])
        world.emergency.take_up(_records(state), since_ms)


def _records(state: HostState) -> Iterator[Record]:
    return (from_line(line) for line in state.trace_lines() if line.startswith(_BEGINS))
