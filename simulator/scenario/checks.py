"""What must hold between the parts of a scenario: names that exist, times inside the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.faults.modes import MODES, Parameter
from simulator.local_time import DAY_MS
from simulator.scenario.acquirer_dialect import NO_HEADER, dialect_of
from simulator.scenario.action_checks import check_actions, check_expectations
from simulator.scenario.capability_checks import check_qr_settings, check_signed
from simulator.scenario.card_checks import check_cards
from simulator.scenario.card_names import check_names
from simulator.scenario.fault_checks import check_faults
from simulator.scenario.numbers import (
    NARROW_MERCHANTS,
    block_of,
    first_number,
    given_tids,
    mid_of,
    terminal_count,
    topology_of,
)
from simulator.scenario.parts import Acquirer, Latency, Merchant, ScriptedStep, TerminalGroup
from simulator.scenario.place_checks import Outside, check_places, nobody
from simulator.scenario.problems import Problem, allowed_text, moment_text, no_such, outside, shown
from simulator.scenario.profiles import devices, profile_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.table_checks import check_tables
from simulator.scenario.toml_lines import Path
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import DialectError, dialect_named
from simulator.wire.header import NAMES as HEADER_PARTS
from simulator.wire.identifiers import MID_LENGTH, TID_LENGTH, unfit
from simulator.wire.kinds import KEY_DOWNLOADS, SINGLE_KEYS, Kind
from simulator.wire.masking import mask_cards

LONGEST_DAYS = 3660
LEAST_PAUSE_MS = 10
VERSION_PARTS = frozenset({"software_version", "software_sub_version"})
SINGLE_KEY_BYTES = 8
NEEDS_AMOUNT = frozenset({
    "sale", "refund", "preauth", "completion", "completion_advice", "offline_sale", "qr_sale",
    "qr_refund",
})
NEEDS_ORIGINAL = {
    "void": frozenset({"sale", "offline_sale"}),
    "refund": frozenset({"sale", "offline_sale", "completion"}),
    "preauth_void": frozenset({"preauth"}),
    "completion": frozenset({"preauth"}),
    "completion_advice": frozenset({"preauth"}),
    "completion_void": frozenset({"completion"}),
    "qr_void": frozenset({"qr_sale"}),
    "qr_refund": frozenset({"qr_sale"}),
}


def check(scenario: Scenario, outside_of: Outside = nobody) -> Iterator[Problem]:
    """Everything that is wrong, in the order of the file's parts."""
    if named := tuple(check_names(scenario)):  # before any other check can show a name
        yield from named
        return
    broken = False
    for found in (_run, _banks, _networks, _merchants):
        for problem in found(scenario):
            broken = True
            yield problem
    if broken:  # places are not sure, so targets would be complained of for no reason
        return
    topology = topology_of(scenario)
    for check_story in (check_faults, check_actions):
        for problem in check_story(scenario, topology):
            broken = True
            yield problem
    if not broken:
        yield from check_places(scenario, topology, outside_of(scenario))
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
    yield from _twice("banks", (bank.name for bank in scenario.banks))
    yield from _twice("wallets", (wallet.name for wallet in scenario.wallets))
    yield from _twice("cards", (card.name for card in scenario.cards))
    yield from _twice("banks", (bank.pan_prefix for bank in scenario.banks), "pan_prefix")
    names = tuple(bank.name for bank in scenario.banks)
    for index, bank in enumerate(scenario.banks):
        if bank.payout_until_ms <= bank.payout_from_ms:
            yield Problem(("banks", index, "payout_until"), "must be later than payout_from")
        yield from _latency(("banks", index, "latency"), bank.latency)
    if not any(bank.share for bank in scenario.banks):
        yield Problem(("banks", 0, "share"), "one bank at least must have a share above 0")
    for index, wallet in enumerate(scenario.wallets):
        yield from _latency(("wallets", index, "latency"), wallet.latency)
    for index, card in enumerate(scenario.cards):
        yield from _known(("cards", index, "bank"), "no bank", card.bank, names)
    yield from check_cards(scenario)


def _networks(scenario: Scenario) -> Iterator[Problem]:
    yield from _latency(("acquirer", "latency"), scenario.acquirer.latency)
    answer = scenario.acquirer.unknown_kind_answer
    if answer not in RESPONSE_CODES:
        yield Problem(("acquirer", "unknown_kind_answer"), f"no response code {answer}; "
                      f"allowed: {', '.join(RESPONSE_CODES)}")
    try:
        dialect = dialect_named(scenario.acquirer.dialect)
    except DialectError as error:
        yield Problem(("acquirer", "dialect"), mask_cards(str(error)))  # whole: it says where and what
    else:
        yield from _heads(scenario.acquirer, dialect)
        yield from _key_codes(scenario.acquirer, dialect)
        yield from _versions(scenario)
    yield from check_tables(scenario)
    if scenario.acquirer.issuer_reversal_every_ms < LEAST_PAUSE_MS:
        yield Problem(("acquirer", "issuer_reversal_every"),
                      f"at least {LEAST_PAUSE_MS} ms must lie between two tries")
    for kind in ("dial_up", "ethernet", "wifi", "mobile"):
        yield from _latency(("network", kind, "latency"), getattr(scenario.network, kind).latency)


def _heads(acquirer: Acquirer, dialect: Dialect) -> Iterator[Problem]:
    """What replies shall have in front is something that the dialect has a place for."""
    if acquirer.tpdu and not dialect.framing.tpdu_length:
        yield Problem(("acquirer", "tpdu"), f"the dialect {dialect.name} has no TPDU; leave tpdu out")
    named = {part.name for part in dialect.header}
    if acquirer.header and (not named if acquirer.header == NO_HEADER else named != set(HEADER_PARTS)):
        yield Problem(("acquirer", "header"), (
            f"the header of the dialect {dialect.name} has other parts than these digits; leave header out"
            if named else f"the dialect {dialect.name} has no header; leave header out"))


def _key_codes(acquirer: Acquirer, dialect: Dialect) -> Iterator[Problem]:
    """A further code of a sign-on means nothing else, and nothing by itself."""
    row = dialect.kind[Kind.SIGN_ON]
    for code in acquirer.key_download_as:
        where = ("acquirer", "key_download_as", code)
        kind = dialect.kinds_found.kind_of(row.mti, "", "", row.type_code, code)
        if code in KEY_DOWNLOADS:
            yield Problem(where, f"{code} has a form of its own; key_download says whether it is answered")
        elif kind not in (None, Kind.SIGN_ON):
            yield Problem(where, f"in the dialect {dialect.name} {code} is a {kind.value}")


def _versions(scenario: Scenario) -> Iterator[Problem]:
    """No host demands a version that a terminal has no room to tell."""
    dialect = dialect_of(scenario.acquirer)
    if {part.name for part in dialect.header} >= VERSION_PARTS:
        return
    why = f"the header of the dialect {dialect.name} has no room for a software version of 8 digits"
    if scenario.acquirer.minimum_software:
        yield Problem(("acquirer", "minimum_software"), why)
    for index, fault in enumerate(scenario.faults):
        mode = MODES.get(fault.mode)
        if mode is not None and Parameter.MINIMUM in mode.parameters:
            yield Problem(("faults", index, "mode"), f"{fault.mode}: {why}")


def _merchants(scenario: Scenario) -> Iterator[Problem]:
    merchants = scenario.merchants
    if len(merchants) > NARROW_MERCHANTS:
        yield Problem(("merchants",), f"more than {NARROW_MERCHANTS} merchants")
        return
    yield from _twice("merchants", (merchant.name for merchant in merchants))
    yield from _twice(
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
        yield from _sales(scenario, path, merchant)
        yield from _script(scenario, path, merchant, sales)
        yield from _served_outside(path, merchant)


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


def _merchant(scenario: Scenario, path: Path, merchant: Merchant) -> Iterator[Problem]:
    banks = (bank.name for bank in scenario.banks)
    yield from _known((*path, "bank"), "no bank", merchant.bank, banks)
    if _is_reserved(merchant.name):
        yield Problem((*path, "name"), f'"{merchant.name}" would be taken for another target of faults')
    for at_ms in merchant.habits.settles.at_ms:
        yield from _inside(scenario, (*path, "habits", "settles"), at_ms)


RESERVED = ("bank.", "wallet.", "card.", "router.", "isp.", "terminal:")


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


def _sales(scenario: Scenario, path: Path, merchant: Merchant) -> Iterator[Problem]:
    sales = merchant.sales
    if sales is None:
        return
    here: Path = (*path, "sales")
    for key, at_ms in (("from", sales.from_ms), ("until", sales.until_ms)):
        if at_ms is not None:
            yield from _inside(scenario, (*here, key), at_ms)
    if sales.from_ms is not None and sales.until_ms is not None and sales.until_ms <= sales.from_ms:
        yield Problem((*here, "until"), "must be later than from")
    amount = sales.amount
    if not 0 < amount.median_fen <= amount.p95_fen:
        yield Problem((*here, "amount"), "median must be above 0.00 and not above p95")
    if sum(share for _, share in sales.mix) > 1.0 + 1e-9:
        yield Problem((*here, "mix"), "the shares are more than 1 together")
    if sum(share for _, share in sales.mistakes) > 1.0 + 1e-9:
        yield Problem((*here, "mistakes"), "the shares are more than 1 together")


def _script(
    scenario: Scenario, path: Path, merchant: Merchant, known: dict[str, ScriptedStep],
) -> Iterator[Problem]:
    cards = tuple(card.name for card in scenario.cards)
    wallets = tuple(wallet.name for wallet in scenario.wallets)
    own: dict[str, ScriptedStep] = {}
    for index, step in enumerate(merchant.script):
        here: Path = (*path, "script", index)
        yield from _inside(scenario, (*here, "at"), step.at_ms)
        yield from _known((*here, "card"), "no card", step.card, cards)
        yield from _known((*here, "wallet"), "no wallet", step.wallet, wallets)
        if step.terminal > terminal_count(merchant):
            yield Problem((*here, "terminal"), f"{step.terminal} given, but "
                          f"{merchant.name} has {terminal_count(merchant)} terminal(s)")
        yield from _clerk(here, merchant, step)
        yield from _amount(here, step)
        yield from check_signed(here, step, merchant)
        yield from _original(here, step, own)
        if step.sale:
            if step.sale in known:
                yield Problem((*here, "sale"), f'"{step.sale}" is already the id of another sale')
            known[step.sale] = own[step.sale] = step


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


def _clerk(path: Path, merchant: Merchant, step: ScriptedStep) -> Iterator[Problem]:
    """Nobody signs on at a terminal that does not know them."""
    groups = [
        group for group in merchant.terminals for _ in range(len(group.tids) or group.count)]
    if step.terminal <= len(groups) and groups[step.terminal - 1].profile in devices():
        clerks = dict(profile_of(groups[step.terminal - 1]).clerks)
        yield from _known((*path, "clerk"), "no clerk", step.clerk, clerks)


def _amount(path: Path, step: ScriptedStep) -> Iterator[Problem]:
    partial = step.do in ("refund", "qr_refund", "completion", "completion_advice")
    if step.amount_fen is None:
        if step.do in NEEDS_AMOUNT and not partial:
            yield Problem((*path, "amount"), f"missing; a {step.do} needs an amount")
    elif step.do not in NEEDS_AMOUNT:
        yield Problem((*path, "amount"), f"a {step.do} has no amount of its own")
    elif step.amount_fen == 0:
        yield Problem((*path, "amount"), "must be above 0.00")


def _original(path: Path, step: ScriptedStep, own: dict[str, ScriptedStep]) -> Iterator[Problem]:
    kinds = NEEDS_ORIGINAL.get(step.do)
    if kinds is None:
        if step.of:
            yield Problem((*path, "of"), f"a {step.do} refers to no other sale")
    elif step.of not in own:
        before = [name for name, each in own.items() if each.do in kinds]
        yield Problem((*path, "of"), no_such(
            f"a {step.do} needs the id of an earlier {' or '.join(sorted(kinds))} of this merchant; "
            "no sale", step.of, before))
    elif own[step.of].do not in kinds:
        yield Problem((*path, "of"), f'"{step.of}" is a {own[step.of].do}; a {step.do} refers to a '
                      f"{' or '.join(sorted(kinds))}")


def _twice(part: str, names: Iterable[str], key: str = "name") -> Iterator[Problem]:
    seen = set()
    for index, name in enumerate(names):
        if name and name in seen:
            yield Problem((part, index, key), f'"{name}" is there twice')
        seen.add(name)


def _known(path: Path, what: str, given: str, names: Iterable[str]) -> Iterator[Problem]:
    allowed = tuple(names)
    if given and given not in allowed:
        yield Problem(path, no_such(what, given, allowed))


def _latency(path: Path, latency: Latency) -> Iterator[Problem]:
    if latency.p95_ms < latency.median_ms:
        yield Problem((*path, "p95"), "must not be below median")


def _inside(scenario: Scenario, path: Path, at_ms: int) -> Iterator[Problem]:
    if not scenario.start_ms <= at_ms < scenario.until_ms:
        yield Problem(path, outside(at_ms, scenario.start_ms, scenario.until_ms))
