"""``daozhang behave``: own features in any folder; what proves nothing does not pass; what is wrong is one sentence."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.nursery_on_demand import daozhang

HEAD = 'Feature: mine\n  Scenario: one\n    Given a merchant "Corner Shop" with one terminal\n    And it is 2026-01-27 10:00\n'
GOOD = f"{HEAD}    When the merchant sells for ¥68.00\n    And the merchant settles\n    Then by 2026-01-28 18:00 the merchant has received ¥67.59\n"


def behave(folder, *arguments, lang=""):
    return daozhang(["behave", *arguments], folder, {"DAOZHANG_LANG": lang or "en"})


def run(folder, text, *options):
    (folder / "mine.feature").write_text(text, "utf-8")
    done = behave(folder, "mine.feature", "-f", "plain", *options)
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    return done.returncode, said


def test_a_feature_alone_in_a_folder_is_green_in_its_first_minute(tmp_path):
    code, said = run(tmp_path, GOOD)
    assert code == 0, said
    assert "1 scenario passed" in said


WRONG = [
    ("    When the merchant sells for ¥68.00\n    Then the settlement is taken\n", "nobody settled"),
    ("    Then the settlement is taken\n", "a Then and no When"),
    ("    When the merchant sells for ¥68.00\n", "has no Then"),
    ('    And a merchant "Corner Shop" with one terminal\n    When the merchant settles\n    Then the settlement is taken\n',
     'there is a merchant "Corner Shop" already'),
    ('    And a merchant "Other" with one terminal\n    When the merchant settles\n    Then the settlement is taken\n', "which merchant?"),
    (("    And the merchant has sold for ¥68.00\n    And the merchant is paid at once\n    When the merchant settles\n"
     "    Then the settlement is taken\n"), "too late"),
    (('    And the fault "network.router_down" strikes from 12:00 for 5 minutes\n    When the merchant sells for ¥68.00\n'
     "    Then the terminal says that the sale is approved\n"), "never struck: network.router_down"),
    ('    And the fault "network.ruter_down" strikes\n    When the merchant sells for ¥1\n    Then it does not go through\n',
     "nearest: network.router_down"),
    ('    When the merchant takes the remedy "restart_ruter"\n    Then it does not go through\n', "nearest: restart_router"),
    ('    When the merchant takes the remedy "monitor"\n    Then it does not go through\n', "nobody knows what to look for"),
    ("    When the merchant sells for ¥68.00 on terminal 7\n    Then it does not go through\n", "there is no terminal 7"),
    ('    When the merchant sells for ¥68.00 to customer "Nobody"\n    Then it does not go through\n', 'no customer "Nobody"'),
    ("    When it is 2026-02-30 10:00\n    Then the settlement is taken\n", "no such date"),
    ("    When the merchant sells for ¥68.001\n    Then it does not go through\n", "allowed: 68, 68.00"),
    ('    When the merchant sells for ¥68.00\n    Then the judge finds that the rule "no bananas" is broken\n', "no rule of the judge"),
    ("    When the merchant settles\n    Then these rules were put to the test and held\n", "a table is missing"),
    ("    When the merchant settles\n    Then the settlement is taken\n      | a | b |\n", "takes no table"),
    ("    When the merchant refunds the sale\n    Then it does not go through\n", "nothing was sold yet"),
    ("    When 3 minutes pass\n    Then it does not go through\n", "nobody has asked the terminal"),
    (("    When it is 2026-01-26 10:00\n    And it is 2026-01-25 10:00\n    And the merchant settles\n    And it is 2026-01-20 10:00\n"
     "    Then the settlement is taken\n"), "time does not go back"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is said of each wrong scenario, all in one run."""
    scenarios = "".join(
        HEAD.partition("\n")[2].replace("Scenario: one", f"Scenario: case {place} ends") + steps
        for place, (steps, _) in enumerate(WRONG))
    code, said = run(tmp_path_factory.mktemp("wrong"), f"Feature: mine\n{scenarios}")
    assert code == 1
    return said


@pytest.mark.parametrize(("place", "words"), [(place, words) for place, (_, words) in enumerate(WRONG)])
def test_what_proves_nothing_or_is_wrong_fails_with_one_clear_sentence(told, place, words):
    said = told.partition(f"Scenario: case {place} ends")[2].partition("Scenario: case")[0]
    assert said.count("ASSERT FAILED") == 1
    assert words in said
    assert "<hil" not in said
    assert "Error(" not in said


def test_an_unknown_step_is_told_with_the_nearest(tmp_path):
    code, said = run(tmp_path, f"{HEAD}    When the merchant sels for ¥68.00\n    Then the settlement is token\n")
    assert code == 1
    assert "mine.feature:5: no such step: the merchant sels for ¥68.00" in said
    assert "None" not in said
    assert "nearest: the merchant sells for ¥68.00" in said
    assert "nearest: the settlement is taken" in said


@pytest.mark.parametrize(("text", "words"), [
    ("Feature: empty\n", "has no scenario"), ("", "is empty"),
    ("Feature: x\n  Scenario: y\n    Gven z\n", "no step that begins with"),
    ("Feature: x\n  Scenario: y\n    Given z\n    Nonsense\n", "mine.feature"),
])
def test_what_is_no_feature_is_bad_input(tmp_path, text, words):
    code, said = run(tmp_path, text)
    assert code == 2
    assert words in said


def test_what_is_not_there_is_bad_input(tmp_path):
    assert behave(tmp_path, "nowhere").returncode == 2
    (tmp_path / "empty").mkdir()
    assert behave(tmp_path, "empty").returncode == 2
    assert behave(tmp_path).returncode == 2


def test_own_steps_and_hooks_may_stand_beside(tmp_path):
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "own.py").write_text(
        "from behave import then\n\n@then('I am content')\ndef content(context):\n    assert context.mine\n")
    (tmp_path / "environment.py").write_text("def before_scenario(context, scenario):\n    context.mine = True\n")
    code, said = run(tmp_path, f"{GOOD}    And I am content\n")
    assert code == 0, said


def test_junit_has_the_time_of_what_stands_in_a_rule(tmp_path):
    text = GOOD.replace("  Scenario", "  Rule: r\n  Scenario")
    code, said = run(tmp_path, text, "--junit", "--junit-directory", "out")
    assert code == 0, said
    suite = ET.parse(next((tmp_path / "out").glob("*.xml"))).getroot()
    assert float(suite.get("time")) > 0
    assert float(suite.get("time")) == pytest.approx(float(suite.find("testcase").get("time")))


def test_what_is_wrong_is_told_in_the_language_of_the_feature(tmp_path):
    code, said = run(
        tmp_path, '# language: zh-CN\n功能: 我的\n  场景: 一\n    假如商户"小店"有一台终端\n    而且时间是 2026-01-27 10:00\n'
        "    当商户做一笔68.00元的消费\n    那么结算成功\n")
    assert code == 1
    assert "没有人结算" in said
