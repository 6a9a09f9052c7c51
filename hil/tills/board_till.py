"""The clerk at a board's own keys: what an ECR link has no words for is typed on its third serial line.

What the screen then tells is what the counter saw.
"""

from __future__ import annotations

import threading
from itertools import count
from urllib.parse import quote, unquote

from hil.board.board import Board
from hil.processes.process import wait_until
from hil.tills.counter import Counter, Meant
from hil.tills.ends import SILENT, Can, Told, Wish
from hil.tills.tickets import ThreadTicket
from simulator.wire.kinds import Kind

RESULTS = frozenset({"approved", "declined", "refused", "failed", "pending"})
LOOKS_UP_S = 2.0
PLAIN = "/:*#+"  # what needs no escape between blanks


class BoardTill:
    """The bench types as a clerk does."""

    def __init__(self, board: Board, counter: Counter, *, password: str, within_s: float, rest_s: float) -> None:
        self._board = board
        self._counter = counter
        self._password = password
        self._within_s = within_s
        self._rest_s = rest_s
        self._numbers = count(1)
        self._told: dict[str, str] = {}
        self._untold: Meant | None = None  # the last order, where nothing was told of its end
        self._lock = threading.Lock()

    def can(self, kind: Kind) -> Can:
        """Whether the terminal has this function and it is enabled."""
        return self._counter.can(kind)

    def lacks(self, wish: Wish) -> str:
        """Its console takes a password at a sign-on only."""
        return "password" if wish.password and wish.kind is not Kind.SIGN_ON else ""

    def operate(self, wish: Wish) -> Told:
        """Ask once, and wait how it ends; the same order again: once more."""
        return self._serve(self._counter.means(wish))

    def begin(self, wish: Wish) -> ThreadTicket:
        """Ask, and do something else meanwhile."""
        meant = self._counter.means(wish)
        return ThreadTicket(meant.wish.order, lambda: self._serve(meant))

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the screen said; "" for nothing."""
        with self._lock:
            told, meant = self._told.get(sale, ""), self._untold
        if meant is None or meant.wish.order != sale or not self._board.is_on:
            return told
        return self._looked_up(meant) or told

    def present(self, meant: Meant) -> None:
        """A customer holds a card at the reader, for what the till asks next."""
        if self._board.is_on and self._board.is_ready() and meant.card is not None:
            self._board.present(meant.card)

    def rest(self) -> None:
        """Wait until nothing is pending."""
        wait_until(f"terminal {self._counter.tid}: at rest", self._board.status,
                   lambda status: status is not None and status.at_rest, self._rest_s)

    def close(self) -> None:
        """The screen is the board's."""

    def _serve(self, meant: Meant) -> Told:
        told = self._done(meant)
        with self._lock:
            self._told[meant.wish.order] = told.result
            self._untold = None if told.result else meant
        self._counter.heard(meant, told)
        return told

    def _looked_up(self, meant: Meant) -> str:
        """What the terminal says of an order whose end nobody saw, once it has power again; "" where it knows none."""
        order = meant.wish.order
        shown = self._board.ask(f"LAST {quote(order, safe=PLAIN)}", "LAST ", LOOKS_UP_S)
        facts = _facts(shown.text) if shown is not None else {}
        if facts.get("order") != order or facts.get("result") not in RESULTS:
            return ""
        told = told_of(shown.text if shown is not None else "", meant.wish)
        with self._lock:
            self._told[order], self._untold = told.result, None
        self._counter.heard(meant, told)
        return told.result

    def _done(self, meant: Meant) -> Told:
        wish, board = meant.wish, self._board
        dark = Told("", kind=wish.kind, order=wish.order)
        if not board.is_on:
            return dark
        self.present(meant)
        ref = f"K{next(self._numbers)}"
        shown = board.ask(_command(ref, meant, self._password), f"DONE {ref} ", self._within_s)
        if shown is None:
            return Told("", reason=SILENT if board.is_on else "", kind=wish.kind, order=wish.order)
        return told_of(shown.text, wish)


def _command(ref: str, meant: Meant, password: str) -> str:
    wish, of = meant.wish, meant.wish.original
    signs_on = wish.kind is Kind.SIGN_ON
    facts = {
        "fen": str(wish.amount_fen or ""), "order": wish.order, "clerk": wish.clerk,
        "password": (wish.password or password) if signs_on else "", "qr": wish.qr_code,
    }
    if of is not None:
        facts |= {
            "stan": f"{of.stan:06}" if of.stan else "", "batch": f"{of.batch:06}" if of.batch else "", "rrn": of.rrn,
            "auth": of.auth_code, "date": of.date, "voucher": of.voucher,
        }
    said = " ".join(f"{name}={quote(given, safe=PLAIN)}" for name, given in facts.items() if given)
    return f"DO {ref} {wish.kind.value} {said}".rstrip()


def told_of(shown: str, wish: Wish) -> Told:
    """What the counter saw by the line on the screen; a result that is none counts as failed.

    >>> told_of("DONE K1 result=approved code=00 stan=7 batch=1 rrn=123456789012 fen=100", Wish(kind=Kind.SALE)).stan
    7
    """
    facts = _facts(shown)
    result = facts.get("result", "")
    return Told(
        result if result in RESULTS else "failed", facts.get("code", ""), facts.get("reason", ""), wish.kind, wish.order,
        _number(facts, "batch"), _number(facts, "stan"), facts.get("rrn", ""), facts.get("auth", ""),
        _number(facts, "fen") or wish.amount_fen, facts.get("voucher", ""), wish.qr_code, facts.get("date", "")[-4:])


def _facts(shown: str) -> dict[str, str]:
    return {name: unquote(value) for name, _, value in (word.partition("=") for word in shown.split())}


def _number(facts: dict[str, str], name: str) -> int:
    given = facts.get(name, "")
    return int(given) if given.isdecimal() else 0
