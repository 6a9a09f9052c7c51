"""What a scenario expects, held against a judgement; an expectation is no invariant.

Works on a finished judgement and reads no trace.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.disputes import STAGES, DisputeStage
from simulator.judge.expectation import Expectation, Placed, share_of
from simulator.judge.expected_returns import came, finding_of
from simulator.judge.expected_sightings import reversals, seen
from simulator.judge.verdict import (
    ExpectationVerdict,
    Finding,
    Judgement,
    SaleRow,
    Step,
    Verdict,
    Where,
)
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import local
from simulator.judge.words.terms import AMOUNTS_ZH, PLACES_ZH, said

_UNDECIDED = frozenset({"expected_exercised", "expected_later", "expected_placed_later", "expected_dispute_later"})  # nothing is wrong, too little was seen
LISTED = 20  # sales that are named in a finding


def evaluate(judgement: Judgement, expectation: Expectation) -> tuple[Finding, ...]:
    """What is not as expected."""
    return tuple(finding for _, finding in _judged(judgement, expectation) if finding is not None)


def with_expectation(judgement: Judgement, expectation: Expectation) -> Judgement:
    """The judgement with what was expected judged too."""
    judged = _judged(judgement, expectation)
    findings = tuple(finding for _, finding in judged if finding is not None)
    verdict = judgement.verdict
    if any(finding.code not in _UNDECIDED for finding in findings):
        if verdict is not Verdict.ERROR:
            verdict = Verdict.FAIL
    elif findings and verdict is Verdict.PASS:
        verdict = Verdict.INCONCLUSIVE  # nothing is wrong, but nothing was tried either
    return msgspec.structs.replace(
        judgement, verdict=verdict, findings=(*judgement.findings, *findings),
        reasons=(*judgement.reasons, *(finding.what for finding in findings)),
        reasons_zh=(*judgement.reasons_zh, *(finding.what_zh for finding in findings)),
        expectations=(*judgement.expectations, *(row for row, _ in judged)),
    )


def _judged(
    judgement: Judgement, expectation: Expectation,
) -> list[tuple[ExpectationVerdict, Finding | None]]:
    judged: list[tuple[ExpectationVerdict, Finding | None]] = []
    if expectation.arrived:
        met = _arrived(judgement, expectation)
        by_ms = expectation.by_ms
        by = f" by {local(by_ms)}" if by_ms is not None else ""
        judged.append((
            ExpectationVerdict(
                f"arrived: {expectation.arrived}{by}",
                f"到账：{said(AMOUNTS_ZH, expectation.arrived)}{_by_zh(by_ms)}", met,
            ),
            None if met else _not_arrived(judgement, expectation),
        ))
    invariants = {each.number: each for each in judgement.invariants}
    for number in expectation.exercised:
        invariant = invariants[number]
        met = invariant.exercised > 0
        judged.append((
            ExpectationVerdict(
                f"invariant {number} comes up: {invariant.name}",
                f"不变式 {number} 应被触发：{invariant.name_zh}", met,
            ),
            None if met else finding_of(
                judgement, "expected_exercised", number=number, name=invariant.name,
                name_zh=invariant.name_zh,
            ),
        ))
    judged += [_placed(judgement, placed, expectation) for placed in expectation.placed]
    if expectation.not_before_ms is not None:
        judged.append(_not_before(judgement, expectation, expectation.not_before_ms))
    judged += [came(judgement, each) for each in expectation.came]
    judged += [_owes(judgement, *each) for each in expectation.owes]
    judged += [_disputed(judgement, *each) for each in expectation.disputes]
    if expectation.reversed is not None:
        judged.append(reversals(judgement, expectation.reversed))
    judged += [seen(judgement, each) for each in expectation.seen]
    return judged


def _placed(
    judgement: Judgement, placed: Placed, expectation: Expectation,
) -> tuple[ExpectationVerdict, Finding | None]:
    where, by_ms = placed.where, expectation.by_ms
    if placed.sales:
        wanted = wanted_zh = ", ".join(placed.sales)
        rows = {row.sale: row for row in judgement.sales if row.sale in placed.sales}
        missing = [sale for sale in placed.sales if not _is_there(rows.get(sale), where, by_ms)]
        met = not missing
        found = f"not {', '.join(missing[:LISTED])}"
        found_zh = f"{'、'.join(missing[:LISTED])} 不在此列"
        late = all(_is_due_later(judgement, rows.get(sale)) for sale in missing)
    else:
        count, base = _count(judgement, where, by_ms)
        if placed.bound is not None:
            wanted, wanted_zh = placed.bound.text()
            met = placed.bound.admits(count, base)
            late = placed.bound.admits(count + judgement.money.on_the_way.sales, base)
        else:
            wanted = f"{placed.share:.0%}" if placed.share else "none"
            wanted_zh = said(AMOUNTS_ZH, wanted)
            met = count == 0 if placed.share == 0 else count >= placed.share * base
            late = False
        late = late and _all_due_later(judgement)
        found, found_zh = f"{count} of {base}", f"{base} 笔中 {count} 笔"
    where_zh = PLACES_ZH[where.value]
    verdict = ExpectationVerdict(f"{where.value}: {wanted}", f"{where_zh}：{wanted_zh}", met)
    if met:
        return verdict, None
    may_come = late and where is Where.ARRIVED and (by_ms is None or by_ms > judgement.ended_ms)
    return verdict, finding_of(
        judgement, "expected_placed_later" if may_come else "expected_placed",
        where=where.value, where_zh=where_zh, wanted=wanted, wanted_zh=wanted_zh, found=found,
        found_zh=found_zh,
    )


def _is_there(row: SaleRow | None, where: Where, by_ms: int | None) -> bool:
    return row is not None and row.where is where and (
        where is not Where.ARRIVED or by_ms is None or (row.when_ms or 0) <= by_ms)


def _count(judgement: Judgement, where: Where, by_ms: int | None) -> tuple[int, int]:
    """How many sales are at a place, and of how many."""
    money = judgement.money
    counts = {
        Where.ARRIVED: arrived_by(judgement, by_ms), Where.ON_THE_WAY: money.on_the_way.sales,
        Where.SUSPENDED: money.suspended.sales, Where.LOST: money.lost.sales,
        Where.NETTED: money.netted.sales,
        Where.HELD: money.held.sales, Where.UNDONE: money.undone.sales,
        Where.DECLINED: money.declined.sales,
    }
    base = money.taken.sales
    if where not in (Where.SUSPENDED, Where.ARRIVED):
        base += money.declined.sales + money.undone.sales + money.held.sales
    return counts[where], base


def _is_due_later(judgement: Judgement, row: SaleRow | None) -> bool:
    """Whether money is on its way, and the run ended before it was due."""
    return row is not None and row.where is Where.ON_THE_WAY and (
        row.when_ms is None or row.when_ms >= judgement.ended_ms)


def _all_due_later(judgement: Judgement) -> bool:
    return all(
        _is_due_later(judgement, row) for row in judgement.sales if row.where is Where.ON_THE_WAY)


def _not_before(
    judgement: Judgement, expectation: Expectation, not_before_ms: int,
) -> tuple[ExpectationVerdict, Finding | None]:
    """Of the sales that are asked about by name, or of all, none arrived earlier."""
    named = {sale for each in expectation.placed if each.where is Where.ARRIVED for sale in each.sales}
    early = [
        row for row in judgement.sales
        if row.where is Where.ARRIVED and (row.when_ms or 0) < not_before_ms
        and (not named or row.sale in named)
    ]
    count = len(early) if named else arrived_by(judgement, not_before_ms - 1)
    at = local(not_before_ms)
    verdict = ExpectationVerdict(f"not before {at}", f"不早于 {at} 到账", met=not count)
    if not count:
        return verdict, None
    return verdict, finding_of(
        judgement, "expected_not_before", tuple(_step(row) for row in early[:LISTED]),
        sum(row.amount_fen for row in early), at=at, count=count,
    )


def _owes(
    judgement: Judgement, merchant: str, right_fen: int,
) -> tuple[ExpectationVerdict, Finding | None]:
    owed = sum(each.fen for each in judgement.owed if each.merchant == merchant)
    met = owed == right_fen
    verdict = ExpectationVerdict(
        f"{merchant} owes {yuan(right_fen)}", f"{merchant} 欠款 {yuan(right_fen)}", met)
    return verdict, None if met else finding_of(
        judgement, "expected_owes", amount_fen=owed - right_fen, merchant=merchant,
        right=yuan(right_fen), owed=yuan(owed),
    )


def _disputed(
    judgement: Judgement, case: str, stage: str,
) -> tuple[ExpectationVerdict, Finding | None]:
    row = next((each for each in judgement.disputes if each.case == case), None)
    met = row is not None and row.stage == stage
    words = STAGES[DisputeStage(stage)]
    verdict = ExpectationVerdict(f"dispute {case}: {words.en}", f"争议单 {case}：{words.zh}", met)
    if met:
        return verdict, None
    found, found_zh = ("not opened", "未发生") if row is None else (row.stage_text, row.stage_text_zh)
    code = "expected_dispute" if row is None or row.closed else "expected_dispute_later"
    return verdict, finding_of(
        judgement, code, amount_fen=row.amount_fen if row is not None else 0, case=case,
        wanted=words.en, wanted_zh=words.zh, found=found, found_zh=found_zh,
    )


def _by_zh(by_ms: int | None) -> str:
    return f"（不晚于 {local(by_ms)}）" if by_ms is not None else ""


def arrived_by(judgement: Judgement, by_ms: int | None) -> int:
    """How many sales had arrived at a moment (None: at the end)."""
    return sum(
        each.sales for each in judgement.arrivals if by_ms is None or each.at_ms <= by_ms
    )


def _arrived(judgement: Judgement, expectation: Expectation) -> bool:
    taken = judgement.money.taken.sales
    arrived = arrived_by(judgement, expectation.by_ms)
    share = share_of(expectation.arrived)
    return arrived == 0 if share == 0 else arrived >= share * taken


def _may_still_arrive(judgement: Judgement, expectation: Expectation) -> bool:
    """Whether the run ended before what is on its way was due."""
    by_ms, share = expectation.by_ms, share_of(expectation.arrived)
    if share == 0 or (by_ms is not None and by_ms <= judgement.ended_ms):
        return False
    money = judgement.money
    arrived = arrived_by(judgement, by_ms)
    return arrived + money.on_the_way.sales >= share * money.taken.sales and _all_due_later(judgement)


def _not_arrived(judgement: Judgement, expectation: Expectation) -> Finding:
    by_ms = expectation.by_ms
    late = [
        row for row in judgement.sales
        if row.where in (Where.ON_THE_WAY, Where.SUSPENDED, Where.NETTED, Where.LOST)
        or (row.where is Where.ARRIVED and by_ms is not None and (row.when_ms or 0) > by_ms)
    ]
    steps = [_step(row) for row in late[:LISTED]]
    if len(late) > LISTED:
        more = len(late) - LISTED
        steps.append(Step(judgement.ended_ms, f"… and {more} more", f"……另有 {more} 笔"))
    code = "expected_later" if _may_still_arrive(judgement, expectation) else "expected_arrived"
    return finding_of(
        judgement, code, tuple(steps), wanted=expectation.arrived,
        wanted_zh=said(AMOUNTS_ZH, expectation.arrived),
        by=f" by {local(by_ms)}" if by_ms is not None else "", by_zh=_by_zh(by_ms),
        arrived=arrived_by(judgement, by_ms), taken=judgement.money.taken.sales,
        amount_fen=sum(row.amount_fen for row in late),
    )


def _step(row: SaleRow) -> Step:
    sale = f"{row.sale} {yuan(row.amount_fen)}"
    when = f" {local(row.when_ms)}" if row.when_ms else ""
    english = f"{sale}: {row.where.value}{when}" + (f", {row.why}" if row.why else "")
    chinese = f"{sale}：{PLACES_ZH[row.where.value]}{when}" + (
        f"，{row.why_zh}" if row.why_zh else "")
    return Step(row.meant_ms, english, chinese)
