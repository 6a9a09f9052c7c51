"""What of a message the trace shows: card numbers in F48 never, whoever sends it in whatever form."""

from __future__ import annotations

import pytest

from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.subfields import CardTotals, SettlementTotals, UploadItem, format_upload
from simulator.world.network import message_records as records

PAN = "6234567890123456"
ITEM = format_upload([UploadItem(False, 7, PAN, 1_000)])
TOTALS = SettlementTotals(CardTotals(10_000, 1)).format()


def shown(mti, details, network_code="201", kind=Kind.BATCH_UPLOAD):
    message = Message(mti=mti, tid="10000001", stan=1, type_code="00", batch=1,
                      network_code=network_code, details=details)
    sent = records.sent(0, "terminal.10000001", "acquirer", kind, message, "", 0)
    arrived = records.arrived(0, "acquirer", "terminal.10000001", kind, message, True, 0)
    assert sent.details == arrived.details
    return sent.details


@pytest.mark.parametrize("details", [
    ITEM, ITEM[:-1], ITEM + "0", "01" + PAN + "0" * 24, PAN, "0" + PAN, PAN * 4,
    (PAN * 4)[:62], "9" + ITEM[1:], "",
])
@pytest.mark.parametrize("mti", ["0320", "0330", "0500", "0510", "0200", "0220", "0820"])
@pytest.mark.parametrize("code", ["201", "203", "205", "207", "202", "", "999"])
def test_no_card_number_in_f48_is_shown(mti, details, code):
    if mti in ("0500", "0510") and len(details) == 62:
        return  # by its form these are totals: sums and counts
    assert PAN not in shown(mti, details, code)
    assert "7890" not in shown(mti, details, code)


def test_what_the_judge_reads_of_f48_is_shown():
    assert shown("0320", ITEM) == "000007:1000"
    assert shown("0320", "0017", "207") == "0017"
    assert shown("0500", TOTALS, kind=Kind.SETTLEMENT) == TOTALS
    assert shown("0510", TOTALS[:30] + "1" + TOTALS[31:], kind=Kind.SETTLEMENT)[30] == "1"
