"""A host's reasons are closed sets: each is given somewhere, none is free text, all have two words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest
from test_acquirer_is_lawful import Mess

import simulator.machines.acquirer as package
from simulator.catalogue import response_codes
from simulator.catalogue.host_reasons import AlarmCode, LeftOpen, SettledHow, UndoneWhy
from simulator.catalogue.reasons import Reason
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import Alarm, TransactionKey
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.wire.kinds import Kind

SETS: tuple[type[Reason], ...] = (AlarmCode, LeftOpen, SettledHow, UndoneWhy)
MEMBERS = pytest.mark.parametrize(
    "member", [each for one in SETS for each in one], ids=lambda member: member.value)
SOURCES = {
    path.name: ast.parse(path.read_text("utf-8"))
    for path in Path(package.__file__).parent.glob("*.py")
}
KEY = TransactionKey("10000001", 1, 2)


@MEMBERS
def test_each_reason_has_words_in_both_languages(member: Reason) -> None:
    assert 3 < len(member.en) < 60
    assert re.search("[a-z]", member.en)
    assert len(re.findall("[\u4e00-\u9fff]", member.zh)) >= 3


@MEMBERS
def test_each_reason_is_given_by_some_step(member: Reason) -> None:
    given = {
        (node.value.id, node.attr)
        for tree in SOURCES.values() for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert (type(member).__name__, member.name) in given


def test_no_step_gives_a_reason_that_is_a_text_of_its_own() -> None:
    values = {member.value for one in SETS for member in one if len(member.value) > 1}
    spoken = {
        (name, argument.value)
        for name, tree in SOURCES.items() for call in ast.walk(tree) if isinstance(call, ast.Call)
        for argument in (*call.args, *(each.value for each in call.keywords))
        if isinstance(argument, ast.Constant) and argument.value in values
    }
    assert spoken == set()


def test_what_a_host_among_chaos_says_is_of_the_sets() -> None:
    codes: set[str] = set()
    for seed in range(8):
        mess = Mess(seed)
        for _ in range(200):
            mess.step()
        for record in mess.bench.journal:
            if isinstance(record, journal.Undone):
                assert isinstance(record.why, UndoneWhy)
            elif isinstance(record, journal.BatchSettled):
                assert isinstance(record.result, SettledHow)
            elif isinstance(record, journal.Refused | journal.Decided):
                codes.add(record.code)
        assert all(isinstance(code, AlarmCode) for code in mess.bench.alarms)
        assert all(isinstance(each.what, LeftOpen) for each in mess.bench.host.pending())
        codes |= {reply.response_code for reply in mess.bench.replies if reply.response_code}
    assert codes <= set(response_codes.RESPONSE_CODES)


@pytest.mark.parametrize("record", [
    *(journal.Undone(KEY, why, "98", "2026-01-29", owed=True) for why in UndoneWhy),
    *(journal.BatchSettled(KEY.tid, 1, how, "2026-01-29") for how in SettledHow),
    journal.Refused(KEY, Kind.SALE, 1, "", 1, "13"),
], ids=repr)
def test_a_record_says_its_reason_by_value_and_is_read_again(record) -> None:
    written = msgspec.json.encode(record)
    assert msgspec.json.decode(written, type=AnyHostRecord) == record
    for name in ("why", "result"):
        if hasattr(record, name):
            assert f'"{name}":"{getattr(record, name).value}"'.encode() in written


def test_a_record_with_a_reason_that_nobody_gives_is_not_read() -> None:
    written = msgspec.json.encode(journal.Undone(KEY, UndoneWhy.RISK, "59", "2026-01-29", owed=True))
    with pytest.raises(msgspec.ValidationError, match="why"):
        msgspec.json.decode(written.replace(b'"risk"', b'"mood"'), type=AnyHostRecord)


def test_an_alarm_is_written_by_the_value_of_its_code() -> None:
    assert msgspec.json.encode(Alarm(AlarmCode.BAD_MAC, "10000001", "STAN 000001")) == (
        b'{"code":"bad_mac","tid":"10000001","text":"STAN 000001"}')
