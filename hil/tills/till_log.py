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
        self._meant: set[str] = set()
        self._off = False

    def mean(self, _mid: str, wish: Wish, _card: Card | None) -> None:
        """What people mean by an operation, before its first try."""
        if wish.kind.value not in KINDS or wish.order in self._meant:
            return
        self._meant.add(wish.order)
        self._add({"event": "meant", "order": _purchase(wish), "kind": wish.kind.value, "fen": wish.amount_fen})

    def heard(self, _mid: str, wish: Wish, told: Told) -> None:
        """How a try ended; what went dark told nothing, and what is taken note of in the dark is told by nobody.

        Power that goes in the moment of the answer may be written down before it.
        """
        if wish.kind.value not in KINDS or not told.result or self._off:
            return
        facts = {"code": told.response_code, "stan": told.stan, "batch": told.batch}
        self._add({
            "event": "told", "order": _purchase(wish), "outcome": OUTCOMES[told.result],
            **{name: value for name, value in facts.items() if value}})

    def power(self, act: PowerAct) -> None:
        """The power went, or came back."""
        if act.error or act.act not in ("off", "on") or (act.act == "off") == self._off:
            return
        self._off = act.act == "off"
        self._add({"event": f"power_{act.act}"})

    def _add(self, facts: dict[str, object]) -> None:
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "tid": self._tid, **facts}
        with self._lock, self.path.open("ab") as file:
            file.write(msgspec.json.encode(line) + _LINE_ENDS)


def _purchase(wish: Wish) -> str:
    """One purchase over all that is done about it bears one name."""
    return wish.original.order if wish.original is not None and wish.original.order else wish.order
