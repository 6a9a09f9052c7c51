"""What must hold of actions before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.remedies import ACTIONS
from simulator.faults.modes import MODES, Parameter, TargetKind
from simulator.faults.targets import Topology, UnknownTargetError, choose, named
from simulator.scenario.numbers import terminal_count
from simulator.scenario.plan import moment_of_action, window_ends
from simulator.scenario.problems import Problem, allowed_text, no_such, outside, shown
from simulator.scenario.profiles import profile_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import THE_WINDOW, Action
from simulator.scenario.toml_lines import Path

ACTION_KEYS = {
    "by": "by", "terminal": "terminal", "target": "target", "for_ms": "for",
    "software": "software", "sale": "sale", "download": "download",
    "amount_fen": "amount", "pay": "pay", "clerk": "clerk", "password": "password",
}
NEEDS: dict[str, tuple[str, ...]] = {
    "another_terminal": ("by", "terminal"), "another_payment_method": ("pay",),
    "change_password": ("clerk", "password"), "sign_on_as_clerk": ("clerk",),
    "restore_system": ("software",),
    **dict.fromkeys(
        ("query_payment", "refund_and_scan", "sell_again", "void_or_refund", "another_function"),
        ("sale",)),
}
"""Keys without which a remedy means nothing."""
TARGETS = {
    "restart_router": frozenset({TargetKind.ROUTER}),
    "unfreeze_account": frozenset({TargetKind.CARD, TargetKind.MERCHANT}),
}
"""What the target of a remedy that takes one may be."""


def check_actions(scenario: Scenario, topology: Topology) -> Iterator[Problem]:
    """What is wrong with the actions."""
    for index, action in enumerate(scenario.actions):
        path: Path = ("actions", index)
        if action.do in ACTIONS:
            yield from _action_moment(scenario, path, action)
        yield from check_action(scenario, topology, path, action)


def check_action(
    scenario: Scenario, topology: Topology, path: Path, action: Action, *, knows_whom: bool = False,
) -> Iterator[Problem]:
    """What is wrong with one, whenever it is taken; ``knows_whom``: what it is an answer to says by whom."""
    row = ACTIONS.get(action.do)
    if row is None:
        yield Problem((*path, "do"), no_such("no action", action.do, ACTIONS))
        return
    defaults = Action(do=action.do)
    for field, key in ACTION_KEYS.items():
        if getattr(action, field) != getattr(defaults, field) and key not in row.keys:
            yield Problem((*path, key), f"{action.do} does not take {key}; "
                          + allowed_text(sorted(row.keys)))
    for key in NEEDS.get(action.do, ()):
        if not _given(action)[key] and not (knows_whom and key == "by"):
            yield Problem((*path, key), f"missing; {action.do} needs it")
    yield from _actor(scenario, path, action)
    yield from _people(scenario, path, action)
    yield from _action_target(path, action, topology)
    yield from _does_nothing(scenario, path, action)


def _given(action: Action) -> dict[str, object]:
    """What it says, by the keys of the file."""
    return {key: value for name, value in action if (key := ACTION_KEYS.get(name))}


def _people(scenario: Scenario, path: Path, action: Action) -> Iterator[Problem]:
    """Sales, ways to pay, clerks and second terminals that there are."""
    concerned = [each for each in scenario.merchants if action.by in ("", each.name)]
    sales = [
        step.sale for merchant in concerned for step in merchant.script if step.sale and not step.of]
    if action.sale and action.sale not in sales:
        yield Problem((*path, "sale"), no_such("no sale", action.sale, sales))
    profiles = [profile_of(group) for each in concerned for group in each.terminals]
    if action.pay == "qr" and not any(profile.qr for profile in profiles):
        yield Problem((*path, "pay"), "no terminal there takes a code; allowed: card")
    if action.do == "contact_provider" and all(len(each.links) == 1 for each in profiles):
        yield Problem((*path, "do"), "no terminal there has a second access line; "
                      "a profile with two is needed, see daozhang schema")
    if action.do == "another_terminal" and action.by in {each.name for each in concerned} and sum(
        terminal_count(each) for each in concerned) == 1:
        yield Problem((*path, "terminal"), f"{action.by} has one terminal only, so there is no other")
    clerks = {clerk for profile in profiles for clerk, _ in profile.clerks}
    if action.clerk and action.clerk not in clerks:
        yield Problem((*path, "clerk"), no_such("no clerk", action.clerk, sorted(clerks)))
    if action.do == "restore_data" and not any(
        each.do == "back_up" and each.by in ("", action.by) and moment_of_action(scenario, each)
        < moment_of_action(scenario, action) for each in scenario.actions):
        yield Problem((*path, "do"), "nothing was backed up before it; give a back_up that is earlier")


def _actor(scenario: Scenario, path: Path, action: Action) -> Iterator[Problem]:
    merchants = {merchant.name: merchant for merchant in scenario.merchants}
    if action.by and action.by not in merchants:
        yield Problem((*path, "by"), no_such("no merchant", action.by, merchants))
    elif action.terminal is not None:
        if not action.by:
            yield Problem((*path, "by"), "missing; terminal counts those of one merchant")
        elif action.terminal > (count := terminal_count(merchants[action.by])):
            yield Problem((*path, "terminal"),
                          f"{action.terminal} given, but {action.by} has {count} terminal(s)")


def _action_target(path: Path, action: Action, topology: Topology) -> Iterator[Problem]:
    try:
        choose(action.target, topology)
    except UnknownTargetError:
        yield Problem((*path, "target"), no_such("no target", action.target, named(topology)))
        return
    kinds = TARGETS.get(action.do)
    if kinds is None or not action.target:
        return
    chosen = choose(action.target, topology)
    if chosen.kind not in kinds:
        yield Problem((*path, "target"), f"{action.do} cannot be done to {shown(action.target)}; "
                      + allowed_text(sorted(kind.value for kind in kinds)))
    elif action.by and chosen.actors is not None and not any(
        place.merchant == action.by and place.tid in chosen.actors for place in topology.terminals
    ):
        yield Problem((*path, "target"),
                      f"{shown(action.target)} is not of {action.by}; leave out by or target")
    elif action.by and chosen.actors is None:
        yield Problem((*path, "by"), f"a card is nobody's; leave out by, or the target {action.target}")


def _does_nothing(scenario: Scenario, path: Path, action: Action) -> Iterator[Problem]:
    """What would be taken and change nothing."""
    if action.do == "monitor" and scenario.plan is None:
        yield Problem((*path, "do"), "nobody knows what to look for; add a [plan] with alarms")
    if action.for_ms == 0:
        yield Problem((*path, "for"), "must be longer than nothing")
    if action.do == "update_software" and not action.software and not _software_is_asked_for(scenario):
        yield Problem((*path, "software"), "missing; no fault and no acquirer.minimum_software asks "
                      'for any, so say which, such as "31200000"')
    if action.do != "restore_system" and action.software and action.software <= (oldest := _oldest_software(scenario, action)):
        yield Problem((*path, "software"), f"every terminal has {oldest} or newer already; "
                      f"must be above {oldest}")


def _oldest_software(scenario: Scenario, action: Action) -> str:
    """Of the terminals at which an action is taken, the oldest software that they come with."""
    found = [
        profile_of(group).software
        for merchant in scenario.merchants if action.by in ("", merchant.name)
        for group in merchant.terminals
    ]
    return min(found, default="")


def _software_is_asked_for(scenario: Scenario) -> bool:
    return bool(scenario.acquirer.minimum_software) or any(
        Parameter.MINIMUM in MODES[fault.mode].parameters
        for fault in scenario.faults if fault.mode in MODES)


def _action_moment(scenario: Scenario, path: Path, action: Action) -> Iterator[Problem]:
    ends = window_ends(scenario)
    if (action.at_ms is None) == (not action.after):
        yield Problem(path, "needs either at or after")
        return
    if action.after == THE_WINDOW and not ends:
        yield Problem((*path, "after"), "no fault has an end (for), so there is no window")
        return
    if action.after not in ("", THE_WINDOW, *ends):
        yield Problem((*path, "after"), no_such(
            "no fault with an end (for) has the label", action.after, (THE_WINDOW, *ends)))
        return
    at_ms = moment_of_action(scenario, action)
    last_ms = scenario.until_ms + scenario.drain_ms
    if not scenario.start_ms <= at_ms < last_ms:
        key = "after" if action.after else "at"
        yield Problem((*path, key), outside(at_ms, scenario.start_ms, last_ms))
