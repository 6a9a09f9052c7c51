"""Whole days with cards that their issuers look at, in objects and in bytes."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from simulator.judge.verdict import Verdict
from simulator.scenario.read import scenario_of
from simulator.trace.records import Concluded, Journaled, Posted, Record, Sent, WireCarried, to_line
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.message import Message

KEY = "0123456789ABCDEFFEDCBA9876543210"
DAY = """
title = "Cards"
start = 2026-01-27T10:00:00+08:00
until = "1d"
{top}
[[cards]]
name = "card.li"
{card}
[[merchants]]
name = "shop"
terminals = {{ count = 1 }}
habits = {{ settles = "22:30", after_failed_sale = "gives_up" }}
script = [ {script} ]
"""
SALE = '{ at = "11:00", sale = "S1", amount = "68.00", card = "card.li" },'
OTHERS = '{ at = "11:30", sale = "S2", amount = "10.00" },'


def run(card: str = "", top: str = "", script: str = SALE, *, wire: bool = False):
    """The judgement, what each sale was answered, and all records."""
    records: list[Record] = []
    text = DAY.format(card=card, top=top, script=script)
    judgement = try_scenario(
        scenario_of(tomllib.loads(text)), TrialOptions(wire=wire), [records.append])
    codes = {each.sale: each.response_code for each in records if isinstance(each, Concluded)
             and each.what == "sale"}
    return judgement, codes, records


@pytest.fixture(params=[False, True], ids=["objects", "bytes"])
def wire(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.mark.parametrize(("card", "top", "script", "codes"), [
    ('expiry = "2512"', "", SALE + OTHERS, {"S1": "54", "S2": "00"}),
    ('service_code = "201"', '[acquirer]\nchip_fallback = "refuse"', SALE + OTHERS,
     {"S1": "45", "S2": "00"}),
    ('service_code = "601"', '[acquirer]\nchip_fallback = "refuse"', SALE, {"S1": "45"}),
    ("", '[[banks]]\nname = "bank.a"\nunknown_cards = "refuse"', SALE + OTHERS,
     {"S1": "00", "S2": "14"}),
    ('expiry = "2601"', "", SALE, {"S1": "00"}),
    ('service_code = "101"', '[acquirer]\nchip_fallback = "refuse"', SALE, {"S1": "00"}),
    ('service_code = "201"\nentry = "chip"', '[acquirer]\nchip_fallback = "refuse"', SALE,
     {"S1": "00"}),
    ('pin = "482915"', "", SALE, {"S1": "00"}),
    (f'pin = "482915"\nentry = "chip"\nchip_key = "{KEY}"', "", SALE, {"S1": "00"}),
])
def test_what_a_card_is_answered(
    wire: bool, card: str, top: str, script: str, codes: dict[str, str],
) -> None:
    judgement, told, records = run(card, top, script, wire=wire)
    assert told == codes
    assert judgement.findings == ()
    assert judgement.verdict is Verdict.PASS
    if "482915" in card:
        assert not any(b"482915" in to_line(each) for each in records)


def test_a_script_goes_to_the_chip_and_its_result_is_booked_once(wire: bool) -> None:
    card = f'entry = "chip"\nchip_key = "{KEY}"\nscripts = ["720A9F180412345678860100"]'
    judgement, told, records = run(card, wire=wire)
    assert told == {"S1": "00"}
    assert judgement.findings == ()
    booked = Counter(each.entry for each in records if isinstance(each, Journaled))
    assert booked["scriptsrun"] == 1
    assert "0620" in {each.mti for each in records if isinstance(each, Sent)}
    if wire:
        (f55,) = {each.icc_data for each in replies(records, "000000") if each.icc_data}
        assert f55.hex().upper()[:4] == "910A"
        assert f55.hex().upper()[24:28] == "720A"  # the trace hides what is in it


GARBLED = """
[[faults]]
label = "totals garbled"
mode = "record.wrong_details"
target = "shop"
how = "totals"
nth = 1
"""


@pytest.mark.parametrize(("proof", "faults", "codes"), [
    ("right", "", ["203"]), ("none", "", ["203"]), ("wrong", "", ["204"]),
    ("right", GARBLED, ["205"]), ("wrong", GARBLED, ["206"]),
])
def test_an_approval_whose_arpc_is_wrong_goes_up_as_such_and_is_paid(
    wire: bool, proof: str, faults: str, codes: list[str],
) -> None:
    card = f'entry = "chip"\nchip_key = "{KEY}"\nissuer_proof = "{proof}"'
    judgement, told, records = run(card, faults, wire=wire)
    assert told == {"S1": "00"}
    uploaded = [each.network_code for each in records
                if isinstance(each, Sent) and each.mti == "0320" and each.network_code < "207"]
    assert [code for code in uploaded if code != "202"] == codes
    assert judgement.findings == ()
    assert judgement.money.arrived.fen == 68_00


def replies(records: list[Record], processing_code: str) -> list[Message]:
    codec = Codec(usual_dialect())
    messages = [
        codec.decode(bytes.fromhex(each.frame)) for each in records if isinstance(each, WireCarried)
    ]
    return [each for each in messages
            if each.mti == "0210" and each.processing_code == processing_code]


def test_the_balance_that_is_told_falls_with_each_sale() -> None:
    script = ""
    for minute, do in enumerate(("balance", "sale", "balance", "sale", "sale", "balance")):
        step = [f'at = "11:{minute:02}"', f'do = "{do}"']
        step += [f'sale = "S{minute}"', 'amount = "40.00"'] if do == "sale" else []
        step += ['card = "card.li"']
        script += f"{{ {', '.join(step)} }},"
    _, told, records = run('balance = "100.00"', script=script, wire=True)
    assert [each.balance for each in replies(records, "310000")] == [
        "1002156C000000010000", "1002156C000000006000", "1002156C000000002000"]
    assert told == {"S1": "00", "S3": "00", "S4": "51"}
    assert sum(1 for each in records if isinstance(each, Posted) and each.why == "debit") == 2
