"""The example that is printed of each sentence holds in a world in which it makes sense, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hil.gherkin.play import play
from hil.gherkin.sentences import NAMED, Sentence
from hil.gherkin.topics import SENTENCES
from hil.gherkin.wordings import name_of
from simulator.catalogue.language import Language
from tests.features.worlds_of_examples import SHOP, UNPLAYED, USUAL, WORLDS

LANGUAGES: tuple[Language, ...] = ("en", "zh")
_KEYWORDS = {"given": "Given", "when": "When", "then": "Then"}


def _scenario(sentence: Sentence, language: Language) -> str:
    kind = sentence.kinds[-1]
    world = WORLDS.get(name_of(sentence), USUAL[kind])
    for name, told in NAMED.items():
        world = world.replace(f"{{{name}}}", told.say(language))
    world = world.removeprefix("!") if world.startswith("!") else SHOP + world
    example = f"{_KEYWORDS[kind]} {sentence.pattern(language).example(language)}"
    steps = "\n".join(f"    {example if step == '@' else step}" for step in world.split(" / "))
    return f"  Scenario: {language} {name_of(sentence)}\n{steps}\n"


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Each scenario as it ended, by language and sentence; a feature of its own for each language, one run."""
    folder = tmp_path_factory.mktemp("examples")
    for language in LANGUAGES:
        text = f"Feature: Examples {language}\n" + "".join(_scenario(each, language) for each in SENTENCES)
        (folder / f"{language}.feature").write_text(text, "utf-8")
    play([str(folder)], ["-f", "json", "-o", str(folder / "out.json"), "-f", "null"])
    return {each["name"]: each for feature in json.loads((folder / "out.json").read_text("utf-8")) for each in feature["elements"]}


@pytest.mark.parametrize("sentence", SENTENCES, ids=name_of)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_holds(sentence: Sentence, language: Language, ends: dict[str, dict[str, Any]]) -> None:
    scenario = ends[f"{language} {name_of(sentence)}"]
    if name_of(sentence) in UNPLAYED:
        assert scenario["status"] == "skipped"
        return
    wrong = [(each["name"], each["result"].get("error_message", each["result"]["status"])) for each in scenario["steps"] if each.get("result", {}).get("status") not in (None, "passed")]
    assert wrong == [], "\n".join(f"{step}: {said}" for step, said in wrong)
    assert scenario["status"] == "passed"


def test_every_world_is_that_of_a_sentence() -> None:
    assert set(WORLDS) <= {name_of(each) for each in SENTENCES}


@pytest.mark.parametrize(("world", "step", "said"), [
    ('Given an alarm "late" watches "payout_returned" / When the merchant sells for ¥5.00 / Then the judge passes the run', "the merchant sells for ¥5.00", "the emergency plan has no team: say who acts"),
    ('Given a late payout is compensated with ¥5.00 a day / And the emergency team is "Li", who acts within 10 minutes / When the merchant sells for ¥5.00 / Then the judge passes the run',
     "the merchant sells for ¥5.00", "the emergency plan has no alarm: say what is watched"),
    ("Given the merchant's account is closed / When the merchant sells for ¥5.00 / And the merchant settles / Then the payout of the merchant is returned because \"Corner Shop\"",
     'the payout of the merchant is returned because "Corner Shop"', 'no reason of a payout that came back "corner shop"'),
    ("Given the merchant's account is closed / When the merchant sells for ¥5.00 / And the merchant settles / Then the payout of the merchant is returned because the account is frozen",
     "the payout of the merchant is returned because the account is frozen", "it was returned because the account is closed"),
    ("When the merchant sells for ¥5.00 / And the merchant settles / And the merchant sells for ¥7.00 / Then the batch comes to ¥5.00", "the batch comes to ¥5.00", "it comes to ¥7.00"),
    ("When the merchant sells for ¥5.00 / And terminal 1 is reset to factory settings before the next operation / And the merchant sells for ¥7.00 / Then the batch holds 2 sales",
     "the batch holds 2 sales", "the batch holds 1, of ¥7.00"),
    ("Given 2 customers an hour come until 10:01 / When it is 10:02 / Then the judge passes the run", "the judge passes the run", "nothing happened in this scenario"),
])
def test_what_is_not_so_or_cannot_be_is_told_in_the_words_of_the_sentences(world: str, step: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "f.feature").write_text("Feature: F\n  Scenario: S\n" + "\n".join((SHOP + world).split(" / ")), "utf-8")
    play([str(tmp_path)], ["-f", "json", "-o", str(tmp_path / "out.json"), "-f", "null"])
    [scenario] = json.loads((tmp_path / "out.json").read_text("utf-8"))[0]["elements"]
    [wrong] = [each for each in scenario["steps"] if each.get("result", {}).get("status") == "failed"]
    assert wrong["name"] == step
    assert said in "".join(wrong["result"]["error_message"])
