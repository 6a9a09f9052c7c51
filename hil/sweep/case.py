"""One case, from a fresh world to its result: prepared, harmed, recovered as a merchant does, judged.

The terminal is asked over its till and seen on its line; what came of it is the judge's word.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hil.bench.heard import heard
from hil.bench.restless import RestlessError
from hil.bench.rig import Rig, RigSetting
from hil.bench.standing import NoPower
from hil.bench.starting import NoStartError, start_rig
from hil.benches.bench_file import BenchFile
from hil.files.trace_file import read_trace
from hil.relay.seen import SeenMessage
from hil.sweep.evidence import alarms_of, money_of, wrong_frame
from hil.sweep.harming import Harming
from hil.sweep.kinds import SALE_FEN, Ask, SweptKind
from hil.sweep.merchant import MOST_TRIES, Merchant, StuckForGoodError
from hil.sweep.plan import Case, Recording, recorded, without_power
from hil.sweep.results import (
    CaseResult,
    KindResult,
    MoneyMoved,
    Outcome,
    Text,
    WrongFrame,
    text,
    unless_starved,
)
from simulator.catalogue.language import Message, Told
from simulator.judge.verdict import Judgement, Verdict
from simulator.scenario.acquirer_dialect import dialect_of
from simulator.wire.kinds import Kind

NEXT_SALE = Ask(kind=Kind.SALE, order="NEXT", amount_fen=SALE_FEN // 4)
SETTLES = Ask(kind=Kind.SETTLEMENT, order="CLOSE")
AGAIN = 2  # tries of a case at once, before it waits for a round of its own
REST_MS = 8_000
SHORT_WAITS = {"reply_timeout": "1500ms", "reversal_idle": "300ms"}  # of a virtual terminal

STUCK = Message("stuck", "the terminal did not come back: the next {kind} was not approved in {tries} tries ({told})",
                "终端没有恢复：之后的 {kind} 试了 {tries} 次仍未成功（{told}）")
OTHER_SUMS = Message("other_sums", "what the terminal told the counter is not what was paid",
                     "终端告诉柜台的与实际支付的不一致")
NOT_REACHED = Message("not_reached", "the boundary did not come up", "没有走到这个边界")
RECORDED_WRONG = Message(
    "recorded_wrong", "without any harm it goes wrong already: {error}", "未加任何干扰就已出错：{error}")
NOT_STANDING = Message("not_standing", "a standing terminal has a memory and a calendar of its own",
                       "固定终端有自己的存储和日历")
NO_MESSAGE = Message("no_message", "no message of it passed on the line", "线路上没有它的报文")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What all cases of a sweep have in common."""

    bench: BenchFile
    folder: Path
    defects: tuple[str, ...] = ()
    every: bool = True
    evidence: bool = False  # an index, a capture and one time line of each case; its traces are there anyway


class _Played(msgspec.Struct, frozen=True, kw_only=True):
    """What one run came to."""

    seen: Sequence[SeenMessage]
    began: int  # messages before the operation
    ended: int  # messages until all that followed on it by itself was over
    told: list[str]
    struck: bool
    stuck: tuple[Text, ...]
    should_fen: int | None  # None: the counter does not know
    ahead_ms: int


def record(place: Place, row: SweptKind) -> Recording | KindResult:
    """A run without any harm: the boundaries of a kind, or why it has none here."""
    if row.only_virtual and not place.bench.is_virtual:
        return KindResult(kind=row.name, why=text(NOT_STANDING.both()))
    found = _recorded(place, row, place.folder / f"{row.name}_recording")
    if isinstance(found, KindResult) and found.is_starved:
        found = _recorded(place, row, place.folder / f"{row.name}_recording_again")
    return found


def _recorded(place: Place, row: SweptKind, folder: Path) -> Recording | KindResult:
    with start_rig(place.bench, setting_of(place, row, folder)) as rig:
        for kind in (*row.needs, *(each.kind for each in row.asks)):
            if not (can := rig.till.can(kind)):
                return KindResult(kind=row.name, why=Text(can.why, can.why))
        played = _play(rig, row, None)
        judgement = rig.finish()
        has_power = not isinstance(rig.power, NoPower)
        alarms = alarms_of(read_trace(folder / "host.jsonl"))
        starved = rig.starved.too_much()
    wrong = (*played.stuck, *found_by(judgement), *alarms)
    if wrong:
        return went_wrong(row, Told(wrong[0].en, wrong[0].zh), starved)
    found = boundaries_of(row, played.seen[played.began:played.ended], every=place.every)
    return found if has_power or isinstance(found, KindResult) else without_power(found)


def went_wrong(row: SweptKind, error: Told, starved: Told | None) -> KindResult:
    """What goes wrong without any harm: the terminal's fault, unless its process was not let work."""
    return KindResult(
        kind=row.name, why=text(RECORDED_WRONG.both(error=starved or error)), is_failed=starved is None,
        is_fault_of_bench=starved is not None, is_starved=starved is not None)


def boundaries_of(row: SweptKind, seen: Sequence[SeenMessage], *, every: bool) -> Recording | KindResult:
    """What was recorded; a kind of which no message passed was not swept, and says so."""
    recording = recorded(row, seen, every=every)
    if any(each.is_message for each in recording.boundaries):
        return recording
    return KindResult(kind=row.name, why=text(NO_MESSAGE.both()))


def run_case(place: Place, row: SweptKind, case: Case, before: int = 0) -> CaseResult:
    """One case; what the bench cannot do is a result too, once it could not do it twice.

    So is a terminal whose process this machine did not let work: of it nothing is said.
    ``before``: so often it was tried before.
    """
    name = case.id.replace("/", "_").replace("#", "-")
    for attempt in range(before, before + AGAIN):
        folder = place.folder / (f"{name}_{attempt + 1}" if attempt else name)
        result = msgspec.structs.replace(_tried(place, row, case, folder), tries=attempt + 1)
        if not (result.outcome is Outcome.BENCH or result.is_starved):
            break
    return result


def _tried(place: Place, row: SweptKind, case: Case, folder: Path) -> CaseResult:
    began = time.monotonic()
    try:
        result = _run(place, row, case, folder)
    except RestlessError as error:
        result = msgspec.structs.replace(_empty(case, Outcome.FAILED), why=(text(error.why),))
    except Exception as error:  # noqa: BLE001 - a case that breaks is one case, and the sweep goes on
        result = msgspec.structs.replace(
            _empty(case, Outcome.BENCH), why=(text(heard(error)),), no_start=isinstance(error, NoStartError))
    return msgspec.structs.replace(
        result, took_ms=round((time.monotonic() - began) * 1000), folder=str(folder))


def _run(place: Place, row: SweptKind, case: Case, folder: Path) -> CaseResult:
    with start_rig(place.bench, setting_of(place, row, folder)) as rig:
        try:
            played = _play(rig, row, case)
        except StuckForGoodError as error:
            return _stuck(case, error, rig)
        judgement = rig.finish()
        money = money_of(read_trace(folder / "host.jsonl"), played.should_fen)
        dialect = dialect_of(rig.scenario.acquirer)
        starved = rig.starved.too_much()
    found = found_by(judgement)
    outcome = _outcome(judgement, played, money)
    wrong: WrongFrame | None = None
    if judgement.findings:
        first = min(judgement.findings, key=lambda each: each.at_ms)
        wrong = wrong_frame(first, played.seen, played.ahead_ms, dialect)
    why = (*found, *played.stuck)
    if outcome is Outcome.FAILED and not why:
        why = (text(OTHER_SUMS.both()),)
    if outcome is Outcome.NOT_REACHED:
        why = (text(NOT_REACHED.both()),)
    elif outcome is Outcome.UNSURE:
        why = tuple(Text(en, zh) for en, zh in zip(judgement.reasons, judgement.reasons_zh, strict=True))
    outcome, why, is_starved = unless_starved(outcome, why, starved)
    return msgspec.structs.replace(
        _empty(case, outcome), told=tuple(played.told), why=why, wrong=wrong, money=money, is_starved=is_starved,
        codes=tuple(dict.fromkeys(each.code for each in judgement.findings)))


def _stuck(case: Case, error: StuckForGoodError, rig: Rig) -> CaseResult:
    outcome, why, is_starved = unless_starved(Outcome.FAILED, (error.why,), rig.starved.too_much())
    return msgspec.structs.replace(_empty(case, outcome), why=why, is_starved=is_starved)


def _play(rig: Rig, row: SweptKind, case: Case | None) -> _Played:
    merchant = Merchant(rig)
    rig.start()
    merchant.prepare(row.prepare)
    merchant.power_returns()
    began = len(rig.line.seen)
    for rule in row.standing:
        rig.line.add(rule)
    harming = Harming(rig, case, merchant.power_returns) if case is not None else None
    if harming is not None:
        harming.arm()

    def between() -> None:
        if harming is not None:
            harming.after()
        merchant.prepare(row.meanwhile)

    for ask in row.opens:
        merchant.ask_once(ask)
    told = merchant.ask_once(row.operation, between, hurries=True)
    if case is None:
        _wait_for_quiet(rig, merchant)
    ended = len(rig.line.seen)
    for ask in row.opens:
        if not merchant.is_settled(ask):
            merchant.ask_until_approved(ask)
    if not merchant.is_settled(row.operation):
        told += merchant.ask_until_approved(row.operation)
    stuck: list[Text] = []
    for after in (NEXT_SALE, SETTLES):
        answers = merchant.ask_until_approved(after)
        if not merchant.approved(after):
            stuck.append(text(STUCK.both(kind=after.kind.value, tries=MOST_TRIES, told=answers[-1])))
    asks = (*row.asks, NEXT_SALE)
    return _Played(
        seen=rig.line.seen, began=began, ended=ended, told=told,
        struck=harming is None or harming.struck, stuck=(*merchant.stuck, *stuck),
        should_fen=merchant.should_fen(asks) if merchant.knows(asks) else None, ahead_ms=rig.host.report().ahead_ms)


def _wait_for_quiet(rig: Rig, merchant: Merchant) -> None:
    """What a terminal does by itself after an operation belongs to it: a sign-on after a new key, a download."""
    quiet_s = rig.bench.part.limits.quiet_ms / 1000
    count = -1
    while count != len(rig.line.seen):
        count = len(rig.line.seen)
        time.sleep(quiet_s)
        merchant.power_returns()


def _outcome(judgement: Judgement, played: _Played, money: MoneyMoved) -> Outcome:
    if judgement.verdict is Verdict.FAIL or played.stuck:
        return Outcome.FAILED
    if money.should is not None and not money.paid == money.credited == money.should:
        return Outcome.FAILED
    if judgement.verdict is Verdict.ERROR:
        return Outcome.BENCH
    if not played.struck:
        return Outcome.NOT_REACHED
    return Outcome.UNSURE if judgement.verdict is Verdict.INCONCLUSIVE else Outcome.HELD


def found_by(judgement: Judgement) -> tuple[Text, ...]:
    """What the judge found, in its order."""
    ordered = sorted(judgement.findings, key=lambda each: each.at_ms)
    return tuple(Text(each.what, each.what_zh) for each in ordered)


def _empty(case: Case, outcome: Outcome) -> CaseResult:
    return CaseResult(
        case=case.id, kind=case.kind, boundary=case.boundary.name, harm=case.harm, outcome=outcome)


def with_short_waits(bench: BenchFile) -> BenchFile:
    """What a virtual terminal has not ended after this it does not end: its waits are short as well."""
    if not bench.is_fresh:
        return bench
    limits = bench.part.limits.model_copy(update={"rest_ms": min(bench.part.limits.rest_ms, REST_MS)})
    return msgspec.structs.replace(bench, part=bench.part.model_copy(update={"limits": limits}))


def setting_of(place: Place, row: SweptKind, folder: Path) -> RigSetting:
    """What a case of this kind wants of the bench."""
    settings = place.bench.taken({**SHORT_WAITS, **row.settings})
    options = row.options if place.bench.is_fresh else ()
    return RigSetting(folder=folder, defects=place.defects, settings=settings, options=options,
        evidence=place.evidence)
