"""A profile's file: whatever is wrong is refused with where it is and what is allowed; nothing is passed over."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.ecr import profiles
from hil.ecr.ecr_words import HEARD
from hil.ecr.facts import FACTS
from hil.ecr.profile import Profile
from hil.ecr.profiles import ProfileError, load_profile, profile_names
from hil.ecr.till import EcrError, TillSession
from hil.ecr.values import Ask, Order
from simulator.catalogue.language import speaking
from simulator.wire.kinds import Kind

WRONG = [  # of a shipped profile: what is there, what stands there instead, what is said
    ("transbank", "baud = 115200", "bauds = 1", "line: no key bauds; allowed: baud, data_bits"),
    ("transbank", "baud = 115200", 'parity = "X"', "line.parity: Invalid enum value 'X'; allowed: E, M, N, O, S"),
    ("transbank", "baud = 115200", "baud = 0", "line.baud: 0 given; allowed: 50 to 4000000"),
    ("transbank", 'start = "02"', 'start = "2"', "framing.start: 2 given; allowed: 0 to 4 bytes in hex"),
    ("transbank", 'end = "03"', "", "framing: without a length start and end are needed"),
    ("transbank", "longest = 2048", "longest = 0", "framing.longest: 0 given; allowed: 1 to 65535 bytes"),
    ("transbank", "longest = 2048", 'more = "17"', "framing: more and block are given together or not at all"),
    ("transbank", "longest = 2048", 'head = ["type", "ack", "id"]', "framing.head: type, ack, id given"),
    ("transbank", "longest = 2048", 'length = { form = "none", width = 3 }', "framing.length: has no effect with form none"),
    ("transbank", "longest = 2048", 'length = { form = "bcd", width = 1 }\nlongest = 900',
     "framing.longest: 900 given; allowed: at most 83"),
    ("transbank", '"data", "end"]', '"data", "head"]', "framing.check.covers: head given; allowed: start, data, end"),
    ("transbank", '"data", "end"]', '"data", "data"]', "framing.check.covers: data stands there twice"),
    ("transbank", 'name = "xor"', 'name = "xor", order = "big"', "framing.check.order: has no effect with one byte"),
    ("transbank", 'name = "xor"', 'name = "xor", base = "7F7F"', "framing.check.base: 7F7F given; allowed: 0 to 1 bytes"),
    ("transbank", 'form = "ack"', 'form = "sign"', "handshake.form: Invalid enum value 'sign'; allowed: ack, enquiry, none"),
    ("transbank", 'form = "ack"', 'form = "ack"\nack = "02"', "handshake.ack: begins as framing.start does"),
    ("transbank", 'form = "ack"', 'form = "ack"\nenq = "0B"', "handshake.enq: has no effect with handshake.form ack"),
    ("transbank", 'form = "ack"', 'form = "none"', "busy.how: nak given; allowed: silence"),
    ("transbank", "tries = 3", "tries = 0", "handshake.tries: 0 given; allowed: 1 to 10"),
    ("transbank", "ack_ms = 3000", "ack_ms = 0", "timers.ack_ms: 0 given; allowed: 1 to 3600000"),
    ("transbank", "ack_ms = 3000", "heartbeat_ms = 5", "timers.heartbeat_ms, timers.silent_ms: has no effect without"),
    ("transbank", '"ask_last"', '"repeat"', "repeats.lost_answer: repeat given; allowed: ask_last, give_up: without"),
    ("transbank", '"undelivered"', '"same_order"', "commands: void: no place for order; repeats.same_request"),
    ("transbank", 'how = "nak"', 'how = "reply"', "busy.how: reply given; allowed: nak, silence"),
    ("transbank", 'how = "nak"', 'how = "code"', "busy.how: code given; allowed: nak, silence"),
    ("transbank", 'separator = "|"', 'separator = "||"', "body.separator: '||' given; allowed: one printable character"),
    ("transbank", "[own]", '[reply]\nbusy = "9C"\n[own]', "reply: has no effect without positive"),
    ("transbank", 'send_status = "0" ', 'send_status = "0"\nmore = "1" ', "own: more: no message has a part for it"),
    ("transbank", "when = { send_status", "when = { status", "progress.when: no value status of its own"),
    ("transbank", 'message = "status"', 'message = "stat"', "progress.message: no message stat; allowed: closed"),
    ("transbank", '"78" = "card"', '"78" = "karte"', "progress.stages[...]: Invalid enum value 'karte'; allowed: amount"),
    ("transbank", '{ value = "0800" }', '{ valu = "0800" }', "messages[1].parts[0]: no key valu; allowed: align"),
    ("transbank", '{ fact = "mid" },\n    { fact = "tid" },\n]', '{ fact = "midi" },\n]', "no fact midi; allowed: amount_fen"),
    ("transbank", '{ own = "send_status" }', '{ own = "status" }', "part 6: no value status of its own; allowed: send_status"),
    ("transbank", '{ layout = "who" }', '{ layout = "whom" }', "no layout whom; allowed: sale, who"),
    ("transbank", 'form = "date", pattern = "DDMMYYYY"', 'form = "date", pattern = "DMY"',
     "pattern: DMY given; allowed: DDMM, DDMMYY"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "auth_code", form = "amount" }',
     "form amount given for auth_code; allowed: bcd, hex"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "clerk" }', "clerk is not for the terminal to say"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "order" }', "order stands there twice"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "auth_code", width = 6, most = 6 }',
     "most: has no effect where there is a width"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "auth_code", tag = "04" }', "tag: has no effect with style"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "auth_code", key = "a" }', "key: a given; allowed: a key, in"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "auth_code", fill = "00" }', "fill: 00 given; allowed: one"),
    ("transbank", '{ fact = "auth_code", most = 6 }', '{ fact = "auth_code", form = "hex" }',
     "form hex given; allowed with style separated"),
    ("transbank", 'kind = "poll"', 'kind = "pol"', "commands[0].kind: Invalid enum value 'pol'; allowed: abort, adjust"),
    ("transbank", 'kind = "poll"', 'kind = "sale"', "commands: kind sale stands there twice"),
    ("transbank", 'request = "poll"', 'request = "pole"', "commands: poll: request: no message pole; allowed: close"),
    ("transbank", 'answers = ["sold"]', 'answers = ["sale"]', "commands: sale: answers: no message sale; allowed: closed"),
    ("transbank", 'answers = ["sold"]', 'own = { x = "1" }', "commands: sale: own: no part x in sale"),
    ("transbank", 'request = "poll"', 'request = "load_keys"', "is never reached, since poll takes the same request"),
    ("transbank", 'code = "01"', 'code = "00"', "codes: code 00 stands there twice"),
    ("transbank", 'result = "approved"', 'result = "failed"', "codes: one with the result approved is needed"),
    ("transbank", 'reasons = ["not_operable", "disabled"]', 'reason = "not_operable"\nreasons = ["disabled"]',
     "codes: 12: reason: has no effect with reasons"),
    ("codepay", 'code = "001"', 'code = "001"\nreason = "no_card"', "codes: one that is not approved and tells of no reason"),
    ("transbank", 'kind = "qr_sale"\nen', 'kind = "sale"\nen', "cannot: sale: there is a command for it"),
    ("transbank", '[[commands]]\nkind = "poll"\nrequest = "poll"', "", "messages: poll: no command uses it"),
    ("telium", "width = 55 }", "most = 55 }", "parts: card needs a width: only the last can be open"),
    ("telium", 'own = { transaction_type = "2" }', "", "commands: refund: own: is never reached"),
    ("ecr17", '{ fact = "amount_fen", form = "amount", width = 8, needed = true },\n    { own = "text", width = 128, align = "right" },\n    { width = 8',
     '{ own = "text", width = 128, align = "right" },\n    { width = 8', "no place for amount_fen in payment"),
    ("ecr17", "stages = {", 'message = "paid"\nstages = {', "progress.message: has no effect with framing.progress"),
    ("zvt-tcp", 'command = "0601"', 'command = "06"', "command: 06 given; allowed: two bytes in hex"),
    ("zvt-tcp", 'tag = "04", needed', 'tag = "99", needed', "tag 99: no row in tags; allowed: 01"),
    ("zvt-tcp", 'width = 6, tag = "04", needed', 'width = 5, tag = "04", needed', "tag 04: width 5 given; allowed: 6, as its row says"),
    ("zvt-tcp", 'negative = "84"', "", "reply: positive and negative are given together"),
    ("zvt-tcp", 'unknown = "83"', "", "reply.unknown: nothing given; allowed: a code in hex"),
    ("codepay", 'form = "numbered"', 'form = "none"', "framing.head: type, ack, id given; allowed"),
    ("codepay", "silent_ms = 10000", "silent_ms = 10", "timers.silent_ms: 10 given; allowed: more than heartbeat_ms"),
    ("codepay", 'key = "response_code", needed', "needed", "key: nothing given; allowed: a key, in style json only"),
]


def changed(name: str, old: str, new: str) -> str:
    text = profiles._text_of(name)
    assert old in text, old
    return text.replace(old, new, 1)


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG, ids=lambda each: str(each)[:40])
def test_what_is_wrong_is_refused_with_its_place_and_what_is_allowed(name, old, new, said):
    with pytest.raises(ProfileError) as caught:
        profiles._read("mine", "mine.toml", changed(name, old, new))
    assert str(caught.value).startswith("mine.toml: ")
    assert said in str(caught.value)
    with speaking("zh"):
        assert HEARD.say(str(caught.value)) != str(caught.value)


@pytest.mark.parametrize("name", profile_names())
def test_shipped_profiles_are_right_and_say_where_they_come_from(name):
    profile = load_profile(name)
    assert profile.said.sources
    assert profile.said.title
    assert profile.can("sale")


def test_a_profile_that_is_like_another_says_only_what_is_different(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('like = "ecr17"\n[framing]\ncheck = { covers = ["start", "data"] }\n[timers]\nack_ms = 500\n', "utf-8")
    mine, base = load_profile(str(path)), load_profile("ecr17")
    assert mine.name == "mine"
    assert mine.said.framing.check.covers == ("start", "data")
    assert (mine.said.framing.check.base, mine.said.timers.ack_ms) == ("7F", 500)
    assert mine.messages == base.messages


def test_files_that_are_none_are_refused(tmp_path):
    with pytest.raises(ProfileError, match='no ECR profile transbnk; did you mean "transbank"'):
        load_profile("transbnk")
    with pytest.raises(ProfileError, match="No such file"):
        load_profile(str(tmp_path / "none.toml"))
    with pytest.raises(ProfileError, match="is no regular file"):
        load_profile(str(tmp_path / "folder.toml") if (tmp_path / "folder.toml").mkdir() is None else "")
    (tmp_path / "large.toml").write_bytes(b"#" * (profiles.MOST_BYTES + 1))
    with pytest.raises(ProfileError, match="bytes are no ECR profile"):
        load_profile(str(tmp_path / "large.toml"))
    (tmp_path / "text.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ProfileError, match="not UTF-8 at byte 0"):
        load_profile(str(tmp_path / "text.toml"))
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5000 + "]" * 5000, "utf-8")
    with pytest.raises(ProfileError, match="nested at most 32 deep"):
        load_profile(str(tmp_path / "deep.toml"))
    (tmp_path / "like.toml").write_text('like = "nobody"', "utf-8")
    with pytest.raises(ProfileError, match="like: no ECR profile nobody; allowed: codepay"):
        load_profile(str(tmp_path / "like.toml"))


VALUES = st.one_of(
    st.integers(-2, 70_000), st.booleans(), st.text(max_size=6),
    st.sampled_from(["", "00", "02", "10", "terminal", "sale", "hex", "bcd", "none", "amount_fen", "order"]),
    st.just([]), st.just({}))


@settings(max_examples=100)
@given(data=st.data())
def test_any_change_of_a_file_is_taken_or_refused_in_words(data):
    """And what is taken can be spoken: a sale is asked for without a crash."""
    table = tomllib.loads(profiles._text_of(data.draw(st.sampled_from(profile_names()))))
    table = profiles._whole(table, "x")
    place: object = table
    while isinstance(place, (dict, list)) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.integers(0, 9)) == 0:
            if data.draw(st.booleans()):
                place[key] = data.draw(VALUES)
            else:
                del place[key]
            break
        place = place[key]
    try:
        profile = profiles._checked("mine", "mine.toml", table)
    except ProfileError:
        return
    till = TillSession(profile)
    try:
        till.begin(Order(kind=Ask.SALE, amount_fen=1500, order="A1"), 0)
    except EcrError:
        return
    assert till.take_outbox()


def test_what_a_profile_cannot_say_is_refused_by_name_with_the_reason():
    telium = load_profile("telium")
    can = telium.can("void")
    assert (bool(can), can.en) == (False, "telium has no void: the request has no place for an original")
    assert can.zh == "telium 没有 void：请求中没有原交易的位置"
    assert telium.can(Kind.SALE)
    assert telium.can(Kind.BATCH_UPLOAD).en == "no till asks for batch_upload"
    with pytest.raises(EcrError, match="telium has no settlement"):
        TillSession(telium).begin(Order(kind=Ask.SETTLEMENT), 0)


@pytest.mark.parametrize(("order", "said"), [
    (Order(kind=Ask.SALE, amount_fen=1, clerk="01"), "sale has no place for clerk; allowed: amount_fen, order"),
    (Order(kind=Ask.SALE, amount_fen=1, own={"x": "1"}), "no value x of its own; allowed: send_status"),
    (Order(kind=Ask.SALE, order="A1"), "sale needs amount_fen"),
    (Order(kind=Ask.VOID), "void needs original_stan"),
    (Order(kind=Ask.SALE, amount_fen=1, order="A|B"), "order cannot be that; allowed: characters without '|'"),
    (Order(kind=Ask.SALE, amount_fen=1, order="A\x03B"), "order cannot be that; allowed: characters without"),
    (Order(kind=Ask.SALE, amount_fen=1, order="ß"), "cannot be that; allowed: characters of ascii"),
    (Order(kind=Ask.SALE, amount_fen=12_345_678_901), "amount_fen cannot be that; allowed: at most 9 characters"),
    (Order(kind=Ask.SALE, amount_fen=-5), "amount_fen cannot be that; allowed: digits"),
])
def test_an_order_that_would_lose_something_is_refused(order, said):
    till = TillSession(load_profile("transbank"))
    with pytest.raises(EcrError) as caught:
        till.begin(order, 0)
    assert said in str(caught.value)
    assert not till.take_outbox()
    assert not till.is_busy


def test_a_value_of_the_profile_s_own_cannot_make_another_kind_of_an_order():
    """On this line a sale and a refund differ in one digit."""
    till = TillSession(load_profile("telium"))
    with pytest.raises(EcrError, match="sale has no value transaction_type of its own; allowed: answer_flag"):
        till.begin(Order(kind=Ask.SALE, amount_fen=100, own={"transaction_type": "2"}), 0)
    till.begin(Order(kind=Ask.SALE, amount_fen=100, own={"answer_flag": "0"}), 0)


def test_asks_are_kinds_of_transactions_or_services_by_the_same_names():
    services = {Ask.POLL, Ask.REGISTER, Ask.LAST_RESULT, Ask.TOTALS, Ask.ABORT, Ask.REPRINT}
    assert {ask.value for ask in Ask if ask not in services} <= {kind.value for kind in Kind}


def test_every_fact_has_a_place_in_some_profile_or_in_the_way_of_one():
    held = {
        part.fact for name in profile_names() for row in load_profile(name).messages.values() for part in row.parts}
    assert FACTS.keys() - held <= {"original_auth_code", "original_batch", "voucher", "count", "batch"}


def test_a_profile_is_read_once():
    assert load_profile("transbank") is load_profile("transbank")
    assert isinstance(load_profile("transbank"), Profile)
