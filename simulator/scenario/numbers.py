"""Who stands where in a scenario: MIDs, TIDs, routers, ISPs; the numbers that a file leaves out.

Each merchant numbers its terminals in a block of its own, so a terminal more at one merchant
renames none at another.
"""

from __future__ import annotations

from simulator.faults.targets import TerminalPlace, Topology
from simulator.scenario.parts import Merchant, TerminalGroup
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


def group_tids(scenario: Scenario, index: int) -> tuple[tuple[TerminalGroup, tuple[str, ...]], ...]:
    """The groups of the merchant at ``index``, each with the TIDs of its terminals."""
    number = FIRST_TID + index * block_of(len(scenario.merchants))
    groups = []
    for group in scenario.merchants[index].terminals:
        tids = group.tids or tuple(str(number + offset) for offset in range(group.count))
        number += 0 if group.tids else group.count
        groups.append((group, tids))
    return tuple(groups)


def terminal_count(merchant: Merchant) -> int:
    """How many terminals a merchant has."""
    return sum(len(group.tids) or group.count for group in merchant.terminals)


def topology_of(scenario: Scenario) -> Topology:
    """Everything that a fault can aim at."""
    places = tuple(
        TerminalPlace(
            tid, merchant.name, mid_of(merchant, index), router_of(merchant, index), merchant.isp,
            merchant.region,
        )
        for index, merchant in enumerate(scenario.merchants)
        for _, tids in group_tids(scenario, index)
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
