"""What one merchant took and where it is; all of them together are the sums of a run.

Adds up; knows no sale.
"""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import MerchantMoney, Tally, Where

EVENTFUL = (Where.ON_THE_WAY, Where.SUSPENDED, Where.NETTED, Where.LOST)


class Sum(msgspec.Struct, gc=False):
    """So many sales, so much money, up to now."""

    sales: int = 0
    fen: int = 0

    def add(self, fen: int, sales: int = 1) -> None:
        """One more sale, or one less."""
        self.sales += sales
        self.fen += fen

    def tally(self) -> Tally:
        """As a report has it."""
        return Tally(self.sales, self.fen)


class Account(msgspec.Struct, gc=False):
    """The sums of one merchant."""

    mid: str
    merchant: str
    places: dict[Where, Sum] = msgspec.field(default_factory=lambda: {each: Sum() for each in Where})
    returned: Sum = msgspec.field(default_factory=Sum)
    fee_fen: int = 0
    kept_fee_fen: int = 0
    returned_in_part_fen: int = 0  # of what stays arrived, less the fee that came back with it
    suspended_fee_fen: int = 0
    netted_fee_fen: int = 0
    paid_apart_fen: int = 0  # net, of sales that stand elsewhere: see Money

    def keep_fee(self, fen: int) -> None:
        """A fee that stands although nothing is left of its sale."""
        self.kept_fee_fen += fen
        self.fee_fen += fen

    def plus(self, other: Account) -> None:
        """Take the sums of another one on top."""
        for place, one in other.places.items():
            self.places[place].add(one.fen, one.sales)
        self.returned.add(other.returned.fen, other.returned.sales)
        self.fee_fen += other.fee_fen
        self.kept_fee_fen += other.kept_fee_fen
        self.returned_in_part_fen += other.returned_in_part_fen
        self.suspended_fee_fen += other.suspended_fee_fen
        self.netted_fee_fen += other.netted_fee_fen
        self.paid_apart_fen += other.paid_apart_fen

    def taken(self) -> Tally:
        """All that the counter gave goods for and did not take back."""
        taken = [self.places[place] for place in (Where.ARRIVED, *EVENTFUL)]
        return Tally(sum(each.sales for each in taken), sum(each.fen for each in taken))

    def tally(self, where: Where) -> Tally:
        """The sales of one place."""
        return self.places[where].tally()

    def money(self, owed_fen: int) -> MerchantMoney:
        """The sums of one merchant, as a report has them."""
        arrived = self.tally(Where.ARRIVED)
        return MerchantMoney(
            merchant=self.merchant, mid=self.mid, taken=self.taken(), arrived=arrived,
            fee_fen=self.fee_fen, net_fen=arrived.fen - self.fee_fen,
            on_the_way=self.tally(Where.ON_THE_WAY), suspended=self.tally(Where.SUSPENDED),
            netted=self.tally(Where.NETTED), lost=self.tally(Where.LOST),
            held=self.tally(Where.HELD), undone=self.tally(Where.UNDONE),
            declined=self.tally(Where.DECLINED), returned=self.returned.tally(), owed_fen=owed_fen,
        )
