"""What was sold at the counters of a driven world, for whoever disputes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.money.issuer import IssuerBooks
from simulator.world.people.orders import Order, Sold
from simulator.world.world import World


class SoldHere:
    """Sales by their names, beside those of the world's own scripts."""

    def __init__(
        self, world: World, sold_by: Callable[[str], tuple[str, str]], served: Mapping[str, Order],
    ) -> None:
        self._world = world
        self._sold_by = sold_by
        self._served = served

    def sold_as(self, sale: str) -> tuple[str, str, Order] | None:
        """MID, TID and order of a sale; None where it was never begun."""
        order = self._served.get(sale)
        if order is None:
            return self._world.sold_as(sale)
        mid, tid = self._sold_by(sale)
        return mid, tid, order

    def channel_of(self, order: Order) -> tuple[str, str]:
        """Who paid for it."""
        return self._world.channel_of(order)

    def books_of(self, channel: str) -> IssuerBooks:
        """Whose books they are."""
        return self._world.books_of(channel)

    def reprint(self, tid: str, sold: Sold) -> bool | None:
        """Whether a terminal has the slip of a sale printed again."""
        return self._world.reprint(tid, sold)
