"""What must hold between the parts of a scenario: names that exist, times inside the run."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.places import Place
from simulator.local_time import DAY_MS
from simulator.scenario.action_checks import check_actions
from simulator.scenario.card_checks import check_cards
from simulator.scenario.card_names import check_names
from simulator.scenario.dispute_checks import check_disputes
from simulator.scenario.emergency_checks import check_plan
from simulator.scenario.expectation_checks import check_expectations
from simulator.scenario.fault_checks import check_faults
from simulator.scenario.limit_checks import check_limits
from simulator.scenario.merchant_checks import check_merchants
from simulator.scenario.names_and_times import each_once, latency_fits, name_known
from simulator.scenario.network_checks import check_networks
from simulator.scenario.numbers import topology_of
from simulator.scenario.place_checks import Outside, check_places, nobody
from simulator.scenario.problems import Problem, moment_text
from simulator.scenario.reach_checks import check_reach
from simulator.scenario.scenario import Scenario

LONGEST_DAYS = 3660


def check(
    scenario: Scenario, outside_of: Outside = nobody, inside: Place = Place.WORLD,
) -> Iterator[Problem]:
    """Everything that is wrong, in the order of the file's parts.

    ``inside``: the place in which faults strike those that are not outside.
    """
    if named := tuple(check_names(scenario)):  # before any other check can show a name
        yield from named
        return
    broken = False
    for found in (_run, _banks, check_networks, check_merchants):
        for problem in found(scenario):
            broken = True
            yield problem
    if broken:  # places are not sure, so targets would be complained of for no reason
        return
    topology = topology_of(scenario)
    for check_story in (check_faults, check_actions, check_plan):
        for problem in check_story(scenario, topology):
            broken = True
            yield problem
    if not broken:
        yield from check_places(scenario, topology, outside_of(scenario), inside)
        yield from check_reach(scenario, topology)
    yield from check_disputes(scenario)
    yield from check_expectations(scenario)


def _run(scenario: Scenario) -> Iterator[Problem]:
    if scenario.until_ms <= scenario.start_ms:
        yield Problem(("until",), f"{moment_text(scenario.until_ms)} is not after start, "
                      f'{moment_text(scenario.start_ms)}; give a later time or a duration such as "4d"')
    elif scenario.until_ms - scenario.start_ms > LONGEST_DAYS * DAY_MS:
        yield Problem(("until",), f"more than {LONGEST_DAYS} days after start")
    if scenario.drain_ms > LONGEST_DAYS * DAY_MS:
        yield Problem(("drain",), f"more than {LONGEST_DAYS} days")


def _banks(scenario: Scenario) -> Iterator[Problem]:
    yield from each_once("banks", (bank.name for bank in scenario.banks))
    yield from each_once("wallets", (wallet.name for wallet in scenario.wallets))
    yield from each_once("users", (user.name for wallet in scenario.wallets for user in wallet.users))
    yield from each_once("cards", (card.name for card in scenario.cards))
    yield from each_once("banks", (bank.pan_prefix for bank in scenario.banks), "pan_prefix")
    names = tuple(bank.name for bank in scenario.banks)
    for index, bank in enumerate(scenario.banks):
        if bank.payout_until_ms <= bank.payout_from_ms:
            yield Problem(("banks", index, "payout_until"), "must be later than payout_from")
        yield from latency_fits(("banks", index, "latency"), bank.latency)
    if not any(bank.share for bank in scenario.banks):
        yield Problem(("banks", 0, "share"), "one bank at least must have a share above 0")
    for index, wallet in enumerate(scenario.wallets):
        yield from latency_fits(("wallets", index, "latency"), wallet.latency)
    for index, card in enumerate(scenario.cards):
        yield from name_known(("cards", index, "bank"), "no bank", card.bank, names)
    yield from check_cards(scenario)
    yield from check_limits(scenario)


def needs_a_port(scenario: Scenario) -> Iterator[Problem]:
    """What a scenario says of a port, for a clock on which there is none."""
    if scenario.acquirer.tls is not None:
        yield Problem(
            ("acquirer", "tls"), "tls is spoken at a port; run this scenario with daozhang host, "
            "or leave tls out",
        )
    for index, merchant in enumerate(scenario.merchants):
        for place, group in enumerate(merchant.terminals):
            if group.outside:
                yield Problem(
                    ("merchants", index, "terminals", place, "outside"),
                    "a terminal outside needs the wall clock; run this scenario with daozhang host, "
                    "or leave outside out and the terminal is simulated",
                )
