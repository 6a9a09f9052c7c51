"""Everything of the catalogue: any documented fault strikes, any documented remedy is taken."""

from __future__ import annotations

from typing import Any

from hil.gherkin.calendar_words import Moment
from hil.gherkin.references import Customer, Merchant, Place, Terminal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import WHAT_STEPS_TAKE_MS, Stage
from hil.gherkin.tables import pairs, typed
from hil.gherkin.values import length_text
from hil.gherkin.wrong import WrongError, unknown
from hil.targets.needs import DONE_INSIDE, CannotError
from simulator.catalogue.language import Told
from simulator.catalogue.remedies import ACTIONS, REMEDIES
from simulator.faults.modes import MODES
from simulator.local_time import datetime_at
from simulator.scenario.story import Action, Fault

TOPIC = Topic("Any fault, any remedy", "任意故障与措施")
_FAULT = Told("fault", "故障")
_REMEDY = Told("remedy", "措施")
_REPLY_LOST = {"mode": "network.outage", "how": "dropped", "on": "reply", "mti": "0210"}


@TOPIC.happens(
    "the fault {mode:Name} strikes[ at {where:Place}][ from {at:Moment}][ for {length:Length}]",
    "发生故障{mode:Name}[,对象为{where:Place}][,自{at:Moment}起][,持续{length:Length}]", "may")
def strikes(
    stage: Stage, mode: str, table: list[list[str]], where: Place | None = None, at: Moment | None = None,
    length: int = 0,
) -> None:
    fault: dict[str, Any] = {"mode": mode}
    if where is not None:
        fault["target"] = target_of(stage, where)
    strike(stage, fault | window(stage, at, length) | typed(pairs(table), Fault))


@TOPIC.happens(
    "the fault {mode:Name} strikes at the {nth:Nth} {event:Event}[ of {where:Place}]",
    "发生故障{mode:Name},在[{where:Place}的]{nth:Nth}(个|笔|次|条){event:Event}时", "may")
def strikes_at(
    stage: Stage, mode: str, nth: int, event: dict[str, str], table: list[list[str]], where: Place | None = None,
) -> None:
    fault: dict[str, Any] = {"mode": mode, "nth": nth, **event}
    if where is not None:
        fault["target"] = target_of(stage, where)
    strike(stage, fault | typed(pairs(table), Fault))


@TOPIC.happens(
    "{merchant:Merchant} takes the remedy {remedy:Name}[ at {terminal:Terminal}]",
    "{merchant:Merchant}[在{terminal:Terminal}]采取措施{remedy:Name}", "may")
def takes(
    stage: Stage, merchant: Merchant, remedy: str, table: list[list[str]], terminal: Terminal | None = None,
) -> None:
    action: dict[str, Any] = {"do": remedy}
    row = _row_of(remedy)
    if "by" in row.keys:
        action["by"] = stage.cast.shop_name(merchant)
    if terminal is not None:
        action["by"], action["terminal"] = stage.cast.place_of(terminal, merchant)
    take(stage, action | typed(pairs(table), Action))


@TOPIC.happens("the reply to the next sale is lost", "下一笔消费的应答丢失")
def next_reply_lost(stage: Stage) -> None:
    strike(stage, {**_REPLY_LOST, "nth": 1})


@TOPIC.happens("one reply in {count:Number} is lost", "每{count:Number}个应答丢失一个")
def some_replies_lost(stage: Stage, count: int) -> None:
    strike(stage, {**_REPLY_LOST, "chance": round(1 / count, 6)})


def window(stage: Stage, at: Moment | None, length: int) -> dict[str, str]:
    """The keys of a window, from a moment or from now on."""
    keys: dict[str, str] = {}
    if at is not None:
        at_ms = stage.at_ms(at)
        late_ms = stage.target.now_ms() - at_ms  # opening it, or a step before, took its time
        if 0 < late_ms <= WHAT_STEPS_TAKE_MS:
            at_ms, length = at_ms + late_ms, max(length - late_ms, 1) if length else 0
        keys["at"] = datetime_at(at_ms).isoformat()
    if length:
        keys["for"] = length_text(length)
    return keys


def strike(stage: Stage, fault: dict[str, Any]) -> None:
    """A fault from now on, where the target can have it."""
    mode = MODES.get(str(fault["mode"]))
    if mode is None:
        raise unknown(_FAULT, str(fault["mode"]), MODES)
    how = str(fault.get("how", ""))
    if not (how and how not in dict(mode.ways)) and stage.kind.places.isdisjoint(mode.places(how)):
        raise CannotError(DONE_INSIDE.both(what=mode.id))
    if mode.state and "at" not in fault:
        fault["at"] = stage.target.at_once()  # a state begins at a moment
    stage.demanded = str(fault.get("minimum", stage.demanded))
    stage.fault(fault)


def take(stage: Stage, action: dict[str, Any]) -> None:
    """A remedy now, where the target can have it."""
    row = _row_of(str(action["do"]))
    if stage.kind.places.isdisjoint(row.places) and action["do"] not in BY_STEPS:
        raise CannotError(DONE_INSIDE.both(what=action["do"]))
    if action["do"] == "update_software" and "software" not in action and stage.demanded:
        action["software"] = stage.demanded
    stage.action(action)


def _row_of(remedy: str) -> Any:
    if remedy in ACTIONS:
        return ACTIONS[remedy]
    if remedy in REMEDIES:
        row = REMEDIES[remedy]
        raise WrongError(f'"{remedy}" is advice to people ({row.en}), which nobody can take here',
                         f'"{remedy}"是给人的建议（{row.zh}），这里无法采取')
    raise unknown(_REMEDY, remedy, ACTIONS)


def target_of(stage: Stage, where: Place) -> str:
    """A place as a scenario names it."""
    if isinstance(where.of, Terminal):
        shop, number = stage.cast.place_of(where.of)
        return f"{shop}/{number}" if where.of.number else shop
    if isinstance(where.of, Merchant):
        return stage.cast.shop_name(where.of)
    if isinstance(where.of, Customer):
        return stage.cast.card_of(where.of)
    return where.of


BY_STEPS = frozenset({"pause_sales"})  # which targets with terminals outside do by themselves
