"""What terminals do, and what is done to them."""

from __future__ import annotations

from typing import Any

from behave import given, then, when

from hil.bench.triggers import Trigger
from hil.targets.target import PowerCut


@given("a terminal that {defect:Defect}")
@given("有一种终端{defect:Defect}")
def built_wrong(context: Any, defect: str) -> None:
    context.stage.defects.append(defect)


@given("the power goes off in the next sale, {cut:PowerCut}")
@given("下一笔消费中将停电，在{cut:PowerCut}")
def power_will_go(context: Any, cut: PowerCut) -> None:
    context.stage.target.cut_power(1, cut)


@given("the power is cut {trigger:Message}")
@given("在{trigger:Message}断电")
def power_is_cut(context: Any, trigger: Trigger) -> None:
    stage = context.stage
    stage.armed.append(stage.target.cut_power_at(trigger))


@then("the power was cut there")
@then("确已在那里断电")
def power_was_cut(context: Any) -> None:
    for armed in context.stage.armed:
        assert armed.struck, "the message never came, so the power was not cut"


@given("the power is back")
@when("the power comes back")
@given("供电已恢复")
@when("恢复供电")
def power_returns(context: Any) -> None:
    context.stage.target.power_on(1)


@then("the terminal says that the sale is approved")
@then("终端显示消费成功")
def says_approved(context: Any) -> None:
    _says(context, "approved")


@then("the terminal says that there is no reply")
@then("终端显示没有应答")
def says_no_reply(context: Any) -> None:
    _says(context, "failed")


@then("the terminal says that the sale is declined with code {code}")
@then("终端显示消费被拒绝，应答码 {code}")
def says_declined(context: Any, code: str) -> None:
    _says(context, "declined")
    told = context.stage.told[-1]
    assert told.response_code == code, f"the terminal said: {told}"


def _says(context: Any, result: str) -> None:
    told = context.stage.told[-1]
    assert told.result == result, f"the terminal said: {told}"
