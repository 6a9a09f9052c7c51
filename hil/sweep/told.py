"""The report of a sweep as text that a person reads: the table, why there are holes in it, each failure whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hil.bench.tried_again import tried_again
from hil.sweep import sweep_words as say
from hil.sweep.grid import grid
from hil.sweep.harms import COLUMNS, HARMS, NOT_THIS_WAY
from hil.sweep.results import CaseResult, MoneyMoved, Outcome
from hil.sweep.sweep import Sweep
from simulator.catalogue.language import Told, spoken
from simulator.report.wrap import wrapped
from simulator.version import own_version

SHOWN_WHOLE = 5  # of the failures; the others by a line each
SHOWN_WHY = 3  # findings of one case
_INDENT = "  "
_BAD = (Outcome.FAILED, Outcome.BENCH, Outcome.UNSURE, Outcome.NOT_REACHED)


def report(swept: Sweep) -> Iterator[str]:
    """Its lines, at most 80 columns wide but for what cannot be broken."""
    yield from head(swept)
    yield ""
    yield from grid(swept.recordings, swept.results)
    yield ""
    yield from _holes(swept)
    bad = [each for kind in _BAD for each in swept.done if each.outcome is kind]
    for each in bad[:SHOWN_WHOLE]:
        yield ""
        yield from shown(each, swept)
    if bad[SHOWN_WHOLE:]:
        yield ""
        yield say.MORE.say(count=len(bad) - SHOWN_WHOLE)
        for each in bad[SHOWN_WHOLE:]:
            why = f": {each.why[0].say()}" if each.why else ""
            yield from wrapped(f"{say.CELL[each.outcome].say()} {each.case}{why}", again=_INDENT)


def head(swept: Sweep) -> Iterator[str]:
    """Which terminal it was, and what came of it in one line."""
    device, terminal = swept.asked.bench.device, swept.asked.bench.terminal
    yield from wrapped(say.TITLE.say(
        name=device.name, kind=say.KIND_OF_DEVICE[device.kind], firmware=firmware_of(swept),
        tid=terminal.tid, station=swept.asked.bench.station))
    if swept.asked.defects:
        yield from wrapped(say.DEFECTS.say(names=", ".join(swept.asked.defects)))
    counts = Counter(each.outcome for each in swept.done)
    told = ", ".join(f"{counts[each]} {say.COUNTED[each].say()}" for each in Outcome if counts[each]) or "0"
    yield from wrapped(say.SUMMARY.say(
        done=len(swept.done), planned=len(swept.planned), took=say.duration(swept.took_s), counts=told))
    for again in tried_again((each.case, each.tries) for each in swept.done):
        yield from wrapped(again.say())
    if not swept.whole:
        yield from wrapped(
            say.GIVEN_UP.say(bench=swept.asked.bench.path) if swept.is_given_up else say.INTERRUPTED.say())
        yield say.GO_ON.say(command=command(swept, "--resume"))


def shown(result: CaseResult, swept: Sweep) -> Iterator[str]:
    """One case that did not hold, whole."""
    harm = HARMS[result.harm]
    yield from wrapped(say.FAILED.say(
        outcome=say.CELL[result.outcome], case=result.case, what=harm.what), again=_INDENT)
    for why in result.why[:SHOWN_WHY]:
        yield from wrapped(why.say(), indent=_INDENT)
    if result.told:
        yield from wrapped(say.TOLD.say(told=", ".join(result.told)), indent=_INDENT)
    if result.wrong is not None:
        row = say.MISSING if result.wrong.is_missing_after else say.WRONG
        yield _INDENT + row.say(number=result.wrong.number)
        yield from (_INDENT * 2 + line for line in result.wrong.lines)
    elif result.outcome is Outcome.FAILED:
        yield _INDENT + say.NO_FRAME.say()
    if result.money is not None:
        yield from wrapped(money(result.money).say(), indent=_INDENT, again=_INDENT * 2)
    yield _INDENT + say.AGAIN.say(command=command(swept, f"--case {result.case}"))
    if result.folder:
        yield _INDENT + say.EVIDENCE.say(folder=result.folder)


def money(moved: MoneyMoved) -> Told:
    """In yuan.

    >>> money(MoneyMoved(paid=13600, held=0, credited=6800, fees=41, should=6800)).en
    'money: customers paid ¥136.00, the merchant got ¥68.00 (¥0.41 of it fees); should be ¥68.00'
    """
    held = say.HELD.both(held=yuan(moved.held)) if moved.held else ""
    return say.MONEY.both(
        paid=yuan(moved.paid), held=held, credited=yuan(moved.credited), fees=yuan(moved.fees),
        should="?" if moved.should is None else yuan(moved.should))


def yuan(fen: int) -> str:
    """Fen as yuan.

    >>> yuan(-205)
    '-2.05'
    """
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def command(swept: Sweep, more: str) -> str:
    """The command that does it again."""
    defects = "".join(f" --defect {each}" for each in swept.asked.defects)
    out = f" --out {swept.asked.folder}" if more == "--resume" else ""
    return f"daozhang bench boundaries {swept.asked.bench.path}{defects}{out} {more}"


def firmware_of(swept: Sweep) -> str:
    """That of the file; of a virtual device the program's."""
    device = swept.asked.bench.device
    return device.firmware or (f"daozhang {own_version()}" if device.kind == "virtual" else "-")


def _holes(swept: Sweep) -> Iterator[str]:
    for column in COLUMNS:
        what = "; ".join(dict.fromkeys(
            each.what.say() for each in HARMS.values() if each.column is column))
        yield from wrapped(say.COLUMN.say(
            name=column.name if spoken() == "en" else column.zh, what=what), again=" " * 6)
    whys = [NOT_THIS_WAY.both()]
    for recording in swept.recordings:
        for boundary in recording.boundaries:
            whys += [Told(*why) for why in boundary.without.values()]
    for why in dict.fromkeys(whys):
        yield from wrapped(say.WITHOUT.say(why=why), again=_INDENT)
    kinds: dict[str, list[str]] = {}  # by why: what keeps several is told once
    for missing in swept.not_swept:
        kinds.setdefault(missing.why.say(), []).append(missing.kind)
    for why_not, names in kinds.items():
        yield from wrapped(say.NOT_SWEPT.say(kind=", ".join(names), why=why_not), again=_INDENT)
    left_out = sum(each.alike for each in swept.recordings)
    if left_out:
        yield from wrapped(say.LEFT_OUT.say(count=left_out))
