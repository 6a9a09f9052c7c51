"""What is held on cards, and what became of a pre-authorisation."""

from __future__ import annotations

from hil.gherkin.made import Made
from hil.gherkin.phrases import hold_told
from hil.gherkin.references import Deal
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage, when
from hil.gherkin.steps.money_steps import comes_to, row_of
from hil.gherkin.wrong import hold
from simulator.catalogue.language import Told
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.verdict import Where
from simulator.trace.records import Posted

TOPIC = Topic("What is held on cards", "卡上冻结的金额")
_WHERE = {Where.HELD: "stands", Where.DECLINED: "refused"}  # what is neither, nor given back, is completed


@TOPIC.then("{amount:Money} is held on the card", "卡上冻结{amount:Money}")
def is_held(stage: Stage, amount: int) -> None:
    comes_to(stage, Told("held on cards", "卡上冻结"), lambda: _held_fen(stage), amount)


@TOPIC.then("nothing is held on the card", "卡上没有冻结金额")
def nothing_held(stage: Stage) -> None:
    comes_to(stage, Told("held on cards", "卡上冻结"), lambda: _held_fen(stage), 0)


def _held_fen(stage: Stage) -> int:
    return sum(fen for account, fen in stage.target.balances().items() if account.startswith("hold:"))


@TOPIC.then("the pre-authorisation[ {sale:Name}] {became:Hold}", "预授权[{sale:Name}]{became:Hold}")
def hold_is(stage: Stage, became: str, sale: str = "") -> None:
    made = stage.deal(Deal(name=sale, kind="preauth"))
    hold(made.wish.kind.value == "preauth", f'"{made.wish.order}" is no pre-authorisation', f"“{made.wish.order}”不是预授权")
    stage.target.wait(lambda: _state(stage, made) == became, stage.patience_ms)
    found, until_ms = _state(stage, made), row_of(stage, made).held_until_ms
    told, right = hold_told(found), hold_told(became)
    until, until_zh = (f", until {when(until_ms)}", f"，至 {when(until_ms)}") if found == "stands" and until_ms else ("", "")
    at = when(stage.now_ms)
    hold(found == became, f"{at}: the pre-authorisation {told.en}{until}; said was that it {right.en}", f"{at}：预授权{told.zh}{until_zh}；而不是{right.zh}")


def _state(stage: Stage, made: Made) -> str:
    """What became of a hold, as ``phrases.HOLDS`` calls it."""
    row = row_of(stage, made)
    if row.where is not Where.UNDONE:
        return _WHERE.get(row.where, "completed")
    if any(isinstance(each, Posted) and each.why is PostingReason.EXPIRE and each.key == row.key for each in stage.records):
        return "expired"
    return "voided" if any(each.of is made and each.told.approved and each.wish.kind.value != "completion" for each in stage.made) else "reversed"
