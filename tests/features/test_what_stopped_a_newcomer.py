"""What stopped a newcomer who wrote a QA day by docs/features.md alone; found by tests from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil.gherkin.calendar_words import read_moment
from hil.gherkin.phrases import where_told
from hil.gherkin.play import play
from hil.gherkin.wrong import WrongError
from simulator.catalogue.language import speaking
from simulator.commands.inputs import InputError
from simulator.diagnosis.money import SaleMoney
from simulator.diagnosis.told import sums, where
from simulator.judge.verdict import Where
from tests.features.test_behave_command import HEAD


def _played(folder: Path, steps: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    path = folder / "a.feature"
    path.write_text(f"{HEAD}{steps}", "utf-8")
    code = play([str(path)], ["-f", "plain"])
    shown = capfd.readouterr()
    return int(code), shown.out + shown.err


def test_an_act_that_the_stage_of_a_dispute_does_not_allow_is_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str],
) -> None:
    """What was charged back is past the stage at which the bank asks for a slip."""
    code, shown = _played(tmp_path, (
        "    When the merchant sells for ¥68.00\n    And the merchant settles\n    And it is 2026-02-03 10:00\n"
        "    And the customer disputes the sale because it was not delivered\n"
        "    And the customer's bank charges the sale back\n    And the customer's bank asks for the slip of the sale\n    Then the dispute about the sale is lost\n"), capfd)
    assert code == 1
    assert "that is not possible at this stage of the dispute" in shown
    assert "Traceback" not in shown


def test_a_customer_who_paid_nothing_needs_no_length_of_time(
    tmp_path: Path, capfd: pytest.CaptureFixture[str],
) -> None:
    """And one who paid fails it."""
    voided = "    When the merchant sells for ¥68.00\n    And the merchant voids the sale\n"
    claim = "    Then the customer has paid nothing\n"
    assert _played(tmp_path, voided + claim, capfd)[0] == 0
    assert _played(tmp_path, "    When the merchant sells for ¥68.00\n" + claim, capfd)[0] == 1


def test_where_money_is_is_told_in_words(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No name of this program's own."""
    _, shown = _played(tmp_path, "    When the merchant sells for ¥68.00\n    Then the money of the sale has arrived\n", capfd)
    assert "the money of it is on its way" in shown
    assert "on_the_way" not in shown
    for place in Where:
        assert where_told(place).en.isascii()
        assert not where_told(place).zh.isascii()


def test_a_file_that_is_no_text_is_told_without_the_words_of_python(tmp_path: Path) -> None:
    """In both languages."""
    path = tmp_path / "a.feature"
    path.write_bytes(b"Feature: \xff\xfe x\n")
    with pytest.raises(InputError, match=r"not text in UTF-8$"):
        play([str(path)], [])
    with speaking("zh"), pytest.raises(InputError, match=r"不是 UTF-8 文本$"):
        play([str(path)], [])


def test_places_that_nothing_tells_apart_are_each_named_with_their_level() -> None:
    """One sentence, and no bar between names."""
    assert where("merchant", "Baker").en == "all of merchant Baker"
    assert where("router|isp|all", "r.1|isp.a|all").en == (
        "all behind router r.1, or all of provider isp.a, or all terminals (the same ones here)")
    assert where("isp|all", "isp.a|all").zh == "运营商 isp.a，或全部终端（此处为同一批终端）"
    assert where("all", "all").en == "all terminals"
    assert where("", "").en == "-"


def test_money_that_arrived_is_one_line_whenever_it_was_due() -> None:
    """The due date is told only of money that has not come."""
    came = [SaleMoney(sale=f"S{n}", mid="m", amount_fen=100, state="arrived", due_ms=n) for n in (1, 2)]
    assert [each.en for each in sums(came)] == ["2 sales, ¥2.00: in the merchant's account"]
    assert [each.en for each in sums(came[:1])] == ["1 sale, ¥1.00: in the merchant's account"]


@pytest.mark.parametrize(("steps", "first"), [
    (("    Given the router of the merchant is down for 10 minutes\n    When 15 minutes pass\n    And the merchant sells for ¥68.00\n"
     "    Then the judge passes the run\n"),
     "the judge says INCONCLUSIVE, not PASS: fault 'network.router_down live"),
    ('    When the merchant sells for ¥68.00\n    Then the judge finds that the rule "no double debit" is broken\n',
     "the rule 'no double debit' is: not exercised, not violated"),
    ("    When the merchant sells for ¥68.00\n    Then the terminal says that the sale is declined with code 51\n",
     "the terminal said: approved 00; not: declined: insufficient funds (51)"),
])
def test_a_failure_says_in_its_first_line_what_was_and_what_should_be(
    steps: str, first: str, tmp_path: Path, capfd: pytest.CaptureFixture[str],
) -> None:
    """Also where a whole report stands below it."""
    code, shown = _played(tmp_path, steps, capfd)
    assert code == 1
    assert f"ASSERT FAILED: {first}" in shown


def test_an_offline_sale_does_without_the_line_for_the_judge_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The line that was down met no message; without the offline sale it proves nothing."""
    offline = "    Given the merchant may sell offline up to ¥100.00\n"
    down = "    When the line of terminal 1 is down for 30 minutes\n"
    later = "    And 40 minutes pass\n    And the merchant sells for ¥5.00\n    And the merchant settles\n    Then the judge passes the run\n"
    assert _played(tmp_path, f"{offline}{down}    And the merchant sells for ¥35.00 offline\n{later}", capfd)[0] == 0
    assert _played(tmp_path, f"{offline}{down}{later}", capfd)[0] == 1


def test_a_merchant_gives_in_where_it_has_the_turn_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What waits for the customer's bank is not the merchant's to accept; who is liable then is the bank."""
    begun = ("    When the merchant sells for ¥68.00\n    And the merchant settles\n    And it is 2026-02-03 10:00\n"
             "    And the customer's bank charges the sale back\n")
    answered = f"{begun}    And the merchant sends the evidence about the sale\n"
    merchant = "    And the merchant accepts the dispute about the sale\n"
    assert _played(tmp_path, f"{begun}{merchant}    Then the dispute about the sale is lost\n", capfd)[0] == 0
    code, shown = _played(tmp_path, f"{answered}{merchant}    Then the dispute about the sale is won\n", capfd)
    assert code == 1
    assert "it is not the merchant's turn: presented again" in shown
    liable = "    And the liable party accepts the dispute about the sale\n"
    assert _played(tmp_path, f"{answered}{liable}    Then the dispute about the sale is won\n", capfd)[0] == 0


def test_a_time_of_day_may_stand_before_its_day() -> None:
    """With the day behind it, the same moment."""
    for first, behind in (("18:00 on 2026-01-28", "2026-01-28 18:00"), ("6 pm on 28 January 2026", "2026-01-28 18:00"),
                          ("noon on the next working day", "the next working day 12:00")):
        assert read_moment(first) == read_moment(behind)
    with pytest.raises(WrongError, match="no such time of day"):
        read_moment("25:00 on 2026-01-28")
