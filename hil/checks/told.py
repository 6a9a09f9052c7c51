"""The report of a run of checks as text of eighty columns: what failed whole, the rest by a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hil.bench.tried_again import tried_again
from hil.benches.bench_words import HEARD
from hil.checks import check_words as say
from hil.checks.case import shown_path
from hil.checks.check import GROUPS, NEEDS, Check
from hil.checks.results import Frame, Measured, Outcome, Result
from hil.checks.run import CheckRun
from hil.checks.table import CHECKS
from simulator.judge.words.sentences import yuan
from simulator.report.wrap import WIDTH, filled, width_of, wrapped
from simulator.version import own_version

SHOWN_WHOLE = 6  # of what failed; the others by a line each
WRONG_SHOWN = 4
_GAP = 2
_LATE = (Outcome.FAILED, Outcome.BENCH, Outcome.INCONCLUSIVE)


def report(run: CheckRun) -> Iterator[str]:
    """Its lines."""
    yield from head(run)
    yield ""
    yield from table(run.results)
    bad = [result for outcome in _LATE for result in run.results if result.outcome is outcome]
    for same in same_faults(bad):
        bad = [each for each in bad if each not in same]
        yield ""
        yield from fault(same, run)
    for result in bad[:SHOWN_WHOLE]:
        yield ""
        yield from shown(result)
    if bad[SHOWN_WHOLE:]:
        yield ""
        yield say.MORE.say(count=len(bad) - SHOWN_WHOLE)
        for result in bad[SHOWN_WHOLE:]:
            yield from wrapped(f"{result.check} {why(result)}", WIDTH, "  ", "    ")
    yield ""
    yield from foot(run)


def head(run: CheckRun) -> Iterator[str]:
    """What was tested, and where."""
    bench = run.setting.bench
    firmware = firmware_of(run)
    yield from wrapped(say.HEAD.say(
        count=len(run.planned), name=bench.device.name, kind=say.DEVICES[bench.device.kind].say(),
        firmware=say.FIRMWARE.say(firmware=firmware) if firmware else "", tid=bench.terminal.tid,
        station=bench.station))
    if run.setting.defects:
        yield from wrapped(say.DEFECTS_OF.say(names=", ".join(run.setting.defects)))


def firmware_of(run: CheckRun) -> str:
    """What runs in the terminal: as the bench file says, or this program."""
    bench = run.setting.bench
    return bench.device.firmware or (f"daozhang {own_version()}" if bench.is_virtual else "")


def table(results: Iterable[Result]) -> Iterator[str]:
    """A line for each, by groups; why, where it did not hold."""
    results = list(results)
    numbers = max((len(result.check) for result in results), default=0) + _GAP
    first: dict[str, str] = {}  # of those that the bench kept from beginning, by why
    states = max((width_of(say.OUTCOMES[result.outcome].say()) for result in results), default=0) + _GAP
    for group, words in GROUPS.items():
        ours = [result for result in results if CHECKS[result.check].group is group]
        if ours:
            yield words.say()
        for result in ours:
            lead = "  " + filled(result.check, numbers) + filled(say.OUTCOMES[result.outcome].say(), states)
            told = CHECKS[result.check].title.say()
            if result.no_start and first.setdefault(result.why.en, result.check) != result.check:
                told += f": {say.SAME.say(check=first[result.why.en])}"
            elif result.outcome is not Outcome.HELD and result.why.say():
                told += f": {why(result)}"
            yield from wrapped(told, WIDTH, lead, " " * (2 + numbers + states))


def why(result: Result) -> str:
    """Why a check ended so; what others said in English is heard."""
    return HEARD.say(result.why.say())


def same_faults(results: Iterable[Result]) -> list[list[Result]]:
    """What kept checks from beginning, each with those that it kept from it."""
    found: dict[str, list[Result]] = {}
    for result in results:
        if result.no_start:
            found.setdefault(result.why.en, []).append(result)
    return list(found.values())


def fault(same: list[Result], run: CheckRun) -> Iterator[str]:
    """One fault of the bench, told once."""
    yield from wrapped(say.FAULT.say(checks=", ".join(each.check for each in same), why=why(same[0])), again="  ")
    yield from _part(say.LOOK.say(bench=shown_path(run.setting.bench.path)))
    yield from _part(say.FOLDER.say(folder=same[0].folder))


def shown(result: Result) -> Iterator[str]:
    """One check whole: its rule, what was measured, what was wrong, the first wrong frame, how to repeat it."""
    check = CHECKS[result.check]
    yield from wrapped(f"{check.id} {say.OUTCOMES[result.outcome].say()}: {check.title.say()}")
    yield from _part(say.RULE.say(rule=check.rule.say(), source=check.source))
    if check.changed_by:
        yield from _part(say.CHANGED_BY.say(settings=", ".join(check.changed_by)))
    if not result.wrong:
        yield from _part(why(result))
    for wrong in result.wrong[:WRONG_SHOWN]:
        yield from _part(say.WRONG.say(what=wrong.what.say()))
    if result.wrong[WRONG_SHOWN:]:
        yield from _part(say.MORE.say(count=len(result.wrong) - WRONG_SHOWN))
    for measured in result.measured:
        if not measured.held:
            yield from _part(reading(measured))
    if result.money_fen:
        yield from _part(say.MONEY.say(yuan=yuan(result.money_fen)))
    if result.frame is not None:
        yield from frame(result.frame)
    if result.command:
        yield from _part(say.AGAIN.say(command=result.command))
    if result.folder:
        yield from _part(say.FOLDER.say(folder=result.folder))


def reading(measured: Measured) -> str:
    """What was measured against which limit."""
    told = say.MEASURED.say(
        words=measured.words.say(), unit=measured.unit, value=measured.value, limit=measured.limit)
    return told + (say.MARGIN.say(margin=measured.margin) if measured.margin else "")


def frame(seen: Frame) -> Iterator[str]:
    """A message field by field."""
    way = say.UP if seen.way == "up" else say.DOWN
    yield from _part(say.FRAME.say(
        number=seen.number, way=way.say(), fate=say.FATES[seen.fate].say(), mti=seen.mti, kind=seen.kind).rstrip())
    for name, value in seen.fields:
        yield from wrapped(value, WIDTH, f"    {filled('F' + name, 5)}", " " * 9)


def foot(run: CheckRun) -> Iterator[str]:
    """How many ended how."""
    told = ", ".join(
        say.COUNTED.say(count=run.count(outcome), outcome=words.say())
        for outcome, words in say.OUTCOMES.items() if run.count(outcome)) or "0"
    yield from wrapped(say.SUMMARY.say(told=told, took=say.duration(run.took_s)))
    for again in tried_again((result.check, result.tries) for result in run.results):
        yield from wrapped(again.say())
    if run.is_given_up:
        yield from wrapped(say.GIVEN_UP.say(done=len(run.results), count=len(run.planned)))
    elif not run.whole:
        yield from wrapped(say.INTERRUPTED.say(done=len(run.results), count=len(run.planned)))


def listed(checks: Iterable[Check]) -> Iterator[str]:
    """The table of checks, for ``--list``."""
    checks = list(checks)
    for group, words in GROUPS.items():
        ours = [check for check in checks if check.group is group]
        if not ours:
            continue
        yield f"{words.say()} ({group.value})"
        for check in ours:
            yield from wrapped(check.title.say(), WIDTH, f"  {check.id}  ", " " * (len(check.id) + 4))
            yield from _more(check)


def _more(check: Check) -> Iterator[str]:
    indent = " " * (len(check.id) + 4)
    yield from wrapped(say.RULE.say(rule=check.rule.say(), source=check.source), WIDTH, indent, indent)
    if check.needs:
        needs = ", ".join(NEEDS[need].say() for need in check.needs)
        yield from wrapped(say.NEEDS.say(needs=needs), WIDTH, indent, indent)
    if check.changed_by:
        yield from wrapped(say.CHANGES.say(settings=", ".join(check.changed_by)), WIDTH, indent, indent)


def _part(text: str) -> list[str]:
    return wrapped(text, WIDTH, "  ", "    ")
