"""Chip details in the batch upload: one message a record, failed ones too, each counted once."""

from __future__ import annotations

import pytest
from acquirer_bench import SETTINGS, HostBench, signed_on
from msgspec.structs import replace
from paired_bench import paired
from terminal_bench import CARD, OTHER_CARD, Bench, original_of

from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original
from simulator.wire.subfields import CardTotals

ICC = bytes.fromhex("9F2608A1B2C3D4E5F607189F3602001A")
CHIP = Card(pan=CARD.pan, entry="chip", sequence="001", icc_data=ICC)
WAVED = Card(pan=OTHER_CARD.pan, entry="contactless", sequence="002", icc_data=ICC)


def declined(_request: Message, reply: Message) -> Message:
    return replace(reply, response_code="51", mac=None)


def sold(bench: Bench) -> None:
    """STAN 2 stripe, 3 chip, 4 contactless, 5 declined chip, 6 declined stripe."""
    bench.sign_on()
    bench.sell("stripe", 1_000)
    bench.sell("chip", 200, CHIP)
    bench.sell("waved", 30, WAVED)
    for order, card in (("failed", CHIP), ("failed stripe", CARD)):
        bench.host.answers["0200"] = declined
        assert bench.sell(order, 4, card).result is Result.DECLINED
    for key in ((1, 5), (1, 6)):
        bench.host.entries[key].approved = False  # the little host had said yes


def uploads(bench: Bench) -> list[Message]:
    return [each.message for each in bench.sent if each.kind is Kind.BATCH_UPLOAD]


def up(bench: Bench) -> list[tuple[str, int]]:
    """Code, and the STAN of its transaction that a record of its own bears."""
    return [(each.network_code, 0 if each.details else each.stan or 0) for each in uploads(bench)]


@pytest.mark.parametrize(("unbalanced", "expected", "count"), [
    (True, [("201", 0), ("205", 3), ("205", 4), ("206", 5), ("202", 0)], "0004"),
    (False, [("203", 3), ("203", 4), ("204", 5), ("207", 0)], "0003"),
])
def test_chip_records_go_up_one_by_one_under_their_own_codes(unbalanced, expected, count):
    bench = Bench()
    bench.host.always_unbalanced = unbalanced
    sold(bench)
    assert bench.operate(Kind.SETTLEMENT, "settle").result is Result.APPROVED
    assert up(bench) == expected
    assert uploads(bench)[-1].details == count
    assert bench.host.complaints == []
    assert bench.terminal.memory.failed == ()


def test_a_chip_record_says_what_was_read_from_the_chip():
    bench = Bench()
    sold(bench)
    bench.operate(Kind.SETTLEMENT, "settle")
    chip, waved, failed, _end = uploads(bench)
    assert (chip.icc_data, chip.card_sequence, chip.entry_mode) == (ICC, "001", "052")
    assert (waved.icc_data, waved.card_sequence, waved.entry_mode) == (ICC, "002", "072")
    assert (failed.icc_data, failed.card_sequence, failed.amount_fen) == (ICC, "001", 4)
    assert (failed.mti, failed.response_code, failed.mac) == ("0320", "", None)
    assert [each.stan for each in (chip, waved, failed)] == [3, 4, 5]


# By hand, from public terminals: 61 or 71, class, response 00 or 11, sum in twelve digits, currency
# 156; of what was declined the cryptogram's type 1 and 0 for "no ARPC".
SAID = {
    "203": b"610000000000000200156", "204": b"71001100000000000415610",
    "205": b"610000000000000200156", "206": b"71001100000000000415610",
}
ROW = {"2", "4", "11", "22", "23", "41", "42", "55", "60", "62"}


@pytest.mark.parametrize("unbalanced", [True, False])
def test_a_chip_record_has_ten_fields_and_no_others(unbalanced):
    bench = Bench()
    bench.host.always_unbalanced = unbalanced
    sold(bench)
    bench.operate(Kind.SETTLEMENT, "settle")
    codec = Codec(usual_dialect())
    seen = {}
    for each in uploads(bench):
        if not each.details:
            fields = decode_generic(codec.encode(each), usual_dialect()).fields
            assert set(fields) == ROW
            assert fields["60"] == f"00000001{each.network_code}60"
            seen.setdefault(each.network_code, bytes(each.private or b""))
    assert seen == {code: SAID[code] for code in (("205", "206") if unbalanced else ("203", "204"))}


def test_a_chip_record_takes_no_number_of_its_own():
    """STAN 2 to 6 are the sales, 7 is the 0500; three records later the end has 8."""
    bench = Bench()
    sold(bench)
    bench.operate(Kind.SETTLEMENT, "settle")
    assert [each.stan for each in uploads(bench)] == [3, 4, 5, 8]


def test_a_refund_to_a_chip_card_is_no_record_of_a_chip():
    """No source has one in that form: it goes up as any other record, F61 and all."""
    bench = Bench()
    bench.host.always_unbalanced = True
    bench.sign_on()
    sold = bench.sell("chip", 200, CHIP)
    bench.operate(Kind.REFUND, "refund", amount_fen=100, card=CHIP, original=original_of(sold))
    assert bench.operate(Kind.SETTLEMENT, "settle").result is Result.APPROVED
    sale, refund, _end = uploads(bench)
    assert (sale.stan, sale.original, bool(sale.private)) == (2, None, True)
    assert (refund.original, refund.processing_code, refund.private) == (Original(1, 3), "200000", None)


def test_a_batch_without_chip_cards_sends_nothing_after_balanced_totals():
    bench = Bench()
    bench.sign_on()
    bench.sell("stripe", 1_000)
    bench.operate(Kind.SETTLEMENT, "settle")
    assert up(bench) == [("207", 0)]


@pytest.mark.parametrize("unbalanced", [True, False])
def test_an_upload_cut_off_at_any_effect_goes_on_and_sends_no_record_again(unbalanced):
    whole = Bench()
    whole.host.always_unbalanced = unbalanced
    sold(whole)
    before = whole.effects
    whole.operate(Kind.SETTLEMENT, "settle")
    for cut in range(before, whole.effects):
        bench = Bench()
        bench.host.always_unbalanced = unbalanced
        sold(bench)
        bench.cut = cut
        bench.operate(Kind.SETTLEMENT, "settle")
        bench.heal_and_close()
        assert bench.findings([]) == []
        records = [each for each in up(bench) if each[1]]
        assert len(records) - len(set(records)) <= 1, cut  # the one whose reply was not stored


@pytest.mark.parametrize("unbalanced", [True, False])
def test_both_machines_settle_chip_records_in_every_case_of_a_lost_message(unbalanced):
    whole, _ = paired()
    chips(whole)
    whole.operate(Kind.SETTLEMENT, "settle")
    for lost in range(6, whole.messages + 6):
        bench, host = paired(TerminalProfile(settlement_tries=1))
        chips(bench)
        if unbalanced:
            host.host.books.terminals["10000001"].batches[1].debit_fen += 1
        bench.lost = lost
        bench.operate(Kind.SETTLEMENT, "settle")
        bench.heal_and_close()
        (settled,) = [each for each in host.settled if each.batch == 1]
        assert settled.result == ("2" if unbalanced else "1")
        assert settled.debit_count == 2
        assert settled.held == ()
        assert host.alarms == []


def chips(bench: Bench) -> None:
    bench.sell("chip", 200, CHIP)
    bench.sell("stripe", 1_000)


# ---- host ------------------------------------------------------------------------------------

NAMED = {"pan": CARD.pan, "amount_fen": 700, "network_code": "206"}


def disputed():
    """STAN 2 and 3 are captured, 4 is declined."""
    bench = HostBench(settings=SETTINGS)
    terminal = signed_on(bench)
    terminal.sale(700)
    terminal.sale(800)
    bench.issuer.code = "51"
    terminal.sale(900)
    assert terminal.ask_settlement(CardTotals()) == "2"
    return bench, terminal


BY_F61, BY_NUMBER = {"original": Original(1, 4)}, {"stan": 4}


@pytest.mark.parametrize("named", [BY_F61, BY_NUMBER])
@pytest.mark.parametrize("count", [3, 2])
def test_failed_chip_records_count_once_or_not_at_all(count, named):
    bench, terminal = disputed()
    terminal.upload_items([(2, 700), (3, 800)])
    for _ in range(2):
        reply = terminal.do(Kind.BATCH_UPLOAD, **NAMED, **named)
        assert reply.response_code == "00"
    assert terminal.end_upload(count) == "00"
    assert bench.alarms == []
    assert bench.settled[0].held == ()


def test_a_captured_sale_that_failed_at_the_chip_is_held():
    bench, terminal = disputed()
    terminal.upload_items([(3, 800)])
    terminal.do(Kind.BATCH_UPLOAD, **NAMED, original=Original(1, 2))
    assert terminal.end_upload(2) == "00"
    assert [key.stan for key in bench.settled[0].held] == [2]
    assert bench.alarms == ["not_uploaded"]


def test_a_failed_chip_record_of_what_the_host_never_saw_is_nothing():
    bench, terminal = disputed()
    terminal.upload_items([(2, 700), (3, 800)])
    terminal.do(Kind.BATCH_UPLOAD, **NAMED, original=Original(1, 99))
    assert terminal.end_upload(3) == "00"
    assert bench.alarms == []
