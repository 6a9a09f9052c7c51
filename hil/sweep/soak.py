"""A soak: sales of all kinds without end, small faults and windows, settlements and nights, watched and judged.

A terminal that does not answer is switched off and on, and that is a finding.  What is done is a
pure function of seed and number.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from hil.bench.rig import Rig, open_rig
from hil.bench.standing import NoPower
from hil.processes.pool import Estimate
from hil.processes.terminated import TerminatedError
from hil.relay.decisions import Decision
from hil.relay.matching import Match
from hil.relay.seen import SeenMessage, Way
from hil.sweep import soak_words as say
from hil.sweep.case import with_short_waits
from hil.sweep.harms import HARMS, Place
from hil.sweep.kinds import Ask
from hil.sweep.merchant import MOST_TRIES, Merchant, StuckForGoodError
from hil.sweep.results import Text, text
from hil.sweep.soak_plan import FAULT_MS, MIX, TROUBLES, Sold, Turn, ask_of, turn_of
from hil.sweep.soak_setting import SoakAsked, setting_of
from hil.sweep.soak_watch import Growth, Sample, Times, Wraps, growth_of, sample_of, times_of
from hil.sweep.sweep_words import duration
from simulator.catalogue.language import Told
from simulator.judge.verdict import Judgement
from simulator.wire.kinds import Kind

TELL_EVERY_S = 5.0
SETTLES_DOWN_S = 2.0
SAMPLES_EVERY = 20  # operations
MS_PER_HOUR = 3_600_000


class Soaked(msgspec.Struct, frozen=True, kw_only=True):
    """What it came to."""

    asked: SoakAsked
    done: int
    took_s: float
    whole: bool
    kinds: dict[str, int]
    results: dict[str, int]
    troubles: dict[str, int]
    settlements: int
    nights: int
    stuck: tuple[Text, ...]
    wholly: Times | None
    at_host: Times | None
    wraps: Wraps
    growth: tuple[Growth, ...]
    judgement: Judgement


class NothingToDoError(ValueError):
    """A bench whose terminal can do nothing of the mix; the text says why."""


def soak(asked: SoakAsked, tell: Callable[[str], None]) -> Soaked:
    """Do it; Ctrl-C ends it early, and it is judged as far as it went."""
    with open_rig(with_short_waits(asked.bench), setting_of(asked)) as rig:
        return _Soak(asked, rig, tell).run()


def mix_of(rig: Rig) -> tuple[Sold, ...]:
    """The rows of the mix that this terminal can do; ``NothingToDoError`` where it can do none."""
    can = {kind: rig.till.can(kind) for row in MIX for kind in row.kinds}
    found = tuple(row for row in MIX if all(can[kind] for kind in row.kinds))
    if not found:
        raise NothingToDoError(say.NO_SALES.say(why=next(iter(can.values())).why))
    return found


class _Soak:
    """One soak at one rig."""

    def __init__(self, asked: SoakAsked, rig: Rig, tell: Callable[[str], None]) -> None:
        self._asked = asked
        self._rig = rig
        self._tell = tell
        self._merchant = Merchant(rig)
        self._wraps = Wraps()
        self._host_ms: list[float] = []
        self._asked_ms: dict[tuple[str, int], float] = {}
        self._took_ms: list[float] = []
        self._disturbed = False
        self._kinds: Counter[str] = Counter()
        self._results: Counter[str] = Counter()
        self._troubles: Counter[str] = Counter()
        self._stuck: list[Text] = []
        self._samples: dict[str, list[Sample]] = {}
        self._window_left = 0
        self._last_heard = 0  # number of a message
        self._done = self._settlements = self._nights = self._found = 0
        self._began_s = self._told_s = time.monotonic()
        self._estimate = Estimate(asked.sales)

    def run(self) -> Soaked:
        rig, whole = self._rig, True
        mix = mix_of(rig)
        rig.start()
        troubles = _possible(rig) if self._asked.troubled else ()
        try:
            while not self._is_over():
                self._turn(turn_of(self._asked.seed, self._done + 1, mix, troubles))
                self._look()
        except KeyboardInterrupt:
            whole = False
            self._tell(say.CUT.say())
        except TerminatedError:
            self._tell_how_far()
            raise
        except StuckForGoodError as error:
            self._is_stuck(error.why)
        self._settle_at_last()
        judgement = rig.finish()
        return self._soaked(judgement, whole=whole)

    def _tell_how_far(self) -> None:
        """At once and without a settlement: what is open stays open, and nobody judges it."""
        self._tell(say.ENDED.say(
            done=self._done, settled=self._settlements, nights=self._nights, stuck=len(self._stuck),
            found=self._found, folder=self._rig.folder))

    def _is_over(self) -> bool:
        hours = (time.monotonic() - self._began_s) * 1000 / MS_PER_HOUR
        return bool(
            (self._asked.sales and self._done >= self._asked.sales)
            or (self._asked.hours and hours >= self._asked.hours))

    # ---- one turn ----------------------------------------------------------------------------

    def _turn(self, turn: Turn) -> None:
        self._windows(turn)
        orders: list[str] = []
        for place, kind in enumerate(turn.kinds):
            ask = ask_of(turn, place, kind, orders)
            if ask.of and not self._merchant.can_name(ask.of):
                break  # the power went before the terminal had told its number
            orders.append(ask.order)
            strike = self._arm(turn) if place == 0 and turn.trouble is not None else None
            self._disturbed = self._window_left > 0 or turn.trouble is not None
            served = self._serve(turn, ask)
            self._note_stuck(turn.number)
            if not served:
                break
            if strike is not None:
                strike()
        self._done += 1
        if turn.settles:
            self._settle()
            if turn.night:
                self._night()

    def _serve(self, turn: Turn, ask: Ask) -> bool:
        """One operation in as many tries as it takes, one while nobody serves it; whether it was approved."""
        tries = self._merchant.ask_until_approved(ask) if self._merchant.is_served else self._merchant.ask_once(ask)
        if len(tries) == 1 and not self._disturbed:
            self._took_ms.append(self._merchant.last_took_s * 1000)
        self._kinds[ask.kind.value] += 1
        self._results[tries[-1]] += 1
        if not self._merchant.is_settled(ask) and len(tries) >= MOST_TRIES:
            self._power_cycle(turn, ask, tries[-1])
            return False
        return self._merchant.approved(ask)

    def _power_cycle(self, turn: Turn, ask: Ask, told: str) -> None:
        """A terminal that does not come back by itself."""
        if told.startswith("declined"):
            return  # it works; a bank said no
        has_power = not isinstance(self._rig.power, NoPower)
        row = say.STUCK if has_power else say.STUCK_AS_IT_IS
        self._is_stuck(text(row.both(number=turn.number, kind=ask.kind.value, why=told)))
        if has_power:
            self._rig.power.off()
            self._merchant.power_returns()

    def _is_stuck(self, why: Text) -> None:
        """Noted and told: the soak has failed, and goes on."""
        self._stuck.append(why)
        self._tell(why.say())

    def _note_stuck(self, number: int) -> None:
        """What the merchant had to switch off and on since the last look."""
        for each in self._merchant.stuck:
            self._is_stuck(text(say.SILENT.both(number=number, why=Told(each.en, each.zh))))
        self._merchant.stuck.clear()

    def _arm(self, turn: Turn) -> Callable[[], None]:
        assert turn.trouble is not None
        harm, trouble = HARMS[turn.trouble.harm], turn.trouble

        def strike() -> Decision | None:
            self._troubles[trouble.harm] += 1
            if harm.power is not None:
                self._rig.power.off()
            return harm.decision

        place = Place.AFTER if harm.power is Place.AFTER else Place.BEFORE
        watch = self._rig.when(
            Match(way=trouble.way, nth=trouble.nth), strike, place=place.value, delay_ms=harm.delay_ms)
        return watch.remove

    def _windows(self, turn: Turn) -> None:
        if self._window_left:
            self._window_left -= 1
            if not self._window_left:
                self._end_window()
        if turn.window is not None and self._asked.troubled and not self._window_left:
            window = turn.window
            self._window_left = turn.window_operations
            self._troubles[window.name] += 1
            self._tell(say.WINDOW.say(what=window.what, operations=turn.window_operations))
            if window.fault:
                self._rig.host.fault(window.fault)
                self._merchant.is_served = False
            self._rig.line.line(
                latency_ms=window.latency_ms, jitter_ms=window.jitter_ms, bytes_per_s=window.bytes_per_s,
                slice=window.slice)

    def _end_window(self) -> None:
        self._window_left = 0
        self._rig.line.line()
        if not self._merchant.is_served:
            self._rig.host.jump(by_ms=FAULT_MS)
            self._merchant.is_served = True
            self._merchant.power_returns()  # what was owed meanwhile is delivered

    # ---- settlements and nights ---------------------------------------------------------------

    def _settle(self) -> None:
        self._end_window()
        self._settlements += 1
        ask = Ask(kind=Kind.SETTLEMENT, order=f"CLOSE{self._settlements}")
        told = self._merchant.ask_until_approved(ask)
        self._note_stuck(self._done)
        if not self._merchant.approved(ask):
            self._power_cycle(turn_of(self._asked.seed, max(1, self._done)), ask, told[-1])
        self._merchant.forget()
        self._found = self._found_so_far()
        self._tell(say.SETTLED.say(
            number=self._settlements, told=told[-1], done=self._done, found=self._found))

    def _found_so_far(self) -> int:
        """Findings that stay: what is still being written down looks wrong for a moment."""
        found = self._rig.judge_so_far()
        if found and found != self._found:
            time.sleep(SETTLES_DOWN_S)
            found = self._rig.judge_so_far(anew=True)
        return found

    def _settle_at_last(self) -> None:
        """At the end; a terminal that is stuck for good has its batch open, and the judge says what that costs."""
        try:
            self._settle()
        except StuckForGoodError as error:
            self._is_stuck(error.why)

    def _night(self) -> None:
        self._nights += 1
        self._rig.host.pay_out()
        self._tell(say.NIGHT.say())

    # ---- what is watched ----------------------------------------------------------------------

    def _hear(self) -> None:
        """What passed on the line since the last look: numbers, and how long the host took."""
        seen = self._rig.line.seen
        last = self._last_heard
        for each in reversed_until(seen, last):
            self._last_heard = each.number
            key = each.kind, each.stan
            if each.way is Way.UP and each.mti:
                self._wraps.hear(each.stan, each.batch)
                self._asked_ms[key] = each.at_ms
            elif key in self._asked_ms:
                took_ms = each.at_ms - self._asked_ms.pop(key)
                if not self._disturbed:
                    self._host_ms.append(took_ms)
        if len(self._asked_ms) > MOST_OPEN:
            self._asked_ms.clear()

    def _look(self) -> None:
        self._hear()
        if self._done % SAMPLES_EVERY == 0:
            for name, pid in self._rig.processes().items():
                sample = sample_of(pid, self._done)
                if sample is not None:
                    self._samples.setdefault(name, []).append(sample)
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            left_s = self._left_s(now_s)
            self._tell(say.PROGRESS.say(
                done=self._done, planned=self._asked.sales or "–", settled=self._settlements,
                stuck=len(self._stuck), found=self._found,
                left=duration(left_s) if left_s is not None else "–"))

    def _left_s(self, now_s: float) -> float | None:
        by_sales = self._estimate.left_s(self._done) if self._asked.sales else None
        by_hours = self._asked.hours * MS_PER_HOUR / 1000 - (now_s - self._began_s) if self._asked.hours else None
        known = [each for each in (by_sales, by_hours) if each is not None]
        return max(0.0, min(known)) if known else None

    def _soaked(self, judgement: Judgement, *, whole: bool) -> Soaked:
        growth = (growth_of(name, samples) for name, samples in self._samples.items())
        return Soaked(
            asked=self._asked, done=self._done, took_s=time.monotonic() - self._began_s, whole=whole,
            kinds=dict(self._kinds), results=dict(self._results), troubles=dict(self._troubles),
            settlements=self._settlements, nights=self._nights, stuck=tuple(self._stuck),
            wholly=times_of(self._took_ms), at_host=times_of(self._host_ms), wraps=self._wraps,
            growth=tuple(each for each in growth if each is not None), judgement=judgement)


MOST_OPEN = 1_000  # requests without a reply that are remembered


def reversed_until(seen: Sequence[SeenMessage], number: int) -> list[SeenMessage]:
    """The messages behind a number, in their order; a relay forgets old ones."""
    found: list[SeenMessage] = []
    for each in reversed(seen):
        if each.number <= number:
            break
        found.append(each)
    return found[::-1]


def _possible(rig: Rig) -> tuple[tuple[str, int], ...]:
    """Small faults that this bench can do."""
    return tuple(
        (name, share) for name, share in TROUBLES if HARMS[name].power is None or not isinstance(rig.power, NoPower))
