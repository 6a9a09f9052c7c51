"""Whatever a terminal gives as a reason is a member of a closed set, and each member has its producer."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from terminal_bench import CARD, KEYS, SEALER, Bench

from simulator.catalogue import terminal_reasons
from simulator.catalogue.reasons import Reason
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.catalogue.terminal_reasons import (
    AdviceEnd,
    Damage,
    Disarming,
    Failure,
    NoAnswer,
    Refusal,
    Shown,
    Unfinished,
    shown_words,
)
from simulator.machines import terminal
from simulator.machines.terminal.journal import encode_record, read_journal
from simulator.machines.terminal.machine import TABLE
from simulator.machines.terminal.profile import TerminalProfile
from simulator.machines.terminal.records import AdviceEnded, Disarmed
from simulator.wire.kinds import Kind

SETS = (AdviceEnd, Damage, Disarming, Failure, NoAnswer, Refusal, Shown, Unfinished)
SOURCES = {
    path.name: ast.parse(path.read_text("utf-8"))
    for path in Path(terminal.__path__[0]).glob("*.py")
}
# A reason is the argument of this name, or in this place of a call.
TOLD = {"reason", "why", "what", "outcome"}
PLACE = {
    "show": 1, "_refuse": 2, "_unanswered": 2, "_disarm": 2, "end_reversal": 1, "Pending": 0,
    "AdviceEnded": 2, "Disarmed": 2, "_refuse_waiting_job": 1, "JournalDamage": 2, "Show": 0,
}


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, getattr(node.func, "attr", getattr(node.func, "id", ""))


def reasons_given(node, name):
    given = [each.value for each in node.keywords if each.arg in TOLD]
    if name in PLACE and len(node.args) > PLACE[name]:
        given.append(node.args[PLACE[name]])
    return given


def produced():
    return {
        (node.value.id, node.attr)
        for tree in SOURCES.values() for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def test_the_sets_of_this_test_are_all_that_there_are():
    there = {
        each for each in vars(terminal_reasons).values()
        if isinstance(each, type) and issubclass(each, Reason) and each is not Reason
    }
    assert set(SETS) == there


def test_no_producer_gives_a_text_of_its_own():
    texts = [
        f"{module}:{node.lineno}"
        for module, tree in SOURCES.items() for node, name in calls(tree)
        for given in reasons_given(node, name)
        if isinstance(given, (ast.JoinedStr, ast.Constant))
    ]
    assert texts == []


def test_the_walk_sees_producers():
    seen = [name for tree in SOURCES.values() for node, name in calls(tree) if reasons_given(node, name)]
    assert set(PLACE) - {"Show", "Disarmed", "_unanswered"} <= set(seen)


@pytest.mark.parametrize("reason", [m for each in SETS for m in each],
                         ids=lambda member: f"{type(member).__name__}.{member.name}")
def test_each_member_has_a_producer_and_words_in_both_languages(reason):
    assert (type(reason).__name__, reason.name) in produced()
    assert reason.en
    assert reason.en.isascii()
    assert re.search(r"[一-鿿]", reason.zh)


def test_an_exchange_without_an_answer_does_something_to_its_reversal_whatever_the_reason():
    assert set(TABLE.unknown) == set(NoAnswer)


def test_everything_shown_has_words_and_the_words_of_a_code_are_its_own():
    assert {shown_words(shown) for shown in Shown} == {(shown.en, shown.zh) for shown in Shown}
    assert len({shown_words(f"declined_{code}") for code in RESPONSE_CODES}) > 70
    with pytest.raises(ValueError, match="is no Shown"):
        shown_words("smoke")


def a_bad_day():
    """As much as can go wrong in one day."""
    bench = Bench(profile=TerminalProfile(offline_limit_fen=10_000, settlement_tries=1))
    bench.sell("before sign-on", 100)
    bench.operate(Kind.SIGN_ON, "wrong", password="9999")
    bench.sign_on()
    for change in (
        {"response_code": "51"}, {"response_code": "41"}, {"tid": "99999999"}, {"mac": b"00000000"},
        {"amount_fen": 1}, {"response_code": "10", "amount_fen": 50}, {"processing_request": "9"},
    ):
        bench.host.answers["0200"] = lambda _request, reply, change=change: (
            replace(reply, **change) if "mac" in change
            else SEALER.seal(replace(reply, mac=None, **change), KEYS.mak))
        bench.sell(f"sale {min(change)}", 100)
        bench.rest()
    bench.operate(Kind.VOID, "void of nothing")
    bench.operate(Kind.REFUND, "refund of nothing", amount_fen=5, card=CARD)
    bench.operate(Kind.OFFLINE_SALE, "too much", amount_fen=20_000, card=CARD)
    bench.refuses = True
    bench.sell("not sent", 100)
    bench.down, bench.refuses = True, False
    bench.sell("lost", 100)
    bench.rest(5)
    bench.sell("waits", 100)
    bench.operate(Kind.SETTLEMENT, "no")
    bench.down = False
    bench.rest()
    bench.operate(Kind.SETTLEMENT, "yes")
    return bench


def test_what_a_bad_day_brings_is_of_the_sets_and_no_other():
    bench = a_bad_day()
    reasons = {type(told.reason) for told in bench.concluded if told.reason}
    assert reasons <= {Refusal, NoAnswer, Failure}
    assert len({told.reason for told in bench.concluded if told.reason}) >= 8
    assert {type(show.what) for show in bench.shown} == {Shown}
    for show in bench.shown:
        assert shown_words(show.code)
    assert {type(each.why) for each in bench.records if isinstance(each, Disarmed)} == {Disarming}


@pytest.mark.parametrize("record", [
    *(Disarmed(1, 2, why) for why in Disarming), *(AdviceEnded(1, 2, end) for end in AdviceEnd),
], ids=repr)
def test_a_reason_in_a_journal_is_its_value_and_read_again_its_member(record):
    line = encode_record(record)
    (again,) = read_journal(line).records
    assert again == record
    assert type(msgspec.structs.astuple(again)[2]) in (Disarming, AdviceEnd)
    assert f'"{msgspec.structs.astuple(record)[2].value}"'.encode() in line
