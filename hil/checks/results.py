"""What a check says: one outcome, what was measured against which limit, and what was wrong.

Computes nothing.  Texts are told in both languages.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.language import Told


class Outcome(str, Enum):
    """How a check ended."""

    HELD = "held"
    FAILED = "failed"  # the terminal is at fault
    NOT_REACHED = "not_reached"  # what was to be tried did not come up
    NOT_OBSERVABLE = "not_observable"  # nothing outside the terminal shows it
    INCONCLUSIVE = "inconclusive"  # this machine was too late to tell, or the terminal's process had no processor
    BENCH = "bench"  # the bench is at fault; says nothing of the terminal


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it must be."""

    what: Told
    number: int = 0  # of the message on the line; 0: no message shows it
    money_fen: int = 0  # that is in the wrong place, or may be
    missed_by_ms: float = 0.0  # of a time: how far beyond limit and margin


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule measured."""

    value: str
    limit: str
    margin: str = ""
    wrong: tuple[Wrong, ...] = ()


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A reading with the name of what was measured."""

    name: str
    words: Told
    unit: str
    value: str
    limit: str
    margin: str = ""
    held: bool = True
    seen: bool = True  # False: nothing outside the terminal shows it


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the line as a report shows it: decoded, card data masked."""

    number: int
    at_ms: float
    way: str
    mti: str
    kind: str
    fate: str
    fields: tuple[tuple[str, str], ...] = ()  # name and masked value


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one check."""

    check: str
    outcome: Outcome
    why: Told = Told("", "")
    measured: tuple[Measured, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    frame: Frame | None = None  # the first wrong one
    money_fen: int = 0
    took_s: float = 0.0
    late_ms: float = 0.0  # how late this machine itself was meanwhile, at worst
    folder: str = ""
    command: str = ""
    no_start: bool = False  # the bench could not even be opened
    tries: int = 1


class NotReachedError(Exception):
    """What was to be tried did not come up, for the reason given."""

    def __init__(self, why: Told) -> None:
        super().__init__(why.en)
        self.why = why


class NotObservableError(NotReachedError):
    """What is asked for cannot be seen from outside this terminal.

    ``whole``: the check says nothing then; else one of its rules does not, and the others stand.
    """

    def __init__(self, why: Told, *, whole: bool = True) -> None:
        super().__init__(why)
        self.whole = whole
