"""What came of a case, as it is kept, shown and counted; computes nothing."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from simulator.catalogue.language import Told


class Outcome(StrEnum):
    """Of one case."""

    HELD = "held"
    FAILED = "failed"  # the terminal is at fault
    NOT_REACHED = "not_reached"  # the boundary did not come up, so nothing was shown
    UNSURE = "unsure"  # it came up, and the evidence does not decide
    BENCH = "bench"  # the bench is at fault


_AGAINST = frozenset({Outcome.FAILED, Outcome.NOT_REACHED})  # what a process that was not let work may be the reason of
WORST = (Outcome.FAILED, Outcome.BENCH, Outcome.UNSURE, Outcome.NOT_REACHED, Outcome.HELD)


class Text(msgspec.Struct, frozen=True):
    """A text in both languages, as a file holds it."""

    en: str
    zh: str

    def say(self) -> str:
        """In the language of this process."""
        return Told(self.en, self.zh).say()


def text(told: Told) -> Text:
    """As a file holds it."""
    return Text(told.en, told.zh)


class WrongFrame(msgspec.Struct, frozen=True, kw_only=True):
    """The message with which it went wrong, or after which something is missing; masked."""

    number: int  # of all messages on the line
    is_missing_after: bool  # the message itself may be right: what should follow did not
    lines: tuple[str, ...]  # field by field


class MoneyMoved(msgspec.Struct, frozen=True, kw_only=True):
    """Where the money of a case is at its end, in fen, from the ledger; and where it should be."""

    paid: int  # by customers, in all
    held: int  # of theirs, by pre-authorisations
    credited: int  # to the merchant, fees not taken off
    fees: int
    should: int | None  # what the terminal told the counter: approved, less what was given back; None: it did not tell


class CaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one case."""

    case: str
    kind: str
    boundary: str
    harm: str
    outcome: Outcome
    took_ms: int = 0
    told: tuple[str, ...] = ()  # what the terminal said to each try of the operation
    why: tuple[Text, ...] = ()  # findings, or what stood in the way
    codes: tuple[str, ...] = ()  # of the findings
    wrong: WrongFrame | None = None
    money: MoneyMoved | None = None
    folder: str = ""  # evidence
    no_start: bool = False  # the bench could not even be opened
    is_starved: bool = False  # its process was not let work: nothing is said of the terminal
    tries: int = 1


class KindResult(msgspec.Struct, frozen=True, kw_only=True):
    """A kind that was not swept, and why."""

    kind: str
    why: Text
    is_fault_of_bench: bool = False
    is_failed: bool = False  # it goes wrong without any harm
    no_start: bool = False  # the bench could not even be opened
    is_starved: bool = False  # its process was not let work: nothing is said of the terminal


def is_open(result: CaseResult | KindResult, *, is_fresh: bool) -> bool:
    """Whether it is worth another round: a standing bench that is at fault stays so until somebody sees to it."""
    at_fault = result.is_fault_of_bench if isinstance(result, KindResult) else result.outcome is Outcome.BENCH
    return result.is_starved or (at_fault and is_fresh)


def unless_starved(outcome: Outcome, why: tuple[Text, ...], starved: Told | None) -> tuple[Outcome, tuple[Text, ...], bool]:
    """Outcome and reasons, and whether they are so since the terminal's process was not let work.

    >>> unless_starved(Outcome.FAILED, (), Told("kept from its processor", "得不到处理器"))[0].value
    'unsure'
    """
    if starved is None or outcome not in _AGAINST:
        return outcome, why, False
    return Outcome.UNSURE, (text(starved), *why), True


def worst(outcomes: list[Outcome]) -> Outcome:
    """The one that counts where several stand for one."""
    return next(each for each in WORST if each in outcomes)
