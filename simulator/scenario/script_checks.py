"""What must hold of what happens at a merchant: chance's sales, and what a script says."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.capability_checks import check_signed
from simulator.scenario.names_and_times import inside_run, name_known
from simulator.scenario.numbers import terminal_count
from simulator.scenario.parts.merchant import Merchant, ScriptedStep
from simulator.scenario.problems import Problem, no_such
from simulator.scenario.profiles import devices, profile_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path

NEEDS_AMOUNT = frozenset({
    "sale", "refund", "preauth", "completion", "completion_advice", "offline_sale", "qr_sale",
    "qr_refund", "adjust", "tip",
})
NEEDS_ORIGINAL = {
    "void": frozenset({"sale", "offline_sale"}),
    "refund": frozenset({"sale", "offline_sale", "completion"}),
    "preauth_void": frozenset({"preauth"}),
    "completion": frozenset({"preauth"}),
    "completion_advice": frozenset({"preauth"}),
    "completion_void": frozenset({"completion"}),
    "adjust": frozenset({"sale", "offline_sale", "completion"}),
    "tip": frozenset({"sale", "offline_sale", "completion"}),
    "qr_void": frozenset({"qr_sale"}),
    "qr_refund": frozenset({"qr_sale"}),
}


def check_sales(scenario: Scenario, path: Path, merchant: Merchant) -> Iterator[Problem]:
    """Hours, sums and shares of the customers that chance sends."""
    sales = merchant.sales
    if sales is None:
        return
    here: Path = (*path, "sales")
    for key, at_ms in (("from", sales.from_ms), ("until", sales.until_ms)):
        if at_ms is not None:
            yield from inside_run(scenario, (*here, key), at_ms)
    if sales.from_ms is not None and sales.until_ms is not None and sales.until_ms <= sales.from_ms:
        yield Problem((*here, "until"), "must be later than from")
    amount = sales.amount
    if not 0 < amount.median_fen <= amount.p95_fen:
        yield Problem((*here, "amount"), "median must be above 0.00 and not above p95")
    if sum(share for _, share in sales.mix) > 1.0 + 1e-9:
        yield Problem((*here, "mix"), "the shares are more than 1 together")
    if sum(share for _, share in sales.mistakes) > 1.0 + 1e-9:
        yield Problem((*here, "mistakes"), "the shares are more than 1 together")


def check_script(
    scenario: Scenario, path: Path, merchant: Merchant, known: dict[str, ScriptedStep],
) -> Iterator[Problem]:
    """The steps of a script name what there is; ``known`` are the sales of all scripts so far."""
    cards = tuple(card.name for card in scenario.cards)
    contactless = frozenset(card.name for card in scenario.cards if card.entry == "contactless")
    wallets = tuple(wallet.name for wallet in scenario.wallets)
    users = {user.name: wallet.name for wallet in scenario.wallets for user in wallet.users}
    own: dict[str, ScriptedStep] = {}
    for index, step in enumerate(merchant.script):
        here: Path = (*path, "script", index)
        yield from inside_run(scenario, (*here, "at"), step.at_ms)
        yield from name_known((*here, "card"), "no card", step.card, cards)
        yield from name_known((*here, "wallet"), "no wallet", step.wallet, wallets)
        yield from name_known((*here, "user"), "no user of a wallet", step.user, tuple(users))
        yield from _payer(here, step, users)
        if step.terminal > terminal_count(merchant):
            yield Problem((*here, "terminal"), f"{step.terminal} given, but "
                          f"{merchant.name} has {terminal_count(merchant)} terminal(s)")
        yield from _clerk(here, merchant, step)
        yield from _amount(here, step)
        yield from check_signed(here, step, merchant, scenario.acquirer, contactless)
        yield from _original(here, step, own)
        if step.sale:
            if step.sale in known:
                yield Problem((*here, "sale"), f'"{step.sale}" is already the id of another sale')
            known[step.sale] = own[step.sale] = step


def _clerk(path: Path, merchant: Merchant, step: ScriptedStep) -> Iterator[Problem]:
    """Nobody signs on at a terminal that does not know them."""
    groups = [
        group for group in merchant.terminals for _ in range(len(group.tids) or group.count)]
    if step.terminal <= len(groups) and groups[step.terminal - 1].profile in devices():
        clerks = dict(profile_of(groups[step.terminal - 1]).clerks)
        yield from name_known((*path, "clerk"), "no clerk", step.clerk, clerks)


def _payer(path: Path, step: ScriptedStep, users: dict[str, str]) -> Iterator[Problem]:
    """Who pays is said where somebody pays, and once."""
    for key, given in (("wallet", step.wallet), ("user", step.user)):
        if given and step.do != "qr_sale":
            yield Problem((*path, key), f"only a qr_sale says who pays by a code, and this is a {step.do}")
    if step.do == "qr_sale" and step.card:
        yield Problem((*path, "card"), "a qr_sale is paid by a code and takes no card; name a user instead")
    if step.wallet and step.user in users and users[step.user] != step.wallet:
        yield Problem((*path, "user"), f"{step.user} is of {users[step.user]}, and the wallet here is {step.wallet}")


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
