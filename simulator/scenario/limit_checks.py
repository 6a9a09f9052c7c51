"""Limits that could act on nothing, or contradict one another, each refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from simulator.scenario.parts.banks import Limits
from simulator.scenario.problems import Problem
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path

_IN_ORDER = ("single", "day", "month")  # none of them has an effect above the one behind it


def check_limits(scenario: Scenario) -> Iterator[Problem]:
    """Of banks, cards, wallets and merchants."""
    for index, bank in enumerate(scenario.banks):
        yield from _limits(("banks", index, "limits"), bank.limits)
    for index, card in enumerate(scenario.cards):
        if card.limits is not None:
            yield from _limits(("cards", index, "limits"), card.limits)
    for index, wallet in enumerate(scenario.wallets):
        path: Path = ("wallets", index)
        yield from _limits((*path, "limits"), wallet.limits)
        if wallet.limits.times_a_day is not None and not any(user.limits is None for user in wallet.users):
            yield Problem((*path, "limits", "times_a_day"), "has no effect: no user with a name is bound by it")
        for place, user in enumerate(wallet.users):
            if user.limits is not None:
                yield from _limits((*path, "users", place, "limits"), user.limits)
    for index, merchant in enumerate(scenario.merchants):
        path = ("merchants", index, "limits")
        yield from _limits(path, merchant.limits)
        for kind, limits in merchant.limits.by_kind():
            if limits is not None:
                yield from _limits((*path, kind), limits)


def _limits(path: Path, limits: Limits) -> Iterator[Problem]:
    given = [
        (name, fen) for name, fen in zip(
            _IN_ORDER, (limits.single_fen, limits.day_fen, limits.month_fen), strict=True)
        if fen is not None
    ]
    for name, fen in given:
        if not fen:
            yield Problem((*path, name), "must be above 0.00; leave it out for no bound")
    for (name, fen), (behind, bound) in pairwise(given):
        if fen > bound > 0:
            yield Problem((*path, name), f"is above {behind}, so it has no effect")
