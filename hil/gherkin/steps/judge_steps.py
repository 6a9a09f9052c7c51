"""What the judge says of the whole run, from its trace alone."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.references import rule as rule_named
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.values import yuan_text
from hil.gherkin.wrong import hold
from hil.targets.needs import NOT_OBSERVABLE, CannotError
from simulator.catalogue.language import Told
from simulator.judge.verdict import State, Verdict

TOPIC = Topic("The judge", "裁判")


@TOPIC.then("the judge passes the run", "裁判判定通过")
def passes(stage: Stage) -> None:
    judgement = stage.judgement
    hold(judgement.verdict is Verdict.PASS, stage.report, stage.report)


@TOPIC.then("every sale has arrived by {at:Moment}", "到{at:Moment}全部消费都已到账")
def all_arrived(stage: Stage, at: Moment) -> None:
    at_ms = at.at_ms(stage.now_ms, ends_day=True)
    hold(stage.judgement.money.taken.sales, "nothing was sold", "没有成交任何交易")
    hold(not stage.late(at_ms), stage.report, stage.report)


@TOPIC.then("the judge says that {amount:Money} (has|have) not arrived by {at:Moment}", "裁判指出到{at:Moment}有{amount:Money}未到账")
def not_arrived(stage: Stage, amount: int, at: Moment) -> None:
    found_fen = sum(each.amount_fen for each in stage.late(at.at_ms(stage.now_ms, ends_day=True)))
    found, right = yuan_text(found_fen), yuan_text(amount)
    hold(found_fen == amount, f"the judge misses {found}, not {right} {stage.report}",
         f"裁判指出未到账 {found}，而不是 {right} {stage.report}")


@TOPIC.then("the judge finds that the rule {rule:Rule} is broken", "裁判发现违反{rule:Rule}")
def broken(stage: Stage, rule: int) -> None:
    judgement = stage.judgement
    states = {each.number: each.state for each in judgement.invariants}
    hold(judgement.verdict is Verdict.FAIL and states[rule] is State.VIOLATED, stage.report, stage.report)


@TOPIC.then("these rules were put to the test and held", "以下规则经受检验并成立", "needed")
def held(stage: Stage, table: list[list[str]]) -> None:
    found = {each.number: each for each in stage.judgement.invariants}
    unseen = []
    for row in table:
        rule = found[rule_named(row[0])]
        if rule.state is State.NOT_OBSERVABLE:
            unseen.append(rule)
        else:
            hold(rule.state is State.HELD, f"{row[0]} {stage.report}", f"{row[0]} {stage.report}")
    if unseen:  # neither held nor violated: this target cannot show it, and nothing has failed
        raise CannotError(NOT_OBSERVABLE.both(
            rules=Told(", ".join(each.name for each in unseen), "、".join(each.name_zh for each in unseen))))
