"""``daozhang behave FILE`` on what is no Gherkin: one sentence with the place, exit 2; the next file is read as ever."""

from __future__ import annotations

import pytest

from hil.gherkin.feature_file import read_feature
from hil.gherkin.play import play
from simulator.catalogue.language import speaking
from simulator.commands.inputs import InputError

GOOD = "Feature: mine\n  Scenario: one\n    Given a merchant\n"
GOOD_ZH = "# language: zh-CN\n功能: 我的\n  场景: 一\n    假如 有一个商户\n"
BAD = {  # the file, where, what is said in English and Chinese
    "binary": (b"\x7fELF\x01\xff\xfe\x00", "", "not text in UTF-8", "不是 UTF-8 文本"),
    "a NUL": (b"Feature: x\n\0\n", ":2", "NUL byte", "NUL 字节"),
    "UTF-16": (GOOD.encode("utf-16"), "", "not text in UTF-8", "不是 UTF-8 文本"),
    "TOML": (b'title = "x"\n[[merchants]]\n', ":1", "is no feature", "不是功能文件"),
    "empty": (b"", "", "is empty", "是空文件"),
    "only blanks": (b" \n\n", "", "is empty", "是空文件"),
    "no feature line": (b"Scenario: x\n  Given a merchant\n", ":1", "is no feature", "不是功能文件"),
    "Chinese without its language": ("功能: x\n".encode(), ":1", "# language: zh-CN", "# language: zh-CN"),
    "no such language": (b"# language: zh-XX\nFeature: x\n  Scenario: y\n    Given a\n", ":1", "no language 'zh-XX'", "没有语言 'zh-XX'"),
    "a language without a name": (b"# language:\nFeature: x\n", ":1", "no language ''", "没有语言 ''"),
    "a step before a scenario": (f"Feature: x\n\n  Given a merchant\n\n{GOOD[14:]}".encode(), ":3", "before any scenario", "步骤在场景之前"),
    "a Chinese step before a scenario": (
        "# language: zh-CN\n功能: x\n  当 商户结算\n  场景: y\n    当 商户结算\n".encode(), ":3", "before any scenario", "步骤在场景之前"),
    "a table that is none": (
        b"Feature: x\n Scenario: y\n  Given a\n   | a | b |\n   | c |\n", ":5", "more or fewer cells", "格数"),
    "a table without a step": (b"Feature: x\n Scenario: y\n   | a | b |\n", ":2", "has no step", "没有以"),
    "a text that stands too far left": (
        b'Feature: x\n Scenario: y\n  Given a\n   """\n open\n', ":5", "further left", "更靠左"),
    "no scenario": (b"Feature: x\n  Why we do this.\n", "", "has no scenario", "没有场景"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("what", BAD)
def test_it_is_refused_in_one_sentence(tmp_path, what, language):
    content, place, en, zh = BAD[what]
    path = tmp_path / "x.feature"
    path.write_bytes(content)
    with speaking(language), pytest.raises(InputError) as refused:
        play([str(path)], [])
    said = f"{refused.value}"
    assert said.startswith(f"{path}{place}")
    assert (en if language == "en" else zh) in said
    assert "\n" not in said
    assert len(said) < 300 + len(f"{path}")


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("good", [GOOD, GOOD_ZH], ids=["English", "Chinese"])
def test_it_leaves_nothing_behind_for_the_next_file(tmp_path, what, good):
    bad, next_one = tmp_path / "bad.feature", tmp_path / "good.feature"
    bad.write_bytes(BAD[what][0])
    next_one.write_text(good, "utf-8")
    before = read_feature(next_one)
    with pytest.raises(InputError):
        read_feature(bad)
    after = read_feature(next_one)
    for each in (before, after):
        assert (each.name, [step.name for step in next(iter(each.walk_scenarios())).steps]) == (
            ("mine", ["a merchant"]) if good == GOOD else ("我的", ["有一个商户"]))
    assert before.language == after.language


@pytest.mark.parametrize("prose", [
    "Given the holidays, money comes later;\n  this is shown here.", "When the line breaks\n  the terminal reverses.", "As a clerk\n  I want my money."])
def test_prose_that_begins_like_a_step_is_prose(tmp_path, prose):
    path = tmp_path / "x.feature"
    path.write_text(f"Feature: x\n  {prose}\n\n{GOOD.partition(chr(10))[2]}", "utf-8")
    assert read_feature(path).name == "x"
