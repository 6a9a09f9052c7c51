"""Who presses keys and presents cards at a terminal that no program can drive: asked for one deed at a time.

A deed says what to do and what to tell of it; a done one says who did it, when, and what was told.
Whoever cannot do it, or does not answer, is an error of the bench and never of the terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from hil.control.bench_error import BenchError
from simulator.catalogue.language import Told

LONGEST_S = 3_600.0


class HandsError(BenchError):
    """Nobody could do it, or nobody answered; the text is for people and names whoever was asked."""


class Choice(msgspec.Struct, frozen=True):
    """One answer that is allowed, and the key by which a person gives it."""

    value: str
    key: str
    text: Told


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told of a deed; without choices anything of one line."""

    name: str  # result, response_code
    text: Told
    choices: tuple[Choice, ...] = ()
    optional: bool = False


class CardAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The test card to present, in clear: whoever types or writes it must know it.  It is never written down."""

    pan: str
    expiry: str = ""  # YYMM
    track2: str = ""
    name: str = ""  # as a scenario calls it


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be done at a terminal."""

    what: str  # sale, void, sign_on, settlement, press …: for a robot
    text: Told  # for a person
    tid: str = ""
    order: str = ""
    card: CardAsked | None = None
    pin: str = ""  # never written down
    amount_fen: int = 0
    facts: dict[str, str] = {}  # what else a robot needs: numbers of the original, a code to show
    questions: tuple[Question, ...] = ()
    within_s: float = 120.0


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """How a deed was done."""

    by: str
    asked_ms: int
    done_ms: int
    note: str = ""
    answers: dict[str, str] = {}


class HandsAct(msgspec.Struct, frozen=True, kw_only=True):
    """One deed as it is kept: no PIN, card masked."""

    asked_ms: int
    done_ms: int
    by: str
    tid: str
    what: str
    text: str
    order: str = ""
    card: str = ""
    amount_fen: int = 0
    note: str = ""
    answers: dict[str, str] = {}
    error: str = ""  # why it was not done


Record = Callable[[HandsAct], None]


class Hands(Protocol):
    """A person, a program or a robot."""

    @property
    def name(self) -> str:
        """Who it is, for people."""

    def ask(self, deed: Deed) -> Done:
        """Have a deed done; ``HandsError`` where it was not, or where nobody answered in time."""

    def close(self) -> None:
        """Let go of what is held."""


class Asked(msgspec.Struct, frozen=True):
    """What one hand told, before it is checked."""

    answers: dict[str, str] = {}
    note: str = ""
    could: bool = True


class Hand(Protocol):
    """One kind of hands, bare: what a driver is."""

    name: str

    def ask(self, deed: Deed) -> Asked:
        """Have it done; ``BenchError`` where nobody answers."""

    def close(self) -> None:
        """Let go of what is held."""
