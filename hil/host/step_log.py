"""The books of a live host, rebuilt after a crash by taking the same steps again.

The money classes are pure: the same calls in the same order give the same books.  So each call that
changes one is written down as a fact before it is made, and read back at the next start.  It knows
which methods are such steps and nothing of what they do.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Union, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, astuple

from hil.files.one_owner import StateError
from hil.host.store import Fact
from simulator.money.clearing import Clearing
from simulator.money.disputes import DisputeDesk
from simulator.money.issuer import IssuerBooks
from simulator.money.merchant_bank import MerchantBank
from simulator.money.payout import PayInstruction, PayoutDesk

STEPS: dict[type, tuple[str, ...]] = {
    IssuerBooks: (
        "set_status", "debit", "credit", "hold", "release", "reverse", "balance",
        "settle", "end_day", "begin_day", "note_void", "take_disputed", "return_disputed",
        "credit_disputed",
    ),
    Clearing: ("capture", "settle_batch", "release_held", "cut_over", "clear_at_once", "dispute"),
    DisputeDesk: ("captured", "open", "act", "due", "end_day"),
    PayoutDesk: (
        "correct_account", "hold", "release", "lift", "defer", "ask_again", "plan", "due", "posted", "diverted",
        "compensated",
        "passed_on", "returned",
        "forget_before", "refill_pool",
    ),
    MerchantBank: ("set_status", "take"),
}
PREFIX = "step "


class Steps:
    """All books of one host under their names, and the log of what was done with them."""

    def __init__(self, write: Callable[[Fact], None], now_ms: Callable[[], int]) -> None:
        self._write = write
        self._now_ms = now_ms
        self._books: dict[str, Any] = {}
        self._on_their_way: dict[str, PayInstruction] = {}

    def logged(self, name: str, books: Any) -> Any:
        """What to use instead of ``books``: the same, with its steps written down."""
        self._books[name] = books
        return _Logged(self, name, books)

    def take_again(self, facts: Iterable[Fact]) -> int:
        """Take every step of the log again, before the first new one; says how many."""
        count = 0
        for fact in facts:
            if fact.name.startswith(PREFIX):
                name, method = fact.name.removeprefix(PREFIX).rsplit(".", 1)
                books = self._books.get(name)
                if books is None:
                    raise StateError(
                        f"the host state knows {name!r}, the scenario does not; give the scenario "
                        "that this state was made with",
                    )
                given, named = _arguments(books, method, fact.body)
                self._take(books, method, given, named)
                count += 1
        return count

    @property
    def books(self) -> dict[str, Any]:
        """All books by name, and the ledgers that they share: what a snapshot must hold."""
        ledgers = {id(ledger): ledger for each in self._books.values()
                   if (ledger := getattr(each, "_ledger", None)) is not None}
        return {**self._books, **{
            f"ledger {number}": ledger for number, ledger in enumerate(ledgers.values())}}

    def go_on_with(self, on_their_way: Iterable[PayInstruction]) -> None:
        """What no bank had answered when the books were kept."""
        self._on_their_way = {each.payout: each for each in on_their_way}

    def on_their_way(self) -> list[PayInstruction]:
        """Payout instructions that no bank has answered yet."""
        return list(self._on_their_way.values())

    def step(self, name: str, books: Any, method: str, given: Any, named: Any) -> Any:
        """Write a step down and take it."""
        body = msgspec.json.encode({"given": given, "named": named})
        self._write(Fact(self._now_ms(), f"{PREFIX}{name}.{method}", body))
        return self._take(books, method, given, named)

    def _take(self, books: Any, method: str, given: Any, named: Any) -> Any:
        result = getattr(books, method)(*given, **named)
        if isinstance(books, PayoutDesk):
            if method in ("posted", "returned", "diverted"):
                self._on_their_way.pop(given[0], None)
            for step in result if isinstance(result, list) else ():
                if isinstance(step, PayInstruction):
                    self._on_their_way[step.payout] = step
        return result


class _Logged:
    """Stands before some books: steps are written down, everything else passes through."""

    def __init__(self, steps: Steps, name: str, books: Any) -> None:
        self._steps = steps
        self._name = name
        self._books = books
        self._methods = next(
            methods for kind, methods in STEPS.items() if isinstance(books, kind))

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._books, attribute)
        if attribute not in self._methods:
            return value

        def step(*given: Any, **named: Any) -> Any:
            return self._steps.step(self._name, self._books, attribute, given, named)

        return step


def _arguments(books: Any, method: str, body: bytes) -> tuple[list[Any], dict[str, Any]]:
    call = _decoder(type(books), method).decode(body)
    given = [each for each in astuple(call.given) if each is not UNSET]
    named = {name: each for name, each in asdict(call.named).items() if each is not UNSET}
    return given, named


_KNOWN: dict[tuple[type, str], msgspec.json.Decoder[Any]] = {}


def _decoder(books: type, method: str) -> msgspec.json.Decoder[Any]:
    """How a step is read: found out once, not for every step of a long history."""
    known = _KNOWN.get((books, method))
    if known is None:
        known = _KNOWN[books, method] = _found(inspect.getattr_static(books, method))
    return known


def _found(function: Any) -> msgspec.json.Decoder[Any]:
    """Of the arguments of a function in their order, the last of which may be left out, and by name."""
    hints = get_type_hints(function)
    fields = [(name, Union[hints[name], UnsetType], UNSET)  # noqa: UP007  of types that are found out
              for name in inspect.signature(function).parameters if name in hints]
    given = msgspec.defstruct("Given", fields, array_like=True)
    named = msgspec.defstruct("Named", fields, forbid_unknown_fields=True)
    return msgspec.json.Decoder(msgspec.defstruct("Call", [("given", given), ("named", named)]))
