"""Faults that can strike nobody whom they are aimed at: refused with what would have to be so.

What only the run can show (that nobody paid by QR that day) is told at its end.  Knows terminals by
their settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from simulator.faults.modes import Act
from simulator.faults.points import Verb
from simulator.faults.targets import Topology, choose
from simulator.machines.terminal.profile import TerminalProfile
from simulator.scenario.numbers import given_tids, group_tids
from simulator.scenario.plan import acting
from simulator.scenario.problems import Problem
from simulator.scenario.profiles import profile_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import Fault

CALLABLE = frozenset({
    "balance", "completion_void", "offline_sale", "preauth", "preauth_void", "qr_refund", "qr_sale",
    "qr_void", "refund", "sale", "void",
})
"""What a clerk can ask for with what is at hand at a sale: its card, its sum, the sale before it."""


class Need(msgspec.Struct, frozen=True):
    """What a terminal must have for a verb to be possible at it, and how a file gives it that."""

    met: Callable[[TerminalProfile, Act, str], bool]  # with ``of`` of the fault
    text: Callable[[str], str]  # for a mode


def _calls(profile: TerminalProfile, _act: Act, _of: str) -> bool:
    return not CALLABLE.isdisjoint(profile.disabled)


def _asks_for_supervisor(profile: TerminalProfile, act: Act, of: str) -> bool:
    kinds = act.what.intersection(profile.supervised)
    return bool(kinds & {of} if of else kinds)


def _scans(profile: TerminalProfile, act: Act, _of: str) -> bool:
    return profile.qr or not act.what <= {"qr_sale"}


def _prints(profile: TerminalProfile, _act: Act, _of: str) -> bool:
    return profile.printer


def _no_disabled(mode: str) -> str:
    return (f"{mode} needs a terminal that has a function that is switched off and can be called at a sale, "
            'and none has; give disabled = ["refund"], say, in its settings')


def _no_supervised(mode: str) -> str:
    return (f"{mode} needs a terminal that asks for the supervisor's password there, and none does; "
            'give supervised = ["void"], say, in its settings')


def _no_scanner(mode: str) -> str:
    return f"{mode} needs a terminal that scans codes, and none does; give it a profile that has qr"


def _no_printer(mode: str) -> str:
    return f"{mode} needs a terminal that has a printer, and none has; give it a profile that has one"


def _keeps_paper(profile: TerminalProfile, _act: Act, _of: str) -> bool:
    return profile.printer and not profile.signature_upload


def _no_paper(mode: str) -> str:
    return (f"{mode} needs a terminal whose slips are of paper and signed there, and none has such; "
            "give it a profile that has a printer, and no signature_upload")


NEEDS: dict[Verb, Need] = {
    Verb.MISS_SLIP: Need(_keeps_paper, _no_paper),
    Verb.CALL_DISABLED: Need(_calls, _no_disabled),
    Verb.UNSUPERVISED: Need(_asks_for_supervisor, _no_supervised),
    Verb.MISREAD: Need(_scans, _no_scanner),
    Verb.MISTYPE: Need(_scans, _no_scanner),
    Verb.JAM: Need(_prints, _no_printer),
}


def check_reach(scenario: Scenario, topology: Topology) -> Iterator[Problem]:
    """Faults for which no terminal that they are aimed at has what they need."""
    for index, fault in enumerate(scenario.faults):
        needs = [(act, NEEDS[act.verb]) for act in acting(fault) if act.verb in NEEDS]
        if not needs:
            continue
        profiles = _profiles(scenario, fault, topology)
        for act, need in needs:
            if not any(need.met(profile, act, fault.of) for profile in profiles):
                way = f" {fault.how}" if fault.how else ""
                yield Problem(("faults", index, "mode"), need.text(fault.mode + way))
                break


def _profiles(scenario: Scenario, fault: Fault, topology: Topology) -> list[TerminalProfile]:
    """The settings of those whom a fault is aimed at, each group once."""
    actors = choose(fault.target, topology).actors
    given = given_tids(scenario)
    return [
        profile_of(group, scenario.acquirer)
        for index in range(len(scenario.merchants))
        for group, tids in group_tids(scenario, index, given)
        if actors is None or not actors.isdisjoint(tids)
    ]
