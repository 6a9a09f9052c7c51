"""``behave`` on a target passes over what it cannot do, with the reason, and refuses what makes no target."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.nursery_on_demand import daozhang

ROOT = Path(__file__).parents[2]
BENCH = "bench=fixtures/benches/virtual.toml"


def behave(*arguments):
    """As ``daozhang behave`` runs it: the same hooks and targets, in a forked process."""
    features = [each for each in arguments if each.endswith(".feature")]
    options = [each for each in arguments if each not in features]
    return daozhang(["behave", *features, "-f", "plain", *options], ROOT, {"DAOZHANG_LANG": "en"})


def plain_behave(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "behave", "-f", "plain", *arguments], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False)


@pytest.mark.parametrize(("given", "words"), [
    (["-D", "target=toaster"], "allowed: simulator, virtual, bench"),
    (["-D", "target=bench"], "-D bench=FILE"),
    (["-D", "target=bench", "-D", "bench=nowhere.toml"], "nowhere.toml"),
    (["-D", BENCH], "no effect on target 'simulator'"),
])
def test_what_makes_no_target_is_bad_input(given, words):
    done = behave(*given, "features/reply.lost.feature")
    assert done.returncode == 2
    assert words in done.stderr


@pytest.mark.parametrize(("feature", "reason"), [
    ("maintenance.case_study.feature", "one terminal stands on this bench"),  # by a step
    ("maintenance.case_study.zh-CN.feature", "只有一台终端"),
])
def test_a_feature_that_nobody_tagged_is_passed_over_with_its_reason_and_nothing_fails(feature, reason):
    done = behave("-D", "target=bench", "-D", BENCH, f"features/{feature}")
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith(("skipped:", "跳过"))]
    assert len(told) == 2
    assert all(reason in line and feature in line for line in told)
    assert "2 skipped" in done.stdout


def test_a_need_by_a_tag_passes_over_before_anything_is_done():
    done = plain_behave("features/power.cut_at_message.feature")
    assert done.returncode == 0
    assert done.stderr.count("skipped:") == 2
    assert "0 steps passed" in done.stdout


@pytest.mark.parametrize(("feature", "words"), [
    ("fraud.cash_out.feature", "only the virtual clock shows it meanwhile"),
    ("fraud.cash_out.zh-CN.feature", "只有虚拟时钟能在途中查看"),
])
@pytest.mark.parametrize("target", [["target=virtual"], ["target=bench", "-D", BENCH]], ids=["virtual", "bench"])
def test_what_needs_the_records_is_passed_over_by_its_tag_with_that_reason_where_nobody_shows_them(feature, words, target):
    done = behave("-D", *target, f"features/{feature}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 steps passed" in done.stdout
    told = [line for line in done.stderr.splitlines() if line.startswith(("skipped:", "跳过"))]
    assert len(told) == 2
    assert all(words in line for line in told)


def test_a_tag_that_names_no_need_is_refused(tmp_path):
    (tmp_path / "odd.feature").write_text(
        'Feature: odd\n  @needs.unicorns\n  Scenario: odd\n    Given a merchant "X" with one terminal\n')
    for name in ("environment.py", "steps"):
        (tmp_path / name).symlink_to(ROOT / "features" / name)
    done = behave(str(tmp_path / "odd.feature"))
    assert done.returncode == 1
    assert "no tag @needs.unicorns; allowed: @needs.customers" in done.stdout + done.stderr


@pytest.mark.parametrize("target", [["target=virtual"], ["target=bench", "-D", BENCH]], ids=["virtual", "bench"])
def test_who_settles_by_himself_at_an_hour_needs_the_world(tmp_path, target):
    """Nobody would settle, and the merchant would seem unpaid."""
    path = tmp_path / "by_himself.feature"
    path.write_text('Feature: a\n  Scenario: a\n    Given a merchant "X" with one terminal\n'
                    "    And the merchant settles every day at 22:00\n    When the merchant sells for ¥68.00\n"
                    "    Then the judge passes the run\n")
    done = behave("-D", *target, str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nobody settles by himself at an hour here" in done.stderr
