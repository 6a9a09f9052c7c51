"""Text, JSON and JUnit of judgements of every verdict; nothing in them but the judgement."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET

import msgspec
import pytest
from rich.cells import cell_len
from synthetic_day import Day, a_sale_that_arrives

from simulator.judge.expectation import Expectation
from simulator.judge.expectations import with_expectation
from simulator.judge.rules import RULES
from simulator.judge.verdict import Judgement, State, Urgency, Verdict, Where
from simulator.local_time import DAY_MS
from simulator.report import words
from simulator.report.json_report import FORMAT, json_report, read_json_report, report_schema
from simulator.report.junit import junit
from simulator.report.text import write_text

GOLDEN = """\
 PASS   a day
2026-01-29 22:00 – 2026-01-31 22:00 · virtual world · seed 1

Money
                                sales                sum
  taken                             1             ¥68.00
    arrived                         1             ¥68.00
      fee                                          ¥0.41
      net                                         ¥67.59
    on its way                      0              ¥0.00
    suspended                       0              ¥0.00
    lost                            0              ¥0.00

By merchant
  shop (MID 898310000000001): taken 1: ¥68.00 · arrived 1: ¥68.00 (fee ¥0.41,
  net ¥67.59)

Payouts
  01-29 22:00         ¥67.59 arrived    shop 2026-01-30/898310000000001: s1

Invariants
                                                                   cases
    1 money is conserved               held                            6
    2 no double debit                  not exercised                   0
    3 no lost sale                     held                            1
    4 no one-sided entry               not exercised                   0
    5 batch totals agree               held                            1
    6 payout exactly once              held                            1
    7 reversal goes first              not exercised                   0
    8 one name, one transaction        held                            1
    9 a wrong MAC has no effect        not exercised                   0
   10 everything comes to rest         not exercised                   0

Sale by sale
  sale          time           terminal card          sum where      when
  shop (MID 898310000000001)
  s1            01-29 22:00:05 10000001 *0120      ¥68.00 arrived    01-29 22:00
"""


def _failed() -> Judgement:
    day = Day()
    day.records[0] = msgspec.structs.replace(
        day.records[0], title='维护期间销售 <&"\x00> and a title that goes on for ever ' * 2)
    for number in range(6):
        day.unanswered_sale(f"s{number}", 123_456_789)
    day.sale("good")
    day.ask_settlement("3")
    day.fault("acquirer.maintenance", "acquirer")
    day.wait(3 * DAY_MS)
    day.end()
    return with_expectation(
        day.judged(), Expectation(arrived="all", by_ms=day.at, exercised=(3, 9)))


JUDGEMENTS = {
    Verdict.PASS: lambda: a_sale_that_arrives().judged(),
    Verdict.FAIL: _failed,
    Verdict.INCONCLUSIVE: lambda: with_expectation(
        a_sale_that_arrives().judged(), Expectation(exercised=(7,))),
    Verdict.ERROR: lambda: msgspec.structs.replace(
        a_sale_that_arrives().judged(), verdict=Verdict.ERROR, reasons=("the clock stood still",)),
}


def _text(judgement: Judgement, **options: object) -> str:
    out = io.StringIO()
    write_text(judgement, out, **options)
    return out.getvalue()


def test_the_summary_of_a_good_day_reads_like_this() -> None:
    assert _text(a_sale_that_arrives().judged(rules=RULES[:10])) == GOLDEN  # a later one adds a line


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_text_fits_eighty_columns_and_has_no_colours_in_a_pipe(
    verdict: Verdict, language: str,
) -> None:
    judgement = JUDGEMENTS[verdict]()
    assert judgement.verdict is verdict
    text = _text(judgement, language=language)
    assert words.VERDICTS[verdict].say(language) in text.splitlines()[0]
    assert "\x1b" not in text
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_failed_run_says_what_is_wrong_with_times_cause_and_remedy() -> None:
    text = " ".join(_text(_failed()).split())
    for part in (
        "never settled", "lost: 0210 sale", "cause:", "remedy:",
        "went_on_without_reversal: … and 3 more of this kind", "¥1,234,567.89",
        "arrived: all by", "not met",
    ):
        assert part in text, part


def test_many_sales_are_listed_only_where_they_are_asked_for() -> None:
    day = Day()
    for number in range(41):
        day.sale(f"s{number}", 100)
    day.arrive()
    day.end()
    judgement = day.judged(keep_sales=None)
    assert "Sale by sale" not in _text(judgement)
    assert _text(judgement, all_sales=True).count("*0120") == 41
    assert "… and 1 more sales, not listed" in _text(day.judged(), all_sales=True)


def test_no_card_number_is_in_any_report() -> None:
    judgement = _failed()
    for text in (_text(judgement), json_report(judgement).decode(), junit(judgement).decode()):
        assert "6220003141590120" not in text


# ---- JSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", list(Verdict))
def test_json_is_one_object_that_reads_back_the_same(verdict: Verdict) -> None:
    judgement = JUDGEMENTS[verdict]()
    text = json_report(judgement)
    data = json.loads(text)
    assert data["format"] == FORMAT
    assert data["verdict"] == verdict.value
    back = read_json_report(text)
    for name in judgement.__struct_fields__:
        assert getattr(back, name) == getattr(judgement, name)


def test_the_form_of_the_json_is_this_one() -> None:
    data = json.loads(json_report(a_sale_that_arrives().judged()))
    assert list(data) == [
        "verdict", "reasons", "title", "seed", "version", "clock", "target", "began_ms",
        "ended_ms", "invariants", "findings", "money", "by_cause", "faults", "sales",
        "sales_left_out", "arrivals", "expectations", "events", "ends", "notes", "notes_zh",
        "reasons_zh", "payouts", "payouts_left_out", "payout_sums", "undoings", "returns", "owed",
        "disputes", "risk_holds", "merchants", "forced_batches", "sightings", "plan", "wronged", "format",
    ]
    assert data["money"]["arrived"] == {"sales": 1, "fen": 6800}
    assert data["invariants"][2] == {
        "number": 3, "name": "no lost sale", "name_zh": "交易不丢失", "state": "held",
        "exercised": 1, "violations": 0, "unseen": [],
    }
    assert data["sales"][0]["where"] == "arrived"
    assert data["sales"][0]["net_fen"] == 6759
    [payout] = data["payouts"]
    assert (payout["gross_fen"], payout["fee_fen"], payout["paid_fen"]) == (6800, 41, 6759)
    assert payout["sales"] == ["s1"]


def test_the_schema_names_every_field() -> None:
    schema = report_schema()
    assert set(schema["$defs"]["JsonReport"]["properties"]) == set(
        json.loads(json_report(a_sale_that_arrives().judged())))


def test_equal_judgements_give_equal_bytes() -> None:
    assert json_report(_failed()) == json_report(_failed())
    assert junit(_failed()) == junit(_failed())


# ---- JUnit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", list(Verdict))
def test_junit_is_valid_and_counts_what_it_holds(verdict: Verdict) -> None:
    judgement = JUDGEMENTS[verdict]()
    suite = ET.fromstring(junit(judgement)).find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(attribute) == str(len(suite.findall(f"testcase/{tag}")))
    failed = suite.findall("testcase/failure") + suite.findall("testcase/error")
    assert bool(failed) is (verdict is not Verdict.PASS)


def test_junit_has_a_case_for_each_invariant_and_each_expectation() -> None:
    suite = ET.fromstring(junit(_failed())).find("testsuite")
    assert suite is not None
    names = [case.get("name") for case in suite.findall("testcase")]
    rules = len(RULES)
    assert names[:rules] == [
        f"{each.number} {each.name}" for each in a_sale_that_arrives().judged().invariants
    ]
    assert names[rules + 1:] == ["invariant 3 comes up: no lost sale",
                                 "invariant 9 comes up: a wrong MAC has no effect"]
    by_name = {case.get("name"): case for case in suite.findall("testcase")}
    assert by_name[names[rules]].find("failure") is not None
    assert by_name[names[rules + 1]].find("failure") is None
    assert by_name[names[rules + 2]].find("failure") is not None


def test_junit_tells_the_days_simulated_as_a_property_and_an_open_question_once() -> None:
    suite = ET.fromstring(junit(JUDGEMENTS[Verdict.INCONCLUSIVE]())).find("testsuite")
    assert suite is not None
    assert suite.get("time") is None
    assert suite.find("properties/property[@name='simulated_s']") is not None
    assert len(suite.findall("testcase/failure")) == 1


def test_what_did_not_come_up_is_skipped_and_not_passed() -> None:
    suite = ET.fromstring(junit(a_sale_that_arrives().judged())).find("testsuite")
    assert suite is not None
    skipped = {case.get("name") for case in suite.findall("testcase") if case.find("skipped") is not None}
    assert "7 reversal goes first" in skipped
    assert "1 money is conserved" not in skipped


# ---- words ---------------------------------------------------------------------------------------


def test_every_value_of_every_enum_has_words_in_both_languages() -> None:
    tables = ((words.VERDICTS, Verdict), (words.STATES, State), (words.PLACES, Where),
              (words.URGENCIES, Urgency))
    for table, values in tables:
        assert set(table) == set(values)
    everything = [*words.WORDS.values(), *(each for table, _ in tables for each in table.values())]
    assert all(each.en and each.zh for each in everything)
