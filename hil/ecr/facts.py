"""The facts that a message can carry, by name, and their way into orders and answers; knows no bytes.

Between a message and an order or answer a fact is a text: digits for numbers and sums (fen), YYYYMMDD,
HHMMSS, lines with a line feed between them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from hil.ecr.values import Answer, Ask, Order, Result

Facts = dict[str, str]
OWN = "own."  # before the name of a value that only the profile knows


class FactRow(msgspec.Struct, frozen=True):
    """One fact."""

    sort: Literal["text", "number", "date", "time", "lines"]
    of: frozenset[str]  # "till", "terminal": who may say it
    secret: bool = False  # holds card data, or may
    meaning: str = ""


_TILL, _TERMINAL, _BOTH = (
    frozenset({"till"}), frozenset({"terminal"}), frozenset({"till", "terminal"}))
FACTS: dict[str, FactRow] = {
    "amount_fen": FactRow("number", _BOTH, meaning="the sum, in the smallest unit"),
    "order": FactRow("text", _BOTH, meaning="the till's own number of the order"),
    "original_order": FactRow("text", _TILL, meaning="the till's own number of the original"),
    "original_stan": FactRow("number", _TILL, meaning="number of what is voided or completed"),
    "original_batch": FactRow("number", _TILL, meaning="its batch"),
    "original_rrn": FactRow("text", _TILL, meaning="its RRN"),
    "original_auth_code": FactRow("text", _TILL, meaning="its authorisation code"),
    "original_date": FactRow("date", _TILL, meaning="its date"),
    "clerk": FactRow("text", _TILL, meaning="who sells"),
    "qr_code": FactRow("text", _TILL, secret=True, meaning="the customer's code"),
    "voucher": FactRow("text", _BOTH, meaning="key of a QR sale"),
    "till": FactRow("text", _BOTH, meaning="number of the till"),
    "tid": FactRow("text", _BOTH, meaning="terminal number"),
    "number": FactRow("text", _BOTH, meaning="running number of the request, given by the till"),
    "code": FactRow("text", _TERMINAL, meaning="result code of this protocol"),
    "response_code": FactRow("text", _TERMINAL, meaning="the host's response code"),
    "reason": FactRow("text", _TERMINAL, meaning="why not, for people"),
    "stan": FactRow("number", _TERMINAL, meaning="trace number"),
    "batch": FactRow("number", _TERMINAL, meaning="batch number"),
    "rrn": FactRow("text", _TERMINAL, meaning="retrieval reference number"),
    "auth_code": FactRow("text", _TERMINAL, meaning="authorisation code"),
    "card": FactRow("text", _TERMINAL, secret=True, meaning="card number, masked"),
    "date": FactRow("date", _TERMINAL, meaning="date of the transaction"),
    "time": FactRow("time", _TERMINAL, meaning="time of the transaction"),
    "mid": FactRow("text", _TERMINAL, meaning="merchant number"),
    "count": FactRow("number", _TERMINAL, meaning="number of transactions in the totals"),
    "total_fen": FactRow("number", _TERMINAL, meaning="sum of the totals"),
    "receipt": FactRow("lines", _TERMINAL, secret=True, meaning="lines of the receipt"),
    "line": FactRow("number", _TERMINAL, meaning="number of this line of the receipt"),
    "stage": FactRow("text", _TERMINAL, meaning="how far it is"),
}
_OF_ORDER: dict[str, Callable[[Order], str | int]] = {
    "amount_fen": lambda order: order.amount_fen,
    "order": lambda order: order.order,
    "original_order": lambda order: order.original_order,
    "original_stan": lambda order: order.original_stan,
    "original_batch": lambda order: order.original_batch,
    "original_rrn": lambda order: order.original_rrn,
    "original_auth_code": lambda order: order.original_auth_code,
    "original_date": lambda order: order.original_date,
    "clerk": lambda order: order.clerk,
    "qr_code": lambda order: order.qr_code,
    "voucher": lambda order: order.voucher,
}
_OF_ANSWER: dict[str, Callable[[Answer], str | int]] = {
    "code": lambda answer: answer.code,
    "response_code": lambda answer: answer.response_code,
    "reason": lambda answer: answer.reason,
    "order": lambda answer: answer.order,
    "stan": lambda answer: answer.stan,
    "batch": lambda answer: answer.batch,
    "rrn": lambda answer: answer.rrn,
    "auth_code": lambda answer: answer.auth_code,
    "amount_fen": lambda answer: answer.amount_fen,
    "voucher": lambda answer: answer.voucher,
    "card": lambda answer: answer.card,
    "date": lambda answer: answer.date,
    "time": lambda answer: answer.time,
    "tid": lambda answer: answer.tid,
    "mid": lambda answer: answer.mid,
    "count": lambda answer: answer.count,
    "total_fen": lambda answer: answer.total_fen,
    "receipt": lambda answer: "\n".join(answer.receipt),
}


def facts_of_order(order: Order) -> Facts:
    """What an order says; what it does not say is not there."""
    said = {name: str(value) for name, take in _OF_ORDER.items() if (value := take(order))}
    return said | _owned(order.own)


def facts_of_answer(answer: Answer) -> Facts:
    """What an answer says; a sum of nothing is said by its absence."""
    said = {name: str(value) for name, take in _OF_ANSWER.items() if (value := take(answer))}
    return said | _owned(answer.own)


def order_of(kind: Ask, facts: Mapping[str, str]) -> Order:
    """The order that these facts are."""
    return Order(kind=kind, own=own_of(facts), **_values(facts, _OF_ORDER))


def answer_of(result: Result, facts: Mapping[str, str]) -> Answer:
    """The answer that these facts are."""
    values = _values(facts, _OF_ANSWER)
    lines = str(values.pop("receipt", ""))
    return Answer(
        result=result, own=own_of(facts), receipt=tuple(lines.split("\n")) if lines else (),
        **values)


def own_of(facts: Mapping[str, str]) -> dict[str, str]:
    """The values that only the profile knows, by their own names."""
    return {
        name.removeprefix(OWN): value for name, value in facts.items() if name.startswith(OWN)}


def _owned(own: Mapping[str, str]) -> Facts:
    return {OWN + name: value for name, value in own.items()}


def _values(facts: Mapping[str, str], known: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: int(value) if FACTS[name].sort == "number" else value
        for name, value in facts.items() if name in known and value
    }
