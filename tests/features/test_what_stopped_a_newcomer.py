"""What stopped a newcomer who wrote a QA day by docs/features.md alone; found by tests from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil.gherkin.phrases import where_told
from hil.gherkin.play import play
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
