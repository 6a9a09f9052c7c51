"""What terminals do and say, and what is done to them."""

from __future__ import annotations

from hil.bench.triggers import Trigger
from hil.gherkin.references import Deal, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.steps.selling_steps import said
from hil.gherkin.wrong import hold
from hil.targets.target import PowerCut
from hil.tills.ends import Told

TOPIC = Topic("What the terminal says, and its power", "终端显示与供电")


@TOPIC.given("(a|the) terminal (that ){defect:Defect}", "有一种终端{defect:Defect}")
def built_wrong(stage: Stage, defect: str) -> None:
    stage.build()
    stage.defects.append(defect)


@TOPIC.given("the power goes off in the next sale, {cut:PowerCut}", "下一笔消费中将停电，在{cut:PowerCut}")
def power_will_go(stage: Stage, cut: PowerCut) -> None:
    stage.target.cut_power(1, cut)


@TOPIC.given("the power is cut {trigger:Message}", "在{trigger:Message}断电")
def power_is_cut(stage: Stage, trigger: Trigger) -> None:
    stage.armed.append(stage.target.cut_power_at(trigger))


@TOPIC.then("the power was cut there", "确已在那里断电")
def power_was_cut(stage: Stage) -> None:
    hold(stage.armed, "no power cut was prepared", "没有安排停电")
    for armed in stage.armed:
        hold(armed.struck, "the message never came, so the power was not cut", "该报文没有出现，因此没有断电")


@TOPIC.happens("the power (is back|comes back)[ at {terminal:Terminal}]", "[{terminal:Terminal}](供电已恢复|恢复供电)")
def power_returns(stage: Stage, terminal: Terminal | None = None) -> None:
    shop, number = stage.cast.place_of(terminal)
    stage.target.power_on(stage.cast.number_of(shop, number))


@TOPIC.then("the terminal says that {deal:Deal} is approved", "终端显示(消费|交易)成功")
def says_approved(stage: Stage, deal: Deal | None = None) -> None:
    _says(stage, "approved", deal)


@TOPIC.then("the terminal says that there is no reply", "终端显示没有应答")
def says_no_reply(stage: Stage) -> None:
    _says(stage, "failed")


@TOPIC.then(
    "the terminal says that {deal:Deal} is declined with code {code:Code}", "终端显示(消费|交易)被拒绝，应答码{code:Code}")
def says_declined(stage: Stage, code: str, deal: Deal | None = None) -> None:
    told = _says(stage, "declined", deal)
    hold(told.response_code == code, f"the terminal said: {said(told)}", f"终端显示：{said(told)}")


def _says(stage: Stage, result: str, deal: Deal | None = None) -> Told:
    hold(stage.said, "nobody has asked the terminal for anything yet", "还没有人操作过终端")
    told = stage.deal(deal).told if deal not in (None, Deal()) else stage.said[-1]
    hold(told.result == result, f"the terminal said: {said(told)}", f"终端显示：{said(told)}")
    return told
