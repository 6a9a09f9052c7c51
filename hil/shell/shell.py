"""The shell of a bench: one line asks for one thing, and what it says is what the counter would see.

It reads no terminal and keeps no history: :mod:`hil.shell.shell_input` does.  What cannot be done is a
:class:`ShellError` in plain words and changes nothing.
"""

from __future__ import annotations

import difflib
import shlex
import time
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from hil.bench.rig import Rig
from hil.control.bench_error import BenchError
from hil.control.control import ControlError
from hil.ports.ports import PortError
from hil.shell import shell_words as say
from hil.tills.ends import SILENT, BusyTill, Can, Look, Told, Wish
from simulator.judge.words.sentences import yuan
from simulator.scenario.units import UnfitError, amount_fen
from simulator.wire.kinds import Kind
from simulator.world.people.orders import SELLS, UNDOES

LAST = "last"
LOOK_S = 0.1
LONG_S = 5.0  # of an operation: then it is said that it is waited for
Say = Callable[[str], None]


class ShellError(ValueError):
    """A line that asks for nothing that can be done; the text is in the language of the process."""


class Leave(Exception):  # noqa: N818 - no error: the shell ends
    """The shell is to end, with this exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Row(msgspec.Struct, frozen=True):
    """One command."""

    form: str  # how it is written
    run: Callable[[Shell, list[str]], None]
    words: Callable[[Shell], Sequence[str]] = lambda _: ()  # what may stand behind it, to complete
    bears_trouble: bool = False  # it can be done though a process of the bench has ended or stands still


class Shell:
    """What one bench is asked for, line by line."""

    def __init__(self, rig: Rig, rows: dict[str, Row], out: Say) -> None:
        self.rig = rig
        self.rows = rows
        self.out = out
        self.told: dict[str, Told] = {}  # by order, in their order
        self.wishes: dict[str, Wish] = {}
        self._numbers: Counter[str] = Counter()

    def do(self, line: str) -> None:
        """Do what a line says; ``ShellError`` where it says nothing, :class:`Leave` at the end."""
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise ShellError(say.UNREADABLE.say(why=error)) from None
        if not words:
            return
        name, *rest = words
        row = self.rows.get(name)
        if row is None:
            close = difflib.get_close_matches(name, self.rows, 1)
            names = ", ".join(close or self.rows)
            raise ShellError(say.NO_COMMAND.say(given=name, names=names))
        if not row.bears_trouble:
            self._hold_trouble()
        try:
            row.run(self, rest)
        except ControlError as error:
            raise ShellError(say.NOT_HERE.say(why=error)) from None
        except (BenchError, PortError) as error:
            self._hold_trouble()  # that is why
            raise BenchError(str(error)) from error

    def completions(self, line: str, word: str) -> list[str]:
        """What may stand where a word begins, behind the line so far."""
        before = line.split()
        if not before:
            return [name for name in self.rows if name.startswith(word)]
        row = self.rows.get(before[0])
        return [each for each in row.words(self) if each.startswith(word)] if row is not None else []

    # ---- for the rows ------------------------------------------------------------------------

    def usage(self, name: str) -> ShellError:
        """That a command was written otherwise than it is."""
        return ShellError(say.USAGE.say(form=self.rows[name].form))

    def operate(self, wish: Wish) -> None:
        """Ask the terminal, say how it ended, and remember it."""
        till = self.rig.till
        able: Can = till.can(wish.kind)
        if not able:
            raise ShellError(say.NOT_HERE.say(why=able.why))
        if not wish.order:
            wish = msgspec.structs.replace(wish, order=self._name(wish.kind))
        self.wishes[wish.order] = wish
        told = self._wait(wish)
        if told is None:
            self.out(say.UNDER_WAY.say(order=wish.order))
            return
        self.told[wish.order] = told
        self.out(told_in_words(told))

    def approved(self, given: str, *kinds: Kind) -> Told:
        """An order by its name or STAN, or the last of these kinds."""
        fitting = [each for each in self.told.values() if each.approved and each.kind in kinds]
        if given == LAST:
            undone = {
                wish.original.order for order, wish in self.wishes.items()
                if wish.original is not None and wish.kind in UNDOES and self._went_through(order)}
            fitting = [each for each in fitting if each.order not in undone]
        else:
            fitting = [each for each in fitting if given in (each.order, str(each.stan), f"{each.stan:06}")]
        if not fitting:
            raise ShellError(say.NO_ORDER.say(given=given))
        return fitting[-1]

    def fen(self, given: str) -> int:
        """A sum that was written in yuan."""
        try:
            return amount_fen(given.removeprefix("¥"))
        except UnfitError:
            raise ShellError(say.NO_AMOUNT.say(given=given)) from None

    def one_of(self, given: str, allowed: Sequence[str]) -> str:
        """A word out of a list."""
        if given not in allowed:
            raise ShellError(say.NO_WORD.say(given=given, names=", ".join(allowed)))
        return given

    def _name(self, kind: Kind) -> str:
        """S1, S2 … of what is sold, void-1 … of the rest."""
        named = "S" if kind in SELLS or kind is Kind.PREAUTH else f"{kind.value}-"
        self._numbers[named] += 1
        return f"{named}{self._numbers[named]}"

    def _went_through(self, order: str) -> bool:
        return order in self.told and self.told[order].approved

    def _wait(self, wish: Wish) -> Told | None:
        """How it ended; None where whoever is here would not wait."""
        till = self.rig.till
        if not isinstance(till, BusyTill):
            return till.operate(wish)
        ticket = till.begin(wish)
        try:
            return ticket.wait(self._limit_s, self._looks(wish))
        except KeyboardInterrupt:
            if not self.interactive:
                raise
            return None

    @property
    def _limit_s(self) -> float:
        return self.rig.bench.part.limits.answer_ms / 1000

    def _looks(self, wish: Wish) -> Look:
        """Whether it can still end; who looks on is told once that it takes long."""
        began_s = looked_s = time.monotonic()
        is_told = False

        def look() -> None:
            nonlocal looked_s, is_told
            now_s = time.monotonic()
            if now_s - looked_s < LOOK_S:
                return
            looked_s = now_s
            self._hold_trouble()
            if not is_told and now_s - began_s > LONG_S:
                is_told = True
                self.out(say.WAITS.say(order=wish.order, limit=f"{self._limit_s:g}"))

        return look

    def _hold_trouble(self) -> None:
        """``BenchError`` with what befell a process of this bench, and what to do."""
        if self.rig is None:
            return
        for trouble, do in (
                (self.rig.trouble(), (say.OFF_AND_ON, say.RESUME)), (self.rig.host.trouble(), (say.RESTART, say.RESTART))):
            if trouble is not None:
                raise BenchError(f"{trouble.what.say()}; {do[trouble.stands_still].say()}")

    interactive = False


def told_in_words(told: Told) -> str:
    """One line: what was asked, how it ended, and what the receipt shows."""
    kind = say.kind_said(told.kind.value)
    if not told.result:
        return (say.SILENT if told.reason == SILENT else say.DARK).say(order=told.order, kind=kind)
    facts = []
    if told.stan:
        facts.append(say.FACTS.say(stan=told.stan))
    if told.rrn:
        facts.append(say.RRN.say(rrn=told.rrn))
    why = told.reason or told.response_code.replace("00", "")
    return say.RESULT.say(
        order=told.order, kind=kind, amount=f" {yuan(told.amount_fen)}" if told.amount_fen else "",
        result=say.result_said(told.result, why), facts="".join(say.AND.say() + each for each in facts))


__all__ = ["BenchError", "Leave", "Row", "Shell", "ShellError", "told_in_words"]
