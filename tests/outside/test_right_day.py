"""Right terminals that share nothing with the host go through their days, and every fen is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.outside import day
from tests.outside.day import MID, SCENARIO, Sums
from tests.outside.fleet import Visit, run_days
from tests.outside.host import Host
from tests.outside.till import Till

pytestmark = pytest.mark.live

ACCOUNT = f"account:bank.a/{MID}"


@dataclass
class Visitor:
    """A right terminal's day: what it had to come to, and what the terminal counted."""

    script: Callable[..., Sums]
    with_faults: bool = False
    sums: Sums | None = None
    error: Exception | None = None
    batches: list[str] = field(default_factory=list)

    def __call__(self, host: Host, till: Till) -> None:
        till.log = self.hear
        try:
            self.sums = self.script(host, till) if self.with_faults else self.script(till)
        except Exception as error:  # noqa: BLE001 - told by the test that it belongs to
            self.error = error

    def hear(self, event: str, **facts: object) -> None:
        if event == "batch":
            self.batches.append(str(facts["totals"]))


VISITORS = {
    "each kind once": Visitor(day.every_kind),
    "bad line": Visitor(day.bad_line, with_faults=True),
    "unbalanced": Visitor(day.unbalanced, with_faults=True),
    "unbalanced, with a refund": Visitor(day.unbalanced_with_a_refund, with_faults=True),
    "customers' codes": Visitor(day.customers_code),
    "customers' codes on a bad line": Visitor(day.customers_code_on_a_bad_line, with_faults=True),
}


@dataclass(frozen=True)
class Evening:
    """What the host's books say when all have gone home, and after the payout."""

    began: dict[str, int]
    settled: dict[str, int]
    paid_out: dict[str, int]

    def spent_fen(self) -> int:
        return sum(fen - self.settled[name] for name, fen in self.began.items()
                   if name.startswith("cardholder:"))


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    with Host(SCENARIO, tmp_path_factory.mktemp("host")) as host:
        began = host.balances()
        run_days(host, [Visit(f"1000000{n}", MID, Till, visitor)
                        for n, visitor in enumerate(VISITORS.values(), start=1)])
        settled = host.balances()
        host.tell("jump", to="cut_over")
        host.tell("jump", to="payout")
        yield Evening(began, settled, host.balances())


@pytest.mark.parametrize("name", VISITORS)
def test_its_day_goes_as_it_must_and_its_batches_hold_the_sums_added_by_hand(evening, name):
    visitor = VISITORS[name]
    if visitor.error:
        raise visitor.error
    assert tuple(visitor.batches) == visitor.sums.batches


def test_every_fen_that_cardholders_paid_arrives_less_the_fee(evening):
    sums = [visitor.sums for visitor in VISITORS.values()]
    net, fee = sum(s.net_fen for s in sums), sum(s.fee_fen for s in sums)
    assert evening.spent_fen() == net
    assert evening.settled[f"merchant:{MID}:pending"] == net
    assert evening.paid_out[ACCOUNT] == net - fee
    assert sum(fen for name, fen in evening.paid_out.items() if name.startswith("fee:")) == fee
    assert sum(evening.paid_out.values()) == 0
