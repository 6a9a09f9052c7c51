"""A moment on the line is said in both languages and in short, read back as the same, or refused by name."""

from __future__ import annotations

import re
import textwrap
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.bench.trigger_text import WHILE, parse_trigger, short_form
from hil.bench.trigger_words import WHILE as WHILE_WORDS
from hil.bench.triggers import Trigger, TriggerError, checked, ordinal
from hil.hands.asking import hands_settings
from hil.power.powers import power_settings
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.catalogue.language import speaking
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind

BEFORE_0210 = Trigger(match=Match(way=Way.DOWN, mti="0210"))
APPROVAL = Match(way=Way.DOWN, kind="sale", response_code="00")
RECORD = Trigger(match=Match(way=Way.UP, kind="batch_upload", record=3))

SAID = [
    ("before the 0210 leaves", BEFORE_0210),
    ("Before the 0210 leaves.", BEFORE_0210),
    ("0210发出之前", BEFORE_0210),
    ("在0210发出前", BEFORE_0210),
    ("before 0210", BEFORE_0210),
    ("when the 0200 has been heard and before the 0210 leaves",
     Trigger(match=Match(way=Way.DOWN, mti="0210"), behind=Match(way=Way.UP, mti="0200"))),
    ("收到0200之后、0210发出之前",
     Trigger(match=Match(way=Way.DOWN, mti="0210"), behind=Match(way=Way.UP, mti="0200"))),
    ("200 ms after the approval left", Trigger(match=APPROVAL, place="after", delay_ms=200)),
    ("批准应答发出200毫秒之后", Trigger(match=APPROVAL, place="after", delay_ms=200)),
    ("after sale.reply code=00 +200ms", Trigger(match=APPROVAL, place="after", delay_ms=200)),
    ("in the 3rd record of the upload", RECORD),
    ("上送第3条记录时", RECORD),
    ("before batch_upload record=3", RECORD),
    ("while it updates", WHILE["updates"]),
    ("更新程序时", WHILE["updates"]),
    ("when the settlement request is heard", Trigger(match=Match(way=Way.UP, kind="settlement"))),
    ("收到批结算请求时", Trigger(match=Match(way=Way.UP, kind="settlement"))),
    ("before the 2nd repeated reversal request leaves", Trigger(match=Match(way=Way.UP, kind="reversal", attempt=1, nth=2))),
    ("after the sale reply with code 51 left", Trigger(match=Match(way=Way.DOWN, kind="sale", response_code="51"), place="after")),
    ("before 0210 nth=2 code=00 tid=77001234",
     Trigger(match=Match(way=Way.DOWN, mti="0210", nth=2, response_code="00", tid="77001234"))),
]


@pytest.mark.parametrize(("text", "trigger"), SAID, ids=[text for text, _ in SAID])
def test_what_people_say_is_the_moment_that_they_mean(text, trigger):
    assert parse_trigger(text) == trigger


@pytest.mark.parametrize(("text", "words"), [
    ("", "no moment"),
    ("at noon", "before the 0210 leaves"),
    ("before the 0219 leaves", "0200"),
    ("before frobnicate", "batch_upload"),
    ("before 0210 nth=0", "counted from 1"),
    ("before the 0th 0210 leaves", "counted from 1"),
    ("in the 0th record of the upload", "counted from 1"),
    ("上送第0条记录时", "counted from 1"),
    ("before 0210 nth=99999", "9999"),
    ("before 0200.reply", "never goes down"),
    ("before 0210.request", "never goes up"),
    ("before 0200 code=00", "no response code"),
    ("before the sale request with code 51 leaves", "no response code"),
    ("before 0210 code=5", "two digits"),
    ("before sale record=3", "a sale request has none"),
    ("before 0200 record=3", "only a batch upload"),
    ("after 0210 +600001ms", "longer than"),
    ("before 0210 +5ms", "say after"),
    ("before 0210 colour=red", "nth=…"),
    ("when the 0210 has been heard and before the 0210 leaves", "name two messages"),
    ("before the unicorn reply leaves", "no message"),
    ("before 0210 nth=two", "counted from 1"),
])
def test_what_can_never_come_is_refused_by_name(text, words):
    with pytest.raises(TriggerError) as refused:
        parse_trigger(text)
    assert words in str(refused.value)
    with speaking("zh"), pytest.raises(TriggerError) as refused:
        parse_trigger(text)
    assert any("一" <= each <= "鿿" for each in str(refused.value))


def test_a_kind_and_a_type_that_do_not_go_together_are_refused():
    with pytest.raises(TriggerError, match="no sale goes as 0510"):
        checked(Trigger(match=Match(way=Way.DOWN, kind="sale", mti="0510")))


KINDS = st.sampled_from(usual_dialect().kinds)
COUNTS = st.integers(1, 9_999)
MAYBE = st.just(0) | COUNTS


@st.composite
def matches(draw):
    row, way = draw(KINDS), draw(st.sampled_from(Way))
    name = {"kind": row.kind.value}
    if row.kind is Kind.BATCH_UPLOAD and draw(st.booleans()):
        name["record"] = draw(COUNTS)
    elif draw(st.booleans()):
        name = {"mti": row.reply_mti if way is Way.DOWN else row.mti}
    if way is Way.DOWN:
        name["response_code"] = draw(st.sampled_from(["", "00", "51", "Z1"]))
    return Match(
        way=way, **name, nth=draw(MAYBE), attempt=draw(st.sampled_from([None, 0, 1, 2])), stan=draw(MAYBE),
        tid=draw(st.sampled_from(["", "77001234"])), every=draw(st.sampled_from([0, 3])))


@st.composite
def triggers(draw):
    match = draw(matches())
    if draw(st.booleans()):
        return Trigger(match=match, place="after", delay_ms=draw(st.integers(0, 600_000)))
    behind = draw(st.none() | matches())
    return Trigger(match=match, behind=behind if behind != match else None)


@given(triggers())
def test_what_is_said_of_a_moment_is_read_back_as_the_same(trigger):
    assert checked(trigger) == trigger
    for language in ("en", "zh"):
        assert parse_trigger(trigger.says(language)) == trigger
    assert parse_trigger(short_form(trigger)) == trigger


def test_every_while_has_words_in_both_languages_and_can_come():
    assert WHILE.keys() == WHILE_WORDS.keys()
    for trigger in WHILE.values():
        assert checked(trigger) == trigger


@given(st.text(max_size=60) | st.from_regex(r"(before|after|when|收到|在).{0,40}", fullmatch=True))
def test_any_text_is_a_moment_or_refused(text):
    try:
        trigger = parse_trigger(text)
    except TriggerError:
        return
    assert checked(trigger) == trigger


def test_numbers_are_said_as_people_count():
    assert [ordinal(each) for each in (1, 2, 3, 4, 11, 12, 13, 21, 101, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "101st", "111th"]


def test_what_the_page_shows_is_read_as_it_says():
    page = (Path(__file__).parents[2] / "docs/power.md").read_text()
    table = page.partition("| English | Chinese | short |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert len(rows) >= 6
    for english, chinese, short in rows:
        trigger = parse_trigger(english)
        assert parse_trigger(chinese) == trigger
        assert short in {"", f"`{short_form(trigger)}`"}
        assert trigger.says("en") == english or english.startswith(("in the", "while"))


def test_the_power_and_hands_that_the_page_shows_are_good_settings():
    page = (Path(__file__).parents[2] / "docs/power.md").read_text()
    seen = set()
    for text in re.findall(r"```toml\n(.*?)\n *```", page, re.DOTALL):
        told = tomllib.loads(textwrap.dedent(text))
        for name, check in (("power", power_settings), ("hands", hands_settings)):
            if name in told:
                check(told[name]["driver"], told[name]["settings"])
                seen.add(name)
        if "settings" in told:
            power_settings("serial_relay", told["settings"])
            seen.add("template")
    assert seen == {"power", "hands", "template"}
