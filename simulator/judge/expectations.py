"""What a scenario expects, held against a judgement; an expectation is no invariant.

Works on a finished judgement and reads no trace.
"""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import (
    ExpectationVerdict,
    Finding,
    Judgement,
    SaleRow,
    Step,
    Verdict,
    Where,
)
from simulator.judge.words.sentences import SENTENCE, yuan
from simulator.judge.words.story import local
from simulator.judge.words.terms import AMOUNTS_ZH, PLACES_ZH, said

_UNDECIDED = frozenset({"expected_exercised", "expected_later"})  # nothing is wrong, too little was seen
LISTED = 20  # sales that are named in a finding


class Placed(msgspec.Struct, frozen=True, gc=False):
    """Sales that must be at a place: named ones each, or at least a share (0: none at all).

    A share is of all sales that were meant; of suspended money of those that were taken.
    """

    where: Where
    share: float = 1.0
    sales: tuple[str, ...] = ()  # ids; needs a judgement that kept all its rows


class Expectation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """``arrived``: "all", "none", "90 %" or "0.9" of what was taken; "" expects nothing."""

    arrived: str = ""
    by_ms: int | None = None
    exercised: tuple[int, ...] = ()  # invariants whose case must come up
    declined_max: float | None = None  # share of the sales that were meant, 0 to 1
    placed: tuple[Placed, ...] = ()


def share_of(text: str) -> float:
    """The share that ``arrived`` means; ``ValueError`` names what is allowed.

    >>> share_of("all"), share_of("90 %"), share_of("0.25")
    (1.0, 0.9, 0.25)
    """
    named = {"all": 1.0, "none": 0.0}
    if text in named:
        return named[text]
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f'"{text}": allowed are "all", "none", "90 %" or "0.9"')
    return share


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
            None if met else _finding(
                judgement, "expected_exercised", number=number, name=invariant.name,
                name_zh=invariant.name_zh,
            ),
        ))
    most = expectation.declined_max
    if most is not None:
        money = judgement.money
        declined = money.declined.sales
        meant = money.taken.sales + declined + money.undone.sales + money.held.sales
        met = declined <= most * meant
        judged.append((
            ExpectationVerdict(f"declined: at most {most:.0%}", f"拒绝：至多 {most:.0%}", met),
            None if met else _finding(
                judgement, "expected_fewer_declined", most=f"{most:.0%}", declined=declined,
                meant=meant,
            ),
        ))
    judged += [_placed(judgement, placed, expectation.by_ms) for placed in expectation.placed]
    return judged


def _placed(
    judgement: Judgement, placed: Placed, by_ms: int | None,
) -> tuple[ExpectationVerdict, Finding | None]:
    where = placed.where
    if placed.sales:
        wanted = ", ".join(placed.sales)
        there = {
            row.sale for row in judgement.sales if row.where is where
            and (where is not Where.ARRIVED or by_ms is None or (row.when_ms or 0) <= by_ms)
        }
        missing = [sale for sale in placed.sales if sale not in there]
        met = not missing
        found = f"not {', '.join(missing[:LISTED])}"
        found_zh = f"{'、'.join(missing[:LISTED])} 不在此列"
    else:
        wanted = f"{placed.share:.0%}" if placed.share else "none"
        money = judgement.money
        count = getattr(money, where.value).sales
        base = money.taken.sales
        if where is not Where.SUSPENDED:
            base += money.declined.sales + money.undone.sales + money.held.sales
        met = count == 0 if placed.share == 0 else count >= placed.share * base
        found, found_zh = f"{count} of {base}", f"{base} 笔中 {count} 笔"
    where_zh, wanted_zh = PLACES_ZH[where.value], said(AMOUNTS_ZH, wanted)
    verdict = ExpectationVerdict(f"{where.value}: {wanted}", f"{where_zh}：{wanted_zh}", met)
    if met:
        return verdict, None
    return verdict, _finding(
        judgement, "expected_placed", where=where.value, where_zh=where_zh, wanted=wanted,
        wanted_zh=wanted_zh, found=found, found_zh=found_zh,
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
    return arrived + money.on_the_way.sales >= share * money.taken.sales and all(
        row.when_ms is None or row.when_ms >= judgement.ended_ms for row in judgement.sales
        if row.where is Where.ON_THE_WAY
    )


def _not_arrived(judgement: Judgement, expectation: Expectation) -> Finding:
    by_ms = expectation.by_ms
    late = [
        row for row in judgement.sales
        if row.where in (Where.ON_THE_WAY, Where.SUSPENDED, Where.LOST)
        or (row.where is Where.ARRIVED and by_ms is not None and (row.when_ms or 0) > by_ms)
    ]
    steps = [_step(row) for row in late[:LISTED]]
    if len(late) > LISTED:
        more = len(late) - LISTED
        steps.append(Step(judgement.ended_ms, f"… and {more} more", f"……另有 {more} 笔"))
    code = "expected_later" if _may_still_arrive(judgement, expectation) else "expected_arrived"
    return _finding(
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


def _finding(
    judgement: Judgement, code: str, steps: tuple[Step, ...] = (), amount_fen: int = 0,
    **facts: object,
) -> Finding:
    row = SENTENCE[code]
    return Finding(
        invariant=0, code=code, urgency=row.urgency, what=row.en.format_map(facts),
        what_zh=row.zh.format_map(facts), at_ms=judgement.ended_ms, steps=steps,
        amount_fen=amount_fen,
    )


