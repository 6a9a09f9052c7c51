"""What must hold of a merchant's payout terms: no setting without an effect."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.money.statement import yuan
from simulator.scenario.parts.merchant import Merchant
from simulator.scenario.parts.terms import AT_ONCE
from simulator.scenario.problems import Problem
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path

INSTANT_ONLY = {
    "from_ms": "from", "until_ms": "until", "sale_limit_fen": "sale_limit",
    "day_limit_fen": "day_limit", "rest": "rest",
}


def check_payout(path: Path, merchant: Merchant) -> Iterator[Problem]:
    """The terms of one merchant."""
    payout = merchant.payout
    here: Path = (*path, "payout")
    given = payout.model_fields_set
    if payout.terms != AT_ONCE:
        for field, key in INSTANT_ONLY.items():
            if field in given:
                yield Problem((*here, key), 'has a meaning with terms "instant" only: leave it out')
    elif payout.from_ms is not None and payout.from_ms == payout.until_ms:
        yield Problem((*here, "until"), "from and until are the same: no sale would be paid at once")
    if "fee" in given and not (payout.fee.basis_points or payout.fee.plus_fen):
        yield Problem((*here, "fee"), "a fee of nothing; give percent or plus, or leave it out")
    if 0 < payout.day_limit_fen < payout.sale_limit_fen:
        yield Problem((*here, "day_limit"), (
            f"less than sale_limit {yuan(payout.sale_limit_fen)}, which could never be reached"))


def check_pool(scenario: Scenario) -> Iterator[Problem]:
    """A pool is for somebody."""
    if scenario.acquirer.advance_pool_fen is not None and all(
        merchant.payout.terms != AT_ONCE for merchant in scenario.merchants
    ):
        yield Problem(("acquirer", "advance_pool"), 'no merchant has payout "instant": leave it out')
