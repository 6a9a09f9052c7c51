"""Faults of a text at work on a relay: what each verb is as a decision about a message, or of the line.

The same injectors decide as in a world.  A strike is told of once it has an effect.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hil.clock.live_clock import LiveEnvironment
from hil.relay.decisions import (
    CUT_SHORT,
    GARBAGE,
    HALF_CLOSE,
    HANG_UP,
    LOSE,
    RESET,
    SWAP,
    WRONG_LENGTH,
    WRONG_MAC,
    Decision,
    Deed,
    Mac,
    change,
    hold,
    repeat,
)
from hil.relay.fault_text import RelayFaults
from hil.relay.matching import Match
from hil.relay.seen import Fate, SeenMessage, Way
from hil.relay.stream_faults import GOOD_LINE, LineState
from simulator.faults.injector import Injector
from simulator.faults.points import Action, Anchor, Point, Verb
from simulator.faults.schedule import Strike, Window
from simulator.trace.recorder import Recorder
from simulator.trace.records import FaultBegan, FaultEnded, FaultFired
from simulator.wire.kinds import Kind
from simulator.world.network.link import altered
from simulator.world.time.kernel import Call, call_at

RUN = "run"
MOST_TIDS = 10_000  # terminals at which faults strike
POINT_OF = {Way.UP: Point.REQUEST, Way.DOWN: Point.REPLY}
ECR_POINT_OF = {Way.UP: Point.ECR_COMMAND, Way.DOWN: Point.ECR_ANSWER}
SetLine = Callable[[LineState, bool], None]  # and whether the door is open


# ---- verbs about a message ----------------------------------------------------------------------


def _altered(_action: Action, seen: SeenMessage) -> Decision | None:
    """Another sum, as a world alters it: in F4, in the totals or in the details of F48; of keys, another check value."""
    if seen.message is None:
        return None
    other = altered(seen.message, Kind.SIGN_ON if seen.kind == Kind.SIGN_ON else None)
    if other.private is not None and other.private != seen.message.private:
        return change("62", other.private.hex().upper())
    if other.amount_fen != seen.message.amount_fen:
        return change("4", f"{other.amount_fen:012}")
    return change("48", other.details) if other.details != seen.message.details else None


def _set_to(mac: Mac, action: Action, _seen: SeenMessage) -> Decision:
    field, _, value = action.code.partition("=")
    return change(field, value, mac)


DECISIONS: dict[Verb, Callable[[Action, SeenMessage], Decision | None]] = {
    Verb.DROP: lambda _action, _seen: LOSE,
    Verb.REFUSE_CONNECT: lambda _action, _seen: HANG_UP,
    Verb.DELAY: lambda action, _: hold(ms=action.ms),
    Verb.DUPLICATE: lambda action, _: repeat(1, action.ms),
    Verb.ALTER: _altered,
    Verb.SPOIL_MAC: lambda _action, _seen: WRONG_MAC,
    Verb.FORGE: lambda action, _: Decision(deed=Deed.FORGE, ms=action.ms),
    Verb.HOLD: lambda _, seen: hold(until=Match(way=Way.UP, mti="0400", tid=seen.tid)),
    Verb.SWAP: lambda _action, _seen: SWAP,
    Verb.CUT_SHORT: lambda _action, _seen: Decision(deed=Deed.CUT_SHORT, then=Deed.HANG_UP),
    Verb.GARBLE: lambda _action, _seen: GARBAGE,
    Verb.MISCOUNT: lambda _action, _seen: WRONG_LENGTH,
    Verb.REWRITE: partial(_set_to, Mac.KEPT),
    Verb.RESEAL: partial(_set_to, Mac.RIGHT),
    Verb.HANG_UP: lambda _action, _seen: HANG_UP,
    Verb.RESET: lambda _action, _seen: RESET,
    Verb.HALF_CLOSE: lambda _action, _seen: HALF_CLOSE,
}

ECR_DECISIONS: dict[Verb, Callable[[Action, SeenMessage], Decision | None]] = {
    Verb.DROP: lambda _action, _seen: LOSE,
    Verb.DELAY: lambda action, _: hold(ms=action.ms),
    Verb.DUPLICATE: lambda action, _: repeat(1, action.ms),
    Verb.NAK: lambda _action, _seen: Decision(deed=Deed.NAK),
    Verb.SPOIL_CHECK: lambda _action, _seen: Decision(deed=Deed.SPOIL_CHECK),
    Verb.NOISE: lambda _action, _seen: Decision(deed=Deed.NOISE),
    Verb.SPLIT: lambda action, _: Decision(deed=Deed.SPLIT, ms=action.ms),
    Verb.CUT_SHORT: lambda _action, _seen: CUT_SHORT,
    Verb.HANG_UP: lambda _action, _seen: HANG_UP,
}

# ---- verbs about the line -----------------------------------------------------------------------

LineFacts = dict[str, float]
LINE_VERBS: dict[Verb, Callable[[Action], LineFacts]] = {
    Verb.LATENCY: lambda action: {"latency_ms": action.ms},
    Verb.JITTER: lambda action: {"jitter_ms": action.ms},
    Verb.NARROW: lambda action: {"bytes_per_s": int(action.code)},
    Verb.SLICE: lambda action: {"slice": int(action.code)},
    Verb.BLACK_HOLE: lambda _: {"black_hole": True},
    Verb.SHUT_DOOR: lambda _: {},
}


class LineFaults:
    """The faults of one relay, those of its file and those that are added."""

    def __init__(
        self, clock: LiveEnvironment, recorder: Recorder, seed: int, set_line: SetLine,
        on_struck: Callable[[Strike], None] = lambda _: None, *, ecr: bool = False,
    ) -> None:
        """In the clock's thread, like all that follows; ``ecr``: between a till and its terminal."""
        self._points = ECR_POINT_OF if ecr else POINT_OF
        self._decisions = ECR_DECISIONS if ecr else DECISIONS
        self._clock = clock
        self._recorder = recorder
        self._seed = seed
        self._set_line = set_line
        self._on_struck = on_struck
        self._injectors: list[Injector] = []
        self._states: dict[str, Strike] = {}  # of the line, by label
        self._strike: tuple[Strike, Fate] | None = None  # of the message of the moment
        self._may_stay_away: set[str] = set()
        self._modes: dict[str, str] = {}  # by label
        self._tids: set[str] = set()
        self.struck: dict[str, int] = {}  # how often, by label

    @property
    def labels(self) -> tuple[str, ...]:
        """Every fault that there is."""
        return tuple(self._modes)

    @property
    def stayed_away(self) -> tuple[tuple[str, str], ...]:
        """Label and mode of those that never struck and were meant to."""
        return tuple((label, mode) for label, mode in self._modes.items()
                     if label not in self.struck and label not in self._may_stay_away)

    def add(self, faults: RelayFaults) -> None:
        """More of them, from now on."""
        injector = Injector(faults.rules, faults.topology, self._seed)
        self._injectors.append(injector)
        self._may_stay_away |= faults.may_stay_away
        self._modes |= {rule.label: rule.mode for rule in faults.rules}
        for window in injector.windows():
            self._schedule(injector, window)

    def heal(self) -> None:
        """All end, and the line is a good one; those that are added after it strike."""
        self._injectors.clear()
        self._states.clear()
        self._line_changed()

    # ---- messages ------------------------------------------------------------------------------

    def decide(self, seen: SeenMessage) -> Decision | None:
        """What is to be done with a message; every fault has counted it."""
        self._strike = None
        what = seen.mti or seen.what
        if not what or not self._is_known(seen.tid):
            return None
        anchor = Anchor(
            self._points[seen.way], seen.tid, seen.batch, seen.stan, what, seen.attempt, seen.kind)
        found: Decision | None = None
        for injector in self._injectors:
            if not injector.busy[anchor.point]:
                continue
            strike = injector.decide(anchor, int(self._clock.now))
            if strike is None or found is not None:
                continue
            found = self._decisions[strike.verb](strike.action, seen)
            if found is not None:
                self._strike = strike, found.fate
        return found

    def _is_known(self, tid: str) -> bool:
        """Injectors count for each terminal; whoever invents terminals without end is not counted."""
        if tid not in self._tids and len(self._tids) < MOST_TIDS:
            self._tids.add(tid)
        return tid in self._tids

    def decided(self, seen: SeenMessage) -> None:
        """What became of it: only now a strike has had an effect."""
        strike, self._strike = self._strike, None
        if strike is not None and seen.fate is strike[1]:
            self._has_struck(strike[0])

    def _has_struck(self, strike: Strike) -> None:
        self.struck[strike.label] = self.struck.get(strike.label, 0) + 1
        anchor, action = strike.anchor, strike.action
        self._recorder.emit(FaultFired(
            int(self._clock.now), RUN, fault=strike.label, mode=strike.mode,
            point=anchor.point.value, anchor=anchor.text(), verb=action.verb.value,
            code=action.code, ms=action.ms, step=action.step))
        self._on_struck(strike)

    # ---- windows -------------------------------------------------------------------------------

    def _schedule(self, injector: Injector, window: Window) -> None:
        if window.at_ms is not None and window.at_ms > int(self._clock.now):
            call_at(self._clock, window.at_ms, self._opens, (injector, window))
        else:
            self._open(injector, window)
        if window.until_ms is not None:
            call_at(self._clock, window.until_ms, self._closes, (injector, window))

    def _opens(self, call: Call) -> None:
        self._open(*call.arg)

    def _open(self, injector: Injector, window: Window) -> None:
        if injector not in self._injectors:
            return  # healed
        self._recorder.emit(FaultBegan(
            int(self._clock.now), RUN, fault=window.label, mode=window.mode, target=window.target))
        strike = injector.open(window.label)
        if strike is not None:
            self._states[window.label] = strike
            self._line_changed()
            self._has_struck(strike)

    def _closes(self, call: Call) -> None:
        injector, window = call.arg
        if injector not in self._injectors:
            return
        injector.close(window.label)
        self._recorder.emit(FaultEnded(
            int(self._clock.now), RUN, fault=window.label, mode=window.mode, target=window.target))
        if self._states.pop(window.label, None) is not None:
            self._line_changed()

    def _line_changed(self) -> None:
        facts: LineFacts = {}
        for strike in self._states.values():
            facts |= LINE_VERBS[strike.verb](strike.action)
        is_open = not any(each.verb is Verb.SHUT_DOOR for each in self._states.values())
        self._set_line(state_of(facts), is_open)


def state_of(facts: LineFacts) -> LineState:
    """A line that is so, and good in all else."""
    return LineState(
        black_hole=bool(facts.get("black_hole", GOOD_LINE.black_hole)),
        latency_ms=facts.get("latency_ms", 0), jitter_ms=facts.get("jitter_ms", 0),
        bytes_per_s=facts.get("bytes_per_s", 0), slice=int(facts.get("slice", 0)))
