"""One random power cut, from a fresh world to its result: the power goes, comes back, and all is made good and judged.

What a run without a cut takes is measured before, kind by kind.  The cut is SIGKILL between any two
instructions where the terminal is a process; a relay is as exact as a relay is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from hil.bench.heard import heard
from hil.bench.rig import Rig
from hil.bench.standing import NoPower
from hil.bench.starting import start_rig
from hil.board.watch import WriteWatch
from hil.control.bench_error import BenchError
from hil.files.trace_file import read_trace
from hil.sweep.case import AGAIN, NEXT_SALE, SETTLES, STUCK, Place, found_by, setting_of, went_wrong
from hil.sweep.cut_plan import Cut, Measured
from hil.sweep.evidence import money_of
from hil.sweep.kinds import KINDS, SweptKind
from hil.sweep.merchant import MOST_TRIES, Merchant, StuckForGoodError
from hil.sweep.results import KindResult, Outcome, Text, text, unless_starved
from simulator.catalogue.language import Message, Told
from simulator.judge.verdict import Verdict

NOTHING = "nothing"  # as a terminal that went dark says
GOES_WITHIN_S = 20.0  # a write that does not come by then comes no more
NO_WRITE = Message("cut_no_write", "the write at which the power was to go did not come; it went at the end",
                   "断电所等的写入没有出现；在结束时断电")
NO_POWER_CUT = Message("cut_no_power", "nothing here turns this terminal off", "这里没有断电手段")
NO_BOOT = Message("cut_no_boot", "after the cut the terminal did not start and sign on: {error}", "断电后终端未能启动并签到：{error}")


class CutResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one cut."""

    cut: Cut
    outcome: Outcome
    went_ms: float = 0.0  # when the power went, after the asking
    took_ms: int = 0
    why: tuple[Text, ...] = ()
    told: tuple[str, ...] = ()
    boots_ms: tuple[float, ...] = ()  # from power to ready, where it says so by itself
    folder: str = ""
    is_starved: bool = False  # its process was not let work: nothing is said of the terminal
    tries: int = 1


class CutKinds(msgspec.Struct, frozen=True, kw_only=True):
    """What could be measured, and what not."""

    measured: tuple[Measured, ...]
    left_out: tuple[KindResult, ...]


def measure(place: Place, name: str) -> Measured | KindResult:
    """One kind without a cut, or why it cannot be had here."""
    found = _measured(place, KINDS[name], place.folder / f"{name}_measured")
    if isinstance(found, KindResult) and found.is_starved:
        found = _measured(place, KINDS[name], place.folder / f"{name}_measured_again")
    return found


def _measured(place: Place, row: SweptKind, folder: Path) -> Measured | KindResult:
    name = row.name
    with start_rig(place.bench, setting_of(place, row, folder)) as rig:
        for kind in (*row.needs, *(each.kind for each in row.asks)):
            if not (can := rig.till.can(kind)):
                return KindResult(kind=name, why=Text(can.why, can.why))
        if isinstance(rig.power, NoPower):
            return KindResult(kind=name, why=text(NO_POWER_CUT.both()))
        merchant, boot_ms = _prepared(rig, row)
        watch = _watching(rig)
        began_s = time.monotonic()
        for ask in (*row.opens, row.operation):
            merchant.ask_once(ask)
        merchant.prepare(row.meanwhile)
        merchant.power_returns()
        span_ms = (time.monotonic() - began_s) * 1000
        writes = 0
        if watch is not None:
            watch.close()
            writes = watch.count
        if not merchant.is_settled(row.operation):
            merchant.ask_until_approved(row.operation)
        wrong = found_by(rig.finish())
        starved = rig.starved.too_much()
    if wrong:
        return went_wrong(row, Told(wrong[0].en, wrong[0].zh), starved)
    return Measured(kind=name, span_ms=span_ms, boot_ms=boot_ms, writes=writes)


def run_cut(place: Place, cut: Cut, before: int = 0) -> CutResult:
    """One cut, and once more where the terminal's process was not let work; what the bench cannot do is a result too.

    ``before``: so often it was tried before.
    """
    for attempt in range(before, before + AGAIN):
        name = f"{cut.number:04}-{cut.kind}" + (f"-{attempt + 1}" if attempt else "")
        result = msgspec.structs.replace(_tried(place, cut, name), tries=attempt + 1)
        if not result.is_starved:
            break
    return result


def _tried(place: Place, cut: Cut, name: str) -> CutResult:
    began_s, folder = time.monotonic(), place.folder / name
    try:
        result = _run(place, cut, folder)
    except Exception as error:  # noqa: BLE001 - a cut that breaks is one cut, and the run goes on
        result = CutResult(cut=cut, outcome=Outcome.BENCH, why=(text(heard(error)),))
    return msgspec.structs.replace(result, took_ms=round((time.monotonic() - began_s) * 1000), folder=str(folder))


def _run(place: Place, cut: Cut, folder: Path) -> CutResult:
    row = KINDS[cut.kind]
    with start_rig(place.bench, setting_of(place, row, folder)) as rig:
        try:
            result = _played(rig, row, cut)
        except StuckForGoodError as error:
            result = CutResult(cut=cut, outcome=Outcome.FAILED, why=(error.why,))
        outcome, why, is_starved = unless_starved(result.outcome, result.why, rig.starved.too_much())
    return msgspec.structs.replace(result, outcome=outcome, why=why, is_starved=is_starved)


def _played(rig: Rig, row: SweptKind, cut: Cut) -> CutResult:
    merchant, _ = _prepared(rig, row)
    blade = _Blade(rig, cut)
    for ask in row.opens:
        merchant.ask_once(ask)
    told = merchant.ask_once(row.operation, lambda: blade.falls(merchant))
    notes = (text(NO_WRITE.both()),) if blade.missed else ()
    if not (why := _is_back(rig)):
        for ask in row.opens:
            if not merchant.is_settled(ask):
                merchant.ask_until_approved(ask)
        if not merchant.is_settled(row.operation):
            told += merchant.ask_until_approved(row.operation)
        why = _goes_on(merchant)
    judgement = rig.finish()
    boots_ms = tuple(round(each * 1000, 1) for each in rig.board.boots_s) if rig.board is not None else ()
    asks = (*row.asks, NEXT_SALE)
    is_known = merchant.knows(asks) and not told[0].startswith(NOTHING)  # who saw nothing may have asked twice
    should_fen = merchant.should_fen(asks) if is_known else None
    money = money_of(read_trace(rig.folder / "host.jsonl"), should_fen)
    why = (*found_by(judgement), *merchant.stuck, *why)
    if judgement.verdict is Verdict.FAIL or why:
        outcome = Outcome.FAILED
    elif money.should is not None and not money.paid == money.credited == money.should:
        outcome, why = Outcome.FAILED, (text(OTHER_SUMS.both(**msgspec.structs.asdict(money))),)
    elif judgement.verdict is Verdict.ERROR:
        outcome = Outcome.BENCH
    else:
        outcome = Outcome.HELD if judgement.verdict is Verdict.PASS else Outcome.UNSURE
        why = tuple(Text(en, zh) for en, zh in zip(judgement.reasons, judgement.reasons_zh, strict=True))
    return CutResult(cut=cut, outcome=outcome, went_ms=round(blade.went_ms, 3), why=(*why, *notes), told=tuple(told), boots_ms=boots_ms)


OTHER_SUMS = Message(
    "cut_other_sums", "customers paid {paid} fen and the merchant got {credited}; by what the terminal told it should be {should}",
    "顾客付 {paid} 分，商户得 {credited} 分；按终端所示应为 {should} 分")


def _prepared(rig: Rig, row: SweptKind) -> tuple[Merchant, float]:
    merchant, began_s = Merchant(rig), time.monotonic()
    rig.start()
    boot_ms = (time.monotonic() - began_s) * 1000
    if rig.board is not None:
        boot_ms = rig.board.boots_s[-1] * 1000
    merchant.prepare(row.prepare)
    merchant.power_returns()
    for rule in row.standing:
        rig.line.add(rule)
    return merchant, boot_ms


def _is_back(rig: Rig) -> tuple[Text, ...]:
    """Power, start, sign-on: why it did not come to that."""
    try:
        rig.start()
    except BenchError as error:
        return (text(NO_BOOT.both(error=heard(error))),)
    return ()


def _goes_on(merchant: Merchant) -> tuple[Text, ...]:
    """The next customer is served, and the day is settled: what of that did not come about."""
    stuck = []
    for after in (NEXT_SALE, SETTLES):
        answers = merchant.ask_until_approved(after)
        if not merchant.approved(after):
            stuck.append(text(STUCK.both(kind=after.kind.value, tries=MOST_TRIES, told=answers[-1])))
    return tuple(stuck)


def _watching(rig: Rig, nth: int = 0, do: Callable[[], None] = lambda: None) -> WriteWatch | None:
    return None if rig.board is None else WriteWatch(rig.board.nvm.path, rig.board.nvm.written(), nth, do)


class _Blade:
    """What takes the power, once at its moment and perhaps once more while the terminal starts."""

    def __init__(self, rig: Rig, cut: Cut) -> None:
        self._rig = rig
        self._cut = cut
        self._went = threading.Event()
        self._error: BenchError | None = None
        self.went_ms = 0.0
        self.missed = False
        self._began_s = time.monotonic()
        self._watch = _watching(rig, cut.write, self._at_write) if cut.write else None
        if not cut.write:
            threading.Thread(target=self._at_time, name="blade", daemon=True).start()

    def falls(self, merchant: Merchant) -> None:
        """The terminal said how it ended, or is dark: the power goes by now, comes back, and goes once more."""
        if not self._went.wait(GOES_WITHIN_S if not self._cut.write else 0) and not self._later(merchant):
            self.missed = True
            self._off()
        if self._watch is not None:
            self._watch.close()
        if self._error is not None:
            raise self._error
        if self._cut.again_ms is not None:
            self._rig.power.on()
            time.sleep(self._cut.again_ms / 1000)
            self._rig.power.off()

    def _later(self, merchant: Merchant) -> bool:
        """What is written behind the operation's end, by the terminal itself."""
        merchant.power_returns()
        return self._went.is_set()

    def _at_time(self) -> None:
        time.sleep(max(0.0, self._began_s + self._cut.at_ms / 1000 - time.monotonic()))
        self._off()

    def _at_write(self) -> None:
        until_s = time.monotonic() + self._cut.behind_ms / 1000
        while time.monotonic() < until_s:
            pass
        self._off()

    def _off(self) -> None:
        try:
            self._rig.power.off()
        except BenchError as error:
            self._error = error
        self.went_ms = (time.monotonic() - self._began_s) * 1000
        self._went.set()

