"""The whole answer: causes with their scope, evidence, sales, money and remedies; prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from simulator.catalogue.failures import catalogue
from simulator.diagnosis.engine import Finding, weigh
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.money import Money, SaleMoney
from simulator.diagnosis.reading import signs_in
from simulator.diagnosis.signs import Sign
from simulator.diagnosis.touched import Touched
from simulator.trace.records import PayoutSent, Posted, Record


class Answer(msgspec.Struct, frozen=True):
    """One cause with all that is known of it."""

    finding: Finding
    from_ms: int
    until_ms: int
    level: str
    place: str
    sales: tuple[SaleMoney, ...]
    who: str  # whom the signs are about, where they are about no place
    remedies: tuple[str, ...]


class Diagnosis(msgspec.Struct, frozen=True):
    """All causes, and what none explains."""

    answers: tuple[Answer, ...]
    left: tuple[Sign, ...]
    open: tuple[SaleMoney, ...]  # taken and not arrived, though it was due
    not_there: tuple[str, ...]
    names: dict[str, str] = {}  # of merchants, by MID
    sales: tuple[SaleMoney, ...] = ()  # all that there were


def diagnose(records: Iterable[Record]) -> Diagnosis:
    """What went wrong in a run, from its trace."""
    return diagnosis_of(Evidence(records))


def diagnosis_of(evidence: Evidence) -> Diagnosis:
    """What the evidence says."""
    signs = signs_in(evidence)
    found = weigh(signs)
    money = Money(evidence)
    sold = {meant.sale: money.of_sale(meant) for meant in evidence.meant()}
    touched = Touched(evidence, sold)
    answers = tuple(_answer(finding, sold, touched) for finding in found.findings)
    overdue = tuple(
        each for each in sold.values()
        if each.state in ("debited", "suspended", "captured")
        or (each.state in ("cleared", "paid_out", "put_off") and each.due_ms is not None
            and each.due_ms < evidence.last_ms))
    names = {mid: each.actor.removeprefix("merchant.") for mid, each in evidence.merchants.items()}
    return Diagnosis(answers, found.left, overdue, _not_there(evidence), names, tuple(sold.values()))


def _answer(finding: Finding, sold: dict[str, SaleMoney], by: Touched) -> Answer:
    rows = catalogue()
    main = max(finding.signs, key=lambda sign: (bool(sign.level), sign.count))
    names = {sale for sign in finding.signs for sale in by.by(sign)}
    payouts = {payout for sign in finding.signs for payout in sign.payouts}
    mids = {sign.who for sign in finding.signs if sign.name.startswith(("payout", "held"))}
    touched = [
        each for name, each in sold.items()
        if name in names or each.payout in payouts or (each.mid in mids and each.state not in ("arrived", "not_taken", "given_back"))]
    asked = Counter(
        remedy for mode in finding.modes if mode in rows for remedy in rows[mode].remedies)
    common = {remedy for remedy, times in asked.items() if times > 1} or set(asked)
    remedies = tuple(remedy for remedy in asked if len(finding.modes) == 1 or remedy in common)
    return Answer(
        finding, min(sign.at_ms for sign in finding.signs),
        max(sign.until_ms for sign in finding.signs),
        main.level, main.place, tuple(touched), main.who or _tids(main.tids), remedies)


def _tids(tids: frozenset[str]) -> str:
    """Terminals of which nobody says where they stand."""
    return ", ".join(f"terminal.{tid}" for tid in sorted(tids))


def _not_there(evidence: Evidence) -> tuple[str, ...]:
    missing = [] if evidence.has_log(HOST) else ["host"]
    if any(not each.observable for each in evidence.terminals.values()):
        missing.append("journals")
    if not evidence.of(Posted):
        missing.append("books")
    if not evidence.of(PayoutSent):
        missing.append("payouts")
    return tuple(missing)
