"""The mutation test as text, eighty columns wide."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.language import spoken
from simulator.judge.rules import RULE_OF
from simulator.mutants import words as say
from simulator.mutants.summary import ENOUGH_PERCENT, Row, Summary
from simulator.report.wrap import wrapped
from simulator.world.defects import DEFECTS


def told(summary: Summary) -> Iterator[str]:
    """The lines."""
    if summary.interrupted:
        yield say.INTERRUPTED.say()
    if summary.again:
        yield from wrapped(say.AGAIN.say(scenarios=", ".join(summary.again)))
    for row in summary.rows:
        yield from wrapped(f"{row.defect}: {_outcome(row)}", again="    ")
        for scenario, why in row.stopped.items():
            yield from wrapped(say.STOPPED.say(scenario=scenario, why=why), indent="    ", again="    ")
        if row in summary.escaped:
            if row.unmet:
                yield from wrapped(
                    say.BY_EXPECTATION.say(scenarios=", ".join(row.unmet)), indent="    ", again="    ")
            yield f"    daozhang run {DEFECTS[row.defect].shown_by} --defect {row.defect}"
    yield ""
    yield say.RULES.say()
    for each in summary.rules:
        yield from wrapped(
            say.RULE.say(number=each.number, name=_name(each.number), count=len(each.catches),
                         alone=len(each.alone)), indent="  ", again="    ")
    nobody = [f"{each.number} {_name(each.number)}" for each in summary.rules if not each.catches]
    if nobody:
        yield from wrapped(say.NOBODY.say(rules=", ".join(nobody)))
    yield ""
    if summary.left:
        yield from wrapped(say.LEFT.say(left=summary.left))
    yield from wrapped(say.SHARE.say(
        caught=summary.caught, reached=summary.reached, percent=f"{summary.share_percent:.1f}",
        enough=ENOUGH_PERCENT))


def _outcome(row: Row) -> str:
    if not row.reached:
        return say.NOT_REACHED.say()
    if row.caught:
        return say.CAUGHT.say(
            numbers=", ".join(map(str, row.rules)), caught=len(row.caught), reached=len(row.reached))
    if not row.moves_money:
        known = DEFECTS[row.defect]
        return say.ELSEWHERE.say(how=known.recorded or ", ".join(row.unmet))
    return say.ESCAPED.say(reached=len(row.reached))


def _name(number: int) -> str:
    rule = RULE_OF[number]
    return rule.zh if spoken() == "zh" else rule.en
