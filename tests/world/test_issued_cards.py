"""What a named card shows to its issuer, in objects and in bytes: PIN, date, cryptogram."""

from __future__ import annotations

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from msgspec.structs import replace

from simulator.machines.acquirer.events import AskIssuer, IssuerRequest, TransactionKey
from simulator.machines.sealing import Sealer, SymbolicSealer
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.shown import Proof, Shown
from simulator.scenario.parts.banks import TEST_PIN
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.mac import WireSealer
from simulator.wire.message import Message, Original
from simulator.world.banks.issued_cards import IssuedCard, IssuedCards, operate
from simulator.world.people.card_deck import icc_data_of

PAN, OTHER = "6200009753180120", "6200008642150237"
PIK = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
JANUARY_2026_MS = 1_769_700_000_000  # 2026-01-29
SEALERS = {
    "objects": SymbolicSealer(usual_dialect()), "bytes": WireSealer(Codec(usual_dialect())),
}
ROW = IssuedCard(pan=PAN, expiry="2906", pin="482915", pin_required=True)
KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def asked(pan: str = PAN, request: IssuerRequest = IssuerRequest.DEBIT, **fields: object) -> AskIssuer:
    message = replace(Message(mti="0200", pan=pan, entry_mode="022"), **fields)
    return AskIssuer(
        ref="r", bank="bank.a", request=request, pan=pan, amount_fen=100,
        key=TransactionKey("10000001", 1, 1), presented=message,
    )


def cards(sealer: Sealer, row: IssuedCard = ROW) -> IssuedCards:
    issued = IssuedCards(sealer, no_pin_limit_fen=100)  # the sum of what is asked below
    issued.add(row)
    return issued


def test_above_the_small_sums_a_contactless_card_shows_its_pin() -> None:
    issued = IssuedCards(SEALERS["objects"], no_pin_limit_fen=99)
    issued.add(ROW)
    shown = issued.shown(asked(entry_mode="072"), JANUARY_2026_MS)
    assert shown == Shown(pin=Proof.MISSING)


@pytest.fixture(params=SEALERS, ids=list(SEALERS))
def sealer(request: pytest.FixtureRequest) -> Sealer:
    return SEALERS[request.param]


@pytest.mark.parametrize(("pin", "proof"), [
    ("482916", Proof.WRONG), ("48291", Proof.WRONG), ("4829150", Proof.WRONG), ("0000", Proof.WRONG),
    ("482915", Proof.RIGHT),
])
def test_a_pin_is_compared_after_it_came_through_the_host(sealer: Sealer, pin: str, proof: Proof) -> None:
    block = sealer.translated_pin(sealer.pin_block(pin, PAN, PIK), PAN, PIK)
    assert block is not None
    effect = asked(pin_block=block, entry_mode="021")
    assert cards(sealer).shown(effect, JANUARY_2026_MS) == Shown(pin=proof)


def test_a_card_without_a_row_has_the_usual_pin_and_need_not_show_it(sealer: Sealer) -> None:
    issued = cards(sealer)
    for pin, proof in ((TEST_PIN, Proof.RIGHT), ("1" + TEST_PIN, Proof.WRONG)):
        block = sealer.translated_pin(sealer.pin_block(pin, OTHER, PIK), OTHER, PIK)
        shown = issued.shown(asked(OTHER, pin_block=block), JANUARY_2026_MS)
        assert shown == Shown(pin=proof)
    assert issued.shown(asked(OTHER), JANUARY_2026_MS) is None


@pytest.mark.parametrize("trouble", ["key", "card", "bits", "short"])
def test_what_is_no_pin_block_of_card_and_key_does_not_come_through(sealer: Sealer, trouble: str) -> None:
    block = sealer.pin_block("482915", PAN, PIK)
    if trouble == "bits":
        block = bytes(8)
    if trouble == "short":
        block = block[:7]
    key = PIK[::-1] if trouble == "key" else PIK
    pan = OTHER if trouble == "card" else PAN
    assert sealer.translated_pin(block, pan, key) is None


def test_a_block_without_the_card_number_comes_through_as_f53_says() -> None:
    clear = bytes.fromhex("06482915FFFFFFFF")
    block = Cipher(TripleDES(PIK + PIK[:8]), modes.ECB()).encryptor().update(clear)
    wire = SEALERS["bytes"]
    assert wire.translated_pin(block, PAN, PIK) is None
    translated = wire.translated_pin(block, PAN, PIK, with_pan=False)
    effect = asked(pin_block=translated)
    assert cards(wire).shown(effect, JANUARY_2026_MS) == Shown(pin=Proof.RIGHT)


@pytest.mark.parametrize(("fields", "request_", "row", "proof"), [
    ({}, IssuerRequest.DEBIT, ROW, Proof.MISSING),
    ({"entry_mode": "052"}, IssuerRequest.HOLD, ROW, Proof.MISSING),
    ({}, IssuerRequest.BALANCE, ROW, Proof.MISSING),
    ({"entry_mode": "072"}, IssuerRequest.DEBIT, ROW, Proof.UNSAID),
    ({"entry_mode": "072"}, IssuerRequest.HOLD, ROW, Proof.MISSING),
    ({"entry_mode": "072"}, IssuerRequest.BALANCE, ROW, Proof.MISSING),
    ({"original": Original(1, 2)}, IssuerRequest.DEBIT, ROW, Proof.UNSAID),
    ({}, IssuerRequest.CREDIT, ROW, Proof.UNSAID),
    ({}, IssuerRequest.DEBIT, replace(ROW, pin_required=False), Proof.UNSAID),
    ({"pin_block": bytes(8)}, IssuerRequest.DEBIT, replace(ROW, pin=""), Proof.UNSAID),
])
def test_who_must_type_a_pin(
    fields: dict[str, object], request_: IssuerRequest, row: IssuedCard, proof: Proof,
) -> None:
    effect = asked(request=request_, **fields)
    shown = cards(SEALERS["objects"], row).shown(effect, JANUARY_2026_MS)
    assert shown == Shown(pin=proof)


@pytest.mark.parametrize(("pan", "expiry", "track", "expired"), [
    # of a card with a row: 2906
    (PAN, "2512", "", True), (PAN, "2601", "", True), (PAN, "2907", "", True),
    (PAN, "2906", "2905", True), (PAN, "", "3012", True),
    (PAN, "2906", "", False), (PAN, "2906", "2906", False), (PAN, "", "", False),
    # of a card without
    (OTHER, "2512", "", True), (OTHER, "", "2512", True), (OTHER, "3012", "2512", True),
    (OTHER, "3013", "", True), (OTHER, "3000", "", True),
    (OTHER, "2601", "", False), (OTHER, "3012", "3012", False), (OTHER, "", "", False),
])
def test_an_expired_card_and_one_with_another_date(
    pan: str, expiry: str, track: str, expired: bool,
) -> None:
    row = replace(ROW, pin_required=False)
    effect = asked(pan, expiry=expiry, track2=f"{pan}D{track}1010000" if track else "")
    shown = cards(SEALERS["objects"], row).shown(effect, JANUARY_2026_MS)
    assert (shown or Shown()).expired is expired


def test_a_row_that_is_over_is_over_whatever_was_sent_and_from_the_first_of_the_month() -> None:
    issued = cards(SEALERS["objects"], replace(ROW, pin_required=False, expiry="2601"))
    effect = asked()
    last_day_ms = 1_769_875_199_000  # 2026-01-31T23:59:59 in Beijing
    assert issued.shown(effect, last_day_ms) == Shown()
    assert issued.shown(effect, last_day_ms + 1_000) == Shown(expired=True)


def test_the_balance_of_a_card_without_a_row_falls_by_what_that_card_spent_and_no_other() -> None:
    issued = cards(SEALERS["objects"])
    books = IssuerBooks("bank.a", Ledger())
    books.open_pool(1_000_000, limit_fen=1_000)
    alike = "6200008642290237"  # the same as OTHER where it is masked
    told = {}
    for pan, times in ((OTHER, 3), (alike, 1)):
        for stan in range(times):
            effect = replace(asked(pan), key=TransactionKey(pan[:8], 1, stan + times))
            answer = operate(books, effect, issued.ref(pan), issued.shown(effect, JANUARY_2026_MS))
            assert answer.response_code == "00"
        inquiry = asked(pan, IssuerRequest.BALANCE)
        told[pan] = operate(books, inquiry, issued.ref(pan), None).balance_fen
    assert told == {OTHER: 700, alike: 900}


def test_money_goes_back_to_an_expired_card() -> None:
    effect = asked(OTHER, IssuerRequest.CREDIT, expiry="2512", pin_block=bytes(8))
    assert not (cards(SEALERS["objects"]).shown(effect, JANUARY_2026_MS) or Shown()).expired


def test_two_cards_that_look_alike_when_masked_are_two() -> None:
    issued = cards(SEALERS["objects"])
    one, other = "6200001111110006", "6200001111200006"
    assert issued.ref(one) != issued.ref(other)
    assert issued.ref(PAN) == "620000******0120"


@pytest.mark.parametrize(("fields", "proof"), [
    ({}, Proof.MISSING),
    ({"icc_data": bytes.fromhex("9F3602001A")}, Proof.MISSING),
    ({"icc_data": b"\x9f\x26\x08" + bytes(8)}, Proof.WRONG),
    ({"entry_mode": "022"}, Proof.UNSAID),
    ({"entry_mode": "012"}, Proof.UNSAID),
    ({"icc_data": icc_data_of(PAN, ""), "card_sequence": "001"}, Proof.WRONG),
    ({"icc_data": icc_data_of(PAN, KEY.hex()), "card_sequence": "002"}, Proof.WRONG),
    ({"icc_data": icc_data_of(OTHER, KEY.hex()), "card_sequence": "001"}, Proof.WRONG),
    ({"icc_data": icc_data_of(PAN, KEY.hex()), "card_sequence": "001"}, Proof.RIGHT),
    ({"icc_data": icc_data_of(PAN, KEY.hex()), "card_sequence": "001", "entry_mode": "072"},
     Proof.RIGHT),
])
def test_the_cryptogram_of_a_card_with_a_key(fields: dict[str, object], proof: Proof) -> None:
    row = IssuedCard(pan=PAN, expiry="3012", key=KEY)
    effect = asked(**({"entry_mode": "052"} | fields))
    shown = cards(SEALERS["objects"], row).shown(effect, JANUARY_2026_MS)
    assert shown == Shown(cryptogram=proof)


def test_what_goes_back_to_a_chip() -> None:
    icc_data = icc_data_of(PAN, KEY.hex())
    script = bytes.fromhex("720A9F180412345678860100")
    effect = asked(entry_mode="052", icc_data=icc_data, card_sequence="001")
    row = IssuedCard(pan=PAN, expiry="3012", key=KEY, scripts=(script,))
    told = cards(SEALERS["objects"], row).to_chip(effect, "51")
    assert told is not None
    assert told.startswith(b"\x91\x0a")
    assert told[10:] == b"51" + script
    no_key = cards(SEALERS["objects"], replace(row, key=b""))
    assert no_key.to_chip(effect, "00") == script
    assert cards(SEALERS["objects"], ROW).to_chip(effect, "00") is None
    assert no_key.to_chip(asked(OTHER, icc_data=icc_data), "00") is None
    assert no_key.to_chip(asked(), "00") is None  # swiped: nothing hears it


def test_a_row_shows_neither_number_nor_pin_nor_key() -> None:
    shown = repr(replace(ROW, key=KEY))
    assert not any(secret in shown for secret in (PAN, "482915", KEY.hex()))
