"""One check carried out: a rig, the act, the evidence, the result; the next check starts clean whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from hil.bench.heard import heard
from hil.bench.restless import RestlessError
from hil.bench.rig import Rig, RigSetting
from hil.bench.standing import NoPower
from hil.bench.starting import NoStartError, start_rig
from hil.benches.bench_file import BenchFile
from hil.benches.bench_scenario import dut_tid, scenario_text
from hil.benches.toml_text import toml_text
from hil.checks.carried import as_carried
from hil.checks.check import NEEDS, Check, Need
from hil.checks.evidence import Evidence
from hil.checks.lateness import Lateness
from hil.checks.results import NotReachedError, Outcome, Result
from hil.checks.stage import Stage
from hil.checks.verdict import first_wrong_frame, not_reached, result_of
from hil.control.bench_error import BenchError
from hil.control.live_process import wall_ms
from hil.files.trace_file import read_trace
from hil.ports.ports import PortError
from hil.power.power import Ability
from simulator.catalogue.language import Told
from simulator.judge.judge import KEEP_SALES, Judge
from simulator.judge.verdict import Judgement
from simulator.machines.terminal.profile import TerminalProfile
from simulator.scenario.acquirer_dialect import dialect_of
from simulator.scenario.places import places_of
from simulator.scenario.read import scenario_of_text
from simulator.toml_reading import read_toml
from simulator.trace.merge import closing_ms

SHORT_WAITS = {"reply_timeout": "2s", "reversal_idle": "1s"}  # of a virtual device: else a day of waiting
AGAIN = 2  # tries of a check that this machine was too late for, or that the bench spoilt
_SPOILT = frozenset({Outcome.INCONCLUSIVE, Outcome.BENCH})


class CaseSetting(msgspec.Struct, frozen=True, kw_only=True):
    """What all checks of a run share."""

    bench: BenchFile
    folder: Path
    defects: tuple[str, ...] = ()
    rounds: int = 0  # in which what is still not decided is tried again when all others are done


def carry_out(check: Check, setting: CaseSetting, lateness: Lateness, before: int = 0) -> Result:
    """The check, and once more where this machine was too late to tell, or the bench at fault.

    ``before``: so often it was tried before.
    """
    for attempt in range(before, before + AGAIN):
        result = msgspec.structs.replace(_carried_out(check, setting, lateness, attempt), tries=attempt + 1)
        if result.outcome not in _SPOILT:
            break
    return result


def is_open(result: Result, bench: BenchFile) -> bool:
    """Whether it is worth another round: a standing bench that is at fault stays so until somebody sees to it."""
    return result.outcome is Outcome.INCONCLUSIVE or (result.outcome is Outcome.BENCH and bench.is_fresh)


def _carried_out(check: Check, setting: CaseSetting, lateness: Lateness, attempt: int) -> Result:
    began_s = time.monotonic()
    folder = setting.folder / (check.id if not attempt else f"{check.id}-{attempt + 1}")
    try:
        result = _played(check, setting, folder, lateness, began_s)
    except NotReachedError as error:
        result = Result(check=check.id, outcome=Outcome.NOT_REACHED, why=error.why)
    except RestlessError as error:
        result = Result(check=check.id, outcome=Outcome.FAILED, why=error.why)
    except (BenchError, PortError, OSError) as error:
        result = Result(
            check=check.id, outcome=Outcome.BENCH, why=heard(error), no_start=isinstance(error, NoStartError))
    return msgspec.structs.replace(
        result, took_s=time.monotonic() - began_s, folder=str(folder), command=command(check, setting))


def _played(
    check: Check, setting: CaseSetting, folder: Path, lateness: Lateness, began_s: float,
) -> Result:
    bench = setting.bench
    _fits(check, bench)
    laid = _settings(check, bench)
    own = _scenario(check, bench)
    taken = bench.taken(laid)
    if not bench.is_virtual and (right := profile_of(bench, laid, own)) != _set_up(bench, taken, right):
        wanted = _shown({name: value for name, value in check.settings.items() if name not in taken} | {**check.acquirer})
        raise NotReachedError(Told(f"the terminal would have to be set up with {wanted}", f"终端须设置 {wanted}"))
    rig_setting = RigSetting(
        folder=folder, scenario=own, defects=setting.defects,
        settings=bench.taken(laid), options=check.options if bench.is_fresh else ())
    with start_rig(bench, rig_setting) as rig:
        _needs(check, rig)
        rig.start()
        stage = Stage(rig, rig.profile)
        stage.need(check.kinds)
        unreached: NotReachedError | None = None
        try:
            check.act(stage)
        except NotReachedError as error:
            unreached = error
        stage.close()
        late_ms = lateness.worst_ms(began_s)
        rig.finish()
        evidence = msgspec.structs.replace(
            stage.evidence(bench.part.limits.tolerance_ms, late_ms), judgement=judged_from_outside(folder, rig, stage))
        result = result_of(check, evidence)
        if unreached is not None and result.outcome in (Outcome.HELD, Outcome.NOT_REACHED):
            result = not_reached(result, unreached.why, evidence.starved)
        return with_frame(result, evidence, rig)


def _set_up(bench: BenchFile, taken: Mapping[str, Any], right: TerminalProfile) -> TerminalProfile:
    """What a case can have of the profile it needs: a board is told by its loader whose cards the host takes for domestic."""
    had = profile_of(bench, taken)
    return msgspec.structs.replace(had, domestic_prefixes=right.domestic_prefixes) if bench.is_board else had


def with_frame(result: Result, evidence: Evidence, rig: Rig) -> Result:
    """With the first wrong message, decoded."""
    if not result.wrong:
        return result
    frame = first_wrong_frame(result.wrong, evidence.seen, dialect_of(rig.scenario.acquirer))
    return msgspec.structs.replace(result, frame=frame)


def judged_from_outside(folder: Path, rig: Rig, stage: Stage) -> Judgement:
    """What the judge says of the host's own trace and the line: nothing that only the terminal would know."""
    records = as_carried(
        read_trace(folder / "host.jsonl"), rig.line.seen, stage.decisions(), stage.dark(),
        rig.profile.reply_timeout_ms)
    judge = Judge(KEEP_SALES)
    for record in records:
        judge.feed(record)
    return judge.finish(closing_ms(records))


# ---- what a check needs ----------------------------------------------------------------------


def _fits(check: Check, bench: BenchFile) -> None:
    profile = profile_of(bench, bench.taken(_settings(check, bench)))
    if check.applies is not None and not check.applies(profile):
        raise NotReachedError(check.unless)
    for need in check.needs:
        has = _OF_A_BENCH.get(need)
        if has is not None and not has(bench):
            _lacks(need)


def _needs(check: Check, rig: Rig) -> None:
    if Need.POWER in check.needs and isinstance(rig.power, NoPower):
        _lacks(Need.POWER)
    if Need.HANG in check.needs and Ability.HANG not in rig.power.can:
        _lacks(Need.HANG)


def _lacks(need: Need) -> None:
    told = NEEDS[need]
    raise NotReachedError(Told(f"this bench has not: {told.en}", f"本测试台没有：{told.zh}"))


def _is_fresh(bench: BenchFile) -> bool:
    return bench.is_fresh


def _takes_other_cards(bench: BenchFile) -> bool:
    return bench.is_fresh or bench.part.hands is not None


def _has_ecr(bench: BenchFile) -> bool:
    return bench.part.ecr is not None


_OF_A_BENCH: dict[Need, Callable[[BenchFile], bool]] = {
    Need.CALENDAR: _is_fresh, Need.CARD: _takes_other_cards, Need.ECR: _has_ecr,
    Need.FIRST_STAN: _is_fresh,
}


def _settings(check: Check, bench: BenchFile) -> dict[str, Any]:
    return {**(SHORT_WAITS if bench.is_fresh else {}), **check.settings}


def _shown(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items())


def _scenario(check: Check, bench: BenchFile) -> str | None:
    """The bench's own scenario with what the check wants of the host; None where that is nothing."""
    if not check.acquirer:
        return None
    scenario = read_toml(scenario_text(bench, None, {}, wall_ms()))
    scenario["acquirer"] = {**scenario.get("acquirer", {}), **check.acquirer}
    return toml_text(scenario)


def profile_of(bench: BenchFile, settings: Mapping[str, Any], own: str | None = None) -> TerminalProfile:
    """The profile of the bench's terminal with settings laid over its own; ``own``: in another scenario."""
    text = scenario_text(bench, own, settings, wall_ms())
    tid = dut_tid(bench, text, bench.path.name)
    places = places_of(scenario_of_text(text, bench.path.name))
    return next(each.profile for shop in places.merchants for each in shop.terminals if each.tid == tid)


def command(check: Check, setting: CaseSetting) -> str:
    """What repeats this check alone."""
    defects = "".join(f" --defect {name}" for name in setting.defects)
    return f"daozhang bench check {shown_path(setting.bench.path)} --only {check.id}{defects}"


def shown_path(path: Path) -> str:
    """A path as somebody here would type it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
