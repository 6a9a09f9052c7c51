"""Right terminals that share nothing with the host go through their days, and every fen is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.outside import day
from tests.outside.day import MID, SCENARIO, Sums, counter
from tests.outside.fleet import Visit, run_days
from tests.outside.host import Host
from tests.outside.kinds import Record
from tests.outside.logbook import Logbook
from tests.outside.till import Till
from tests.outside.verdict import judge

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
    records: dict[str, Record] = field(default_factory=dict)  # by order, of the last batch
    till: Till | None = None

    def __call__(self, host: Host, till: Till) -> None:
        self.write, self.till = till.log, till
        till.log = self.hear
        try:
            self.sums = self.script(host, till) if self.with_faults else self.script(till)
        except Exception as error:  # noqa: BLE001 - told by the test that it belongs to
            self.error = error

    def hear(self, event: str, **facts: object) -> None:
        self.write(event, **facts)
        if event == "batch":
            self.batches.append(str(facts["totals"]))
            self.records = {record.order: record for record in self.till.memory.journal}


VISITORS = {
    "each kind once": Visitor(day.every_kind),
    "bad line": Visitor(day.bad_line, with_faults=True),
    "unbalanced": Visitor(day.unbalanced, with_faults=True),
    "unbalanced, with a refund": Visitor(day.unbalanced_with_a_refund, with_faults=True),
    "edges": Visitor(day.edges, with_faults=True),
    "upload cut off": Visitor(day.upload_cut_off, with_faults=True),
    "signed": Visitor(day.signed),
    "customers' codes": Visitor(day.customers_code),
    "customers' codes on a bad line": Visitor(day.customers_code_on_a_bad_line, with_faults=True),
}


@dataclass(frozen=True)
class Evening:
    """What the host's books say when all have gone home, and after the payout."""

    began: dict[str, int]
    settled: dict[str, int]
    paid_out: dict[str, int]
    paid_out_next: dict[str, int]
    next_sums: Sums | None
    trace: Path
    log: Path

    def spent_fen(self) -> int:
        return sum(fen - self.settled[name] for name, fen in self.began.items()
                   if name.startswith(("cardholder:", "wallet:")))


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    folder = tmp_path_factory.mktemp("host")
    log = folder / "terminals.jsonl"
    with Host(SCENARIO, folder) as host, Logbook(log) as logbook:
        began = host.balances()
        run_days(host, [Visit(f"1000000{n}", MID, Till, visitor)
                        for n, visitor in enumerate(VISITORS.values(), start=1)], logbook.of)
        settled = host.balances()
        paid_out = pay_out(host)
        first = VISITORS["each kind once"]
        next_sums = None
        with counter(host, "10000001") as till:
            till.memory = first.till.memory
            till.log = logbook.of("10000001")
            if not first.error:
                next_sums = day.next_day(till, first.records["S3"])
        paid_out_next = pay_out(host)
        host.finish()
    return Evening(began, settled, paid_out, paid_out_next, next_sums, host.trace, log)


def pay_out(host):
    """The books after the payout of the next working day."""
    host.tell("jump", to="cut_over")
    host.tell("jump", to="payout")
    return host.balances()


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


def test_a_refund_of_a_sale_that_was_paid_out_is_taken_from_the_next_payout(evening):
    arrived = evening.paid_out_next[ACCOUNT] - evening.paid_out[ACCOUNT]
    assert arrived == evening.next_sums.net_fen - evening.next_sums.fee_fen


@pytest.mark.parametrize("with_log", [False, True])
def test_the_judge_has_nothing_against_any_of_them(evening, with_log):
    judged = judge(evening.trace, *(("--terminal-log", evening.log) if with_log else ()))
    assert judged.findings == []
    assert judged.said["verdict"] == "PASS"
