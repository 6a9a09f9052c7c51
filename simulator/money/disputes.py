"""Disputes: what becomes of each case, and whose the disputed money is; a pure state machine.

Moves no money itself: it says who has to give it to whom, each move once.  Reads no clock; a term is
over when it is told so.  A case is never decided twice: what comes after that is late.
"""

from __future__ import annotations

from collections import deque

import msgspec

from simulator.catalogue.dispute_reasons import DisputeReason
from simulator.catalogue.disputes import (
    CLOSED,
    ITEM_OF,
    STAGES,
    DisputeAct,
    DisputeStage,
    Holder,
    acts_at,
)
from simulator.catalogue.slip_reasons import SlipReason

REMEMBER_DAYS = 180  # no network takes up a dispute about an older sale


class DisputeError(Exception):
    """An act that cannot be at this stage: a mistake of the program, raised at once."""


class Terms(msgspec.Struct, frozen=True, gc=False):
    """How long each stage waits, in milliseconds, by the setting's name."""

    waits: tuple[tuple[str, int], ...]

    def of(self, stage: DisputeStage) -> int | None:
        """How long a stage waits; None: not at all."""
        return dict(self.waits).get(STAGES[stage].term)


class Opening(msgspec.Struct, frozen=True, gc=False):
    """A sale that a cardholder disputes."""

    case: str
    mid: str
    key: str  # of the sale
    channel: str  # the cardholder's bank, or wallet
    ref: str  # of the card in the bank's books
    amount_fen: int  # what is disputed
    reason: DisputeReason
    sale: str = ""


class Entered(msgspec.Struct, frozen=True, gc=False):
    """A case came to a stage; ``due_ms``: until when somebody may act, 0: nobody is waited for."""

    opening: Opening
    stage: DisputeStage
    amount_fen: int
    due_ms: int


class Handed(msgspec.Struct, frozen=True, gc=False):
    """Disputed money goes from one to another; ``item``: as what the merchant's settlement holds it."""

    opening: Opening
    giver: Holder
    taker: Holder
    amount_fen: int
    item: str
    number: int  # of the moves of its case, from 1


DisputeStep = Entered | Handed


class Case:
    """One case."""

    __slots__ = ("acts", "amount_fen", "due_ms", "holder", "moves", "opening", "stage")

    def __init__(self, opening: Opening, amount_fen: int) -> None:
        self.opening = opening
        self.amount_fen = amount_fen
        self.stage: DisputeStage | None = None
        self.due_ms = 0
        self.holder = Holder.MERCHANT
        self.moves = 0
        self.acts = 0  # of people and banks, its opening the first


class DisputeDesk:
    """All cases of an acquirer.

    A sale is forgotten ``remember_days`` cut-overs after money of it was last booked, unless a case about
    it is open; nothing is left then that could be disputed.
    """

    __slots__ = ("_cases", "_day", "_left", "_moved", "_moved_on", "_remember", "_taken", "_terms")

    def __init__(self, terms: Terms, remember_days: int = REMEMBER_DAYS) -> None:
        self._terms = terms
        self._remember = remember_days
        self._day = 0
        self._moved: deque[list[str]] = deque([[]])  # keys, by the day on which money of them was booked
        self._moved_on: dict[str, int] = {}  # key to the number of the day
        self._cases: dict[str, Case] = {}
        self._left: dict[str, int] = {}  # by key of the sale: captured less given back
        self._taken: dict[str, int] = {}  # by key of the sale: disputed and not the merchant's

    def captured(self, key: str, amount_fen: int) -> None:
        """Money was booked for a merchant, or taken off again, for the sale under a key."""
        self._left[key] = self._left.get(key, 0) + amount_fen
        self._note(key)

    def end_day(self) -> None:
        """A cut-over is done: forget what nobody may dispute any more."""
        self._day += 1
        self._moved.append([])
        if len(self._moved) <= self._remember:
            return
        disputed = {case.opening.key for case in self.open_cases()}
        for key in self._moved.popleft():
            if self._day - self._moved_on[key] < self._remember:
                continue  # moved again since
            if key in disputed:
                self._note(key)
            else:
                del self._moved_on[key]
                self._left.pop(key, None)
                self._taken.pop(key, None)

    def __len__(self) -> int:
        """How many sales are remembered."""
        return len(self._left)

    def knows(self, key: str) -> bool:
        """Whether anything was booked under the key of a sale."""
        return key in self._left

    def acts_done(self, case: str) -> int:
        """How many acts a case has seen, its opening the first; 0: it was not opened."""
        return self._cases[case].acts if case in self._cases else 0

    def open(self, opening: Opening, act: DisputeAct, now_ms: int) -> list[DisputeStep]:
        """Take up a case, once; it is about no more than voids, refunds and cases left of the sale."""
        if opening.case in self._cases:
            return []
        left_fen = self._left.get(opening.key, 0) - self._taken.get(opening.key, 0)
        case = self._cases[opening.case] = Case(opening, min(opening.amount_fen, max(left_fen, 0)))
        case.acts = 1
        if not case.amount_fen:
            return self._enter(case, DisputeStage.REFUSED, now_ms)
        self._taken[opening.key] = self._taken.get(opening.key, 0) + case.amount_fen
        return self._act(case, act, now_ms)

    def act(self, name: str, act: DisputeAct, now_ms: int) -> list[DisputeStep]:
        """Somebody does something about a case; where its term is over it is late."""
        case = self._cases[name]
        case.acts += 1
        if case.stage in CLOSED:
            return [Entered(case.opening, DisputeStage.LATE, case.amount_fen, 0)]
        return self._act(case, act, now_ms)

    def can_answer(self, lacking: SlipReason | None) -> bool:
        """Whether there is evidence to answer with: not without a slip."""
        return lacking is None

    def key_of(self, name: str) -> str:
        """The key of the sale that a case is about; "": of none that was made."""
        return self._cases[name].opening.key

    def is_closed(self, name: str) -> bool:
        """Whether a case is decided."""
        return name in self._cases and self._cases[name].stage in CLOSED

    @property
    def deadline_ms(self) -> int | None:
        """When the next term is over: from then on :meth:`due` has something to do."""
        return min((case.due_ms + 1 for case in self._cases.values() if case.due_ms), default=None)

    def due(self, now_ms: int) -> list[DisputeStep]:
        """Terms that are over: whoever had the turn has given in."""
        steps: list[DisputeStep] = []
        for case in self._cases.values():
            if case.due_ms and case.due_ms < now_ms and case.stage is not None:
                then = STAGES[case.stage].then
                assert then is not None, "a term leads somewhere"
                steps += self._enter(case, then, now_ms)
        return steps

    def open_cases(self) -> list[Case]:
        """What is not decided yet."""
        return [case for case in self._cases.values() if case.stage not in CLOSED]

    # ---- parts -------------------------------------------------------------------------------

    def _note(self, key: str) -> None:
        if self._moved_on.get(key) != self._day:
            self._moved_on[key] = self._day
            self._moved[-1].append(key)

    def _act(self, case: Case, act: DisputeAct, now_ms: int) -> list[DisputeStep]:
        stage = acts_at(case.stage).get(act)
        if stage is None:
            raise DisputeError(f"case {case.opening.case} is {case.stage}: there is no {act}")
        return self._enter(case, stage, now_ms)

    def _enter(self, case: Case, stage: DisputeStage, now_ms: int) -> list[DisputeStep]:
        row = STAGES[stage]
        wait_ms = self._terms.of(stage)
        case.stage = stage
        case.due_ms = 0 if wait_ms is None else now_ms + wait_ms
        steps: list[DisputeStep] = [Entered(case.opening, stage, case.amount_fen, case.due_ms)]
        if row.holder is not None:
            steps += self._hand(case, row.holder, ITEM_OF.get(stage, ""))
        if stage is DisputeStage.WON:
            self._taken[case.opening.key] -= case.amount_fen
        if wait_ms is None and row.then is not None:
            steps += self._enter(case, row.then, now_ms)
        return steps

    def _hand(self, case: Case, taker: Holder, item: str) -> list[DisputeStep]:
        """Money goes by the bank: from the merchant to the cardholder it takes two moves."""
        steps: list[DisputeStep] = []
        while case.holder is not taker:
            to_bank = case.holder is Holder.MERCHANT
            step_to = Holder.BANK if to_bank else taker
            case.moves += 1
            steps.append(Handed(
                case.opening, case.holder, step_to, case.amount_fen, item, case.moves))
            case.holder = step_to
        return steps
