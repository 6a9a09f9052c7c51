"""How much of a transaction was given back with the host's consent: voids and refunds, less their reversals."""

from __future__ import annotations

from simulator.catalogue.response_codes import APPROVED
from simulator.judge.open_items import Transaction
from simulator.judge.transactions import RETURNING
from simulator.trace.records import Arrived


def given_back(transaction: Transaction, record: Arrived) -> None:
    """A genuine reply reached the terminal: what gives money back has given it, once.

    One that comes when its reversal has left gives nothing.
    """
    original = transaction.original
    if original is not None and transaction.what in RETURNING and not transaction.code and (
        record.response_code in APPROVED and not transaction.reversals
    ):
        original.returned_fen += transaction.amount_fen


def taken_back(transaction: Transaction) -> None:
    """What gave money back is reversed: it is there again."""
    original = transaction.original
    if original is not None and transaction.code in APPROVED and transaction.what in RETURNING:
        original.returned_fen -= transaction.amount_fen
        transaction.code = ""
