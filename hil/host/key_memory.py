"""Which master keys a state was used with, by their check values: what changed is told, nothing is undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from hil.host import opening_words as say
from hil.host.state import KEYS, HostState
from hil.host.store import Fact
from simulator.catalogue.language import Told
from simulator.wire.identifiers import shown

MOST_TOLD = 10


def remember(state: HostState, at_ms: int, check_values: Mapping[str, str]) -> tuple[Told, ...]:
    """Keep the check values of today; what is to be told of those that were others at the last start."""
    last = state.last_fact(KEYS)
    before = {} if last is None else msgspec.json.decode(last.body, type=dict[str, str])
    if before != check_values:
        state.add_fact(Fact(at_ms, KEYS, msgspec.json.encode(before | dict(check_values))))
    return tuple(_changes(before, check_values))


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Told]:
    others = [tid for tid in sorted(now) if before.get(tid, now[tid]) != now[tid]]
    for tid in others[:MOST_TOLD]:
        yield say.OTHER_KEY.both(tid=shown(tid), before=before[tid], now=now[tid])
    if len(others) > MOST_TOLD:
        yield say.OTHERS_TOO.both(count=len(others) - MOST_TOLD)
