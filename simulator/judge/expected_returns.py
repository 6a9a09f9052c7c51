"""What is expected of voids and refunds: given back by a moment, or refused; named by their own names."""

from __future__ import annotations

from simulator.judge.expectation import Came
from simulator.judge.verdict import ExpectationVerdict, Finding, Judgement, ReturnRow, Step
from simulator.judge.words.sentences import SENTENCE
from simulator.judge.words.story import local
from simulator.judge.words.terms import AMOUNTS_ZH, KINDS_ZH, RESULTS_ZH, decline, said

LISTED = 20
WAYS_ZH = {"given_back": "已退回持卡人", "refused": "被拒绝受理"}
WAYS_EN = {"given_back": "given back", "refused": "refused"}
_REFUSED = frozenset({"refused", "declined"})


def came(judgement: Judgement, asked: Came) -> tuple[ExpectationVerdict, Finding | None]:
    """Whether voids and refunds came out as they should."""
    way, way_zh = WAYS_EN[asked.how], WAYS_ZH[asked.how]
    wrong: list[ReturnRow | str] = []
    if asked.orders:
        rows = {row.order: row for row in judgement.undoings}
        limits = asked.by_ms or (None,) * len(asked.orders)
        wrong = [
            rows.get(order, order) for order, by_ms in zip(asked.orders, limits, strict=True)
            if not _came(rows.get(order), asked.how, by_ms)
        ]
        wanted = ", ".join(
            order + (f" by {local(by_ms)}" if by_ms is not None else "")
            for order, by_ms in zip(asked.orders, limits, strict=True))
        wanted_zh = "、".join(
            order + (f"（不晚于 {local(by_ms)}）" if by_ms is not None else "")
            for order, by_ms in zip(asked.orders, limits, strict=True))
        names = ", ".join(each if isinstance(each, str) else each.order for each in wrong[:LISTED])
        met, found, found_zh = not wrong, f"not {names}", f"{names} 不是"
    else:
        returns = judgement.returns
        count = returns.given_back if asked.how == "given_back" else returns.refused
        base = returns.asked
        if asked.bound is not None:
            wanted, wanted_zh = asked.bound.text()
            met = asked.bound.admits(count, base)
        else:
            wanted = f"{asked.share:.0%}" if asked.share else "none"
            wanted_zh = said(AMOUNTS_ZH, wanted)
            met = count >= asked.share * base if asked.share else count == 0
        found, found_zh = f"{count} of {base}", f"{base} 笔中 {count} 笔"
    verdict = ExpectationVerdict(f"{way}: {wanted}", f"{way_zh}：{wanted_zh}", met)
    if met:
        return verdict, None
    return verdict, finding_of(
        judgement, "expected_returns", tuple(map(_step, [each for each in wrong if isinstance(each, ReturnRow)])),
        way=way, way_zh=way_zh, wanted=wanted, wanted_zh=wanted_zh, found=found, found_zh=found_zh,
    )


def _came(row: ReturnRow | None, how: str, by_ms: int | None) -> bool:
    if row is None:
        return False
    if how == "refused":
        return row.result in _REFUSED
    return row.given_ms is not None and (by_ms is None or row.given_ms <= by_ms)


def _step(row: ReturnRow) -> Step:
    code, code_zh = decline(row.code) if row.code not in ("", "00") else ("", "")
    given = f", given back {local(row.given_ms)}" if row.given_ms is not None else ""
    given_zh = f"，{local(row.given_ms)} 退回持卡人" if row.given_ms is not None else ""
    return Step(
        row.asked_ms, f"{row.order} ({row.what} of {row.sale}): {row.result or 'never tried'}{code}{given}",
        f"{row.order}（{said(KINDS_ZH, row.what)}，原交易 {row.sale}）："
        f"{said(RESULTS_ZH, row.result) if row.result else '未操作'}{code_zh}{given_zh}",
    )


def finding_of(
    judgement: Judgement, code: str, steps: tuple[Step, ...] = (), amount_fen: int = 0,
    **facts: object,
) -> Finding:
    """What is not as expected, by its sentence."""
    row = SENTENCE[code]
    return Finding(
        invariant=0, code=code, urgency=row.urgency, what=row.en.format_map(facts),
        what_zh=row.zh.format_map(facts), at_ms=judgement.ended_ms, steps=steps,
        amount_fen=amount_fen,
    )
