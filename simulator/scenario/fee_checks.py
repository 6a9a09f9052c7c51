"""Fees, shares and kinds of cards that could not be meant so: each refused by name."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.money.statement import yuan
from simulator.scenario.parts.acquirer import ShareRow
from simulator.scenario.parts.merchant import Merchant
from simulator.scenario.parts.terms import Fee, FeeBounds, KindFee
from simulator.scenario.places import pan_prefixes
from simulator.scenario.problems import Problem
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path

OF_CAP = "a rate of 0 reaches no cap; leave it out"
_NAMES = {"basis_points": "percent", "cap_fen": "cap", "minimum_fen": "minimum", "plus_fen": "plus"}


def check_fee(path: Path, merchant: Merchant) -> Iterator[Problem]:
    """A merchant's fee, by kind of card or not."""
    fee = merchant.fee
    kinds: dict[str, KindFee | None] = {
        "debit": fee.debit, "credit": fee.credit, "foreign": fee.foreign, "qr": fee.qr}
    yield from _row((*path, "fee"), fee)
    for kind, row in kinds.items():
        if row is not None:
            yield from _row((*path, "fee", kind), row)
    if all(kinds.values()):
        for name in sorted(fee.model_fields_set & _NAMES.keys()):
            yield Problem(
                (*path, "fee", _NAMES[name]), "every kind of card has a fee of its own; leave it out")
    rows: list[Fee | KindFee] = [fee, *(row for row in kinds.values() if row is not None)]
    if "fee_on_refund" in merchant.model_fields_set and not any(
        row.basis_points or row.minimum_fen or row.plus_fen for row in rows
    ):
        yield Problem((*path, "fee_on_refund"), "there is no fee that could be kept; leave it out")


def _row(path: Path, row: Fee | KindFee) -> Iterator[Problem]:
    if row.cap_fen and not row.basis_points:
        yield Problem((*path, "cap"), OF_CAP)
    elif _is_flat(row):
        yield Problem(
            (*path, "minimum"),
            f"must be below cap, {yuan(row.cap_fen)}: no percentage lies between them")


def _is_flat(row: FeeBounds) -> bool:
    return bool(row.cap_fen) and row.minimum_fen >= row.cap_fen


def check_shares(scenario: Scenario) -> Iterator[Problem]:
    """Caps of what is never taken."""
    shares = scenario.acquirer.shares
    rows: dict[str, ShareRow] = {
        "debit": shares.debit, "credit": shares.credit, "foreign": shares.foreign, "qr": shares.qr}
    for kind, row in rows.items():
        for rate, cap, name in (
            (row.issuer_per_million, row.issuer_cap_fen, "issuer_cap"),
            (row.network_per_million, row.network_cap_fen, "network_cap"),
        ):
            if cap and not rate:
                yield Problem(("acquirer", "shares", kind, name), OF_CAP)


def check_card_kinds(scenario: Scenario) -> Iterator[Problem]:
    """A foreign number is neither debit nor credit here."""
    prefixes = pan_prefixes(scenario)
    domestic = scenario.acquirer.domestic_prefixes
    for index, bank in enumerate(scenario.banks):
        if "card_kind" in bank.model_fields_set and not prefixes[bank.name].startswith(domestic):
            yield Problem(("banks", index, "card_kind"), _foreign(prefixes[bank.name]))
    for index, card in enumerate(scenario.cards):
        prefix = prefixes.get(card.bank or scenario.banks[0].name, "")
        if card.kind is not None and prefix and not prefix.startswith(domestic):
            yield Problem(("cards", index, "kind"), _foreign(prefix))


def _foreign(prefix: str) -> str:
    return f"numbers that begin with {prefix} are foreign; leave it out"
