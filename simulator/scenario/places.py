"""Who is where in a scenario, with everything given that a person left out; runs nothing."""

from __future__ import annotations

import msgspec

from simulator.faults.targets import TerminalPlace, Topology
from simulator.machines.terminal.profile import TerminalProfile
from simulator.scenario.numbers import given_tids, group_tids, mid_of, topology_of
from simulator.scenario.parts.merchant import Merchant
from simulator.scenario.profiles import profile_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.wallet_codes import WalletCodes

FIRST_PAN_PREFIX = 620_000
WALLET_PREFIXES = ("62", "13", "28", "91", "25")  # beginnings of payment codes, one for each wallet


class PlacedTerminal(msgspec.Struct, frozen=True):
    """One terminal of a scenario."""

    tid: str
    place: TerminalPlace
    profile: TerminalProfile
    outside: bool = False  # at a port: nobody of the world stands there


class PlacedMerchant(msgspec.Struct, frozen=True):
    """One merchant, its number and its terminals."""

    merchant: Merchant
    mid: str
    bank: str
    terminals: tuple[PlacedTerminal, ...]


class Places(msgspec.Struct, frozen=True):
    """Everybody."""

    merchants: tuple[PlacedMerchant, ...]
    pan_prefixes: dict[str, str]  # by bank
    codes: WalletCodes  # of wallets and their users
    topology: Topology


def places_of(scenario: Scenario) -> Places:
    """Everybody of a scenario; the same file, the same numbers."""
    topology = topology_of(scenario)
    place = {each.tid: each for each in topology.terminals}
    given = given_tids(scenario)
    merchants = []
    for index, merchant in enumerate(scenario.merchants):
        terminals: list[PlacedTerminal] = []
        for group, tids in group_tids(scenario, index, given):
            profile = profile_of(group, scenario.acquirer)
            terminals += [  # by the TID that its place has: one string a terminal
                PlacedTerminal(place[tid].tid, place[tid], profile, group.outside) for tid in tids
            ]
        bank = merchant.bank or scenario.banks[0].name
        merchants.append(PlacedMerchant(merchant, mid_of(merchant, index), bank, tuple(terminals)))
    return Places(
        tuple(merchants), pan_prefixes(scenario), _wallet_codes(scenario), topology,
    )


def outside_of(places: Places) -> frozenset[str]:
    """The TIDs of all terminals that a scenario says are outside."""
    return frozenset(
        terminal.tid for merchant in places.merchants for terminal in merchant.terminals
        if terminal.outside
    )


def pan_prefixes(scenario: Scenario) -> dict[str, str]:
    """How the numbers of each bank's cards begin."""
    taken = {bank.pan_prefix for bank in scenario.banks}
    free = (
        str(number) for number in range(FIRST_PAN_PREFIX, FIRST_PAN_PREFIX + 10_000)
        if str(number) not in taken
    )
    return {bank.name: bank.pan_prefix or next(free) for bank in scenario.banks}


def _wallet_codes(scenario: Scenario) -> WalletCodes:
    prefixes = {
        wallet.name: f"{WALLET_PREFIXES[number % len(WALLET_PREFIXES)]}{number}"
        for number, wallet in enumerate(scenario.wallets)
    }
    users = {user.name: wallet.name for wallet in scenario.wallets for user in wallet.users}
    return WalletCodes(prefixes, users)
