"""What must hold of merchants and their terminals: names, numbers, profiles, keys."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.capability_checks import check_qr_settings
from simulator.scenario.fee_checks import check_fee
from simulator.scenario.names_and_times import each_once, inside_run, name_known
from simulator.scenario.numbers import NARROW_MERCHANTS, block_of, first_number, given_tids, mid_of
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.parts.merchant import Merchant, ScriptedStep
from simulator.scenario.parts.terminals import TerminalGroup
from simulator.scenario.payout_checks import check_payout, check_pool
from simulator.scenario.problems import Problem, allowed_text, no_such, shown
from simulator.scenario.profiles import devices, profile_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.script_checks import check_sales, check_script
from simulator.scenario.toml_lines import Path
from simulator.wire.identifiers import MID_LENGTH, TID_LENGTH, unfit
from simulator.wire.kinds import SINGLE_KEYS

SINGLE_KEY_BYTES = 8
RESERVED = ("bank.", "wallet.", "card.", "router.", "isp.", "terminal:")


def check_merchants(scenario: Scenario) -> Iterator[Problem]:
    """All merchants, and what must hold between them."""
    merchants = scenario.merchants
    if len(merchants) > NARROW_MERCHANTS:
        yield Problem(("merchants",), f"more than {NARROW_MERCHANTS} merchants")
        return
    yield from each_once("merchants", (merchant.name for merchant in merchants))
    yield from each_once(
        "merchants", (mid_of(merchant, index) for index, merchant in enumerate(merchants)), "mid")
    sales: dict[str, ScriptedStep] = {}
    taken: set[str] = set()
    given = given_tids(scenario)
    names = {each.name for each in merchants} | {each.name for each in scenario.banks}
    for index, merchant in enumerate(merchants):
        path: Path = ("merchants", index)
        yield from _merchant(scenario, path, merchant)
        yield from _shadows(path, merchant, names)
        if merchant.mid and (why := unfit(merchant.mid, MID_LENGTH)):
            yield Problem((*path, "mid"), f"{shown(merchant.mid)} given; {why.en}")
        yield from _terminals(path, merchant, taken, scenario.acquirer)
        yield from _numbering(path, merchant, index, len(merchants), given)
        yield from check_sales(scenario, path, merchant)
        yield from check_script(scenario, path, merchant, sales)
        yield from _served_outside(path, merchant)
        yield from check_payout(path, merchant)
    yield from check_pool(scenario)


def _merchant(scenario: Scenario, path: Path, merchant: Merchant) -> Iterator[Problem]:
    banks = (bank.name for bank in scenario.banks)
    yield from name_known((*path, "bank"), "no bank", merchant.bank, banks)
    if _is_reserved(merchant.name):
        yield Problem((*path, "name"), f'"{merchant.name}" would be taken for another target of faults')
    yield from check_fee(path, merchant)
    for at_ms in merchant.habits.settles.at_ms:
        yield from inside_run(scenario, (*path, "habits", "settles"), at_ms)


def _is_reserved(name: str) -> bool:
    return name in ("all", "acquirer") or name.startswith(RESERVED)


def _shadows(path: Path, merchant: Merchant, names: set[str]) -> Iterator[Problem]:
    """Names that would be taken for another target: for somebody's terminal, for a merchant."""
    if terminal := _as_terminal(merchant.name, names):
        yield Problem((*path, "name"), f'"{merchant.name}" would be taken for {terminal}; '
                      "give another name")
    region = merchant.region
    if region in names or _as_terminal(region, names) or _is_reserved(region):
        yield Problem((*path, "region"), f'"{region}" would be taken for another target of faults')


def _as_terminal(name: str, names: set[str]) -> str:
    """Which merchant's terminal a name reads like, or ""."""
    merchant, slash, number = name.rpartition("/")
    is_one = slash and merchant in names and number.isascii() and number.isdigit()
    return f'terminal {number} of "{merchant}"' if is_one else ""


def _terminals(
    path: Path, merchant: Merchant, taken: set[str], acquirer: Acquirer,
) -> Iterator[Problem]:
    for place, group in enumerate(merchant.terminals):
        here: Path = (*path, "terminals", place)
        yield from _group(here, group, acquirer)
        for number, tid in enumerate(group.tids):
            if why := unfit(tid, TID_LENGTH):
                yield Problem((*here, "tids", number), f"{shown(tid)} given; {why.en}")
            elif tid in taken:
                yield Problem((*here, "tids", number), f"{shown(tid)} is there twice; "
                              "each terminal has a TID of its own")
            taken.add(tid)


def _numbering(
    path: Path, merchant: Merchant, index: int, merchants: int, given: frozenset[str],
) -> Iterator[Problem]:
    """Room in the merchant's block for those that have no TID, and for those that are stepped over."""
    numbered = sum(group.count for group in merchant.terminals if not group.tids)
    first, block = first_number(index, merchants), block_of(merchants)
    most = block - 1
    if numbered and given:
        own = map(str, range(first, first + most))
        most -= len(given.intersection(own)) if len(given) > block else sum(
            str(first) <= tid < str(first + most) and tid.isdigit() for tid in given)
    if numbered > most:
        yield Problem((*path, "terminals"), f"{numbered} terminals; at most {most} here")


def _group(path: Path, group: TerminalGroup, acquirer: Acquirer) -> Iterator[Problem]:
    known = devices()
    if group.profile not in known:
        yield Problem((*path, "profile"), no_such("no profile", group.profile, known))
    elif group.link is not None and group.link not in known[group.profile].links:
        yield Problem((*path, "link"), no_such(
            f"{group.profile} has no link", group.link, known[group.profile].links))
    else:
        yield from _keys(path, group, acquirer)
        yield from check_qr_settings(path, group)
    if group.tids and group.count not in (1, len(group.tids)):
        yield Problem((*path, "count"), f"{group.count} given, but {len(group.tids)} tids")
    for number, password in group.clerks.items():
        if not (number.isascii() and number.isdigit() and len(number) in (2, 3)):
            yield Problem((*path, "clerks", number), "a clerk has a number of two or three digits")
        if not (password.isascii() and password.isdigit() and 4 <= len(password) <= 8):
            yield Problem((*path, "clerks", number), "a password has four to eight digits")


def _keys(path: Path, group: TerminalGroup, acquirer: Acquirer) -> Iterator[Problem]:
    """Its sign-on is answered, and no reply has room for a double MAC key beside a single PIN key."""
    profile = profile_of(group, acquirer)
    own = group.settings
    if profile.key_download not in acquirer.key_download:
        yield Problem((*path, "settings", "key_download"), (
            f'the acquirer does not give "{profile.key_download}"; {allowed_text(acquirer.key_download)}'))
    elif profile.key_download == SINGLE_KEYS and profile.mac_key_length != SINGLE_KEY_BYTES:
        here: Path = (
            (*path, "settings", "mac_key_length") if own.mac_key_length is not None
            else (*path, "settings", "key_download") if own.key_download is not None
            else ("acquirer", "mac", "key_length"))
        yield Problem(here, (
            f'key_download "{SINGLE_KEYS}" carries single keys, so mac_key_length must be '
            f'{SINGLE_KEY_BYTES}; or key_download "003" or "004"'))


def _served_outside(path: Path, merchant: Merchant) -> Iterator[Problem]:
    """Nobody of the world serves customers at a terminal that is outside."""
    if not any(group.outside for group in merchant.terminals):
        return
    outside = [
        group.outside for group in merchant.terminals
        for _ in range(len(group.tids) or group.count)
    ]
    for index, step in enumerate(merchant.script):
        if step.terminal <= len(outside) and outside[step.terminal - 1]:
            yield Problem((*path, "script", index, "terminal"), f"terminal {step.terminal} is outside: "
                          "whoever drives it does its steps; leave the step out, or name one inside")
    if all(outside):
        for key in ("sales", "habits"):
            if key in merchant.model_fields_set:
                yield Problem((*path, key), f"all terminals of {merchant.name} are outside: nobody "
                              f"of the world serves there; leave {key} out")
