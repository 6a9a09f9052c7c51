"""One rule at work: what it aims at, what it has counted, whether it strikes at an event.

Conditions are looked at in one order: window, target, what it acts on, step, kind, occurrence,
chance.  It draws only by key.
"""

from __future__ import annotations

from zlib import crc32

from simulator.chance import exponential_ms, purpose_number, uniform
from simulator.faults.kept import RuleKept
from simulator.faults.modes import MODES, REQUEST_MTI, Act
from simulator.faults.points import Action, Anchor, Point
from simulator.faults.rules import FaultRule
from simulator.faults.schedule import Window
from simulator.faults.targets import Topology, choose

BY_MERCHANT = frozenset({Point.PAYOUT, Point.NOTICE})  # where an actor is a MID


class Armed:
    """A rule with what it has counted so far."""

    __slots__ = (
        "_chosen", "_conditional", "_count", "_fired", "_first", "_last", "_met", "_plain", "_purposes",
        "_seed", "_times", "acts", "changed", "ended", "open", "relieved", "rule", "spent", "window",
    )

    def __init__(self, rule: FaultRule, topology: Topology, seed: int) -> None:
        self.rule = rule
        self._chosen = choose(rule.target, topology)
        self._seed = seed
        self._count = 0
        self._fired = 0
        self._met: dict[str, None] = {}  # what was struck by an act that strikes each once, whatever the attempt
        single_step = rule.between is not None or rule.after_effect is not None
        loose = rule.chance is None and rule.at_ms is None and rule.times is None
        self._first = 1 if rule.nth is None and single_step and loose else rule.nth
        self._last = (self._first or 1) + (rule.times or 1) - 1
        self._times = rule.times if self._first is None else None
        self.open = rule.at_ms is None and not MODES[rule.mode].state
        self.ended = False
        self.relieved: frozenset[str] = frozenset()  # TIDs and MIDs for whom a remedy ended it
        self.changed = False  # since it was last kept
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
            acts = tuple(act for act in acts if self._acts_on(act, anchor))
        if not acts or (self._conditional and not self._fits(anchor, done, before)):
            return ()
        return acts

    def counts(self) -> bool:
        """Counts one event that fits; whether it is late enough for this rule to strike."""
        if self._first is None:
            return True
        self._count += 1
        self.changed = True
        self.spent = self._count >= self._last
        return self._count >= self._first

    def take_back(self) -> None:
        """What it struck could not be done there: the event counts as if it had not come.

        So the first sale at which a record can be lost is that, and not the first of the day.
        """
        self._fired -= 1
        if self._met:
            self._met.popitem()
        if self._first is not None:
            self._count -= 1
        self.spent = False
        self.changed = True

    def kept(self) -> RuleKept:
        """How far it is."""
        return RuleKept(
            self.rule.label, self._count, self._fired, self.ended, tuple(sorted(self.relieved)), tuple(self._met))

    def take_up(self, kept: RuleKept) -> None:
        """Be as far as a former one was."""
        self._count, self._fired, self.ended = kept.counted, kept.struck, kept.ended
        self.relieved = frozenset(kept.relieved)
        self._met = dict.fromkeys(kept.met)
        self.open = self.open and not kept.ended
        self.spent = (self._first is not None and self._count >= self._last) or (
            self._times is not None and self._fired >= self._times)

    def touches(self, actor: str, card: str) -> bool:
        """Whether a TID, a MID or a card is what the rule aims at."""
        chosen = self._chosen
        if card:
            return chosen.card == card
        if actor in self.relieved:
            return False
        return not actor or chosen.actors is None or actor in chosen.actors

    def end(self, actors: frozenset[str], topology: Topology) -> None:
        """A remedy ended it for these TIDs and MIDs, or for everybody; for good where none is left."""
        self.changed = True
        self.relieved |= actors
        self.ended = self.ended or not actors or self._struck_by(topology) <= self.relieved

    def _struck_by(self, topology: Topology) -> frozenset[str]:
        """Whom it can strike: merchants where their money or notices are concerned, else terminals."""
        everybody = frozenset(
            [mid for _, mid in topology.merchants] if BY_MERCHANT.issuperset(self.acts)
            else [place.tid for place in topology.terminals])
        return everybody if self._chosen.actors is None else everybody & self._chosen.actors

    def _aims_at(self, anchor: Anchor) -> bool:
        chosen = self._chosen
        if chosen.actors is not None and anchor.actor not in chosen.actors:
            return False
        if self.relieved and anchor.actor in self.relieved:
            return False
        if chosen.bank and chosen.bank != anchor.bank:
            return False
        return not chosen.card or chosen.card == anchor.card

    def _acts_on(self, act: Act, anchor: Anchor) -> bool:
        return (not act.what or anchor.what in act.what) and not (act.first_only and _whichever_attempt(anchor) in self._met)

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
        self.changed = True
        if self._times is not None and self._fired >= self._times:
            self.spent = True
        if act.first_only:
            self._met[_whichever_attempt(anchor)] = None
        ms = act.ms
        if act.lasting and self.rule.until_ms is not None:
            ms = max(self.rule.until_ms - now_ms, 1)
        elif act.spread:
            ms = exponential_ms(self._draw(anchor, "ms", again), ms)
        return Action(act.verb, act.code, ms, done)


def _whichever_attempt(anchor: Anchor) -> str:
    return f"{anchor.actor}/{anchor.batch}/{anchor.stan}/{anchor.what}"


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
