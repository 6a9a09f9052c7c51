"""What a clerk does wrong at the till of a terminal outside: whoever drives it keys that first, and puts it right.

Which sale it strikes the injector says, by the rules of a scenario.  What needs more than a till can key
(a second press while a sale is open, somebody who is not signed in) is no verb here and refused by name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import msgspec

from hil.bench.virtual_bench import VirtualBench
from hil.host.additions import scenario_with
from hil.tills.ends import Stand, Told, Wish
from simulator.catalogue.places import Place
from simulator.faults.injector import Injector
from simulator.faults.modes import MODES
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.scenario.places import Places
from simulator.scenario.plan import fault_rules
from simulator.trace.records import FaultAdded, FaultFired
from simulator.wire.kinds import Kind

TIMES_TOO_MUCH = 10  # a nought too many


class TillMistakes:
    """The mistakes that are planned at the tills of one bench."""

    def __init__(
        self, source: dict[str, Any], places: Places, bench: VirtualBench, passes: Callable[[int], None],
    ) -> None:
        self._source = source  # the scenario as read from TOML
        self._places = places
        self._bench = bench
        self.passes = passes  # lets so many milliseconds pass
        self._injectors: list[Injector] = []
        self._operations = 0

    def plan(self, toml: str, now_ms: int) -> bool:
        """Take up a fault, if it is one of a clerk; ``ControlError`` where a scenario could not say it."""
        told = tomllib.loads(toml)
        mode = MODES.get(str(told.get("mode")))
        how = str(told.get("how", ""))
        if mode is None or (how and how not in dict(mode.ways)) or Place.TILL not in mode.places(how):
            return False
        scenario = scenario_with(self._source, toml, "faults", now_ms)
        fault = scenario.faults[-1]
        label = fault.label or f"{fault.mode} till {len(self._injectors) + 1}"
        [rule] = fault_rules(scenario.model_copy(update={
            "faults": (fault.model_copy(update={"label": label}),), "actions": ()}))
        self._injectors.append(Injector((rule,), self._places.topology, scenario.seed))
        self._bench.write_down(FaultAdded(
            now_ms, "run", fault=label, mode=fault.mode, may_stay_away=fault.may_stay_away))
        return True

    def operate(self, stand: Stand, wish: Wish) -> Told:
        """A wish at a till: with what goes wrong before or after it, where something does."""
        if not self._injectors:
            return stand.till.operate(wish)
        self._operations += 1
        kind, now_ms = wish.kind.value, self._bench.report().now_ms
        anchor = Anchor(Point.OPERATION, stand.end.tid, 0, self._operations, kind, 0, kind)
        for injector in self._injectors:
            strike = injector.decide(anchor, now_ms)
            if strike is None:
                continue
            errs = MISTAKES[strike.verb]
            if not _may(strike.verb, wish):
                injector.take_back(strike.label)
                continue
            self._bench.write_down(FaultFired(
                now_ms, "run", fault=strike.label, mode=strike.mode, point=anchor.point.value, anchor=anchor.text(),
                verb=strike.verb.value, code=strike.action.code, ms=strike.action.ms))
            return errs(self, stand, wish, strike)
        return stand.till.operate(wish)


def _may(verb: Verb, wish: Wish) -> bool:
    """Whether a clerk can err so in this wish."""
    return wish.kind in (_OTHER if verb is Verb.OTHER_KIND else {Kind.SALE})


def _undone(stand: Stand, wish: Wish, told: Told, kind: Kind) -> Told:
    """What was keyed by mistake is taken back, where it came about."""
    if not told.approved:
        return told
    stand.till.rest()
    return stand.till.operate(msgspec.structs.replace(
        wish, kind=kind, order=f"{told.order}-back", amount_fen=told.amount_fen or wish.amount_fen, original=told))


def _mistypes(_clerk: TillMistakes, stand: Stand, wish: Wish, _strike: Strike) -> Told:
    """Another sum first; then that is voided, and the right one sold."""
    wrong = msgspec.structs.replace(
        wish, order=f"{wish.order}-wrong", amount_fen=wish.amount_fen * TIMES_TOO_MUCH)
    _undone(stand, wrong, stand.till.operate(wrong), Kind.VOID)
    return stand.till.operate(wish)


def _repeats(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """The same once more a while later; the second is voided."""
    told = stand.till.operate(wish)
    clerk.passes(strike.action.ms)
    twin = msgspec.structs.replace(wish, order=f"{wish.order}-twin")
    _undone(stand, twin, stand.till.operate(twin), Kind.VOID)
    return told


def _voids_by_mistake(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """A good sale is voided a while later, which is seen, and it is sold again."""
    told = stand.till.operate(wish)
    if not told.approved:
        return told
    clerk.passes(strike.action.ms)
    _undone(stand, wish, told, Kind.VOID)
    return stand.till.operate(msgspec.structs.replace(wish, order=f"{wish.order}-again"))


_OTHER: dict[Kind, tuple[Kind, Kind | None]] = {  # what is keyed instead, and what takes that back; None: it does as well
    Kind.SALE: (Kind.PREAUTH, Kind.PREAUTH_VOID), Kind.PREAUTH: (Kind.SALE, Kind.VOID),
    Kind.VOID: (Kind.REFUND, None), Kind.REFUND: (Kind.VOID, None),
}


def _keys_other_kind(_clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """Another kind; it is taken back and the right one keyed, or stays where it does the same."""
    kind, back = _OTHER[wish.kind]
    wrong = msgspec.structs.replace(wish, kind=kind, order=f"{wish.order}-as-{kind.value}")
    told = stand.till.operate(wrong)
    if told.approved and back is None:
        return told
    if back is not None and strike.action.code == "completed":
        return stand.till.operate(msgspec.structs.replace(wish, kind=Kind.COMPLETION, original=told))
    if back is not None:
        _undone(stand, wrong, told, back)
    return stand.till.operate(wish)


MISTAKES: dict[Verb, Callable[[TillMistakes, Stand, Wish, Strike], Told]] = {
    Verb.MISTYPE: _mistypes,
    Verb.REPEAT: _repeats,
    Verb.VOID_BY_MISTAKE: _voids_by_mistake,
    Verb.OTHER_KIND: _keys_other_kind,
}
