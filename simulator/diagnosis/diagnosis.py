"""The whole answer: causes with their scope, evidence, sales, money and remedies; prints nothing."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulator.catalogue.failures import catalogue
from simulator.diagnosis.engine import Finding, weigh
from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.money import Money, SaleMoney
from simulator.diagnosis.reading import signs_in
from simulator.diagnosis.signs import Sign
from simulator.trace.records import PayoutSent, Posted, Record, SaleMeant


class Answer(msgspec.Struct, frozen=True):
    """One cause with all that is known of it."""

    finding: Finding
    from_ms: int
    until_ms: int
    level: str
    place: str
    sales: tuple[SaleMoney, ...]
    remedies: tuple[str, ...]


class Diagnosis(msgspec.Struct, frozen=True):
    """All causes, and what none explains."""

    answers: tuple[Answer, ...]
    left: tuple[Sign, ...]
    open: tuple[SaleMoney, ...]  # taken and not arrived, though it was due
    not_there: tuple[str, ...]


def diagnose(records: Iterable[Record]) -> Diagnosis:
    """What went wrong in a run, from its trace."""
    return diagnosis_of(Evidence(records))


def diagnosis_of(evidence: Evidence) -> Diagnosis:
    """What the evidence says."""
    signs = signs_in(evidence)
    found = weigh(signs)
    money = Money(evidence)
    sold = {meant.sale: money.of_sale(meant) for meant in evidence.of(SaleMeant)}
    answers = tuple(_answer(finding, sold) for finding in found.findings)
    overdue = tuple(
        each for each in sold.values()
        if each.state in ("debited", "suspended", "captured")
        or (each.state in ("cleared", "paid_out") and each.due_ms is not None
            and each.due_ms < evidence.last_ms))
    return Diagnosis(answers, found.left, overdue, _not_there(evidence))


def _answer(finding: Finding, sold: dict[str, SaleMoney]) -> Answer:
    rows = catalogue()
    main = max(finding.signs, key=lambda sign: (bool(sign.level), sign.count))
    names = {sale for sign in finding.signs for sale in sign.sales}
    mids = {sign.who for sign in finding.signs if sign.name.startswith(("payout", "held"))}
    touched = [
        each for name, each in sold.items()
        if name in names or (each.mid in mids and each.state not in ("arrived", "not_taken", "given_back"))]
    remedies = tuple(dict.fromkeys(
        remedy for mode in finding.modes if mode in rows for remedy in rows[mode].remedies))
    return Answer(
        finding, min(sign.at_ms for sign in finding.signs),
        max(sign.until_ms for sign in finding.signs),
        main.level, main.place or main.who, tuple(touched), remedies)


def _not_there(evidence: Evidence) -> tuple[str, ...]:
    missing = []
    if any(not each.observable for each in evidence.terminals.values()):
        missing.append("journals")
    if not evidence.of(Posted):
        missing.append("books")
    if not evidence.of(PayoutSent):
        missing.append("payouts")
    return tuple(missing)
