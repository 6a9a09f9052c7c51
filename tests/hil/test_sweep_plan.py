"""From a recording to the cases of a kind: which boundaries there are, which harms have a meaning where."""

import msgspec
import pytest

from hil.relay.decisions import Deed
from hil.relay.seen import Fate, SeenMessage, Way
from hil.sweep.case import boundaries_of
from hil.sweep.harms import COLUMNS, HARMS
from hil.sweep.kinds import KINDS
from hil.sweep.plan import (
    END,
    START,
    UnknownCaseError,
    case_named,
    cases_of,
    parts_of,
    recorded,
    without_power,
)
from simulator.wire.kinds import COUNTS, REPLY_MTI, Kind
from simulator.wire.message import Message


def messages(*rows, mac=b"12345678"):
    """Requests and replies of (MTI, kind), numbered."""
    seen = []
    for mti, kind in rows:
        for way, each in ((Way.UP, mti), (Way.DOWN, REPLY_MTI[mti])):
            seen.append(SeenMessage(
                number=len(seen) + 1, at_ms=0.0, way=way, link=1, mti=each, kind=kind,
                message=Message(mti=each, mac=mac)))
    return seen


SALE = messages(("0200", "sale"))
UNBALANCED = messages(("0500", "settlement"), ("0320", "batch_upload"), ("0320", "batch_upload"), mac=None)
MANY_KEYS = messages(("0820", "capk_list"), *[("0800", "capk_download")] * 6, ("0800", "capk_end"), mac=None)


def names(recording):
    return [each.name for each in recording.boundaries]


def cases(recording):
    return [each.id for each in cases_of(recording)]


def test_a_sale_has_its_two_messages_its_beginning_and_its_end():
    assert names(recorded(KINDS["sale"], SALE, every=True)) == [START, "0200", "0210", END]


def test_messages_of_one_type_are_numbered_and_matched_by_kind_and_turn():
    recording = recorded(KINDS["unbalanced"], UNBALANCED, every=True)
    assert names(recording) == [START, "0500", "0510", "0320#1", "0330#1", "0320#2", "0330#2", END]
    match = recording.named("0330#2").match()
    assert (match.way, match.mti, match.kind, match.nth) == (Way.DOWN, "0330", "batch_upload", 2)


def test_a_number_counts_the_swept_messages_and_a_match_all_of_the_operation():
    """The reversal's own row leaves the sale to another one; what it counts is still what passes."""
    seen = [*SALE, *messages(("0400", "reversal"))]
    recording = recorded(KINDS["reversal"], seen, every=True)
    assert names(recording) == [START, "0400", "0410", END]


def test_every_message_or_of_those_that_are_alike_the_first_two_and_the_last():
    assert len(names(recorded(KINDS["capk"], MANY_KEYS, every=True))) == 2 + 16
    some = recorded(KINDS["capk"], MANY_KEYS, every=False)
    assert names(some) == [
        START, "0820", "0830", "0800#1", "0810#1", "0800#2", "0810#2", "0800#6", "0810#6", "0800#7", "0810#7", END]
    assert some.alike == 6


def test_what_the_line_does_to_a_request_and_to_a_reply():
    assert cases(recorded(KINDS["sale"], SALE, every=True)) == [
        "sale/start/power",
        "sale/0200/power-before", "sale/0200/power-after", "sale/0200/lost-request", "sale/0200/late-request",
        "sale/0200/repeated-request", "sale/0200/reset-request",
        "sale/0210/power-before", "sale/0210/power-after", "sale/0210/power-soon", "sale/0210/lost-reply",
        "sale/0210/late-reply", "sale/0210/late-after-reversal", "sale/0210/repeated-reply", "sale/0210/wrong-mac",
        "sale/0210/cut-short", "sale/0210/garbage", "sale/0210/reset-reply",
        "sale/end/power"]


def test_what_has_no_meaning_is_no_case_and_says_why():
    recording = recorded(KINDS["unbalanced"], UNBALANCED, every=True)
    without = recording.named("0510").without
    assert without["wrong-mac"][0] == "the message carries no MAC"
    assert without["late-after-reversal"][0] == "settlement is not reversed"
    assert not {"unbalanced/0510/wrong-mac", "unbalanced/0510/late-after-reversal"} & set(cases(recording))


def test_what_is_lost_in_every_case_of_a_kind_has_a_power_cut_before_it_and_no_more():
    lost = [msgspec.structs.replace(each, fate=Fate.LOST) for each in messages(("0400", "reversal"))[1:]]
    recording = recorded(KINDS["failed-reversals"], [*messages(("0400", "reversal"))[:1], *lost], every=True)
    of_reply = [each for each in cases(recording) if "/0410/" in each]
    assert of_reply == ["failed-reversals/0410/power-before"]
    assert recording.named("0410").without["lost-reply"][0].startswith("this reversal is lost in every case")
    assert "failed-reversals/0400/lost-request" in cases(recording)


def test_where_nothing_turns_a_terminal_off_no_power_cut_is_a_case():
    recording = without_power(recorded(KINDS["sale"], SALE, every=True))
    assert [each for each in cases(recording) if "power" in each] == []
    assert "sale/0210/lost-reply" in cases(recording)
    assert all("[power]" in each.without["power"][0] for each in recording.boundaries if not each.is_message)


def test_a_message_that_nobody_could_read_is_a_boundary_too():
    seen = [SeenMessage(number=1, at_ms=0.0, way=Way.DOWN, link=1)]
    recording = recorded(KINDS["sale"], seen, every=True)
    assert names(recording) == [START, "unreadable", END]
    assert "sale/unreadable/wrong-mac" not in cases(recording)


@pytest.mark.parametrize(("given", "why"), [
    ("sale/0210", "a case is KIND/BOUNDARY/HARM"),
    ("sail/0210/lost-reply", "KIND: sign-on, sale"),
    ("sale/0210/lost", "HARM: power, power-before"),
])
def test_a_name_that_can_be_no_case_is_refused_before_anything_runs(given, why):
    with pytest.raises(UnknownCaseError, match=why):
        parts_of(given, tuple(KINDS))


@pytest.mark.parametrize(("given", "why"), [
    ("sale/0410/lost-reply", "BOUNDARY: start or 0200 or 0210 or end"),
    ("sale/0200/lost-reply", "HARM: power-before, power-after, lost-request"),
    ("sale/start/lost-reply", "HARM: power$"),
])
def test_a_name_that_the_recording_has_not_is_refused_with_what_it_has(given, why):
    with pytest.raises(UnknownCaseError, match=why):
        case_named(given, recorded(KINDS["sale"], SALE, every=True))


def test_a_case_without_a_meaning_is_refused_with_the_reason():
    with pytest.raises(UnknownCaseError, match="carries no MAC"):
        case_named("unbalanced/0510/wrong-mac", recorded(KINDS["unbalanced"], UNBALANCED, every=True))


def test_each_case_is_found_again_by_its_name():
    recording = recorded(KINDS["capk"], MANY_KEYS, every=True)
    for case in cases_of(recording):
        assert case_named(case.id, recording) == case


def test_a_kind_of_which_no_message_passed_was_not_swept_and_says_so():
    missing = boundaries_of(KINDS["signature"], SALE, every=True)
    assert missing.why.en == "no message of it passed on the line"
    assert names(boundaries_of(KINDS["sale"], SALE, every=True)) == [START, "0200", "0210", END]


# ---- the tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", HARMS.values(), ids=lambda each: each.name)
def test_a_harm_does_something_and_stands_in_a_column(harm):
    assert harm.column in COLUMNS
    assert harm.of_operation or harm.power is not None or harm.decision is not None
    assert harm.what.en != harm.what.zh
    if harm.decision is not None and harm.decision.deed is Deed.HOLD:
        assert harm.decision.until is not None  # known by what passes, not by a terminal's clock


def test_one_boundary_has_one_harm_in_a_column():
    for recording in (recorded(KINDS["sale"], SALE, every=True), recorded(KINDS["capk"], MANY_KEYS, every=True)):
        for boundary in recording.boundaries:
            columns = [HARMS[each.name].column for each in boundary.harms()]
            assert len(columns) == len(set(columns))


@pytest.mark.parametrize("row", KINDS.values(), ids=lambda each: each.name)
def test_a_kind_refers_to_what_was_prepared(row):
    orders = [each.order for each in row.prepare if hasattr(each, "order")]
    for each in (*row.prepare, *row.opens, row.operation):
        of = getattr(each, "of", "")
        assert not of or of in orders
    assert len(row.name) <= len("completion-advice")


def test_every_kind_that_a_clerk_can_ask_for_is_swept():
    """Those that move money or load something; what begins by itself is in the row of what it follows."""
    asked = {each.kind for row in KINDS.values() for each in row.asks}
    money = {kind for kind in Kind if COUNTS[kind]}
    assert money <= asked
