"""Everything that is known of a documented failure mode, gathered from the rows that say it.

Nothing is written twice: defaults come from what the mode does, triggers from where it acts, rules
from the machine built wrong that its scenario catches.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from simulator.catalogue.failures import FailureRow
from simulator.catalogue.language import Told
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import REMEDIES
from simulator.defect import Defect
from simulator.faults.modes import MODES, Mode, Parameter
from simulator.faults.rules import affects
from simulator.scenario.fault_checks import NAMING_KIND, NAMING_MTI, STEPPING
from simulator.scenario.library import scenario_names
from simulator.scenario.read import load_scenario
from simulator.world.defects import DEFECTS

UNITS: dict[Parameter, Told] = {
    Parameter.DELAY: Told('so much later, "45s"', '延迟多久，如 "45s"'),
    Parameter.OFF_FOR: Told('so long, "2m"', '持续多久，如 "2m"'),
    Parameter.JITTER: Told('by chance, so much on average, "2s"', '随机，平均值，如 "2s"'),
    Parameter.LOSS: Told("share of messages, 0 to 1", "报文丢失比例，0 到 1"),
    Parameter.CODE: Told("response code or reason", "应答码或原因"),
    Parameter.HOW: Told("one of its ways", "方式之一"),
    Parameter.SERVICES: Told("kinds of transaction or groups of them", "交易种类或其组"),
    Parameter.MINIMUM: Told("oldest software that is taken, n8", "可接受的最低软件版本，n8"),
    Parameter.SET: Told('a field and its value, "39=51"', '字段及其值，如 "39=51"'),
    Parameter.RATE: Told("bytes a second", "每秒字节数"),
    Parameter.SIZE: Told("bytes at a time", "每次字节数"),
    Parameter.SOFTWARE: Told("software that runs afterwards, n8", "之后运行的软件版本，n8"),
}
_TIMES = frozenset({Parameter.DELAY, Parameter.OFF_FOR, Parameter.JITTER})
_LENGTHS = ((3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms"))


def facts_of(row: FailureRow) -> dict[str, Any]:
    """The whole row, and what follows from it, for JSON."""
    mode = MODES.get(row.id)
    places = mode.places() if mode else ()
    defect = DEFECTS.get(row.defect)
    return {
        "id": row.id, "layer": row.layer, "en": row.en, "zh": row.zh, "documented": row.text,
        "sources": list(row.sources), "built": bool(row.setting or row.checked_by) or mode is not None,
        "setting": row.setting, "checked_by": row.checked_by, "simulator": row.simulator, "simulator_zh": row.simulator_zh,
        "device": row.device, "device_zh": row.device_zh, "bench": row.bench,
        "bench_zh": row.bench_zh, "must_hold": row.must_hold, "must_hold_zh": row.must_hold_zh,
        "rules": list(defect.caught_by) if defect else [],
        "remedies": list(row.remedies),
        "who": {name: [each.value for each in REMEDIES[name].who] for name in row.remedies},
        "actions": [name for name in row.remedies if REMEDIES[name].places],
        "points": [point.value for point in mode.points] if mode else [],
        "targets": sorted(kind.value for kind in mode.targets) if mode else [],
        "triggers": list(triggers(mode)) if mode else [],
        "parameters": sorted(each.value for each in mode.parameters) if mode else [],
        "defaults": {each.value: default(mode, each) for each in ordered(mode)} if mode else {},
        "codes": list(row.codes),
        "places": [each.value for each in places],
        "refused_in": [each.value for each in Place if each not in places] if mode else [],
        "ways": [way for way, _ in mode.ways] if mode else [],
        "scenario": scenario_of(row.id), "scenarios": list(scenarios_with(row.id)),
        "features": list(features_of(row.id)),
        "defect": row.defect, "no_defect": row.no_defect, "no_defect_zh": row.no_defect_zh,
    }


def ordered(mode: Mode) -> tuple[Parameter, ...]:
    """Its parameters, always in one order."""
    return tuple(each for each in Parameter if each in mode.parameters)


def default(mode: Mode, parameter: Parameter) -> str:
    """What it is where a fault says nothing of it; "" where that depends on the event."""
    if parameter is Parameter.HOW:
        return mode.ways[0][0]
    acts = [act for _, acts in mode.ways for act in acts if affects(parameter, act)]
    if not acts:
        return ""
    act = acts[0]
    if parameter is Parameter.SERVICES:
        return "all" if not act.what else ", ".join(sorted(act.what))
    if parameter is Parameter.LOSS:
        return str(act.chance)
    if parameter not in _TIMES:
        return act.code
    return length(act.ms) or ("for" if act.lasting else "")


def length(ms: int) -> str:
    """A time as a scenario writes it.

    >>> length(7_200_000), length(90_000), length(0)
    ('2h', '90s', '')
    """
    return next((f"{ms // unit}{name}" for unit, name in _LENGTHS if ms and ms % unit == 0), "")


def triggers(mode: Mode) -> tuple[str, ...]:
    """The keys that say when it strikes."""
    if mode.state:
        return ("at", "for")
    points = frozenset(mode.points)
    keys = ["at", "for", "nth", "times", "chance"]
    if len(points) > 1:
        keys.append("on")
    keys += [
        key for key, where in (("of", NAMING_KIND), ("mti", NAMING_MTI), ("between", STEPPING),
                               ("after_effect", STEPPING)) if points & where]
    return tuple(keys)


def defect_of(row: FailureRow) -> Defect | None:
    """The machine built wrong that its scenario catches."""
    return DEFECTS.get(row.defect)


def scenario_of(mode: str) -> str:
    """The scenario of this mode, as ``daozhang run`` takes it; "" where there is none."""
    name = f"modes/{mode}"
    return name if name in scenario_names() else ""


def features_of(mode: str, folder: Path = Path("features")) -> tuple[str, ...]:
    """Its features in the folder where one stands: a checkout has them."""
    paths = (folder / f"{mode}.feature", folder / f"{mode}.zh-CN.feature")
    return tuple(str(path) for path in paths if path.is_file())


def scenarios_with(mode: str) -> tuple[str, ...]:
    """The scenarios that come with the program and have this mode."""
    return tuple(name for name in scenario_names() if mode in _modes_of(name))


@cache
def _modes_of(name: str) -> frozenset[str]:
    return frozenset(fault.mode for fault in load_scenario(name).faults)
