"""A rule is one value in a table: what is dropped into it is heard, counted and reported."""

from __future__ import annotations

import io
import json
from importlib import import_module
from pkgutil import iter_modules
from xml.etree import ElementTree as ET

import msgspec
import pytest
from synthetic_day import Day, a_sale_that_arrives

import simulator.judge.rules as folder
from simulator.judge.expectation import Expectation
from simulator.judge.expectations import with_expectation
from simulator.judge.judge import Judge
from simulator.judge.numbers import LAST_RULE
from simulator.judge.rule import FINDINGS_KEPT, Case, Evidence, Rule, RuleError, table
from simulator.judge.rules import RULE_OF, RULES
from simulator.judge.tracking.moments import Moment, SaleClosed
from simulator.judge.verdict import State, Urgency, Verdict
from simulator.judge.words.sentences import Sentence, yuan
from simulator.report.json_report import json_report, read_json_report
from simulator.report.junit import junit
from simulator.report.text import write_text
from simulator.trace.records import ReceiptGiven

NUMBER = 401  # no rule of ours will come so far


def _receipt(case: Case[list[str]], record: ReceiptGiven) -> None:
    case.exercised += 1
    if record.sale in case.memory:
        sale = case.book.sales[record.sale]
        case.find("trial_second_receipt", at_ms=record.at_ms, sale=sale, sum=yuan(sale.amount_fen))
    case.memory.append(record.sale)


def _closed(case: Case[list[str]], moment: SaleClosed) -> None:
    if moment.sale.approvals and moment.sale.sale not in case.memory:
        case.find("trial_no_receipt", at_ms=moment.at_ms, sale=moment.sale)


def _at_end(case: Case[list[str]]) -> None:
    if len(case.memory) > 5:
        case.find("trial_paper_out")


ONE_RECEIPT = Rule(
    number=NUMBER, en="a rule on trial", zh="试行规则", remembers=list,
    findings=(
        Sentence("trial_second_receipt", Urgency.SAFETY,
                 "sale {sale} of {sum} has two receipts", "交易 {sale} 金额 {sum} 有两张凭条"),
        Sentence("trial_no_receipt", Urgency.LIVENESS, "sale {sale} has none", "交易 {sale} 无凭条"),
        Sentence("trial_paper_out", Urgency.LIVENESS, "so much paper", "用纸过多"),
    ),
    needs=Evidence("receipts", "凭条", lambda case: bool(case.exercised)),
    hears={ReceiptGiven: _receipt, SaleClosed: _closed}, at_end=_at_end,
)
OTHERS = tuple(each for each in RULES if each.en != "receipts as decided")  # it says the same
WITH_IT = table((*OTHERS, ONE_RECEIPT))


def _two_receipts() -> Day:
    day = Day()
    day.sale("s1")
    day.receipt("s1")
    day.arrive()
    day.end()
    return day


def test_a_rule_that_is_dropped_into_the_table_is_judged_with_the_others() -> None:
    judgement = _two_receipts().judged(rules=WITH_IT)
    last = judgement.invariants[-1]
    assert (last.number, last.name, last.name_zh) == (NUMBER, ONE_RECEIPT.en, ONE_RECEIPT.zh)
    assert (last.state, last.exercised, last.violations) == (State.VIOLATED, 2, 1)
    assert judgement.verdict is Verdict.FAIL
    finding, = judgement.findings
    assert (finding.invariant, finding.code, finding.urgency) == (
        NUMBER, "trial_second_receipt", Urgency.SAFETY)
    assert finding.what == "sale s1 of ¥68.00 has two receipts"
    assert finding.what_zh == "交易 s1 金额 ¥68.00 有两张凭条"
    assert finding.steps[0].text == "the customer means to pay ¥68.00"


def test_the_same_day_is_right_without_it() -> None:
    assert _two_receipts().judged(rules=OTHERS).verdict is Verdict.PASS


def test_it_hears_moments_and_the_end() -> None:
    day = Day()
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")
    for number in range(6):
        day.receipt(f"of another {number}")
    day.arrive()
    day.end()
    judgement = day.judged(rules=WITH_IT)
    assert [each.code for each in judgement.findings if each.invariant == NUMBER] == [
        "trial_no_receipt", "trial_paper_out"]


def test_every_report_counts_it() -> None:
    judgement = _two_receipts().judged(rules=WITH_IT)
    data = json.loads(json_report(judgement))
    assert data["invariants"][-1]["number"] == NUMBER
    assert [each["code"] for each in data["findings"]] == ["trial_second_receipt"]
    assert read_json_report(json_report(judgement)).findings == judgement.findings
    case = ET.fromstring(junit(judgement)).find(f".//testcase[@name='{NUMBER} {ONE_RECEIPT.en}']")
    assert case is not None
    assert case.find("failure").text.startswith("sale s1 of ¥68.00 has two receipts")
    for language, name in (("en", ONE_RECEIPT.en), ("zh", ONE_RECEIPT.zh)):
        text = io.StringIO()
        write_text(judgement, text, language=language)
        row = next(line for line in text.getvalue().splitlines() if name in line)
        assert row.split()[0] == str(NUMBER)
        assert row.split()[-1] == "2"


def test_an_expectation_may_name_it() -> None:
    met = with_expectation(
        a_sale_that_arrives().judged(rules=WITH_IT), Expectation(exercised=(NUMBER,)))
    assert met.verdict is Verdict.PASS
    assert met.expectations[0].name == f"invariant {NUMBER} comes up: {ONE_RECEIPT.en}"
    day = Day()
    day.end()
    unmet = with_expectation(day.judged(rules=WITH_IT), Expectation(exercised=(NUMBER,)))
    assert unmet.verdict is Verdict.INCONCLUSIVE


def test_without_its_evidence_it_is_not_observable() -> None:
    day = Day()
    day.end()
    assert day.judged(rules=WITH_IT).invariants[-1].state is State.NOT_OBSERVABLE


def test_the_first_findings_are_kept_and_all_are_counted() -> None:
    day = Day()
    day.sale("s1")
    for _ in range(FINDINGS_KEPT + 7):
        day.receipt("s1")
    day.arrive()
    day.end()
    judgement = day.judged(rules=WITH_IT)
    assert judgement.invariants[-1].violations == FINDINGS_KEPT + 7 + 1  # and so much paper
    assert len(judgement.findings) == FINDINGS_KEPT


def test_two_judges_share_no_memory_of_a_rule() -> None:
    first, second = Judge(rules=WITH_IT), Judge(rules=WITH_IT)
    for record in _two_receipts().records:
        first.feed(record)
    assert first.finish(0).invariants[-1].violations == 1
    assert second.finish(0).invariants[-1].exercised == 0


# ---- the table -----------------------------------------------------------------------------------


def test_the_folder_is_the_table() -> None:
    modules = [import_module(f"{folder.__name__}.{each.name}")
               for each in iter_modules(folder.__path__)]
    assert sorted(module.RULE.number for module in modules) == [rule.number for rule in RULES]
    for module in modules:
        assert module.__doc__.startswith(f"Invariant {module.RULE.number}: ")
    assert {number: rule.number for number, rule in RULE_OF.items()} == {
        rule.number: rule.number for rule in RULES}


@pytest.mark.parametrize(("changed", "words"), [
    ({"number": 7}, "two rules have the number 7"),
    ({"number": 0}, "numbers of rules begin with 1"),
    ({"en": "no lost sale"}, "two rules have the English name 'no lost sale'"),
    ({"zh": "交易不丢失"}, "two rules have the Chinese name"),
    ({"findings": RULES[0].findings}, "two rules have the finding"),
    ({"hears": {str: _receipt}}, "hears str, which is neither a record of the trace nor a moment"),
])
def test_rules_that_cannot_stand_side_by_side_are_refused(changed, words) -> None:
    with pytest.raises(RuleError, match=words):
        table((*RULES, msgspec.structs.replace(ONE_RECEIPT, **changed)))


def test_every_moment_is_heard_by_some_rule() -> None:
    def all_of(kind: type) -> set[type]:
        return {kind, *(deeper for each in kind.__subclasses__() for deeper in all_of(each))}

    heard = {kind for rule in RULES for kind in rule.hears}
    assert all_of(Moment) - {Moment} <= heard


def test_every_finding_that_a_rule_writes_is_in_its_table() -> None:
    with pytest.raises(KeyError):
        Case(ONE_RECEIPT, Judge()._book).find("never heard of")


def test_the_last_number_is_that_of_the_last_rule():
    assert RULES[-1].number == LAST_RULE
