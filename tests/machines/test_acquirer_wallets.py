"""QR sale, void and refund at the host: paid exactly once or not at all, by voucher; by F61 without."""

from __future__ import annotations

import pytest
from acquirer_bench import (
    CODE,
    MID,
    SETTINGS,
    TID,
    HostBench,
    ScriptedTerminal,
    of_message,
    signed_on,
)
from msgspec.structs import replace

from simulator.machines.acquirer.events import (
    AskIssuer,
    AskWallet,
    BatchForced,
    TransactionKey,
    WalletAnswered,
)
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.field59 import parse_field59
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original
from simulator.wire.scanned import is_scanned

SALE = 8_800
OTHER_TID = "10000002"


def at_work(**settings: object) -> tuple[HostBench, ScriptedTerminal]:
    bench = HostBench(settings=replace(SETTINGS, **settings))
    return bench, signed_on(bench)


def pay(terminal: ScriptedTerminal, **fields: object) -> Message:
    return terminal.do(Kind.QR_SALE, SALE, **fields)


def voucher_of(reply: Message) -> str:
    return parse_field59(reply.field59).voucher


def back(terminal: ScriptedTerminal, kind: Kind, reply: Message, fen: int = SALE, **fields: object) -> Message:
    """A void or refund by the voucher of a sale and its F61."""
    voucher = voucher_of(reply)
    facts = {"original": of_message(reply), "field59": f"A4{len(voucher):03}{voucher}", **fields}
    return terminal.do(kind, fen, **facts)


def unanswered(terminal: ScriptedTerminal, **fields: object) -> Message:
    request = terminal.message(Kind.QR_SALE, SALE, **fields)
    assert terminal.bench.receive(request) == []
    return request


# ---- what a QR request is known by -----------------------------------------------------------


@pytest.mark.parametrize(("fields", "kind"), [
    ({"entry_mode": "032", "field59": CODE}, Kind.QR_SALE),
    ({"entry_mode": "031", "field59": CODE}, Kind.QR_SALE),
    ({"entry_mode": "030"}, Kind.QR_SALE),
    ({"entry_mode": "012", "field59": CODE}, Kind.QR_SALE),
    ({"entry_mode": "", "field59": "A40041234"}, Kind.QR_SALE),
    ({"entry_mode": "022", "field59": "A200701002" "02"}, Kind.SALE),  # noqa: ISC001
    ({"entry_mode": "022", "others": (("47", "F1026000"),)}, Kind.SALE),
    ({"entry_mode": "012", "others": (("47", CODE),)}, Kind.QR_SALE),
    ({"entry_mode": "022", "field59": "000001000178"}, Kind.SALE),  # no tags at all
])
def test_a_qr_request_is_known_by_its_entry_mode_or_its_tags(fields, kind):
    row = usual_dialect().kind[Kind.SALE]
    message = Message(
        mti="0200", processing_code=row.processing_code, condition_code=row.condition_code,
        type_code=row.type_code, network_code=row.network_code, **fields)
    assert usual_dialect().kind_of(message) is kind
    assert is_scanned(message) is (kind is Kind.QR_SALE)


def test_a_request_of_every_family_is_paid_and_its_reply_holds_a_voucher_of_twenty():
    for fields in (
        {"field59": CODE}, {"field59": f"A20160100204020040012{CODE}"},
        {"field59": CODE, "capability": "601"}, {"field59": CODE, "capability": "600"},
        {"field59": CODE, "entry_mode": "031"},
    ):
        bench, terminal = at_work()
        reply = pay(terminal, **fields)
        assert reply.response_code == "00"
        assert len(voucher_of(reply)) == 20
        again = Codec(usual_dialect())
        assert again.decode(again.encode(reply)) == reply
        assert [(each.channel, each.amount_fen) for each in bench.captures] == [("wallet.a", SALE)]


def test_tags_in_f47_are_answered_in_f47():
    bench, terminal = at_work()
    reply = pay(terminal, field59="", others=(("47", CODE),))
    assert (reply.response_code, reply.field59) == ("00", "")
    ((number, text),) = reply.others
    assert number == "47"
    assert len(parse_field59(text).voucher) == 20
    void = terminal.do(Kind.QR_VOID, SALE, original=of_message(reply), others=reply.others)
    assert void.response_code == "00"
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE]


def test_a_copy_is_answered_with_the_same_voucher():
    bench, terminal = at_work()
    request = terminal.message(Kind.QR_SALE, SALE)
    first, second = (bench.receive(request)[0] for _ in range(2))
    assert voucher_of(first) == voucher_of(second) != ""
    other = replace(request, field59=CODE.replace("2812", "2813"), mac=None)
    assert bench.receive(terminal.seal(other))[0].response_code == "77"
    assert len(bench.captures) == 1


# ---- void and refund -------------------------------------------------------------------------


def forms(reply: Message) -> dict[str, dict[str, object]]:
    """How families name the sale that they give back."""
    zeros = Original(0, 0, "0129")
    return {
        "voucher and F61": {},
        "voucher, zeros and the date": {"original": zeros, "rrn": "0" * 12},
        "voucher alone": {"original": None},
    }


def forms_without_voucher(reply: Message) -> dict[str, dict[str, object]]:
    """How the sale of a host that gives no voucher is named."""
    return {"F61": {"original": of_message(reply)}, "F61 and RRN": {"original": of_message(reply), "rrn": reply.rrn}}


@pytest.mark.parametrize("form", forms(Message(mti="0210")))
@pytest.mark.parametrize("kind", [Kind.QR_VOID, Kind.QR_REFUND])
def test_a_sale_is_given_back_by_its_voucher(kind, form):
    bench, terminal = at_work()
    reply = pay(terminal)
    assert back(terminal, kind, reply, **forms(reply)[form]).response_code == "00"
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE]
    assert bench.faults() == []


@pytest.mark.parametrize("form", forms_without_voucher(Message(mti="0210")))
@pytest.mark.parametrize("kind", [Kind.QR_VOID, Kind.QR_REFUND])
@pytest.mark.parametrize(("given", "code", "left"), [(True, "30", 1), (False, "00", 2)])
def test_f61_names_a_sale_only_where_the_host_gives_no_voucher(given, code, left, kind, form):
    bench, terminal = at_work(qr_voucher=given)
    reply = pay(terminal)
    answer = terminal.do(kind, SALE, field59="", **forms_without_voucher(reply)[form])
    assert answer.response_code == code
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE][:left]
    assert bench.alarms == ["no_voucher"] * given
    assert bench.faults() == []


@pytest.mark.parametrize("tags", ["A4000", "A20040102", "A4020620200", "B1004ABCD", CODE])
def test_tags_that_hold_no_voucher_are_none(tags):
    bench, terminal = at_work()
    reply = pay(terminal)
    assert back(terminal, Kind.QR_VOID, reply, field59=tags, entry_mode="032").response_code == "30"
    assert len(bench.captures) == 1


@pytest.mark.parametrize("kind", [Kind.QR_VOID, Kind.QR_REFUND])
def test_a_voucher_in_f47_is_one(kind):
    bench, terminal = at_work()
    voucher = voucher_of(pay(terminal))
    answer = terminal.do(kind, SALE, field59="", others=(("47", f"A4{len(voucher):03}{voucher}"),))
    assert answer.response_code == "00"
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE]


@pytest.mark.parametrize(("kind", "fen", "fields", "code"), [
    (Kind.QR_VOID, SALE, {"field59": "A402062020000999999999999"}, "25"),
    (Kind.QR_VOID, SALE, {"field59": "A4003123"}, "25"),
    (Kind.QR_VOID, SALE - 1, {}, "64"),
    (Kind.QR_REFUND, SALE + 1, {}, "64"),
    (Kind.QR_REFUND, SALE, {"rrn": "000000000999"}, "25"),
    (Kind.QR_REFUND, SALE, {"original": Original(1, 99)}, "25"),
    (Kind.QR_REFUND, SALE, {"original": None, "field59": ""}, "30"),
    (Kind.QR_REFUND, SALE, {"original": Original(0, 0, "0301"), "rrn": "0" * 12}, "25"),
    (Kind.QR_REFUND, 0, {}, "13"),
])
def test_a_voucher_that_is_wrong_or_says_otherwise_than_f61_gives_nothing_back(
    kind, fen, fields, code,
):
    bench, terminal = at_work()
    reply = pay(terminal)
    assert back(terminal, kind, reply, fen, **fields).response_code == code
    assert [each.amount_fen for each in bench.captures] == [SALE]


@pytest.mark.parametrize("second", [Kind.QR_VOID, Kind.QR_REFUND])
def test_a_voucher_is_used_once(second):
    bench, terminal = at_work()
    reply = pay(terminal)
    assert back(terminal, Kind.QR_VOID, reply).response_code == "00"
    assert back(terminal, second, reply).response_code == "12"
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE]


@pytest.mark.parametrize(("across", "mid", "refunded"), [
    (True, MID, True), (False, MID, False), (True, "898000000000002", False),
])
def test_another_terminals_voucher_names_nothing_but_for_a_refund_of_the_same_merchant(
    across, mid, refunded,
):
    settings = replace(SETTINGS, refunds_across_tills=across)
    bench = HostBench(settings=settings, entries=(
        TerminalEntry(tid=TID, mid=MID), TerminalEntry(tid=OTHER_TID, mid=mid)))
    terminal = signed_on(bench)
    reply = pay(terminal)
    other = ScriptedTerminal(bench, OTHER_TID, mid)
    other.sign_on()
    assert back(other, Kind.QR_VOID, reply, original=None).response_code == "25"
    code = back(other, Kind.QR_REFUND, reply, original=None).response_code
    assert code == ("00" if refunded else "25")
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE][:1 + refunded]
    if refunded:
        assert back(terminal, Kind.QR_REFUND, reply).response_code == "64"


def test_a_card_sale_is_not_voided_by_code_nor_a_qr_sale_by_card():
    bench, terminal = at_work()
    card, code = terminal.sale(SALE), pay(terminal)
    assert back(terminal, Kind.QR_VOID, code, original=of_message(card)).response_code == "25"
    assert terminal.do(Kind.VOID, SALE, original=of_message(code)).response_code in ("12", "25")
    assert len(bench.captures) == 2


@pytest.mark.parametrize(("amounts", "codes"), [
    ([SALE], ["00"]), ([SALE + 1], ["64"]), ([SALE, 1], ["00", "64"]),
    ([SALE - 1, 1, 1], ["00", "00", "64"]),
])
def test_refunds_never_exceed_the_payment(amounts, codes):
    bench, terminal = at_work()
    payment = pay(terminal)
    assert [back(terminal, Kind.QR_REFUND, payment, each).response_code for each in amounts] == codes
    returned = sum(bench.wallet.returned.values())
    assert sum(capture.amount_fen for capture in bench.captures) == SALE - returned


def test_a_void_after_settlement_is_refused_and_a_refund_is_not():
    bench, terminal = at_work()
    reply = pay(terminal)
    terminal.items[reply.stan or 0] = (Kind.QR_SALE, SALE, "")
    terminal.settle()
    terminal.sign_on()
    assert back(terminal, Kind.QR_VOID, reply).response_code == "12"
    assert back(terminal, Kind.QR_REFUND, reply, original=None).response_code == "00"
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE]


def test_without_vouchers_f61_is_enough():
    bench, terminal = at_work(qr_voucher=False)
    reply = pay(terminal)
    assert reply.field59 == ""
    assert terminal.do(Kind.QR_VOID, SALE, original=of_message(reply)).response_code == "00"
    assert bench.faults() == []


@pytest.mark.parametrize("kind", [Kind.QR_VOID, Kind.QR_REFUND])
def test_without_vouchers_f61_names_no_sale_by_card_and_none_that_is_not_there(kind):
    _, terminal = at_work(qr_voucher=False)
    assert terminal.do(kind, SALE, original=of_message(terminal.sale(SALE))).response_code == "12"
    assert terminal.do(kind, SALE, original=Original(1, 999)).response_code == "25"


def test_vouchers_survive_a_restart():
    bench, terminal = at_work()
    reply = pay(terminal)
    bench.crash()
    assert back(terminal, Kind.QR_VOID, reply, original=None).response_code == "00"


# ---- a wallet that does not know -------------------------------------------------------------


def test_a_failed_payment_is_declined_at_once():
    bench, terminal = at_work()
    bench.wallet.state = "failed"
    assert pay(terminal).response_code == "05"
    assert bench.captures == []
    assert bench.host.pending() == []


@pytest.mark.parametrize("state", ["pending", "unknown"])
def test_the_host_waits_and_asks_until_its_wallet_knows(state):
    bench, terminal = at_work()
    bench.wallet.state = state
    unanswered(terminal)
    bench.wait()
    assert bench.captures == []
    bench.wallet.state = "paid"
    (reply,) = bench.wait()
    assert reply.response_code == "00"
    assert voucher_of(reply)
    assert [asked.request for asked in bench.asked] == ["pay", "query", "query"]
    bench.drain()
    assert len(bench.captures) == 1
    assert bench.faults() == []


def given_up(bench: HostBench) -> list[Message]:
    """Until the wait for the wallet is over."""
    for _ in range(20):
        replies = bench.wait()
        if replies:
            return replies
    raise AssertionError("never answered")


@pytest.mark.parametrize("state", ["pending", "unknown", "silent"])
@pytest.mark.parametrize("code", ["98", "91"])
def test_what_the_wallet_never_knew_is_given_up_and_called_off(state, code):
    bench, terminal = at_work(issuer_timeout_answer=code)
    bench.wallet.state = state
    bench.issuer_is = lambda _asked: state != "silent"
    request = unanswered(terminal)
    started_ms = bench.now_ms
    (reply,) = given_up(bench)
    assert (reply.stan, reply.response_code) == (request.stan, code)
    assert SETTINGS.wallet_timeout_ms <= bench.now_ms - started_ms + 1_000 < 2 * SETTINGS.wallet_timeout_ms
    key = TransactionKey(TID, 1, request.stan or 0)
    cancels = [each for each in bench.asked if each.request == "cancel"]
    assert [(each.key, each.original) for each in cancels if isinstance(each, AskWallet)] == [(key, key)]
    bench.wallet.state = "paid"
    bench.drain()
    assert bench.captures == []
    assert bench.host.pending() == []
    assert bench.faults() == []


def test_what_the_wallet_says_after_it_was_given_up_changes_nothing():
    bench, terminal = at_work()
    bench.wallet.state = "pending"
    unanswered(terminal)
    given_up(bench)
    for asked in list(bench.asked):
        if asked.request != "cancel":
            for state in ("paid", "failed", "pending", "unknown", "refunded"):
                bench.perform(WalletAnswered(asked.ref, state))
    assert bench.captures == []


@pytest.mark.parametrize("paid_first", [True, False])
def test_a_reversal_gives_back_what_the_phone_shows_as_paid(paid_first):
    bench, terminal = at_work()
    bench.wallet.state = "paid" if paid_first else "pending"
    request = terminal.message(Kind.QR_SALE, SALE)
    bench.receive(request)  # and the reply is lost
    answer = bench.receive(terminal.reversal_of(request))
    assert [each.response_code for each in answer if each.mti == "0410"] == ["00"]
    bench.wallet.state = "paid"
    bench.drain()
    assert sum(each.amount_fen for each in bench.captures) == 0
    assert bench.wallet.taken_fen(TransactionKey(TID, 1, request.stan or 0)) == 0
    assert bench.faults() == []
    assert bench.receive(request)[0].response_code == "12"


@pytest.mark.parametrize("tags", [CODE, "", "A40041234"])
@pytest.mark.parametrize("entry_mode", ["032", "012"])
def test_a_reversal_is_found_whatever_of_the_tags_it_repeats(tags, entry_mode):
    bench, terminal = at_work()
    request = terminal.message(Kind.QR_SALE, SALE)
    bench.receive(request)
    reversal = replace(terminal.reversal_of(request), field59=tags, entry_mode=entry_mode, mac=None)
    assert bench.receive(terminal.seal(reversal))[0].response_code == "00"
    bench.drain()
    assert sum(each.amount_fen for each in bench.captures) == 0


def test_a_reversal_that_came_first_keeps_the_sale_out():
    bench, terminal = at_work()
    request = terminal.message(Kind.QR_SALE, SALE)
    for fields in ({"field59": ""}, {"field59": "", "entry_mode": "012"}):
        later = replace(request, stan=(request.stan or 0) + len(fields), mac=None)
        reversal = replace(terminal.reversal_of(later), mac=None, **fields)
        assert bench.receive(terminal.seal(reversal))[0].response_code == "25"
        assert bench.receive(terminal.seal(later))[0].response_code == "12"
    assert bench.asked == []


def test_a_reversed_void_leaves_the_sale_paid_and_its_voucher_good():
    bench, terminal = at_work()
    reply = pay(terminal)
    voucher = voucher_of(reply)
    void = terminal.message(
        Kind.QR_VOID, SALE, original=of_message(reply), field59=f"A4020{voucher}")
    assert bench.receive(void)[0].response_code == "00"
    assert bench.receive(terminal.reversal_of(void))[0].response_code == "00"
    bench.drain()
    assert sum(each.amount_fen for each in bench.captures) == SALE
    assert back(terminal, Kind.QR_VOID, reply).response_code == "00"
    assert bench.faults() == []


def test_failed_to_a_query_is_not_believed_while_the_payment_may_still_be_on_its_way():
    bench, terminal = at_work()
    bench.issuer_is = lambda _asked: False
    unanswered(terminal)
    first = bench.asked[0]
    bench.wait()
    bench.perform(WalletAnswered(bench.asked[-1].ref, "failed"))
    assert bench.host.pending()
    bench.give(first)
    assert len(bench.captures) == 1
    assert bench.faults() == []


@pytest.mark.parametrize("state", ["unknown", "pending"])
def test_a_refund_that_the_wallet_does_not_know_is_repeated_and_booked_once(state):
    bench, terminal = at_work()
    payment = pay(terminal)
    bench.wallet.state = state
    voucher = voucher_of(payment)
    refund = terminal.message(Kind.QR_REFUND, SALE, field59=f"A4020{voucher}")
    assert bench.receive(refund) == []
    assert terminal.ask_settlement() == "3"
    assert bench.receive(refund) == []
    bench.wallet.state = "paid"
    (told,) = bench.wait()
    assert (told.stan, told.response_code) == (refund.stan, "00")
    bench.drain()
    assert [capture.amount_fen for capture in bench.captures] == [SALE, -SALE]
    keys = {asked.key for asked in bench.asked if asked.request == "refund"}
    assert keys == {TransactionKey(TID, 1, refund.stan or 0)}


def test_a_payment_that_waits_when_its_batch_is_forced_is_called_off():
    bench, terminal = at_work()
    bench.wallet.state = "pending"
    request = unanswered(terminal)
    bench.event(BatchForced(TID, 1))
    key = TransactionKey(TID, 1, request.stan or 0)
    undoing = [asked for asked in bench.asked if asked.request == "cancel"]
    assert [(asked.key, asked.original) for asked in undoing if isinstance(asked, AskWallet)] == [
        (key, key)]
    bench.wallet.state = "paid"
    bench.drain()
    assert bench.captures == []
    assert bench.host.pending() == []


def test_after_a_crash_a_payment_without_answer_is_called_off():
    bench, terminal = at_work()
    bench.issuer_is = lambda _asked: False
    request = unanswered(terminal)
    bench.crash()
    assert bench.receive(request)[0].response_code == "98"
    bench.drain()
    assert bench.captures == []
    assert bench.faults() == []
    assert not [each for each in bench.asked if isinstance(each, AskIssuer)]


# ---- batch upload ----------------------------------------------------------------------------


def test_an_unbalanced_batch_with_qr_goes_up_and_is_settled():
    bench, terminal = at_work()
    first, second = pay(terminal), pay(terminal)
    voucher = voucher_of(second)
    refund = terminal.message(
        Kind.QR_REFUND, SALE, field59=f"A4020{voucher}", original=of_message(second),
        operator="000")
    assert bench.receive(refund)[0].response_code == "00"
    assert terminal.ask_settlement() == "2"
    assert terminal.upload_items([(each.stan or 0, SALE) for each in (first, second)]) == ["00"]
    notice = replace(refund, mti="0320", mac=None)
    assert bench.receive(notice)[0].response_code == "00"
    assert terminal.end_upload(3) == "00"
    assert bench.settled[-1].held == ()
    assert (bench.settled[-1].debit_count, bench.settled[-1].credit_count) == (2, 1)
