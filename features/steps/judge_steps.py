"""What the judge says of the whole run, from its trace alone."""

from __future__ import annotations

from typing import Any

from behave import then
from words import RULES, yuan_text

from simulator.judge.verdict import State, Verdict


@then("the judge passes the run")
@then("裁判判定通过")
def passes(context: Any) -> None:
    judgement = context.stage.judgement
    assert judgement.verdict is Verdict.PASS, context.stage.report


@then("every sale has arrived by {at_ms:Moment}")
@then("到 {at_ms:Moment} 全部消费都已到账")
def all_arrived(context: Any, at_ms: int) -> None:
    stage = context.stage
    assert stage.judgement.money.taken.sales, f"nothing was sold {stage.report}"
    assert not stage.late(at_ms), stage.report


@then("the judge says that ¥{amount_fen:Yuan} have not arrived by {at_ms:Moment}")
@then("裁判指出到 {at_ms:Moment} 有 {amount_fen:Yuan} 元未到账")
def not_arrived(context: Any, amount_fen: int, at_ms: int) -> None:
    late = context.stage.late(at_ms)
    found_fen = sum(each.amount_fen for each in late)
    assert found_fen == amount_fen, (
        f"the judge misses {yuan_text(found_fen)}, not {yuan_text(amount_fen)} {context.stage.report}")


@then('the judge finds that the rule "{number:Rule}" is broken')
@then("裁判发现违反“{number:Rule}”")
def broken(context: Any, number: int) -> None:
    judgement = context.stage.judgement
    states = {each.number: each.state for each in judgement.invariants}
    assert judgement.verdict is Verdict.FAIL, context.stage.report
    assert states[number] is State.VIOLATED, context.stage.report


@then("these rules were put to the test and held")
@then("以下规则经受检验并成立")
def held(context: Any) -> None:
    states = {each.number: each.state for each in context.stage.judgement.invariants}
    for row in (context.table.headings, *context.table.rows):
        assert states[RULES[row[0]]] is State.HELD, f"{row[0]} {context.stage.report}"
