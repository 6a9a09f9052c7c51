"""What a clerk does wrong at the till of a terminal outside: whoever drives it keys that first, and puts it right.

Which sale it strikes the injector says, by the rules of a scenario.  What a till has no keys for (an ECR
link without a place for a password) is refused by name when it is planned.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from hil.host.additions import scenario_with
from hil.targets.needs import CANNOT_ASK, UNTOLD, CannotError
from hil.tills.ends import NO_PASSWORD, Stand, Told, Wish
from simulator.catalogue.places import Place
from simulator.faults.injector import Injector
from simulator.faults.modes import MODES
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.rules import FaultRule
from simulator.faults.schedule import Strike, Window
from simulator.faults.targets import choose
from simulator.machines.terminal.profile import TerminalProfile
from simulator.scenario.places import Places
from simulator.scenario.plan import fault_rules
from simulator.toml_reading import read_toml
from simulator.trace.records import AnyRecord, FaultAdded, FaultFired
from simulator.wire.kinds import Kind
from simulator.world.people.announcements import MAINTENANCE, ahead
from simulator.world.people.announcements import Told as Announced
from simulator.world.people.counter import OPEN_STILL, STRANGER
from simulator.world.people.mistakes import GOODS_CODE, PRESSES
from simulator.world.people.orders import SELLS, UNDOES

TIMES_TOO_MUCH = 10  # a nought too many
_WITH_CARD = frozenset({Kind.SALE, Kind.PREAUTH, Kind.OFFLINE_SALE, Kind.BALANCE})


class Counterpart(Protocol):
    """Whoever writes down what people mean at this till."""

    def now_ms(self) -> int:
        """What the calendar shows."""

    def passes(self, ms: int) -> None:
        """Let so many milliseconds pass."""

    def write_down(self, record: AnyRecord) -> None:
        """Something that people planned or did."""

    def must_refuse(self, tid: str, wish: Wish, why: str) -> None:
        """Write down, when this is asked next, that the terminal must refuse it, and why."""

    @property
    def tells_who_may_not(self) -> bool:
        """Whether that can be written down."""


class TillMistakes:
    """The mistakes that are planned at the tills of one bench."""

    def __init__(self, source: dict[str, Any], places: Places, people: Counterpart) -> None:
        self._source = source  # the scenario as read from TOML
        self._places = places
        self.people = people
        self._injectors: list[Injector] = []
        self._operations = 0
        self._announced: list[Announced] = []
        self._going_on: dict[str, tuple[Injector, Window]] = {}  # by label; not struck yet
        self.last_sold: dict[str, Told] = {}  # by TID, and not given back yet
        self._profiles = {each.tid: each.profile for shop in places.merchants for each in shop.terminals}
        self._struck = False

    def plan(self, toml: str, stands: dict[int, Stand]) -> bool:
        """Take up a fault, if it is one of a clerk; ``ControlError`` where a scenario could not say it."""
        told = read_toml(toml)
        mode = MODES.get(str(told.get("mode")))
        if mode is None:
            return False
        if mode.id in MAINTENANCE:
            self._announced += ahead(self._rule(toml, ""), self.people.now_ms())
            return False
        how = str(told.get("how", ""))
        if (how and how not in dict(mode.ways)) or Place.TILL not in mode.places(how):
            return False
        for stand in stands.values():
            for verb in {act.verb for act in mode.acts(how)}:
                self._refuse(stand, verb)
        rule = self._rule(toml, f"{mode.id} till {len(self._injectors) + 1}")
        injector = Injector((rule,), self._places.topology, self._seed)
        self._injectors.append(injector)
        self._going_on |= {window.label: (injector, window) for window in injector.windows() if window.action is not None}
        self.people.write_down(FaultAdded(
            self.people.now_ms(), "run", fault=rule.label, mode=rule.mode, may_stay_away=bool(told.get("may_stay_away"))))
        return True

    def _rule(self, toml: str, label: str) -> FaultRule:
        scenario = scenario_with(self._source, toml, "faults", self.people.now_ms())
        self._seed = scenario.seed
        fault = scenario.faults[-1]
        [rule] = fault_rules(scenario.model_copy(update={
            "faults": (fault.model_copy(update={"label": fault.label or label}),), "actions": ()}))
        return rule

    def _refuse(self, stand: Stand, verb: Verb) -> None:
        """``CannotError`` where this till has no keys for it."""
        wish = _NEEDS.get(verb)
        if wish is None:
            return
        if not self.people.tells_who_may_not:
            raise CannotError(UNTOLD)
        if fact := stand.till.lacks(wish):
            raise CannotError(CANNOT_ASK.both(error=f"{verb.value}: {wish.kind.value} has no place for {fact}"))

    def operate(self, stand: Stand, wish: Wish) -> Told:
        """A wish at a till: with what goes wrong before or after it, where something does."""
        told = self._operate(stand, wish)
        if told.approved and wish.kind in SELLS:
            self.last_sold[stand.end.tid] = told
        elif told.approved and wish.kind in UNDOES:
            self.last_sold.pop(stand.end.tid, None)
        return told

    def _operate(self, stand: Stand, wish: Wish) -> Told:
        if not self._injectors:
            return stand.till.operate(wish)
        self._operations += 1
        tid, kind, now_ms = stand.end.tid, wish.kind.value, self.people.now_ms()
        wish = wish if wish.order else msgspec.structs.replace(wish, order=f"{kind}-{tid}-{self._operations}-asked")
        self._goes_on(stand, wish, now_ms)
        anchor = Anchor(Point.OPERATION, tid, 0, self._operations, kind, 0, kind)
        first: tuple[Injector, Strike] | None = None
        for injector in self._injectors:  # each counts what is asked for; one thing goes wrong at a time
            strike = injector.decide(anchor, now_ms)
            if strike is None:
                continue
            if first is None and self._may(strike.verb, stand, wish):
                first = injector, strike
            else:
                injector.take_back(strike.label)
        if first is None:
            return stand.till.operate(wish)
        injector, strike = first
        self._struck = False
        told = MISTAKES[strike.verb](self, stand, wish, strike)
        if not self._struck:  # it could not be done here and now
            injector.take_back(strike.label)
        return told

    def struck(self, strike: Strike) -> None:
        """Write down, once, that a strike has an effect."""
        if not self._struck:
            self._struck = True
            self._write(strike)

    def _write(self, strike: Strike) -> None:
        anchor, action = strike.anchor, strike.action
        self.people.write_down(FaultFired(
            self.people.now_ms(), "run", fault=strike.label, mode=strike.mode, point=anchor.point.value,
            anchor=anchor.text(), verb=action.verb.value, code=action.code, ms=action.ms))

    def _goes_on(self, stand: Stand, wish: Wish, now_ms: int) -> None:
        """What is sold in an announced maintenance all the same is what a fault of that kind comes to."""
        if wish.kind not in SELLS or not any(each.begin_ms <= now_ms < each.end_ms for each in self._announced):
            return
        for label, (injector, window) in tuple(self._going_on.items()):
            actors = choose(window.target, self._places.topology).actors
            is_open = (window.at_ms or 0) <= now_ms and (window.until_ms is None or now_ms < window.until_ms)
            if is_open and (actors is None or stand.end.mid in actors) and (strike := injector.open(label)) is not None:
                del self._going_on[label]
                self._write(strike)

    def profile(self, stand: Stand) -> TerminalProfile:
        """Of the terminal that stands there."""
        return self._profiles[stand.end.tid]

    def _may(self, verb: Verb, stand: Stand, wish: Wish) -> bool:
        """Whether a clerk can err so in this wish."""
        if verb in _AT_ANY:
            return wish.kind is not Kind.SIGN_ON
        if verb is Verb.UNSUPERVISED:
            return wish.kind.value in self.profile(stand).supervised
        return wish.kind in _AT.get(verb, {Kind.SALE})


def _with(wish: Wish, tail: str, **changes: Any) -> Wish:
    """Another order beside the one that is meant."""
    return msgspec.structs.replace(wish, order=f"{wish.order}-{tail}", **changes)


def _undone(stand: Stand, wish: Wish, told: Told, kind: Kind) -> Told:
    """What was keyed by mistake is taken back, where it came about."""
    if not told.approved:
        return told
    stand.till.rest()
    return stand.till.operate(msgspec.structs.replace(
        wish, kind=kind, order=f"{told.order}-back", amount_fen=told.amount_fen or wish.amount_fen, original=told))


def _mistypes(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """Another sum first; then that is voided, and the right one sold."""
    clerk.struck(strike)
    wrong = _with(wish, "wrong", amount_fen=wish.amount_fen * TIMES_TOO_MUCH)
    back = Kind.QR_REFUND if wish.kind is Kind.QR_SALE else Kind.VOID
    _undone(stand, wrong, stand.till.operate(wrong), back)
    return stand.till.operate(wish)


def _repeats(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """The same once more a while later; the second is voided."""
    clerk.struck(strike)
    told = stand.till.operate(wish)
    clerk.people.passes(strike.action.ms)
    twin = _with(wish, "twin")
    _undone(stand, twin, stand.till.operate(twin), Kind.VOID)
    return told


def _voids_by_mistake(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """A good sale is voided a while later, which is seen, and it is sold again."""
    told = stand.till.operate(wish)
    if not told.approved:
        return told
    clerk.struck(strike)
    clerk.people.passes(strike.action.ms)
    _undone(stand, wish, told, Kind.VOID)
    return stand.till.operate(_with(wish, "again"))


_OTHER: dict[Kind, tuple[Kind, Kind | None]] = {  # what is keyed instead, and what takes that back; None: it does as well
    Kind.SALE: (Kind.PREAUTH, Kind.PREAUTH_VOID), Kind.PREAUTH: (Kind.SALE, Kind.VOID),
    Kind.VOID: (Kind.REFUND, None), Kind.REFUND: (Kind.VOID, None),
}


def _keys_other_kind(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """Another kind; it is taken back and the right one keyed, or stays where it does the same."""
    clerk.struck(strike)
    kind, back = _OTHER[wish.kind]
    wrong = _with(wish, f"as-{kind.value}", kind=kind)
    told = stand.till.operate(wrong)
    if told.approved and back is None:
        return told
    if back is not None and strike.action.code == "completed":
        return stand.till.operate(msgspec.structs.replace(wish, kind=Kind.COMPLETION, original=told))
    if back is not None:
        _undone(stand, wrong, told, back)
    return stand.till.operate(wish)


def _misreads(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """The scanner reads a code on the goods; then the customer's."""
    clerk.struck(strike)
    stand.till.operate(_with(wish, "misread", qr_code=GOODS_CODE))
    return stand.till.operate(wish)


def _storms(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """The same keys again and again, as long as its outcome is open."""
    told = stand.till.operate(wish)
    for _ in range(PRESSES):
        if told.result != "failed" and not (told.result == "refused" and told.reason in OPEN_STILL):
            break
        clerk.struck(strike)
        time.sleep(strike.action.ms / 1_000)  # of the wall clock: it is the terminal that they are impatient with
        told = stand.till.operate(wish)
    return told


def _is_a_stranger(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """Somebody who is not signed in; then the clerk."""
    clerk.struck(strike)
    clerk.people.must_refuse(stand.end.tid, wish, "not_signed_in")
    told = stand.till.operate(msgspec.structs.replace(wish, clerk=STRANGER))
    return told if told.approved else stand.till.operate(wish)


def _has_wrong_password(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """Somebody signs on with a wrong password; then the clerk works."""
    clerk.struck(strike)
    wrong = Wish(kind=Kind.SIGN_ON, order=f"{wish.order}-password", clerk=wish.clerk, password=NO_PASSWORD)
    clerk.people.must_refuse(stand.end.tid, wrong, "wrong_password")
    stand.till.operate(wrong)
    return stand.till.operate(wish)


def _has_no_right(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """Without the supervisor's password; then with it."""
    clerk.struck(strike)
    clerk.people.must_refuse(stand.end.tid, wish, "no_right")
    told = stand.till.operate(msgspec.structs.replace(wish, password=NO_PASSWORD))
    return told if told.approved else stand.till.operate(wish)


def _calls_disabled(clerk: TillMistakes, stand: Stand, wish: Wish, strike: Strike) -> Told:
    """The first function that is switched off and can be asked for with what is at hand; then the right one."""
    sold = clerk.last_sold.get(stand.end.tid)
    for name in clerk.profile(stand).disabled:
        kind = Kind(name)
        wrong = _with(wish, name, kind=kind)
        if kind in UNDOES and sold is not None:
            wrong = msgspec.structs.replace(wrong, original=sold, amount_fen=sold.amount_fen, qr_code=sold.qr_code)
        elif kind is Kind.QR_SALE:
            wrong = msgspec.structs.replace(wrong, qr_code=GOODS_CODE)
        elif kind not in _WITH_CARD:
            continue
        clerk.struck(strike)
        clerk.people.must_refuse(stand.end.tid, wrong, "disabled")
        stand.till.operate(wrong)
        break
    return stand.till.operate(wish)


_AT: dict[Verb, frozenset[Kind]] = {
    Verb.OTHER_KIND: frozenset(_OTHER), Verb.MISREAD: frozenset({Kind.QR_SALE}), Verb.MISTYPE: frozenset({Kind.SALE, Kind.QR_SALE}),
}
_AT_ANY = frozenset({Verb.STRANGER, Verb.WRONG_PASSWORD, Verb.CALL_DISABLED})
_NEEDS: dict[Verb, Wish] = {  # where a terminal must refuse: what its till must have a place for
    Verb.STRANGER: Wish(kind=Kind.SALE, amount_fen=1, clerk=STRANGER),
    Verb.WRONG_PASSWORD: Wish(kind=Kind.SIGN_ON, password=NO_PASSWORD),
    Verb.UNSUPERVISED: Wish(kind=Kind.VOID, password=NO_PASSWORD),
    Verb.CALL_DISABLED: Wish(kind=Kind.SALE, amount_fen=1),
}
MISTAKES: dict[Verb, Callable[[TillMistakes, Stand, Wish, Strike], Told]] = {
    Verb.MISTYPE: _mistypes,
    Verb.REPEAT: _repeats,
    Verb.VOID_BY_MISTAKE: _voids_by_mistake,
    Verb.OTHER_KIND: _keys_other_kind,
    Verb.MISREAD: _misreads,
    Verb.STORM: _storms,
    Verb.STRANGER: _is_a_stranger,
    Verb.WRONG_PASSWORD: _has_wrong_password,
    Verb.UNSUPERVISED: _has_no_right,
    Verb.CALL_DISABLED: _calls_disabled,
}
