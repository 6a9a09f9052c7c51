"""What was meant and told at a terminal that keeps no trace for us, written down as a terminal log.

``daozhang judge --terminal-log`` reads the same file (docs/terminal-log.md): so a real terminal is
judged by what its till saw, beside what its line carried.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec

from hil.judging import terminal_log
from hil.power.power import PowerAct
from hil.tills.ends import Told, Wish
from simulator.machines.terminal.profile import Card

OUTCOMES = {
    "approved": "approved", "declined": "declined", "refused": "refused", "failed": "unknown", "pending": "unknown",
    "": "unknown",
}
KINDS = frozenset(get_args(terminal_log.Kind))
_LINE_ENDS = b"\n"


class TillLog:
    """One terminal's log; any thread may add to it."""

    def __init__(self, path: Path, tid: str) -> None:
        self.path = path
        self._tid = tid
        self._lock = threading.Lock()
        self._meant: set[tuple[str, str]] = set()  # order and kind
        self._off = False
        self._asked = ""  # the purchase that is under way
        self._numbers: dict[tuple[int, int], str] = {}  # of what was told, its purchase
        self._printed: set[tuple[int, int]] = set()  # by the numbers on it
        self._in_the_dark: list[dict[str, object]] = []

    def mean(self, _mid: str, wish: Wish, _card: Card | None) -> None:
        """What people mean by an operation, before its first try."""
        if wish.kind.value not in KINDS:
            return
        self._asked = _purchase(wish)
        if (wish.order, wish.kind.value) in self._meant:
            return
        self._meant.add((wish.order, wish.kind.value))
        self._add({"event": "meant", "order": _purchase(wish), "kind": wish.kind.value, "fen": wish.amount_fen})

    def heard(self, _mid: str, wish: Wish, told: Told) -> None:
        """How a try ended; what went dark told nothing, and what is taken note of in the dark is told by nobody.

        Power that goes in the moment of the answer may be written down before it.
        """
        if told.stan and told.batch:
            self._numbers[told.batch, told.stan] = _purchase(wish)
        if wish.kind.value not in KINDS or not told.result or self._off:
            return
        facts = {"code": told.response_code, "stan": told.stan, "batch": told.batch}
        self._add({
            "event": "told", "order": _purchase(wish), "outcome": OUTCOMES[told.result],
            **{name: value for name, value in facts.items() if value}})

    def receipt(self, batch: int, stan: int, fen: int) -> None:
        """A receipt came out; what was told before bears its number, else it is of what is under way.

        One that came out the moment before the power went may be heard behind that: it is written down once
        the terminal can have said something again.  One whose number came out before is said to be the same
        again: whoever counts slips has no second sale.
        """
        order = self._numbers.get((batch, stan), self._asked)
        if not order:
            return
        facts: dict[str, object] = {"event": "receipt", "order": order, "fen": fen}
        if (batch, stan) in self._printed:
            facts["again"] = True
        if stan:
            self._printed.add((batch, stan))
        if self._off:
            self._in_the_dark.append(facts)
        else:
            self._add(facts)

    def power(self, act: PowerAct) -> None:
        """The power went, or came back."""
        if act.error or act.act not in ("off", "on") or (act.act == "off") == self._off:
            return
        self._off = act.act == "off"
        self._add({"event": f"power_{act.act}"})
        if not self._off:
            late, self._in_the_dark = self._in_the_dark, []
            for each in late:
                self._add(each)

    def _add(self, facts: dict[str, object]) -> None:
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "tid": self._tid, **facts}
        with self._lock, self.path.open("ab") as file:
            file.write(msgspec.json.encode(line) + _LINE_ENDS)


def _purchase(wish: Wish) -> str:
    """One purchase over all that is done about it bears one name."""
    return wish.original.order if wish.original is not None and wish.original.order else wish.order
