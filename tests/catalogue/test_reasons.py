"""Every reason that anybody gives is a member of a closed set, with words in both languages."""

from __future__ import annotations

import ast
import json
from importlib.resources import files
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

import hil
import simulator
from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.catalogue.money_reasons import PayoutReason, PostingReason
from simulator.catalogue.reasons import Reason, reason_of, sets
from simulator.faults.modes import MODES
from simulator.faults.points import Point, Verb
from simulator.judge.words.terms import reason_said
from simulator.money.merchant_bank import RETURN_REASON
from simulator.scenario.read import load_scenario
from simulator.trace import records
from simulator.trace.records import Record
from simulator.trial import TrialOptions, try_scenario
from simulator.world.defects import DEFECTS

MEMBERS = [member for each in sets() for member in each]
OURS = sorted({field for each in sets() for field in each.fields()})
KINDS = {kind.__struct_config__.tag: kind for kind in vars(records).values()
         if isinstance(kind, type) and issubclass(kind, Record) and kind is not Record}


def _is_closed(field: str) -> bool:
    """Whether a field of a record is typed by its set; several sets share the others."""
    record, _, name = field.partition(".")
    kind = get_type_hints(KINDS[record])[name]
    return any(isinstance(each, type) and issubclass(each, Reason) for each in (kind, *get_args(kind)))


CLOSED = [field for field in OURS if _is_closed(field)]
SCENARIOS = Path(str(files("daozhang_fixtures").joinpath("scenarios")))


@pytest.mark.parametrize("reason", MEMBERS, ids=lambda each: f"{type(each).__name__}.{each.name}")
def test_every_reason_has_words_in_both_languages(reason: Reason) -> None:
    assert reason.en
    assert reason.en.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in reason.zh)
    for field in type(reason).fields():
        assert reason_of(field, reason.value) is reason


@pytest.mark.parametrize("members", sets(), ids=lambda each: each.__name__)
def test_no_two_reasons_of_a_set_say_the_same(members: type[Reason]) -> None:
    for language in ("en", "zh"):
        said = [getattr(member, language) for member in members]
        assert len(set(said)) == len(said)


def test_a_value_that_no_set_has_is_none_and_is_refused_by_name() -> None:
    assert reason_of("lost.why", "no connection") is None
    with pytest.raises(ValueError, match="'gone' is no PayoutReason; allowed: frozen, closed"):
        PayoutReason.of("gone")


@pytest.mark.parametrize("field", OURS)
def test_a_set_speaks_for_a_field_that_a_record_has(field: str) -> None:
    record, _, name = field.partition(".")
    assert name in KINDS[record].__struct_fields__


@pytest.mark.parametrize("field", CLOSED)
def test_a_trace_with_a_reason_of_no_set_is_no_trace(field: str) -> None:
    record, _, name = field.partition(".")
    kind = KINDS[record]
    needed = kind.__struct_fields__[:-len(kind.__struct_defaults__) or None]
    made = dict.fromkeys(needed, "") | {"record": record, "at_ms": 0, "entries": [], "net_fen": 0, "amount_fen": 0}
    made |= {"stage": "requested", "reason": "fraud"} if "stage" in made else {}
    known = next(each.value for members in sets() if field in members.fields() for each in members)
    assert getattr(records.from_line(json.dumps(made | {name: known})), name) == known
    with pytest.raises(msgspec.ValidationError, match=f"Invalid enum value 'gone' - at `\\$.{name}`"):
        records.from_line(json.dumps(made | {name: "gone"}))


def _calls() -> list[tuple[str, ast.Call, str]]:
    """Every place in which a record with a closed field is made, by the name of its class."""
    names = {KINDS[field.partition(".")[0]].__name__ for field in CLOSED}
    found = []
    for package in (simulator, hil):
        for path in sorted(Path(package.__file__).parent.rglob("*.py")):
            found += [
                (node.func.id, node, f"{path.name}:{node.lineno}")
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                and node.func.id in names
            ]
    return found


def test_no_producer_writes_a_reason_as_text() -> None:
    calls = _calls()
    made = {name for name, _, _ in calls}
    assert made == {KINDS[field.partition(".")[0]].__name__ for field in CLOSED}
    wrong = [
        where for _, call, where in calls for keyword in call.keywords
        if keyword.arg in ("why", "reason") and isinstance(keyword.value, (ast.Constant, ast.JoinedStr))
    ]
    assert wrong == []


def test_whoever_loses_a_message_gives_a_member() -> None:
    """``records.lost`` is where all links make theirs."""
    wrong = []
    for package in (simulator, hil):
        for path in sorted(Path(package.__file__).parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                is_lost = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and (
                    node.func.attr == "lost" and len(node.args) > 4)
                if is_lost and isinstance(node.args[4], (ast.Constant, ast.JoinedStr)):
                    wrong.append(f"{path.name}:{node.lineno}")
    assert wrong == []


def test_every_verb_that_loses_a_message_is_a_reason() -> None:
    assert {Verb.DROP.value, Verb.REFUSE_CONNECT.value} <= set(LineReason)
    assert {Verb.REFUSE_CONNECT.value} <= NOT_SENT
    assert LineReason.DROP not in NOT_SENT
    assert LineReason.HUNG_UP not in NOT_SENT


def test_every_code_with_which_a_fault_returns_a_payout_is_a_reason() -> None:
    codes = set()
    for mode in MODES.values():
        for _, acts in mode.ways:
            codes |= {act.code for act in acts if act.point is Point.PAYOUT and act.verb is Verb.RETURN}
            if any(act.point is Point.PAYOUT and act.verb is Verb.RETURN for act in acts):
                codes |= mode.codes
    assert codes
    assert codes <= set(PayoutReason)
    assert set(RETURN_REASON.values()) <= set(PayoutReason)


def _seen() -> dict[str, set[str]]:
    """Every value of a closed field in the traces of all scenarios, and of all machines built wrong."""
    seen: dict[str, set[str]] = {field: set() for field in CLOSED}

    def look(record: Record) -> None:
        tag = record.__struct_config__.tag
        for name in ("why", "reason", "lacking"):
            field = f"{tag}.{name}"
            if field in seen and (name != "lacking" or record.lacking is not None):
                value = getattr(record, name)
                assert isinstance(value, Reason), (field, value)
                seen[field].add(value)

    folders = ("*", "defects/*", "judge/*", "money/*", "modes/provider.*")
    for path in sorted(path for each in folders for path in SCENARIOS.glob(f"{each}.toml")):
        scenario = load_scenario(str(path))
        try_scenario(scenario, TrialOptions(), [look])
    for defect in DEFECTS.values():
        scenario = load_scenario(str(SCENARIOS / f"{defect.shown_by}.toml"))
        try_scenario(scenario, TrialOptions(defects=(defect.name, *defect.beside)), [look])
    return seen


def test_every_reason_in_the_traces_of_all_scenarios_has_words() -> None:
    seen = _seen()
    assert all(seen.values()), seen  # each field is taken by some scenario
    for field, values in seen.items():
        for value in values:
            english, chinese = reason_said(field, value)
            assert (english, chinese) == (value.en, value.zh)
    assert {LineReason.DROP, LineReason.REFUSE_CONNECT} <= seen["lost.why"]
    assert set(PostingReason) <= seen["posted.why"]
