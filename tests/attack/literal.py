"""Every accident by itself, over a small state of a host and a small memory of a device that were made by selling.

Each is told by name, with nothing started over, or it is without effect: what is read is what was
written, to the byte.  ``python -m tests.attack.literal 10000`` prints what came of each kind.  A process
of its own tries them, so that it may be built wrong: FOLDER COUNT KIND [+built=NAME].
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from hil.files.anchor import ENDING as ANCHOR
from hil.files.nvm_file import MemoryOf, NvmFile
from hil.files.one_owner import StateError
from hil.host.state import HostState
from hil.inspection.looks import look_at
from simulator.machines.terminal.journal import body_of
from simulator.machines.terminal.records import DamageFound
from tests.attack.accidents import (
    MEMORY,
    STATE,
    WAL,
    copied,
    of_a_closed_state,
    of_a_killed_state,
    of_a_memory,
)
from tests.attack.clerk import Clerk
from tests.attack.damage import MADE
from tests.attack.device_target import MID, TID, DeviceClerk, DeviceTarget
from tests.attack.ground import Came, note
from tests.attack.prepared import PREPARATIONS
from tests.attack.target import HERE, Target

SALES = 4
LONGEST_S = 900.0
EACH = 250  # hostile inputs stand for one place of each kind
FEWEST = 3
CLOSED, KILLED, DEVICE = "closed", "killed", "device"
SELL_FOR_S = 1.0  # the terminals inside
HEADS = ("accident", "tried", "told", "without effect", "silent")
KEPT = (STATE, WAL, STATE + ANCHOR)


def every(ground):
    """each record of state and memory lost, doubled, swapped or cut, each file cut, bits of each, anchors older and newer"""
    came = Came(believed=0)
    rows = tried(whole_ones(), ground.count, ground.aim, ground.host)
    for row in rows.values():
        came.believed += len(row.silent)
        for wrong in row.silent + row.wrong:
            note(came, wrong)
    total = sum((row.counted for row in rows.values()), Counter())
    came.tried = (f"{sum(total.values()):,} accidents of {len(rows)} kinds, {total['told']:,} told by name, "
                  f"{total['without effect']:,} without effect")
    return came


@dataclass
class Row:
    """What came of the accidents of one kind."""

    counted: Counter = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def tried(folder, count, aim="", host=()):
    """The rows of the table by kind, tried in a process of its own."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.attack.literal", str(folder), str(count), aim, *host],
        cwd=HERE.parents[1], capture_output=True, check=False, timeout=LONGEST_S)
    assert child.returncode == 0, child.stderr.decode()[-2_000:]
    return {kind: Row(Counter(row["counted"]), row["silent"], row["wrong"])
            for kind, row in json.loads(child.stdout).items()}


@cache
def whole_ones():
    """The folder with all of them, made once."""
    folder = Path(mkdtemp(prefix="attack-literal-"))
    MADE.append(folder)
    made(folder)
    return folder


def made(folder):
    """A state as a kill and as a stop leave it, with terminals inside, and the memory of a device."""
    live, device, at_device = folder / "live", folder / DEVICE, folder / "live for a device"
    for each in (live, device, at_device):
        each.mkdir()
    with Target(live, scenario=HERE / "inside.toml") as target:
        clerk = Clerk()
        clerk.goes_to(target)
        clerk.sells(SALES)
        time.sleep(SELL_FOR_S)
        target.kill()
    copied(live, folder / KILLED)
    copied(live, folder / CLOSED)
    HostState(folder / CLOSED / STATE, None).close()
    with Target(at_device) as target, DeviceTarget(device, target.listening) as at:
        DeviceClerk().sells(at, SALES)
        at.kill()


# ---- in the process that tries them ------------------------------------------------------------


def main(folder, count, aim, *prepared):
    for words in prepared:
        name, _, value = words[1:].partition("=")
        PREPARATIONS[name](value)
    most = max(FEWEST, int(count) // EACH)
    rows = {}
    for where, accidents, reads in (
        (CLOSED, of_a_closed_state, _books), (KILLED, of_a_killed_state, _books), (DEVICE, of_a_memory, _memory),
    ):
        with TemporaryDirectory(prefix="attack-literal-") as name:
            source = copied(Path(folder) / where, Path(name) / "source")
            whole = reads(copied(source, Path(name) / "whole"))
            assert not whole[1], whole
            for accident in accidents(copied(source, Path(name) / "looked at"), most):
                if aim in ("", accident.kind):
                    row = rows.setdefault(accident.kind, Row())
                    _try(row, accident, copied(source, Path(name) / "spoilt"), reads, whole[0], where)
    sys.stdout.write(json.dumps({kind: vars(row) for kind, row in rows.items()}))


def _try(row, accident, folder, reads, whole, where):
    accident.spoil(folder)
    looked = _look(folder / (MEMORY if where == DEVICE else STATE))
    found, told, wrong = reads(folder)
    row.wrong += [f"{accident}: {each}" for each in wrong]
    if told:
        row.counted["told"] += 1
    elif found == whole:
        row.counted["without effect"] += 1
    else:
        row.counted["silent"] += 1
        row.silent.append(f"{accident}: started, and what it read is not what was written")
    if looked is not None and looked != bool(told):
        row.wrong.append(f"{accident}: `state check` says {'damaged' if looked else 'whole'}, "
                         f"and the start {told or 'nothing'}")


def _look(path):
    """Whether ``state check`` finds damage; None where it says that it cannot be read, or is none of ours."""
    with suppress(OSError):
        looked = look_at(path)
        return None if looked is None else not looked.is_whole
    return None


def _books(folder):
    """All that a host reads; or what it was told; and what should not have been done."""
    before, wrong = _files(folder), []
    try:
        state = HostState(folder / STATE, None)
    except StateError as error:
        told = str(error)
        if STATE not in told:
            wrong.append(f"its name is not said: {told}")
        if _files(folder) != before:
            wrong.append("it was refused, and not left as it was")
        with suppress(StateError):
            HostState(folder / STATE, None).close()
            wrong.append("it was refused, and taken up at the second start")
        return None, told, wrong
    store = state._store
    found = (list(store.entries()), list(store.journals()), sorted(store.notes()), store.stands)
    state.close()
    return found, "", wrong


def _files(folder):
    return {name: (folder / name).read_bytes() for name in KEPT if (folder / name).exists()}


def _memory(folder):
    """All that a device reads; what it was told; and what should not have been done."""
    path, wrong = folder / MEMORY, []
    before = path.read_bytes() if path.exists() else b""
    try:
        nvm = NvmFile(path, MemoryOf(TID, MID))
    except StateError as error:
        if (path.read_bytes() if path.exists() else b"") != before:
            wrong.append("it was refused, and not left as it was")
        return None, str(error), wrong
    records, told = nvm.records(), nvm.recovered
    nvm.close()
    if told and not any(isinstance(each, DamageFound) for each in records):
        wrong.append("its memory does not remember that it was damaged")
    if told and before and [each.read_bytes() for each in folder.glob("*.damaged-*")] != [before]:
        wrong.append("what was damaged was not kept aside")
    return list(map(body_of, records)), told, wrong


def table(rows):
    """The rows as a table for people."""
    lines = ["| " + " | ".join(HEADS) + " |", "|---|---|---|---|---|"]
    for kind, row in rows.items():
        counts = row.counted
        lines.append(f"| {kind} | {sum(counts.values())} | {counts['told']} | {counts['without effect']} | {counts['silent']} |")
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        sys.stdout.write(table(tried(whole_ones(), int(sys.argv[1]))) + "\n")
    else:
        main(*sys.argv[1:])
