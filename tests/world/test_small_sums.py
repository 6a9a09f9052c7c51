"""Small sums without PIN and signature: what goes up on the line, and what the receipt says."""

from __future__ import annotations

import pytest

from simulator.machines.terminal.profile import TerminalIdentity
from simulator.machines.terminal.receipts import SIGN_HERE, SMALL_SUM, receipt_lines
from simulator.machines.terminal.records import Booked
from simulator.scenario.library import scenario_named
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trace.records import Sent, WireCarried
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.dialects import dialect_named
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind

TEXT = scenario_named("money/small-sums") or ""
IDENTITY = TerminalIdentity("10000001", "898000000000001")


def shown(text):
    """F22, whether there is an F52, and F39, sale by sale."""
    records = []
    try_scenario(scenario_of_text(text), TrialOptions(wire=True), [records.append])
    sales = [each.sale for each in records if isinstance(each, Sent) and each.mti == "0200"]
    frames = [decode_generic(bytes.fromhex(each.frame), dialect_named("unionpay-pos"))
              for each in records if isinstance(each, WireCarried)]
    asked = [(each.fields["22"], "52" in each.fields) for each in frames if each.mti == "0200"]
    told = [each.fields["39"] for each in frames if each.mti == "0210"]
    return {sale: (*request, code) for sale, request, code in zip(sales, asked, told, strict=True)}


def test_a_pin_goes_up_where_it_is_asked_for_and_nowhere_else():
    assert shown(TEXT) == {
        "S1": ("072", False, "00"), "S2": ("071", True, "00"), "S3": ("051", True, "00"),
        "O1": ("071", True, "00"), "G1": ("072", False, "00"), "G2": ("072", False, "55")}


def test_an_acquirer_may_have_no_small_sums_at_all():
    text = TEXT.replace("[[cards]]", '[acquirer]\nno_pin_limit = "0"\n[[cards]]', 1)
    came = shown(text)
    assert came["S1"] == ("071", True, "00")
    assert came["G1"] == ("072", False, "55")  # its terminal says otherwise, and the issuer refuses


@pytest.mark.parametrize(("kind", "small", "on_paper", "last"), [
    (Kind.SALE, True, True, SMALL_SUM), (Kind.SALE, True, False, SMALL_SUM),
    (Kind.SALE, False, True, SIGN_HERE), (Kind.SALE, False, False, "RMB 10.00"),
    (Kind.PREAUTH, False, True, SIGN_HERE), (Kind.QR_SALE, False, True, "RMB 10.00"),
])
def test_a_receipt_has_a_line_for_the_signature_where_somebody_signs(kind, small, on_paper, last):
    item = Booked(kind, "order", 0, 1, 2, 10_00, "6200001234567890", small_sum=small)
    assert receipt_lines(IDENTITY, item, on_paper=on_paper)[-1] == last


def test_a_signature_for_a_small_sum_is_refused_by_name():
    text = TEXT.replace("[[merchants.terminals]]\n[[", "[[merchants.terminals]]\nsettings = { signature_upload = true }\n[[", 1)
    for fen, refused in (("1000", True), ("1000.01", False)):
        signed = text.replace(f'amount = "{fen}", card = "card.tap" }}', f'amount = "{fen}", card = "card.tap", signed = true }}', 1)
        assert signed != text
        if refused:
            with pytest.raises(ScenarioError, match=r"script\[1\].signed: nobody signs for a contactless sale"):
                scenario_of_text(signed)
        else:
            scenario_of_text(signed)
