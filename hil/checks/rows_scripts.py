"""Checks of issuer scripts: the reply to a chip sale holds some, and what became of them is told."""

from __future__ import annotations

from hil.checks import script_rules, till_rules
from hil.checks.acts import FIRST, HIT, NEXT, goes_on, reply
from hil.checks.check import Act, Check, Need
from hil.checks.evidence import Rule
from hil.checks.rows_reversal import USUAL
from hil.checks.stage import Stage, chip_card, kinds_for
from hil.relay.decisions import LOSE, Decision, Mac, change
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind

DOC = "docs/unionpay.md (issuer scripts)"
# A template (before or after the final cryptogram) with its number and one command: EMV book 3.
BEFORE, AFTER = "710F9F1804123456788606841E00000400", "720F9F18048765432186068424000004AA"
IDENTIFIERS = {BEFORE: "12345678", AFTER: "87654321"}
ANSWER = Match(way=Way.DOWN, mti="0630")


def _scripted(*scripts: str) -> Decision:
    return change("55", "".join(scripts), Mac.RIGHT)


def _sold(*scripts: str, lost: int = 0) -> Act:
    """A chip sale whose reply holds scripts; so many answers to what became of them are lost."""
    def act(stage: Stage) -> None:
        if lost:
            stage.disturb("lost", ANSWER, LOSE, lost)
        stage.disturb(HIT, reply(Kind.SALE), _scripted(*scripts))
        stage.do(FIRST, Kind.SALE, card=chip_card())
        stage.rest()
        goes_on(stage)

    return act


def _cut(stage: Stage) -> None:
    """The power goes before the answer to the 0620."""
    stage.cut("cut", ANSWER, lose=True)
    stage.disturb(HIT, reply(Kind.SALE), _scripted(AFTER))
    stage.do(FIRST, Kind.SALE, card=chip_card())
    stage.power_back("cut")
    stage.rest()
    goes_on(stage)


def _row(number: str, act: Act, en: str, zh: str, rule: Told, *scripts: str, more: tuple[Rule, ...] = (),
         needs: tuple[Need, ...] = (), changed_by: tuple[str, ...] = (), least: int = 1) -> Check:
    return Check(
        id=f"SCR-{number}", title=Told(en, zh), rule=rule, source=DOC, kinds=kinds_for(Kind.SALE), act=act, changed_by=changed_by,
        needs=(Need.CARD, Need.MAC_KEY, *needs), must=(
            script_rules.results_come(HIT, tuple(IDENTIFIERS[each] for each in scripts)), script_rules.goes_before_what_is_new(HIT),
            script_rules.told_until_answered(HIT, least), *more, till_rules.told(NEXT, "approved"), *USUAL))


_APPROVED = (till_rules.told(FIRST, "approved"),)
ROWS: tuple[Check, ...] = (
    _row("01", _sold(AFTER), "script behind an approval", "批准应答带发卡行脚本",
         Told("a 0620 says what became of it, before anything new", "以 0620 告知结果，先于任何新交易"), AFTER, more=_APPROVED),
    _row("02", _sold(BEFORE, AFTER), "two scripts in one reply", "一条应答带两个脚本",
         Told("a result of each, 71 and 72, in their order", "71、72 各有结果，按其顺序"), BEFORE, AFTER, more=_APPROVED),
    _row("03", _sold(AFTER, lost=1), "answer to a script's result lost", "脚本结果通知的应答丢失",
         Told("the same 0620 comes again until it is answered, and then no more", "重发同一条 0620 直到获得应答，之后不再发"), AFTER,
         more=_APPROVED, changed_by=("reversal_tries", "reply_timeout"), least=2),
    _row("04", _cut, "power cut before the answer to a script's result", "脚本结果通知应答之前断电",
         Told("the result is stored before it is sent, and goes up when the power is back", "结果先存后发，恢复供电后上送"), AFTER,
         needs=(Need.POWER,), least=2),
)
