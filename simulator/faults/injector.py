"""Decides at each point whether a fault strikes; draws only by key and changes nothing itself.

Conditions of a rule are looked at in one order: window, target, what it acts on, step, kind,
occurrence, chance.  The first rule that strikes wins, in the order of the file; the others count
the event all the same, so "the second sale" is the second, whatever became of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from simulator.chance import exponential_ms, purpose_number, uniform
from simulator.faults.modes import MODES, REQUEST_MTI, Act
from simulator.faults.occurrences import COUNTED, START, STEPS, Occurrences, named
from simulator.faults.points import Action, Anchor, Point
from simulator.faults.rules import FaultRule
from simulator.faults.schedule import Strike, Window, window_anchor
from simulator.faults.targets import Topology, choose


class Injector:
    """The faults of a scenario at work."""

    def __init__(self, rules: Sequence[FaultRule], topology: Topology, seed: int) -> None:
        self._armed = tuple(_Armed(rule, topology, seed) for rule in rules)
        self._healed = False
        self._at: dict[Point, tuple[_Armed, ...]] = {}
        self._occurrences = Occurrences()
        self.busy: dict[Point, bool] = dict.fromkeys(Point, False)
        self._look()

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:
        """What is to be done at this point, or None."""
        point = anchor.point
        done, before = self._occurrences.step(anchor, now_ms) if point in STEPS else (0, START)
        again = self._occurrences.count(anchor) if point in COUNTED else 0
        rules = self._at[point]
        for place, armed in enumerate(rules):
            action = armed.strike(anchor, now_ms, done, before, again)
            if armed.spent:
                self._look()
            if action is not None:
                self._pass_by(rules[place + 1:], anchor, done, before)
                return Strike(armed.rule.label, armed.rule.mode, named(anchor, again), action)
        return None

    def _pass_by(
        self, rules: tuple[_Armed, ...], anchor: Anchor, done: int, before: str,
    ) -> None:
        """Rules after the one that struck count this event too."""
        for armed in rules:
            if armed.acts_here(anchor, done, before):
                armed.counts()
                if armed.spent:
                    self._look()

    def windows(self) -> tuple[Window, ...]:
        """Every window with a begin, an end, or a state."""
        return tuple(
            armed.window for armed in self._armed
            if armed.window.action or (armed.rule.at_ms, armed.rule.until_ms) != (None, None)
        )

    def open(self, label: str) -> Strike | None:
        """The window of a fault begins; what is to be done where a state is entered."""
        strike = None
        for armed in self._armed:
            if armed.rule.label == label and not armed.ended and not self._healed:
                armed.open = True
                if armed.window.action is not None:
                    anchor = window_anchor(armed.window)
                    strike = Strike(label, armed.rule.mode, anchor, armed.window.action)
        self._look()
        return strike

    def close(self, label: str) -> None:
        """The window of a fault ends."""
        for armed in self._armed:
            if armed.rule.label == label:
                armed.open = False
        self._look()

    def end(self, label: str) -> None:
        """A remedy ended this fault for good: its window does not open again."""
        for armed in self._armed:
            if armed.rule.label == label:
                armed.ended = True
        self.close(label)

    def heal(self) -> None:
        """All faults end; nothing fires any more."""
        self._healed = True
        self._look()

    def labels(self, modes: frozenset[str], actor: str = "", card: str = "") -> tuple[str, ...]:
        """Open faults of these modes that touch an actor (TID or MID) or a card; all where none."""
        return tuple(
            armed.rule.label for armed in self._armed
            if armed.open and armed.rule.mode in modes and armed.touches(actor, card)
        )

    def _look(self) -> None:
        """Which rules can still strike where.

        Where events are counted the world must tell of them before a window opens as well, or a
        replay, which has no window, would count otherwise.
        """
        hopeful = () if self._healed else tuple(
            armed for armed in self._armed if not (armed.spent or armed.ended)
        )
        for point in Point:
            here = tuple(armed for armed in hopeful if point in armed.acts)
            self._at[point] = tuple(armed for armed in here if armed.open)
            self.busy[point] = bool(here if point in COUNTED else self._at[point])


class _Armed:
    """A rule with what it has counted so far."""

    __slots__ = (
        "_chosen", "_conditional", "_count", "_fired", "_first", "_last", "_plain", "_purposes",
        "_seed", "_times", "acts", "ended", "open", "rule", "spent", "window",
    )

    def __init__(self, rule: FaultRule, topology: Topology, seed: int) -> None:
        self.rule = rule
        self._chosen = choose(rule.target, topology)
        self._seed = seed
        self._count = 0
        self._fired = 0
        single_step = rule.between is not None or rule.after_effect is not None
        loose = rule.chance is None and rule.at_ms is None and rule.times is None
        self._first = 1 if rule.nth is None and single_step and loose else rule.nth
        self._last = (self._first or 1) + (rule.times or 1) - 1
        self._times = rule.times if self._first is None else None
        self.open = rule.at_ms is None and not MODES[rule.mode].state
        self.ended = False
        self.spent = False
        self.acts: dict[Point, tuple[Act, ...]] = {}
        for act in rule.acts:
            aimed = act.only in (None, self._chosen.kind)
            if rule.on in (None, act.point) and act.point is not Point.WINDOW and aimed:
                self.acts[act.point] = (*self.acts.get(act.point, ()), act)
        self._plain = {
            point: acts for point, acts in self.acts.items()
            if not any(act.what or act.first_only for act in acts)
        }
        self._conditional = bool(rule.mti or rule.between or rule.of or rule.after_effect is not None)
        self._purposes: dict[tuple[Point, str], tuple[int, int]] = {}
        state = next((act for act in rule.acts if act.point is Point.WINDOW), None)
        self.window = Window(
            label=rule.label, mode=rule.mode, at_ms=rule.at_ms, until_ms=rule.until_ms,
            target=rule.target,
            action=Action(state.verb, state.code, state.ms) if state is not None else None,
        )

    def strike(
        self, anchor: Anchor, now_ms: int, done: int, before: str, again: int,
    ) -> Action | None:
        """What this rule does here, or None."""
        acts = self.acts_here(anchor, done, before)
        if not acts or not self.counts():
            return None
        if self.rule.chance is not None and self._draw(anchor, "", again) >= self.rule.chance:
            return None
        for act in acts:
            if act.chance == 1.0 or self._draw(anchor, act.verb.value, again) < act.chance:
                return self._act(act, anchor, now_ms, done, again)
        return None

    def acts_here(self, anchor: Anchor, done: int, before: str) -> tuple[Act, ...]:
        """What this rule can do here, occurrence and chance left aside."""
        if not self._aims_at(anchor):
            return ()
        acts = self.acts[anchor.point]
        if acts is not self._plain.get(anchor.point):
            acts = tuple(act for act in acts if _acts_on(act, anchor))
        if not acts or (self._conditional and not self._fits(anchor, done, before)):
            return ()
        return acts

    def counts(self) -> bool:
        """Counts one event that fits; whether it is late enough for this rule to strike."""
        if self._first is None:
            return True
        self._count += 1
        self.spent = self._count >= self._last
        return self._count >= self._first

    def touches(self, actor: str, card: str) -> bool:
        """Whether a TID, a MID or a card is what the rule aims at."""
        chosen = self._chosen
        if card:
            return chosen.card == card
        return not actor or chosen.actors is None or actor in chosen.actors

    def _aims_at(self, anchor: Anchor) -> bool:
        chosen = self._chosen
        if chosen.actors is not None and anchor.actor not in chosen.actors:
            return False
        if chosen.bank and chosen.bank != anchor.bank:
            return False
        return not chosen.card or chosen.card == anchor.card

    def _fits(self, anchor: Anchor, done: int, before: str) -> bool:
        rule = self.rule
        what = anchor.what
        if rule.mti and what.rpartition(":")[2] != rule.mti:
            return False
        if rule.between is not None and not (
            _is_step(before, rule.between[0]) and _is_step(what, rule.between[1])
        ):
            return False
        if rule.after_effect is not None and rule.after_effect != done:
            return False
        return not rule.of or _is_of(rule.of, anchor, before)

    def _draw(self, anchor: Anchor, purpose: str, again: int) -> float:
        """A draw of its own for each purpose at each anchor; keyed by label, so by no other rule."""
        pair = self._purposes.get((anchor.point, purpose))
        if pair is None:
            number = purpose_number("fault", self.rule.label, purpose, anchor.point.value)
            pair = self._purposes[anchor.point, purpose] = number >> 32, number & 0xFFFF_FFFF
        text = f"{anchor.actor}/{anchor.what}".encode()
        return uniform(
            self._seed, crc32(text, pair[0]) << 32 | crc32(text, pair[1]),
            anchor.batch * 1_000_000 + anchor.stan, anchor.attempt << 32 | again,
        )

    def _act(self, act: Act, anchor: Anchor, now_ms: int, done: int, again: int) -> Action:
        self._fired += 1
        if self._times is not None and self._fired >= self._times:
            self.spent = True
        ms = act.ms
        if act.lasting and self.rule.until_ms is not None:
            ms = max(self.rule.until_ms - now_ms, 1)
        elif act.spread:
            ms = exponential_ms(self._draw(anchor, "ms", again), ms)
        return Action(act.verb, act.code, ms, done)


def _acts_on(act: Act, anchor: Anchor) -> bool:
    return (not act.what or anchor.what in act.what) and not (act.first_only and anchor.attempt)


def _is_step(what: str, pattern: str) -> bool:
    return what == pattern or what.startswith(pattern + ":")


def _is_of(kind: str, anchor: Anchor, before: str) -> bool:
    """Whether an event belongs to a kind; by its MTI where it does not name its kind."""
    if anchor.kind:
        return anchor.kind == kind
    if anchor.point in (Point.SERVICE, Point.OPERATION):
        return anchor.what == kind
    request = REQUEST_MTI[kind]
    mtis = (request, f"{int(request) + 10:04}")
    return anchor.what.rpartition(":")[2] in mtis or before.rpartition(":")[2] in mtis
