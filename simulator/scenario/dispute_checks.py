"""What must hold of disputes: a sale that there is, a course that can be, moments inside the run."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.disputes import CLOSED, STAGES, DisputeAct, DisputeStage, acts_at
from simulator.faults.modes import MODES
from simulator.faults.points import Verb
from simulator.scenario.dispute_parts import Dispute
from simulator.scenario.parts.acquirer import DisputeTerms
from simulator.scenario.parts.merchant import Merchant, ScriptedStep
from simulator.scenario.problems import (
    Problem,
    allowed_text,
    moment_text,
    no_such,
    outside,
    shown,
)
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path

DISPUTABLE = frozenset({"sale", "offline_sale", "completion", "completion_advice", "qr_sale"})


def waits_of(terms: DisputeTerms) -> tuple[tuple[str, int], ...]:
    """How long each stage waits, by the name of its setting."""
    return (
        ("answer_within", terms.answer_within_ms), ("chargeback_within", terms.chargeback_within_ms),
        ("representment_within", terms.representment_within_ms),
        ("second_chargeback_within", terms.second_chargeback_within_ms),
    )


def case_names(scenario: Scenario) -> tuple[str, ...]:
    """What each dispute is called: as it says, or D1, D2 …, stepping over what is taken."""
    taken = {each.case for each in scenario.disputes if each.case}
    names, number = [], 0
    for each in scenario.disputes:
        name = each.case
        while not name:
            number += 1
            name = "" if f"D{number}" in taken else f"D{number}"
        names.append(name)
    return tuple(names)


def check_disputes(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with the disputes."""
    steps = {
        step.sale: (merchant, step)
        for merchant in scenario.merchants for step in merchant.script if step.sale
    }
    fitting = [name for name, (_, step) in steps.items() if step.do in DISPUTABLE]
    names: set[str] = set()
    for index, dispute in enumerate(scenario.disputes):
        path: Path = ("disputes", index)
        if dispute.sale not in steps:
            yield Problem((*path, "sale"), no_such("no sale", dispute.sale, fitting))
            continue
        yield from _sale(path, dispute, *steps[dispute.sale])
        if dispute.case and dispute.case in names:
            yield Problem((*path, "case"), f"{shown(dispute.case)} is there twice")
        names.add(dispute.case)
        yield from _course(scenario, path, dispute)
    for key, wait_ms in waits_of(scenario.acquirer.disputes):
        if not wait_ms:
            yield Problem(("acquirer", "disputes", key), "must be longer than nothing")
    if "disputes" in scenario.acquirer.model_fields_set and not (
        scenario.disputes or _by_fault(scenario)
    ):
        yield Problem(("acquirer", "disputes"), "nothing is disputed; leave it out, or add [[disputes]]")


def _by_fault(scenario: Scenario) -> bool:
    """Whether a fault disputes sales: its cases wait by the same terms."""
    return any(
        act.verb is Verb.DISPUTE
        for fault in scenario.faults if fault.mode in MODES
        for act in MODES[fault.mode].acts(fault.how or "")
    )


def _sale(path: Path, dispute: Dispute, merchant: Merchant, step: ScriptedStep) -> Iterator[Problem]:
    if step.do not in DISPUTABLE:
        yield Problem((*path, "sale"), f'"{dispute.sale}" is a {step.do}; '
                      + allowed_text(sorted(DISPUTABLE)))
        return
    if dispute.at_ms <= step.at_ms:
        yield Problem((*path, "at"), f"{moment_text(dispute.at_ms)} is not after the sale, "
                      f"{moment_text(step.at_ms)}")
    amount = dispute.amount_fen
    if amount == 0:
        yield Problem((*path, "amount"), "must be above 0.00")
    elif amount is not None and step.amount_fen is not None and amount > step.amount_fen:
        yield Problem((*path, "amount"), "more than the sale")
    groups = [
        group.outside for group in merchant.terminals for _ in range(len(group.tids) or group.count)]
    if step.terminal <= len(groups) and groups[step.terminal - 1]:
        yield Problem((*path, "sale"), f'"{dispute.sale}" is sold outside; name one inside')


def _course(scenario: Scenario, path: Path, dispute: Dispute) -> Iterator[Problem]:
    """Every act is one that its stage knows; after the end of the case one may come late, and no more."""
    waits = dict(waits_of(scenario.acquirer.disputes))
    last_ms = scenario.until_ms + scenario.drain_ms
    stage: DisputeStage | None = None
    at_ms, due_ms = dispute.at_ms, 0
    late = False
    for place, step in enumerate(dispute.course):
        here: Path = (*path, "course", place)
        at_ms += step.after_ms
        if not scenario.start_ms < at_ms < last_ms:
            key: Path = (*path, "at") if not place and not step.after_ms else (*here, "after")
            yield Problem(key, outside(at_ms, scenario.start_ms, last_ms))
            return
        acts = acts_at(stage)
        act = DisputeAct(step.do)
        if late or act not in acts:
            names = [] if late else [each.value for each in acts]
            place_text = "closed" if late or stage in CLOSED else stage.value if stage else "not opened"
            yield Problem((*here, "do"), f"{step.do} is not possible: the case is {place_text}; "
                          + allowed_text(names))
            return
        if due_ms and at_ms > due_ms:
            late = True
            continue
        stage = acts[act]
        while STAGES[stage].then is not None and not STAGES[stage].term:
            stage = STAGES[stage].then or stage
        due_ms = at_ms + waits[STAGES[stage].term] if STAGES[stage].term else 0
