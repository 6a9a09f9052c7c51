"""What the judge says of the whole run, from its trace alone."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.excused import excused
from hil.gherkin.references import rule as rule_named
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage, when
from hil.gherkin.values import yuan_text
from hil.gherkin.wrong import hold
from hil.targets.needs import NOT_OBSERVABLE, CannotError
from simulator.catalogue.language import Told
from simulator.judge.verdict import Judgement, State, Verdict
from simulator.report.words import STATES, VERDICTS

TOPIC = Topic("The judge", "裁判")
_REASONS = 3  # told in the first line; all stand in the report


@TOPIC.then("the judge passes the run", "裁判判定通过")
def passes(stage: Stage) -> None:
    judgement = excused(stage, stage.judgement)
    _hold(stage, judgement.verdict is Verdict.PASS, _verdict(judgement, Verdict.PASS))


@TOPIC.then("every sale has arrived by {at:Moment}", "到{at:Moment}全部消费都已到账")
def all_arrived(stage: Stage, at: Moment) -> None:
    at_ms = stage.at_ms(at, ends_day=True)
    hold(stage.judgement.money.taken.sales, "nothing was sold", "没有成交任何交易")
    late = [each for each in stage.late(at_ms) if each.amount_fen]
    missing = yuan_text(sum(each.amount_fen for each in late))
    _hold(stage, not stage.late(at_ms), Told(
        f"by {when(at_ms)} {missing} of {len(late)} sales have not arrived, not ¥0.00",
        f"到 {when(at_ms)} 有 {len(late)} 笔共 {missing} 未到账，而不是 ¥0.00"))


@TOPIC.then("the judge says that {amount:Money} (has|have) not arrived by {at:Moment}", "裁判指出到{at:Moment}有{amount:Money}未到账")
def not_arrived(stage: Stage, amount: int, at: Moment) -> None:
    found_fen = sum(each.amount_fen for each in stage.late(stage.at_ms(at, ends_day=True)))
    found, right = yuan_text(found_fen), yuan_text(amount)
    _hold(stage, found_fen == amount, Told(f"the judge misses {found}, not {right}", f"裁判指出未到账 {found}，而不是 {right}"))


@TOPIC.then("the judge finds that the rule {rule:Rule} is broken", "裁判发现违反{rule:Rule}")
def broken(stage: Stage, rule: int) -> None:
    judgement = stage.judgement
    found = next(each for each in judgement.invariants if each.number == rule)
    state, right = STATES[found.state], STATES[State.VIOLATED]
    _hold(stage, judgement.verdict is Verdict.FAIL and found.state is State.VIOLATED, Told(
        f"the rule {found.name!r} is: {state.en}, not {right.en}", f"规则“{found.name_zh}”：{state.zh}，而不是{right.zh}"))


@TOPIC.then("these rules were put to the test and held", "以下规则经受检验并成立", "needed")
def held(stage: Stage, table: list[list[str]]) -> None:
    found = {each.number: each for each in stage.judgement.invariants}
    unseen = []
    for row in table:
        rule = found[rule_named(row[0])]
        if rule.state is State.NOT_OBSERVABLE:
            unseen.append(rule)
        else:
            state, right = STATES[rule.state], STATES[State.HELD]
            _hold(stage, rule.state is State.HELD, Told(
                f"the rule {rule.name!r} is: {state.en}, not {right.en}", f"规则“{rule.name_zh}”：{state.zh}，而不是{right.zh}"))
    if unseen:  # neither held nor violated: this target cannot show it, and nothing has failed
        raise CannotError(NOT_OBSERVABLE.both(
            rules=Told(", ".join(each.name for each in unseen), "、".join(each.name_zh for each in unseen))))


def _verdict(judgement: Judgement, right: Verdict) -> Told:
    """What the verdict is and should be, and the reasons of it."""
    found, wanted = VERDICTS[judgement.verdict], VERDICTS[right]
    why, why_zh = "; ".join(judgement.reasons[:_REASONS]), "；".join(judgement.reasons_zh[:_REASONS])
    return Told(f"the judge says {found.en}, not {wanted.en}: {why}", f"裁判判定{found.zh}，而不是{wanted.zh}：{why_zh}")


def _hold(stage: Stage, is_so: object, told: Told) -> None:
    """Say what is wrong unless something is so, and below it all that the judge has to say."""
    if not is_so:
        hold(False, f"{told.en}{stage.report}", f"{told.zh}{stage.report}")
