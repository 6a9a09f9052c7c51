"""The ten invariants: their names, how often each came up, and what was found against it.

Holds the counts; the rules themselves live in one module for each.
"""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import Finding, InvariantVerdict, State

FINDINGS_KEPT = 50  # of one invariant; all are counted

CONSERVED = 1
DEBITED_ONCE = 2
NO_LOST_SALE = 3
NO_ONE_SIDED = 4
BATCHES_AGREE = 5
PAID_ONCE = 6
REVERSAL_FIRST = 7
ONE_NAME = 8
SEALS_HOLD = 9
COMES_TO_REST = 10

NAMES: tuple[tuple[int, str, str], ...] = (
    (CONSERVED, "money is conserved", "资金守恒"),
    (DEBITED_ONCE, "no double debit", "不重复扣款"),
    (NO_LOST_SALE, "no lost sale", "交易不丢失"),
    (NO_ONE_SIDED, "no one-sided entry", "无单边账"),
    (BATCHES_AGREE, "batch totals agree", "批次总额一致"),
    (PAID_ONCE, "payout exactly once", "付款恰好一次"),
    (REVERSAL_FIRST, "reversal goes first", "冲正优先"),
    (ONE_NAME, "one name, one transaction", "一号一交易"),
    (SEALS_HOLD, "a wrong MAC has no effect", "MAC 错误无效果"),
    (COMES_TO_REST, "everything comes to rest", "终将结清"),
)
NAME: dict[int, str] = {number: name for number, name, _ in NAMES}
NAME_ZH: dict[int, str] = {number: name for number, _, name in NAMES}


class Invariant(msgspec.Struct, gc=False):
    """One of the ten while a trace is read."""

    number: int
    name: str
    name_zh: str
    exercised: int = 0
    violations: int = 0
    findings: list[Finding] = msgspec.field(default_factory=list)

    def violated(self, finding: Finding) -> None:
        """Something is wrong; the first ones are kept, the rest counted."""
        self.violations += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(finding)

    def verdict(self, *, observable: bool) -> InvariantVerdict:
        """What is known of it now."""
        if self.violations:
            state = State.VIOLATED
        elif not observable:
            state = State.NOT_OBSERVABLE
        else:
            state = State.HELD if self.exercised else State.NOT_EXERCISED
        exercised = max(self.exercised, self.violations)  # what went wrong came up
        return InvariantVerdict(
            self.number, self.name, self.name_zh, state, exercised, self.violations,
        )


def fresh() -> tuple[Invariant, ...]:
    """All ten; index 0 is unused, so that the number is the index."""
    return (Invariant(0, "", ""), *(Invariant(*row) for row in NAMES))
