"""The scenario in which a bench's terminal stands: the bench's own, or one that a case brings.

The bench's own has its terminals, its acquirer and its cards, nobody who sells by himself and no
fault.  Settings of a case are laid over those of the device, in either.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hil.benches.bench_file import BenchFile, BenchFileError
from hil.benches.toml_text import toml_text
from simulator.local_time import datetime_at
from simulator.scenario.numbers import topology_of
from simulator.scenario.read import scenario_of_text
from simulator.toml_reading import read_toml

USUAL_START_MS = 1_769_479_200_000  # Tuesday, 27 January 2026, 10:00: a working day before working days
LASTS = "60d"


def scenario_text(
    bench: BenchFile, own: str | None, settings: Mapping[str, Any], now_ms: int,
) -> str:
    """The scenario as TOML; ``own`` is that of a case, ``now_ms`` the wall clock."""
    if own is None:
        return toml_text(_of_bench(bench, settings, now_ms))
    if not settings:
        return own
    return toml_text(_laid_over(bench, read_toml(own), settings))


def dut_tid(bench: BenchFile, text: str, name: str) -> str:
    """Which terminal of a scenario the bench's stands for; ``BenchFileError`` where there is none."""
    outside = [each.tid for each in topology_of(scenario_of_text(text, name)).terminals]
    if bench.terminal.tid in outside:
        return bench.terminal.tid
    if bench.is_fresh and outside:
        return outside[0]
    raise BenchFileError(
        f"{name}: the terminal {bench.terminal.tid} of {bench.path.name} is not in it; "
        "give its tids and the mid of its merchant")


def _of_bench(bench: BenchFile, settings: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    source = bench.source
    device = source.get("device", {})
    group: dict[str, Any] = {"profile": bench.device.profile, "outside": True}
    if bench.device.clerk != "01" or bench.device.password != "0000":
        group["clerks"] = {bench.device.clerk: bench.device.password}
    if laid := {**device.get("settings", {}), **settings}:
        group["settings"] = laid
    by_mid: dict[str, list[str]] = {}
    for terminal in bench.part.terminals:
        by_mid.setdefault(terminal.mid, []).append(terminal.tid)
    start_ms = USUAL_START_MS if bench.is_fresh else now_ms
    return {
        "title": f"bench {bench.path.stem}: {bench.device.name}",
        "start": datetime_at(start_ms),
        "until": LASTS,
        "acquirer": _acquirer(bench),
        "cards": source.get("cards", [{"name": each.name} for each in bench.part.cards]),
        "merchants": [
            {"name": f"shop {number}", "mid": mid,
             "terminals": [{**group, "count": len(tids), "tids": tids}]}
            for number, (mid, tids) in enumerate(by_mid.items(), 1)
        ],
    }


def _acquirer(bench: BenchFile) -> dict[str, Any]:
    """As it was written, its files named so that they are found from the folder of a case.

    TLS is the line's: behind it the host is alone on this machine.
    """
    acquirer: dict[str, Any] = deepcopy(bench.source.get("acquirer", {}))
    if acquirer.get("key_file"):
        acquirer["key_file"] = str(bench.beside(acquirer["key_file"]))
    for key in ("dialect", "tables"):  # a shipped name, or a file beside the bench file
        if acquirer.get(key) and (path := bench.beside(acquirer[key])).exists():
            acquirer[key] = str(path)
    return acquirer


def _laid_over(bench: BenchFile, scenario: dict[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """A case's scenario with settings for the group of the bench's terminal, the first where none names it."""
    groups: list[dict[str, Any]] = []
    for merchant in scenario.get("merchants", []):
        terminals = merchant["terminals"]
        groups += [terminals] if isinstance(terminals, dict) else terminals
    named = [each for each in groups if bench.terminal.tid in each.get("tids", ())]
    for group in named or groups[:1]:
        group["settings"] = {**group.get("settings", {}), **settings}
    return scenario
