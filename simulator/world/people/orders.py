"""What a clerk is asked to do, and what a receipt shows of it; does nothing."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind

UNDOES = frozenset({Kind.VOID, Kind.REFUND, Kind.QR_REFUND, Kind.PREAUTH_VOID, Kind.COMPLETION_VOID})
SELLS = frozenset({
    Kind.SALE, Kind.QR_PAY, Kind.OFFLINE_SALE, Kind.COMPLETION, Kind.COMPLETION_ADVICE,
})


class Sold(msgspec.Struct, frozen=True, gc=False):
    """What the receipt of an approved transaction shows; enough to undo it."""

    kind: Kind
    batch: int
    stan: int
    rrn: str
    auth_code: str
    amount_fen: int
    date: str  # MMDD


class Order:
    """One thing that a clerk is asked to do, with as many tries as it takes."""

    __slots__ = (
        "amount_fen", "card", "clerk", "erred", "kind", "meant", "of", "qr_code", "sale", "sold",
        "then", "tries",
    )

    def __init__(
        self, kind: Kind, sale: str, amount_fen: int = 0, card: Card | None = None, *,
        of: Order | None = None, qr_code: str = "", clerk: str = "01",
        then: Callable[[Order], None] | None = None,
    ) -> None:
        self.kind = kind
        self.sale = sale
        self.amount_fen = amount_fen
        self.card = card
        self.of = of
        self.qr_code = qr_code
        self.clerk = clerk
        self.then = then
        self.meant = False
        self.erred = False  # a clerk errs once about a sale, and not about putting it right
        self.tries = 0
        self.sold: Sold | None = None
