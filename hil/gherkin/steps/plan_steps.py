"""The emergency plan: what is watched, who is told, what is done then, and what came of it."""

from __future__ import annotations

from typing import Any

from hil.gherkin.references import Merchant
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage, when
from hil.gherkin.tables import pairs, typed
from hil.gherkin.values import length_text, yuan, yuan_text
from hil.gherkin.wrong import hold, unknown
from simulator.catalogue.alarms import ALARMS
from simulator.catalogue.language import Told
from simulator.scenario.parts.emergency import Alarm, PlanStep
from simulator.trace.records import (
    AlarmOver,
    AlarmRaised,
    Compensated,
    PlanStepTaken,
    Record,
    TeamActed,
)

TOPIC = Topic("The emergency plan", "应急预案")
_ALARM, _WATCH = Told("alarm", "告警"), Told("kind of alarm", "告警类型")
_SHOWN = 5


@TOPIC.given("the emergency team is {person:Name}, who acts within {length:Length}", "应急小组由{person:Name}负责,{length:Length}内处理")
def team(stage: Stage, person: str, length: int) -> None:
    stage.build().plan.setdefault("team", []).append({"who": person, "reacts": length_text(length)})


@TOPIC.given("an alarm {alarm:Name} goes off when {merchant:Merchant} has sold nothing for {length:Length}",
             "{merchant:Merchant}{length:Length}没有交易时发出告警{alarm:Name}")
def quiet(stage: Stage, alarm: str, merchant: Merchant, length: int) -> None:
    _add(stage, {"name": alarm, "watch": "no_sale", "by": stage.cast.shop_name(merchant), "for": length_text(length)})


@TOPIC.given("an alarm {alarm:Name} watches {watched:Name}", "告警{alarm:Name}监控{watched:Name}", "may")
def watches(stage: Stage, alarm: str, watched: str, table: list[list[str]]) -> None:
    if watched not in ALARMS:
        raise unknown(_WATCH, watched, ALARMS)
    _add(stage, {"name": alarm, "watch": watched, **typed(pairs(table), Alarm)})


@TOPIC.given("at the alarm {alarm:Name} the team takes the remedy {remedy:Name}", "告警{alarm:Name}时应急小组采取措施{remedy:Name}", "may")
def then_takes(stage: Stage, alarm: str, remedy: str, table: list[list[str]]) -> None:
    _alarm(stage, alarm).setdefault("then", []).append({"do": remedy, **typed(pairs(table), PlanStep)})


@TOPIC.given("at the alarm {alarm:Name} the merchants are told {text:Name}", "告警{alarm:Name}时通知商户{text:Name}")
def then_tells(stage: Stage, alarm: str, text: str) -> None:
    _alarm(stage, alarm)["tells"] = text


@TOPIC.given("a late payout is compensated with {amount:Money} a day", "付款逾期每天赔付{amount:Money}")
def compensates(stage: Stage, amount: int) -> None:
    stage.build().plan["compensation"] = {"per_day": yuan(amount)}


@TOPIC.then("the alarm {alarm:Name} has gone off[ {count:Number} times]", "告警{alarm:Name}已发出[{count:Number}次]")
def gone_off(stage: Stage, alarm: str, count: int = 0) -> None:
    found = _of(stage, AlarmRaised, alarm)
    right = f" {count}" if count else ""
    hold(len(found) == count if count else bool(found),
         f'the alarm "{alarm}" went off {len(found)} times, not{right or " once"}{_seen(stage)}',
         f'告警"{alarm}"发出 {len(found)} 次，而不是{right or "至少一次"}{_seen(stage)}')


@TOPIC.then("the alarm {alarm:Name} has not gone off", "告警{alarm:Name}没有发出")
def not_gone_off(stage: Stage, alarm: str) -> None:
    found = _of(stage, AlarmRaised, alarm)
    hold(not found, f'the alarm "{alarm}" went off{_seen(stage)}', f'告警"{alarm}"发出了{_seen(stage)}')


@TOPIC.then("the alarm {alarm:Name} is over", "告警{alarm:Name}已解除")
def is_over(stage: Stage, alarm: str) -> None:
    raised, over = _of(stage, AlarmRaised, alarm), _of(stage, AlarmOver, alarm)
    hold(bool(raised), f'the alarm "{alarm}" never went off', f'告警"{alarm}"从未发出')
    hold(len(over) == len(raised), f'the alarm "{alarm}" is not over{_seen(stage)}', f'告警"{alarm}"尚未解除{_seen(stage)}')


@TOPIC.then("the team has acted on the alarm {alarm:Name} within {length:Length}", "应急小组在{length:Length}内处理了告警{alarm:Name}")
def acted(stage: Stage, alarm: str, length: int) -> None:
    raised = {each.number: each.at_ms for each in _of(stage, AlarmRaised, alarm)}
    hold(bool(raised), f'the alarm "{alarm}" never went off', f'告警"{alarm}"从未发出')
    for each in _of(stage, TeamActed, alarm):
        at_ms = raised.pop(each.number, each.at_ms)
        took = each.at_ms - at_ms
        hold(took <= length, f"the team acted after {length_text(took)}", f"应急小组在 {length_text(took)} 后才处理")
    hold(not raised, f'the team has not acted on the alarm "{alarm}"', f'应急小组尚未处理告警"{alarm}"')


@TOPIC.then("the team has taken the remedy {remedy:Name}", "应急小组已采取措施{remedy:Name}")
def taken(stage: Stage, remedy: str) -> None:
    steps = [each for each in stage.records if isinstance(each, PlanStepTaken)]
    said = ", ".join(dict.fromkeys(each.action for each in steps if each.taken)) or "-"
    hold(any(each.action == remedy and each.taken for each in steps),
         f"the team took: {said}", f"应急小组采取的措施：{said}")


@TOPIC.then("{merchant:Merchant} has been compensated with {amount:Money}", "{merchant:Merchant}已获赔付{amount:Money}")
def compensated(stage: Stage, merchant: Merchant, amount: int) -> None:
    mid = stage.mid_of(merchant)
    fen = sum(each.fen for each in stage.records if isinstance(each, Compensated) and each.mid == mid)
    hold(fen == amount, f"compensated with {yuan_text(fen)}", f"已获赔付 {yuan_text(fen)}")


def _add(stage: Stage, alarm: dict[str, Any]) -> None:
    alarms: list[dict[str, Any]] = stage.build().plan.setdefault("alarms", [])
    name = alarm["name"]
    hold(all(each["name"] != name for each in alarms), f'there is an alarm "{name}" already', f'已有告警"{name}"')
    alarms.append(alarm)


def _alarm(stage: Stage, name: str) -> dict[str, Any]:
    alarms: list[dict[str, Any]] = stage.build().plan.get("alarms", [])
    found = next((each for each in alarms if each["name"] == name), None)
    if found is None:
        raise unknown(_ALARM, name, [each["name"] for each in alarms])
    return found


def _of(stage: Stage, kind: type[Any], alarm: str) -> list[Any]:
    names = [each["name"] for each in stage.cast.plan.get("alarms", [])]
    if alarm not in names:
        raise unknown(_ALARM, alarm, names)
    records: list[Record] = [
        each for each in stage.records if isinstance(each, kind) and each.alarm == alarm]
    return records


def _seen(stage: Stage) -> str:
    """What went off, and when."""
    found = [f"{when(each.at_ms)} {each.alarm}: {each.seen}" for each in stage.records if isinstance(each, AlarmRaised)]
    return f" ({'; '.join(found[:_SHOWN])})" if found else ""
