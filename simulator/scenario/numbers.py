"""Who stands where in a scenario: MIDs, TIDs, routers, ISPs; the numbers that a file leaves out.

Each merchant numbers its terminals in a block of its own, so a terminal more at one merchant
renames none at another.
"""

from __future__ import annotations

from itertools import count, islice

from simulator.faults.targets import TerminalPlace, Topology
from simulator.scenario.parts.merchant import Merchant
from simulator.scenario.parts.terminals import TerminalGroup
from simulator.scenario.scenario import Scenario

FIRST_TID = 10_000_001
WIDE_BLOCK, WIDE_MERCHANTS = 1_000_000, 89
NARROW_BLOCK, NARROW_MERCHANTS = 1_000, 89_999


def mid_of(merchant: Merchant, index: int) -> str:
    """A merchant's MID; ``index`` from 0 in the order of the file."""
    return merchant.mid or f"898000000{index + 1:06}"


def router_of(merchant: Merchant, index: int) -> str:
    """A merchant's router: the named one, or its own."""
    return merchant.router or f"router.{index + 1}"


def block_of(merchants: int) -> int:
    """How many TIDs each merchant has for itself."""
    return WIDE_BLOCK if merchants <= WIDE_MERCHANTS else NARROW_BLOCK


def given_tids(scenario: Scenario) -> frozenset[str]:
    """Every TID that the file itself gives."""
    return frozenset(
        tid for merchant in scenario.merchants for group in merchant.terminals for tid in group.tids)


def first_number(index: int, merchants: int) -> int:
    """The first number in the block of the merchant at ``index``."""
    return FIRST_TID + index * block_of(merchants)


def group_tids(
    scenario: Scenario, index: int, given: frozenset[str],
) -> tuple[tuple[TerminalGroup, tuple[str, ...]], ...]:
    """The groups of the merchant at ``index``, each with the TIDs of its terminals.

    ``given`` are those of :func:`given_tids`: a number that somebody has already is stepped over.
    """
    free = (
        tid for tid in map(str, count(first_number(index, len(scenario.merchants))))
        if tid not in given
    )
    return tuple(
        (group, group.tids or tuple(islice(free, group.count)))
        for group in scenario.merchants[index].terminals
    )


def terminal_count(merchant: Merchant) -> int:
    """How many terminals a merchant has."""
    return sum(len(group.tids) or group.count for group in merchant.terminals)


def topology_of(scenario: Scenario) -> Topology:
    """Everything that a fault can aim at."""
    given = given_tids(scenario)
    places = tuple(
        TerminalPlace(
            tid, merchant.name, mid, router, merchant.isp, merchant.region,
        )
        for index, merchant in enumerate(scenario.merchants)
        for mid, router in ((mid_of(merchant, index), router_of(merchant, index)),)  # one for all
        for _, tids in group_tids(scenario, index, given)
        for tid in tids
    )
    return Topology(
        terminals=places,
        merchants=tuple(
            (merchant.name, mid_of(merchant, index))
            for index, merchant in enumerate(scenario.merchants)
        ),
        banks=tuple(bank.name for bank in scenario.banks),
        wallets=tuple(wallet.name for wallet in scenario.wallets),
        cards=tuple(card.name for card in scenario.cards),
    )
