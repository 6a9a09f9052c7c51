"""The command ``bench cuts``: power cuts at random instants, drawn from a seed, each judged; an exit status."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec

from hil.bench.asked import hold_bench, hold_defects, names_of
from hil.bench.heard import at_fault, heard
from hil.bench.tried_again import ROUND, ROUNDS, tried_again
from hil.benches.bench_file import BenchFile, BenchFileError, read_bench
from hil.processes.nursery import warm_processes
from hil.processes.pool import Estimate, Pool
from hil.sweep import cut_words as say
from hil.sweep import sweep_words as words
from hil.sweep.case import Place, with_short_waits
from hil.sweep.cut_plan import Cut, Measured, drawn, planned
from hil.sweep.cutting import CutKinds, CutResult, measure, run_cut
from hil.sweep.kinds import KINDS
from hil.sweep.results import KindResult, Outcome, is_open, text
from hil.sweep.sweep import TELL_EVERY_S, tell_on_standard_error
from simulator.commands.file_kinds import FileKind
from simulator.commands.inputs import STANDARD_OUTPUT, ExitCode, InputError
from simulator.commands.outputs import Named, StandardOutput, check_folder, check_outputs, write
from simulator.commands.run_files import json_path
from simulator.report.wrap import wrapped

USUAL_COUNT = 500
JOBS_A_CORE = 3  # a cut waits more than it works
SHOWN = 8  # of those that did not hold
OF_CUTS = FileKind("run of cuts of ours", (b'{"seed":',))
_INDENT = "  "
# Without downloads, of which every message is alike, and what another row does as well.
USUAL_KINDS = (
    "sign-on", "sale", "void", "refund", "preauth", "preauth-void", "completion", "completion-void",
    "completion-advice", "balance", "qr-sale", "qr-void", "qr-refund", "offline-sale", "tip", "adjust", "reversal",
    "failed-reversals", "settlement", "unbalanced", "parameters")


class CutsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """The command line, not checked yet."""

    bench: Path
    count: int = 0
    seed: int = 1
    kinds: str | None = None
    only: tuple[str, ...] = ()
    out: Path | None = None
    defects: tuple[str, ...] = ()
    jobs: int = 0
    repeat: int = ROUNDS
    json: str = ""


class CutsDone(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has come to."""

    seed: int
    planned: int
    took_s: float
    whole: bool
    kinds: CutKinds
    results: tuple[CutResult, ...]


def run_cuts(wanted: CutsWanted) -> int:
    """Cut; the exit status.  ``InputError`` for what cannot be, before anything runs."""
    bench, kinds, only = _checked(wanted)
    folder = wanted.out or Path(tempfile.mkdtemp(prefix="daozhang-cuts-"))
    place = Place(bench=with_short_waits(bench), folder=folder, defects=wanted.defects, evidence=bool(only))
    jobs = wanted.jobs or ((os.cpu_count() or 1) * JOBS_A_CORE if bench.is_fresh else 1)
    with at_fault(), warm_processes():
        done = _done(place, wanted, kinds, only, jobs)
    _tell(wanted, bench, done)
    bad = any(each.outcome is not Outcome.HELD for each in done.results)
    if wanted.out is None and not bad:
        shutil.rmtree(folder, ignore_errors=True)
    return status_of(done)


def status_of(done: CutsDone) -> ExitCode:
    """What it says to its caller."""
    if not done.whole:
        return ExitCode.INTERRUPTED
    outcomes = {each.outcome for each in done.results}
    if Outcome.FAILED in outcomes or any(each.is_failed for each in done.kinds.left_out):
        return ExitCode.FAILED
    if Outcome.BENCH in outcomes or any(each.is_fault_of_bench for each in done.kinds.left_out):
        return ExitCode.HARNESS_ERROR
    return ExitCode.PASSED if outcomes == {Outcome.HELD} else ExitCode.INCONCLUSIVE


def _checked(wanted: CutsWanted) -> tuple[BenchFile, tuple[str, ...], tuple[tuple[str, int], ...]]:
    try:
        bench = read_bench(wanted.bench)
    except BenchFileError as error:
        raise InputError(str(error)) from None
    if (path := json_path(wanted.json)) is not None:
        check_outputs([Named("--json", path, OF_CUTS)], [Named("", wanted.bench)])
    if wanted.out is not None:
        check_folder(wanted.out, "--out")
    kinds = names_of("--kinds", None if wanted.kinds is None else [wanted.kinds], KINDS)
    for given in kinds:
        if given not in KINDS:
            raise InputError(words.NO_KIND.say(given=repr(given), allowed=", ".join(KINDS)))
    only = tuple(dict.fromkeys(map(_named, wanted.only)))
    if only and (kinds or wanted.count):
        raise InputError(say.ONLY_AND.say())
    hold_defects(bench, wanted.defects)
    if wanted.jobs > 1 and not bench.is_fresh:
        raise InputError(words.ONE_AT_A_TIME.say())
    hold_bench(bench)
    return bench, kinds, only


def _named(given: str) -> tuple[str, int]:
    kind, _, number = given.partition("/")
    if kind not in KINDS or not number.isdecimal():
        raise InputError(say.NO_CUT.say(given=repr(given), allowed=", ".join(KINDS)))
    return kind, int(number)


def _done(
    place: Place, wanted: CutsWanted, kinds: Sequence[str], only: Sequence[tuple[str, int]], jobs: int,
) -> CutsDone:
    began_s = time.monotonic()
    names = list(dict.fromkeys(kind for kind, _ in only)) or list(kinds or USUAL_KINDS)
    found: dict[str, Measured | KindResult] = {}

    def is_missing(name: str) -> bool:
        return not isinstance(kind := found[name], Measured) and is_open(kind, is_fresh=place.bench.is_fresh)

    pool: Pool[str, Measured | KindResult] = Pool(
        lambda name: _measured(place, name), 1 if place.bench.is_fresh else jobs,
        on_done=lambda kind: found.update({kind.kind: kind}))
    whole = pool.run_until_decided(names, is_open=is_missing, rounds=wanted.repeat, on_round=_tell_round)
    in_order = [each for name in names if isinstance(each := found.get(name), Measured)]
    measured = {each.kind: each for each in in_order}
    left_out = [each for name in names if isinstance(each := found.get(name), KindResult)]
    cuts = [drawn(wanted.seed, number, measured[kind]) for kind, number in only if kind in measured] if only else (
        planned(wanted.seed, wanted.count or USUAL_COUNT, in_order))
    results: dict[Cut, CutResult] = {}
    if whole:
        whole = _run(place, cuts, jobs, wanted.repeat, results)
    return CutsDone(
        seed=wanted.seed, planned=len(cuts), took_s=time.monotonic() - began_s, whole=whole,
        kinds=CutKinds(measured=tuple(in_order), left_out=tuple(left_out)),
        results=tuple(sorted(results.values(), key=lambda each: each.cut.number)))


def _measured(place: Place, name: str) -> Measured | KindResult:
    try:
        return measure(place, name)
    except Exception as error:  # noqa: BLE001 - a kind that breaks is one kind, and the run goes on
        return KindResult(kind=name, why=text(heard(error)), is_fault_of_bench=True)


def _tell_round(count: int) -> None:
    tell_on_standard_error(ROUND.say(count=count))


def _run(place: Place, cuts: Sequence[Cut], jobs: int, rounds: int, results: dict[Cut, CutResult]) -> bool:
    estimate, told_s = Estimate(len(cuts)), time.monotonic()

    def done(result: CutResult) -> None:
        if result.outcome is Outcome.HELD:
            shutil.rmtree(result.folder, ignore_errors=True)
            result = msgspec.structs.replace(result, folder="")
        results[result.cut] = result

    def look(count: int) -> None:
        nonlocal told_s
        left_s = estimate.left_s(count)
        if left_s is not None and time.monotonic() - told_s >= TELL_EVERY_S:
            told_s = time.monotonic()
            failed = sum(each.outcome is Outcome.FAILED for each in results.values())
            tell_on_standard_error(words.PROGRESS.say(
                done=count, planned=len(cuts), failed=failed, left=words.duration(left_s)))

    pool: Pool[Cut, CutResult] = Pool(
        lambda cut: run_cut(place, cut, results[cut].tries if cut in results else 0), jobs, on_done=done, on_look=look,
        on_stop=lambda: tell_on_standard_error(words.STOPPING.say()))
    return pool.run_until_decided(
        cuts, rounds=rounds, on_round=_tell_round, is_open=lambda cut: results[cut].is_starved or (
            results[cut].outcome is Outcome.BENCH and place.bench.is_fresh))


# ---- the report --------------------------------------------------------------------------------


def _tell(wanted: CutsWanted, bench: BenchFile, done: CutsDone) -> None:
    output = StandardOutput()
    with output.saying():
        if wanted.json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
            sys.stdout.buffer.flush()
        else:
            sys.stdout.writelines(line + "\n" for line in report(wanted, bench, done))
    if (path := json_path(wanted.json)) is not None:
        write(path, msgspec.json.encode(done) + b"\n")
    output.close()


def report(wanted: CutsWanted, bench: BenchFile, done: CutsDone) -> Iterator[str]:
    """Its lines."""
    device = bench.device
    yield from wrapped(say.TITLE.say(
        name=device.name, kind=words.KIND_OF_DEVICE[device.kind], tid=bench.terminal.tid, seed=done.seed))
    if wanted.defects:
        yield from wrapped(words.DEFECTS.say(names=", ".join(wanted.defects)))
    yield from wrapped(say.SUMMARY.say(
        done=len(done.results), planned=done.planned, took=words.duration(done.took_s), counts=_counts(done.results)))
    for again in tried_again((_id(each.cut), each.tries) for each in done.results):
        yield from wrapped(again.say())
    boots = [each for result in done.results for each in result.boots_ms]
    if boots:
        yield from wrapped(say.BOOTS.say(median=median(boots), most=max(boots), count=len(boots)))
    yield ""
    for kind in done.kinds.measured:
        own = [each for each in done.results if each.cut.kind == kind.kind]
        row = say.KIND if kind.writes else say.KIND_UNSEEN
        yield from wrapped(row.say(
            kind=kind.kind, count=len(own), span=kind.span_ms, writes=kind.writes, counts=_counts(own)), again=_INDENT)
    for left in done.kinds.left_out:
        yield from wrapped(words.NOT_SWEPT.say(kind=left.kind, why=left.why.say()), again=_INDENT)
    if not done.planned:
        yield say.EMPTY.say()
    bad = sorted((each for each in done.results if each.outcome is not Outcome.HELD),
                 key=lambda each: list(Outcome).index(each.outcome))
    for each in bad[:SHOWN]:
        yield ""
        yield from _shown(each, wanted, done)
    if bad[SHOWN:]:
        yield ""
        yield words.MORE.say(count=len(bad) - SHOWN)
        for each in bad[SHOWN:]:
            yield from wrapped(f"{words.CELL[each.outcome].say()} {_id(each.cut)}", again=_INDENT)


def _shown(result: CutResult, wanted: CutsWanted, done: CutsDone) -> Iterator[str]:
    cut = result.cut
    when = say.AT_WRITE.say(us=cut.behind_ms * 1000, nth=cut.write, ms=result.went_ms) if cut.write else (
        say.AT_TIME.say(ms=result.went_ms))
    if cut.again_ms is not None:
        when += say.TWICE.say(ms=cut.again_ms)
    yield from wrapped(words.FAILED.say(outcome=words.CELL[result.outcome], case=_id(cut), what=when), again=_INDENT)
    for why in result.why[:SHOWN]:
        yield from wrapped(why.say(), indent=_INDENT)
    if result.told:
        yield from wrapped(words.TOLD.say(told=", ".join(result.told)), indent=_INDENT)
    defects = "".join(f" --defect {each}" for each in wanted.defects)
    yield _INDENT + words.AGAIN.say(
        command=f"daozhang bench cuts {wanted.bench}{defects} --seed {done.seed} --only {_id(cut)}")
    if result.folder:
        yield _INDENT + words.EVIDENCE.say(folder=result.folder)


def _id(cut: Cut) -> str:
    return f"{cut.kind}/{cut.number}"


def _counts(results: Sequence[CutResult]) -> str:
    counts = Counter(each.outcome for each in results)
    return ", ".join(f"{counts[each]} {words.COUNTED[each].say()}" for each in Outcome if counts[each]) or "0"


