"""Rules of checks, read from lines made by hand: a good line holds, a bad one is told with its first wrong message."""

from __future__ import annotations

import pytest
from line_made import PAN, PROFILE, REVERSAL, SALE, LineMade
from msgspec.structs import replace

from hil.checks import (
    batch_rules,
    key_rules,
    line,
    reversal_fields,
    reversal_rules,
    reversal_times,
    till_rules,
)
from hil.checks.evidence import Evidence, Step
from hil.checks.results import NotReachedError, Outcome
from hil.checks.table import CHECKS
from hil.checks.verdict import result_of
from hil.relay.seen import Fate
from hil.tills.ends import Told as Answer
from hil.tills.ends import Wish
from simulator.machines.terminal.profile import AfterLastTry
from simulator.wire.kinds import Kind
from simulator.wire.message import Original
from simulator.wire.subfields import (
    UPLOAD_END,
    CardTotals,
    SettlementTotals,
    UploadItem,
    approved_all_the_same,
    approved_at_chip,
    declined_at_chip,
    format_upload,
    format_upload_end,
)
from simulator.wire.tables import Table


def held(rule: reversal_rules.Rule, evidence: Evidence) -> bool:
    return not rule.look(evidence).wrong


def lost_sale(**reversal: object) -> LineMade:
    """A sale whose reply is lost, its reversal, and the next sale."""
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    made.reversal(2, **reversal)
    made.sale(3, fen=1_500)
    return made


# ---- reversals -------------------------------------------------------------------------------


def test_a_lost_reply_is_reversed_before_the_next_sale():
    evidence = lost_sale().evidence()
    for rule in (reversal_rules.comes("hit"), reversal_rules.goes_first("hit"), reversal_rules.is_delivered("hit"),
                 reversal_fields.repeats_original("hit"), reversal_fields.reason("hit", "98"),
                 reversal_rules.ends_when_answered("hit"), reversal_rules.kept_number("hit"),
                 reversal_times.not_before_time_out("hit"), reversal_fields.date_is_original("hit")):
        assert held(rule, evidence), rule.name


def test_no_reversal_is_told_with_its_request_and_its_money():
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    made.sale(3)
    wrong = reversal_rules.comes("hit").look(made.evidence()).wrong
    assert [(each.number, each.money_fen) for each in wrong] == [(1, 1_000)]
    assert not held(reversal_rules.goes_first("hit"), made.evidence())
    assert not held(reversal_rules.is_delivered("hit"), made.evidence())
    assert not held(reversal_rules.all_unknown_are_reversed(), made.evidence())


def test_a_sale_before_the_reversal_is_the_first_wrong_frame():
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    early = made.sale(3)
    made.reversal(2)
    assert [each.number for each in reversal_rules.goes_first("hit").look(made.evidence()).wrong] == [early.number]


@pytest.mark.parametrize(("field", "value"), [
    ("amount_fen", 999), ("processing_code", "200000"), ("condition_code", "06"), ("pan", "6200009753180138"),
    ("type_code", "23"), ("mid", "898000000000002"), ("track2", f"{PAN}D3012201"), ("pin_block", b"\x00" * 8),
    ("original", Original(1, 77)),
])
def test_another_field_in_a_reversal_is_wrong(field, value):
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    sent = made.up("0400", "reversal", 2, 2_000, **{**REVERSAL, "amount_fen": 1_000, field: value})
    wrong = reversal_fields.repeats_original("hit").look(made.evidence()).wrong
    assert [each.number for each in wrong] == [sent.number]


def test_no_card_number_stands_in_a_finding():
    made = lost_sale(pan="6200009753180138")
    told = reversal_fields.repeats_original("hit").look(made.evidence()).wrong
    assert told
    assert "97531801" not in "".join(each.what.en + each.what.zh for each in told)


def test_a_reversal_of_what_was_never_sent_is_wrong():
    made = lost_sale()
    made.reversal(9)
    assert not held(reversal_fields.repeats_original("hit"), made.evidence())
    assert held(reversal_fields.repeats_original("hit"), made.evidence(cuts=((1.0, 2.0),)))


@pytest.mark.parametrize(("reason", "right"), [("98", True), ("A0", False), ("", False), ("06", False)])
def test_the_reason_is_the_one_that_is_known(reason, right):
    assert held(reversal_fields.reason("hit", "98"), lost_sale(reason=reason).evidence()) is right


def test_a_profile_may_have_another_reason():
    evidence = lost_sale(reason="06").evidence(profile=replace(PROFILE, reversal_reason_at_reply="06"))
    assert held(reversal_fields.reason("hit", "A0"), evidence)


@pytest.mark.parametrize(("date", "right"), [("", True), ("0127", True), ("0128", False)])
def test_the_date_of_a_reversal_is_its_requests(date, right):
    assert held(reversal_fields.date_is_original("hit"), lost_sale(local_date=date).evidence()) is right


@pytest.mark.parametrize(("after_ms", "right"), [(2_000, True), (1_600, True), (1_400, False), (50, False)])
def test_a_reversal_before_the_time_is_over_is_wrong(after_ms, right):
    made = LineMade()
    made.up("0200", "sale", 2, **{**SALE, "amount_fen": 1_000}, fate=Fate.LOST)
    made.reversal(2, after_ms=after_ms)
    rule = reversal_times.not_before_time_out("hit")
    assert held(rule, made.evidence()) is right
    assert not right or rule.look(made.evidence()).margin == "500"


def test_reversals_that_nobody_answers_keep_their_distance():
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    made.reversal(2, answered=Fate.LOST)
    made.reversal(2, after_ms=700, answered=Fate.LOST)
    made.reversal(2)
    assert not held(reversal_times.spaced("hit"), made.evidence())
    assert held(reversal_rules.repeated("hit"), made.evidence())
    assert held(reversal_fields.unchanged("hit"), made.evidence())


def test_a_reversal_that_changes_when_it_is_repeated_is_wrong():
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    made.reversal(2, answered=Fate.LOST)
    made.reversal(2, fen=999)
    assert not held(reversal_fields.unchanged("hit"), made.evidence())


def test_a_reversal_after_its_answer_is_wrong():
    made = lost_sale()
    made.reversal(2)
    assert not held(reversal_rules.ends_when_answered("hit"), made.evidence())


def test_what_comes_after_the_last_try_is_the_profiles_word():
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    for _ in range(3):
        made.reversal(2, answered=Fate.LOST)
    made.sale(3)
    assert not held(reversal_rules.after_last_try("hit"), made.evidence())
    drops = replace(PROFILE, after_last_try=AfterLastTry.DROP)
    assert held(reversal_rules.after_last_try("hit"), made.evidence(profile=drops))
    assert held(reversal_rules.goes_first("hit"), made.evidence(profile=drops))


def test_fewer_tries_than_the_profile_has_are_not_reached():
    with pytest.raises(NotReachedError):
        reversal_rules.after_last_try("hit").look(lost_sale(answered=Fate.LOST).evidence())


def test_an_answered_sale_is_not_reversed():
    made = LineMade()
    made.sale(2)
    assert held(reversal_rules.none(), made.evidence())
    made.reversal(2)
    assert not held(reversal_rules.none(), made.evidence())


def test_tags_of_a_chip_in_a_reversal():
    data = bytes.fromhex("9505000004E0009F3602001A")
    assert held(reversal_fields.chip_data("hit"), lost_sale(icc_data=data).evidence())
    whole = bytes.fromhex("9F26080000000000000000") + data
    assert not held(reversal_fields.chip_data("hit"), lost_sale(icc_data=whole).evidence())


def test_tags_of_a_chip_that_a_reversal_lacks():
    """Of a request that tells them; the chip's counter and the result of a script may lack."""
    made = LineMade()
    data = bytes.fromhex("9505000004E0009F1E04313233349F3602001A")
    made.sale(2, reply=Fate.LOST, icc_data=data)
    made.reversal(2, icc_data=data[:7])
    (wrong,) = reversal_fields.chip_data("hit").look(made.evidence()).wrong
    assert "9F1E" in wrong.what.en
    made = LineMade()
    made.sale(2, reply=Fate.LOST, icc_data=data)
    made.reversal(2, icc_data=data[:-5])
    assert held(reversal_fields.chip_data("hit"), made.evidence())


@pytest.mark.parametrize(("kind", "code", "right"), [
    ("void", "412868", True), ("void", "700001", True), ("void", "", False), ("void", "412869", False),
    ("qr_void", "", True), ("qr_void", "412869", False),
])
def test_the_authorisation_code_of_a_reversal_is_the_requests_or_the_approvals(kind, code, right):
    made = LineMade()
    asked = {**SALE, "processing_code": "200000", "type_code": "23", "amount_fen": 1_000}
    made.up("0200", kind, 2, auth_code="412868", **asked)
    made.down("0210", kind, 2, fate=Fate.LOST, auth_code="700001")
    made.up("0400", "reversal", 2, 2_000, auth_code=code, response_code="98", **{**asked, "local_date": ""})
    assert held(reversal_fields.repeats_original("hit"), made.evidence()) is right


# ---- numbers, till ---------------------------------------------------------------------------


def test_a_number_serves_one_transaction():
    made = LineMade()
    made.sale(2)
    made.sale(3)
    assert held(till_rules.numbers_are_new(), made.evidence())
    made.sale(3, fen=2_000)
    assert not held(till_rules.numbers_are_new(), made.evidence())


CHIP = {"network_code": "205", "capability": "60", "pan": PAN, "amount_fen": 1_000}


@pytest.mark.parametrize(("record", "right"), [
    ({}, True), ({"amount_fen": 700}, True), ({"amount_fen": 1_001}, False),
    ({"pan": "6200009753180138"}, False),
])
def test_a_chip_record_goes_up_under_the_number_of_its_sale(record, right):
    """The sum that was asked for or, of an approval in part, less; the same card."""
    made = LineMade()
    made.sale(2)
    made.up("0320", "batch_upload", 2, **{**CHIP, **record})
    assert held(till_rules.numbers_are_new(), made.evidence()) is right


def block(*stans: int) -> str:
    return format_upload([UploadItem(False, stan, PAN, 1_000) for stan in stans])


def refused(part: str, code: str) -> tuple[LineMade, Evidence]:
    """Unbalanced totals, and details (201) or their end (202) that the host refuses."""
    made = settled(totals(2_000, 2), result="2")
    made.up("0320", "batch_upload", 7, network_code=part, details=block(2, 3) if part == "201" else "0002")
    made.down("0330", "batch_upload", 7, code, network_code=part)
    return made, made.evidence(struck={"hit": (made.seen[-1],)})


@pytest.mark.parametrize(("after", "right"), [
    ((), True), (((2, 3),), True), (((2, 3), "202"), True), (((3,), (2,), "202"), True), (("0500", "202"), True),
    (("202",), False), (((2,), "202"), False), (((9,), "202", (2, 3), "202"), False),
])
def test_details_that_the_host_refused_go_up_again_before_the_end(after, right):
    made, _ = refused("201", "96")
    struck = made.seen[-1]
    for number, each in enumerate(after, 8):
        if each == "0500":
            made.up("0500", "settlement", number, network_code="201", details=totals(2_000, 2))
        else:
            is_end = each == "202"
            made.up("0320", "batch_upload", number, network_code="202" if is_end else "201",
                    details="0002" if is_end else block(*each))
    assert held(batch_rules.refused_details_go_up_again("hit"), made.evidence(struck={"hit": (struck,)})) is right


def test_an_end_that_the_host_refused_is_no_end():
    made, left = refused("202", "30")
    assert not held(batch_rules.refused_end_is_no_end("hit"), left)
    struck = made.seen[-1]
    made.sale(9, batch=2)
    assert not held(batch_rules.refused_end_is_no_end("hit"), made.evidence(struck={"hit": (struck,)}))
    made.up("0500", "settlement", 10, network_code="201", details=totals(2_000, 2))
    assert held(batch_rules.refused_end_is_no_end("hit"), made.evidence(struck={"hit": (struck,)}))


def test_the_time_that_the_host_told_is_waited():
    evidence = lost_sale().evidence()
    assert held(reversal_times.not_before_time_out("hit"), evidence)
    assert not held(reversal_times.not_before_time_out("hit", 3_000), evidence)


def test_what_was_answered_does_not_go_up_again_after_a_cut():
    """Two chip records differ in their number alone: the second is no repetition of the first."""
    made = settled(totals(2_000, 2), result="2")
    made.up("0320", "batch_upload", 2, **CHIP)
    made.down("0330", "batch_upload", 2)
    struck = made.up("0320", "batch_upload", 3, fate=Fate.LOST, **CHIP)
    made.up("0320", "batch_upload", 3, **CHIP)
    evidence = made.evidence(struck={"hit": (struck,)})
    assert held(batch_rules.upload_goes_on("hit"), evidence)
    made.up("0320", "batch_upload", 2, **CHIP)
    assert not held(batch_rules.upload_goes_on("hit"), made.evidence(struck={"hit": (struck,)}))


def test_a_stored_request_may_come_again_under_its_number():
    made = LineMade()
    for _ in range(2):
        made.up("0220", "refund", 4, amount_fen=500, pan=PAN, processing_code="200000")
    assert held(till_rules.numbers_are_new(), made.evidence())


def step(name: str, made: LineMade, result: str, *, kind: Kind = Kind.SALE, stan: int = 0, **answer: object) -> Step:
    return Step(name, Wish(kind=kind, amount_fen=1_000), Answer(result, stan=stan, **answer), 0, made.now_ms + 1)


def test_what_the_till_is_told():
    made = LineMade()
    made.sale(2)
    approved = made.evidence(step("first", made, "approved"))
    assert held(till_rules.told("first", "approved"), approved)
    assert not held(till_rules.not_told("first", "approved"), approved)
    assert not held(till_rules.told("first", "declined"), approved)
    with pytest.raises(NotReachedError):
        till_rules.told("second", "approved").look(approved)


@pytest.mark.parametrize(("code", "reached"), [("51", False), ("91", False), ("77", True), ("A0", True)])
def test_what_a_bank_declines_accuses_no_terminal(code, reached):
    made = LineMade()
    made.sale(2, code=code)
    evidence = made.evidence(step("next", made, "declined", stan=2, response_code=code))
    rule = till_rules.told("next", "approved")
    if reached:
        assert not held(rule, evidence)
    else:
        with pytest.raises(NotReachedError):
            rule.look(evidence)


def test_the_till_is_told_what_the_reply_says():
    made = LineMade()
    made.sale(2)
    assert held(till_rules.told_as_answered("first"), made.evidence(step("first", made, "approved", stan=2, amount_fen=1_000)))
    assert not held(till_rules.told_as_answered("first"), made.evidence(step("first", made, "approved", stan=2, amount_fen=900)))


def test_a_refusal_asks_nobody():
    made = LineMade()
    assert held(till_rules.sends_nothing("first"), made.evidence(step("first", made, "refused")))
    made.sale(2)
    assert not held(till_rules.sends_nothing("first"), made.evidence(step("first", made, "refused")))


def test_who_refuses_by_itself_and_asks_nobody_had_no_decline_to_tell():
    made, rule = LineMade(), till_rules.told("first", "declined")
    with pytest.raises(NotReachedError):
        rule.look(made.evidence(step("first", made, "refused")))
    assert not held(rule, made.evidence(step("first", made, "approved")))
    made.sale(2, code="14")
    assert not held(rule, made.evidence(step("first", made, "refused")))


def test_one_wish_is_one_transaction():
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    assert held(till_rules.sent_once("first"), made.evidence(step("first", made, "failed")))
    made.sale(3)
    assert not held(till_rules.sent_once("first"), made.evidence(step("first", made, "approved")))


# ---- batches ---------------------------------------------------------------------------------


def totals(debit: int, count: int, credit: int = 0, voids: int = 0) -> str:
    return SettlementTotals(CardTotals(debit, count, credit, voids)).format()


def settled(details: str, result: str = "1") -> LineMade:
    """Two sales and a reversed one, settled."""
    made = LineMade()
    made.sale(2)
    made.sale(3, fen=2_000)
    made.sale(4, fen=4_000, reply=Fate.LOST)
    made.reversal(4, fen=4_000)
    made.sale(5, fen=8_000, code="51")
    made.up("0500", "settlement", 6, details=details, network_code="201")
    answer = SettlementTotals(CardTotals(result=result), CardTotals(result="1")).format()
    made.down("0510", "settlement", 6, "", details=answer)
    return made


@pytest.mark.parametrize(("details", "right"), [
    (totals(3_000, 2), True), (totals(7_000, 3), False), (totals(2_000, 1), False), (totals(3_000, 2, 100, 1), False),
    ("1", False),
])
def test_totals_are_what_was_approved_and_not_undone(details, right):
    assert held(batch_rules.totals_agree(), settled(details).evidence()) is right


def upload(made: LineMade, stans: list[int], end: str, count: int) -> None:
    items = [UploadItem(False, stan, PAN, 1_000) for stan in stans]
    made.up("0320", "batch_upload", 7, network_code="201", details=format_upload(items))
    made.down("0330", "batch_upload", 7)
    made.up("0320", "batch_upload", 8, network_code=end, details=format_upload_end(count))
    made.down("0330", "batch_upload", 8)


@pytest.mark.parametrize(("stans", "end", "count", "whole", "ends"), [
    ([2, 3], "202", 2, True, True), ([2, 3], "207", 2, True, False), ([2], "202", 1, False, True),
    ([2, 3, 4], "202", 3, False, True), ([2, 2, 3], "202", 3, False, True), ([2, 3], "202", 3, False, True),
])
def test_an_unbalanced_batch_goes_up_whole(stans, end, count, whole, ends):
    made = settled(totals(3_000, 2), result="2")
    upload(made, stans, end, count)
    evidence = made.evidence()
    assert held(batch_rules.details_are_whole(), evidence) is whole
    assert held(batch_rules.ends_with("2"), evidence) is ends
    assert held(batch_rules.ends_by_result(), evidence) is ends


APPROVED_CHIP, DECLINED_CHIP = approved_at_chip(False, 1_000), declined_at_chip(False, 1_000)
ALL_THE_SAME = approved_all_the_same(False, 1_000)


def chips_settled(result: str) -> LineMade:
    """By chip: 2 is approved, 3 is declined; by stripe 4 is declined."""
    made = LineMade()
    made.sale(2, entry_mode="051")
    made.sale(3, code="51", entry_mode="051")
    made.sale(4, code="51")
    made.up("0500", "settlement", 5, details=totals(1_000, 1), network_code="201")
    made.down("0510", "settlement", 5, "", details=SettlementTotals(CardTotals(result=result), CardTotals(result="1")).format())
    return made


@pytest.mark.parametrize(("records", "end", "whole"), [
    ([("a", 2, APPROVED_CHIP), ("f", 3, DECLINED_CHIP)], 2, True),
    ([("a", 2, APPROVED_CHIP), ("f", 3, DECLINED_CHIP)], 1, True),
    ([("a", 2, APPROVED_CHIP), ("f", 3, DECLINED_CHIP)], 3, False),
    ([("a", 2, APPROVED_CHIP)], 1, True),
    ([("f", 2, ALL_THE_SAME), ("f", 3, DECLINED_CHIP)], 2, True),
    ([("f", 2, DECLINED_CHIP), ("f", 3, DECLINED_CHIP)], 2, False),
    ([("a", 2, APPROVED_CHIP), ("a", 3, APPROVED_CHIP)], 2, False),
    ([("a", 2, APPROVED_CHIP), ("f", 4, DECLINED_CHIP)], 2, False),
    ([("f", 3, DECLINED_CHIP)], 1, False),
], ids=["whole", "failed-not-counted", "count-of-neither", "failed-stay-away", "wrong-arpc", "approved-as-failed",
        "declined-as-approved", "failed-without-a-chip", "approved-missing"])
@pytest.mark.parametrize("result", ["1", "2"])
def test_what_a_chip_declined_may_go_up_and_carries_no_money(result, records, end, whole):
    made = chips_settled(result)
    codes = {"1": {"a": "203", "f": "204"}, "2": {"a": "205", "f": "206"}}[result]
    for letter, stan, private in records:
        made.up("0320", "batch_upload", stan, network_code=codes[letter], private=private, entry_mode="051")
        made.down("0330", "batch_upload", stan)
    made.up("0320", "batch_upload", 8, network_code=UPLOAD_END[result], details=format_upload_end(end))
    made.down("0330", "batch_upload", 8)
    assert held(batch_rules.details_are_whole(), made.evidence()) is whole
    if end < 3:  # that rule reads no counts
        assert held(batch_rules.details_are_whole_of_chip(), made.evidence()) is whole


def test_an_upload_without_its_end_is_wrong():
    made = settled(totals(3_000, 2), result="2")
    assert not held(batch_rules.ends_with("2"), made.evidence())
    assert not held(batch_rules.all_settled(), made.evidence())


def test_the_next_batch_follows():
    made = settled(totals(3_000, 2))
    begun = made.now_ms + 5
    made.sale(9, batch=2)
    next_sale = Step("next", Wish(kind=Kind.SALE, amount_fen=1), Answer("approved"), begun, made.now_ms)
    assert held(batch_rules.batch_moves_on("next"), made.evidence(next_sale))
    made = settled(totals(3_000, 2))
    begun = made.now_ms + 5
    made.sale(9)
    next_sale = Step("next", Wish(kind=Kind.SALE, amount_fen=1), Answer("approved"), begun, made.now_ms)
    assert not held(batch_rules.batch_moves_on("next"), made.evidence(next_sale))
    assert line.following(999_999) == 1


# ---- keys ------------------------------------------------------------------------------------


def test_signs_on_before_the_next_sale():
    made = LineMade()
    told = made.sale(2)
    made.up("0800", "sign_on", 3)
    made.sale(4)
    assert held(key_rules.signs_on_before_next("hit"), made.evidence(struck={"hit": (told,)}))
    made = LineMade()
    told = made.sale(2)
    made.sale(4)
    assert not held(key_rules.signs_on_before_next("hit"), made.evidence(struck={"hit": (told,)}))


def test_nothing_before_the_first_keys():
    made = LineMade()
    made.up("0800", "sign_on", 1)
    made.down("0810", "sign_on", 1)
    made.sale(2)
    assert held(key_rules.has_keys_first(), made.evidence())
    made = LineMade()
    made.sale(2)
    made.up("0800", "sign_on", 3)
    made.down("0810", "sign_on", 3)
    assert not held(key_rules.has_keys_first(), made.evidence())


def test_macs_are_there_and_right():
    made = LineMade()
    made.sale(2)
    assert held(till_rules.sealed(), made.evidence())
    made.sale(3, code="A0")
    assert not held(till_rules.sealed(), made.evidence())
    made = LineMade()
    made.sale(2, mac=None)
    assert not held(till_rules.sealed(), made.evidence())


def black_list(*numbers: int, end: str = "black_list_end", code: str = "391") -> LineMade:
    made = LineMade()
    pieces = {0: b"2001" + b"0399903888", 2: b"1002" + b"03777"}
    for number in numbers:
        made.up("0800", "black_list_download", 0, private=f"{number:03}".encode(), network_code="390")
        made.down("0810", "black_list_download", 0, private=pieces.get(number, b"0"))
    made.up("0800", end, 0, network_code=code)
    made.down("0810", end, 0)
    return made


def test_numbers_of_a_download_follow():
    rule = key_rules.download_is_whole(Table.BLACK_LIST)
    assert held(rule, black_list(0, 2).evidence())
    assert not held(rule, black_list(0, 49).evidence())
    assert not held(rule, black_list(0, 2, end="master_key_end", code="351").evidence())


# ---- from evidence to a result ---------------------------------------------------------------


def test_a_time_missed_by_less_than_this_machine_was_late_is_inconclusive():
    made = LineMade()
    made.up("0200", "sale", 2, **{**SALE, "amount_fen": 1_000}, fate=Fate.LOST)
    made.reversal(2, after_ms=1_400)
    check = replace(CHECKS["REV-13"], must=(reversal_times.not_before_time_out("hit"),), judged=False)
    assert result_of(check, made.evidence(late_ms=20)).outcome is Outcome.FAILED
    assert result_of(check, made.evidence(late_ms=300)).outcome is Outcome.INCONCLUSIVE


def test_what_never_came_is_not_reached():
    check = replace(CHECKS["REV-01"], must=(reversal_rules.comes("hit"),), judged=False)
    assert result_of(check, LineMade().evidence(struck={})).outcome is Outcome.NOT_REACHED


def test_what_failed_is_told_though_something_else_was_not_reached():
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    check = replace(
        CHECKS["REV-01"], must=(reversal_fields.reason("hit", "98"), reversal_rules.comes("hit")), judged=False)
    result = result_of(check, made.evidence())
    assert result.outcome is Outcome.FAILED
    assert result.money_fen == 1_000
