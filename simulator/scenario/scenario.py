"""A scenario: what a TOML file says, checked whole before anything runs; runs nothing itself.

Times are resolved against ``start``: every ``…_ms`` that names a moment is Unix milliseconds.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.local_time import DAY_MS
from simulator.scenario.dispute_parts import Dispute
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.parts.banks import Bank, CardPart, Wallet
from simulator.scenario.parts.emergency import EmergencyPlan
from simulator.scenario.parts.merchant import Merchant
from simulator.scenario.parts.network import Network
from simulator.scenario.parts.part import Part
from simulator.scenario.story import Action, Expect, Fault
from simulator.scenario.units import Duration, Moment, Start

DEFAULT_BANKS = (
    Bank(name="bank.a", title="测试银行甲"), Bank(name="bank.b", title="测试银行乙"),
)
DEFAULT_WALLETS = (Wallet(name="wallet.a", title="测试钱包"),)


class Scenario(Part):
    """One run: who is there, what goes wrong, what is done about it, what is expected."""

    title: str = Field(min_length=1, max_length=200)
    description: str = ""
    start_ms: Start = Field(alias="start")
    until_ms: Moment = Field(alias="until", description="end of the first phase: all faults end")
    seed: int = Field(default=1, ge=0, lt=1 << 63)
    drain_ms: Duration = Field(default=7 * DAY_MS, alias="drain", description="bound for coming to rest")
    acquirer: Acquirer = Acquirer()
    network: Network = Network()
    banks: Annotated[tuple[Bank, ...], Field(strict=False, min_length=1)] = DEFAULT_BANKS
    wallets: Annotated[tuple[Wallet, ...], Field(strict=False, min_length=1)] = DEFAULT_WALLETS
    cards: Annotated[tuple[CardPart, ...], Field(strict=False)] = ()
    merchants: Annotated[tuple[Merchant, ...], Field(strict=False, min_length=1)]
    faults: Annotated[tuple[Fault, ...], Field(strict=False)] = ()
    actions: Annotated[tuple[Action, ...], Field(strict=False)] = ()
    disputes: Annotated[tuple[Dispute, ...], Field(strict=False)] = ()
    plan: EmergencyPlan | None = Field(default=None, description="the emergency plan, see docs/plan.md")
    expect: Expect = Expect()
