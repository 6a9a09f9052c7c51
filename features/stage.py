"""One scenario's stage: what was said of it before it opens, then the target and what happened.

Steps say what they need here; only this module knows how a scenario's text is written.
"""

from __future__ import annotations

import json
from functools import cached_property
from io import StringIO
from pathlib import Path

from hil.bench.triggers import Armed
from hil.targets.needs import CannotError, Need
from hil.targets.target import Accounts, Sale, Target, TargetKind, TargetSetting, Told
from simulator.judge.expectation import Expectation
from simulator.judge.expectations import evaluate
from simulator.judge.verdict import Finding, Judgement
from simulator.local_time import MINUTE_MS, datetime_at
from simulator.machines.terminal.work import TerminalTable
from simulator.report.text import write_text
from simulator.scenario.read import scenario_of_text
from simulator.world.defects import DEFECTS

WHAT_STEPS_TAKE_MS = 5 * MINUTE_MS  # two steps at one moment: a wall clock goes on between them
CUSTOMER = "card.customer"
ALONE = '{ settles = "never", after_failed_sale = "gives_up", repeats_after = "1s" }'
BY_HABIT = '{ settles = "22:30", settles_again_after = "20m" }'


class Stage:
    """From the first Given to the verdict."""

    def __init__(self, kind: TargetKind, title: str, folder: Path) -> None:
        self._kind = kind
        self.folder = folder
        self.title = title
        self.language = "en"
        self.merchant = ""
        self.terminals = 1
        self.fee_percent = "0.6"
        self.start_ms = 0
        self.customers = ""  # the lines of a merchant's sales, "" where the steps are the customers
        self.defects: list[str] = []
        self.sales: list[Sale] = []
        self.told: list[Told] = []
        self.armed: list[Armed] = []

    # ---- opening -----------------------------------------------------------------------------

    @cached_property
    def target(self) -> Target:
        """The target, opened when it is first needed."""
        assert self.merchant, "no Given says which merchant there is"
        assert self.start_ms, "no Given says what time it is"
        for need in self._needs():
            if need in self._kind.cannot:
                raise CannotError(self._kind.cannot[need])
        return self._kind(TargetSetting(
            scenario=self._scenario(), folder=self.folder, defects=tuple(self.defects)))

    def _needs(self) -> list[Need]:
        """What was said of it so far wants of a target."""
        ours = [DEFECTS[name].is_of(TerminalTable) for name in self.defects]
        wanted = {
            Need.CUSTOMERS: bool(self.customers), Need.TERMINALS: self.terminals > 1,
            Need.TERMINAL_DEFECT: any(ours), Need.HOST_DEFECT: not all(ours),
        }
        return [need for need, is_so in wanted.items() if is_so]

    @property
    def is_open(self) -> bool:
        """Whether the target is there; what it is built from can no longer change."""
        return "target" in self.__dict__

    def close(self) -> None:
        """Leave nothing running."""
        if self.is_open:
            self.target.close()

    def _scenario(self) -> str:
        """The scenario as TOML, laid over what the target has; JSON's strings are TOML's."""
        return self._kind.scenario("\n".join((
            f"title = {json.dumps(self.title, ensure_ascii=False)}",
            f"start = {datetime_at(self.start_ms).isoformat()}",
            'until = "60d"',
            f'cards = [{{ name = "{CUSTOMER}" }}]',
            "[[merchants]]",
            f"name = {self.merchant_text}",
            f'fee = {{ percent = "{self.fee_percent}" }}',
            f"habits = {BY_HABIT if self.customers else ALONE}",
            self.customers,
            "[merchants.terminals]",
            f"count = {self.terminals}",
            f"settings = {{ {self._kind.terminal_settings} }}",
        )))

    @property
    def merchant_text(self) -> str:
        """The merchant's name as a text of TOML."""
        return json.dumps(self.merchant, ensure_ascii=False)

    @cached_property
    def accounts(self) -> Accounts:
        """The names of the accounts that can be looked at."""
        return Accounts(scenario_of_text(self._scenario()))

    @cached_property
    def _opened_with_fen(self) -> int:
        """What a named card has before anybody buys."""
        return scenario_of_text(self._scenario()).banks[0].opening_balance_fen

    # ---- what happens ------------------------------------------------------------------------

    def it_is(self, at_ms: int) -> None:
        """The time at which it begins, or to which it goes on."""
        if self.is_open:
            assert at_ms + WHAT_STEPS_TAKE_MS >= self.target.now_ms(), (
                f"it is {when(self.target.now_ms())} already, time does not go back")
            self.target.advance(at_ms)
        else:
            self.start_ms = at_ms

    def sell(self, amount_fen: int, terminal: int = 1) -> Told:
        """A new sale."""
        self.sales.append(Sale(
            name=f"S{len(self.sales) + 1}", amount_fen=amount_fen, card=CUSTOMER, terminal=terminal))
        return self.try_again()

    def try_again(self) -> Told:
        """One more try of the last sale."""
        self.told = [self.target.sell(self.sales[-1])]
        return self.told[0]

    def settle(self) -> None:
        """Every terminal once."""
        self.told = [self.target.settle(number) for number in range(1, self.terminals + 1)]

    # ---- what is seen ------------------------------------------------------------------------

    @property
    def received_fen(self) -> int:
        """What came into the merchant's account at its bank."""
        return self.target.balances().get(self.accounts.received, 0)

    @property
    def suspended_fen(self) -> int:
        """What stands in suspense for the merchant."""
        return self.target.balances().get(self.accounts.suspense, 0)

    @property
    def paid_fen(self) -> int:
        """What the customer's card was debited and not given back."""
        return self._opened_with_fen - self.target.balances()[self.accounts.card(CUSTOMER)]

    @cached_property
    def judgement(self) -> Judgement:
        """The judgement of the whole run; nothing can be done after it."""
        return self.target.judge()

    def late(self, by_ms: int) -> tuple[Finding, ...]:
        """What the judge says of money that did not arrive by a moment."""
        return evaluate(self.judgement, Expectation(arrived="all", by_ms=by_ms))

    @property
    def report(self) -> str:
        """What the judge has to say, for a step that fails."""
        text = StringIO()
        write_text(
            self.judgement, text, all_sales=True, language="zh" if self.language != "en" else "en")
        return f"\n{text.getvalue()}"


def when(at_ms: int) -> str:
    """A moment as the features write it."""
    return f"{datetime_at(at_ms):%Y-%m-%d %H:%M:%S}"
