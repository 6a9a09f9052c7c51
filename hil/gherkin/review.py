"""What can be said of a scenario before and after it is played: unknown steps, and that it proves something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hil.gherkin.excused import stayed_away
from hil.gherkin.matching import SentenceMatch
from hil.gherkin.names import Names
from hil.gherkin.nearest import nearest
from hil.gherkin.plain import plain
from hil.gherkin.stage import Stage
from hil.gherkin.wrong import WrongError
from simulator.catalogue.language import Language, Message, Told

_NAME_HEADS = {"name", "名称", "姓名", "merchant", "商户", "customer", "顾客"}
_TERMINAL_HEADS = {"terminal", "till", "pos", "终端", "终端号"}
_HEADED = (
    (re.compile("customers|cardholders|顾客|客户|持卡人"), ("customer", "顾客")), (re.compile("merchants|shops|stores|商户|店"), ("merchant", "商户")))
_UNDEFINED = Message("undefined_step", "{place}: no such step: {text}", "{place}：没有这样的步骤：{text}")
_NEAREST = Message("nearest_step", "    nearest: {text}", "    最接近：{text}")
_SEE = Told("    all sentences: daozhang steps [WORD]", "    全部句子：daozhang steps [词] --lang zh")
_WRONG_VALUE = Message("wrong_value", "{place}: {why}", "{place}：{why}")
NO_SCENARIO = Message("no_scenario", "{place}: the feature has no scenario, so it proves nothing", "{place}：这个功能没有场景，什么也证明不了")
NO_STEP = Message(
    "no_step", '{place}: the scenario "{name}" has no step that begins with Given, When, Then, And or But',
    "{place}：场景“{name}”没有以 假如、当、那么、而且、但是 开头的步骤")
NO_THEN = Told("the scenario has no Then, so it proves nothing", "这个场景没有“那么”，什么也证明不了")
NO_WHEN = Told(
    "the scenario has a Then and no When: say what happens before saying what must come of it",
    "这个场景有“那么”却没有“当”：先写发生了什么，再写应有的结果")
NOTHING_HAPPENED = Told(
    "nothing happened in this scenario: nobody sold, settled or was struck by a fault",
    "这个场景中什么也没有发生：没有交易、结算或故障")
NEVER_STRUCK = Message(
    "never_struck",
    "never struck: {modes}; the scenario proves nothing about it (a fault that may stay away: | may_stay_away | yes |)",
    "故障从未发生：{modes}；这个场景对它什么也没有证明（允许不发生：| may_stay_away | yes |）")


def names_of(steps: Any) -> Names:
    """What the Givens of a scenario introduce by name."""
    steps = list(steps)
    names = Names((each.step_type, plain(each.name)) for each in steps)
    for step in steps:
        nouns = [nouns for word, nouns in _HEADED if word.search(step.name)]
        if step.table is not None and nouns and step.table.headings[0].lower() in _NAME_HEADS:
            for row in step.table.rows:
                names.put(row.cells[0].strip('"'), nouns[0])
        if step.table is not None:
            for place, head in enumerate(step.table.headings):
                if head.lower() in _TERMINAL_HEADS:
                    for row in step.table.rows:
                        if not row.cells[place].isdigit():
                            names.put(row.cells[place].strip('"'), ("terminal", "终端"))
    return names


def wallets_are_named(steps: Any, find: Any) -> bool:
    """Whether some step is about a wallet by its name."""
    return any("wallet" in clause.given for each in steps if isinstance(match := find(each), SentenceMatch)
               for clause in match.clauses)


def undefined(step: Any, language: Language) -> str:
    """That nobody knows a step."""
    return _UNDEFINED.both(place=f"{step.location}", text=step.name).say(language)


def unknown_steps(steps: Any, find: Any, language: Language) -> Iterator[str]:
    """A line for each step that says nothing known, with what is nearest, and for each wrong value."""
    for step in steps:
        match = find(step)
        place = f"{step.location}"
        if match is None:
            yield undefined(step, language)
            for example in nearest(step.name, step.step_type):
                yield _NEAREST.both(text=example).say(language)
            yield _SEE.say(language)
        elif isinstance(match, SentenceMatch):
            try:
                match.values()
            except WrongError as wrong:
                yield _WRONG_VALUE.both(place=place, why=wrong.told).say(language)


def proves(steps: Any, find: Any) -> Told | None:
    """Why a scenario of our sentences can prove nothing; None where it can, or where steps are others'."""
    steps = list(steps)
    if not steps or not any(isinstance(find(each), SentenceMatch) for each in steps):
        return None
    kinds = {each.step_type for each in steps}
    if "then" not in kinds:
        return NO_THEN
    return None if "when" in kinds else NO_WHEN


def _somebody_came(stage: Stage) -> bool:
    """Whether customers that come by chance did."""
    return stage.customers_come and bool(stage.so_far.sales)


def closing(stage: Stage) -> Told | None:
    """Why a scenario that passed proves nothing; None where it does."""
    if not stage.is_open or not (stage.acted or _somebody_came(stage)):
        return NOTHING_HAPPENED
    if away := stayed_away(stage):
        return NEVER_STRUCK.both(modes=", ".join(away))
    return None
