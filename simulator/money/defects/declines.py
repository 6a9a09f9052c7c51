"""Issuers that decline for a state that the card is not in."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.money.cards import REFUSAL, Card, CardStatus
from simulator.money.issuer import IssuerBooks
from simulator.money.shown import Shown


def _all_lost(
    right: Callable[..., str], books: IssuerBooks, card: Card | None, ref: str, amount_fen: int,
    held_fen: int, shown: Shown | None,
) -> str:
    """Take every card for a lost one."""
    return right(books, card, ref, amount_fen, held_fen, shown) or REFUSAL[CardStatus.LOST]


ROWS = (
    Defect("issuer.takes_all_for_lost", "every card is declined as a lost one",
           (30,), instead(IssuerBooks, (IssuerBooks._refusal, _all_lost)),
           shown_by="defects/account-of-somebody-else",
           zh="所有卡均按挂失卡拒绝"),
)
