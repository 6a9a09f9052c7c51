"""Parts of days on which a terminal is wrong in what its line shows, or a log of it tells."""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import CARD, HOST, MID, TERMINAL, TID, Day

from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    AT_A_PORT,
    Arrived,
    Journaled,
    LogEvent,
    Lost,
    ReceiptGiven,
    Restarted,
    SaleUndone,
    Sent,
    TerminalOpened,
    Warned,
    key_of,
)


def unanswered(day: Day) -> None:
    """A sale without answer: its reversal is owed."""
    day.unanswered_sale("s1")


def reversal_of_a_fen_less(day: Day) -> None:
    unanswered(day)
    day.reversal(fen=6799)


def reversal_of_a_void(day: Day) -> None:
    day.mean("s1")
    day.add(Sent, TERMINAL, to=HOST, what="sale", mti="0200", tid=TID, batch=1, stan=1,
            amount_fen=6800, sale="s1", card=CARD, codes="0000000022")
    day.stan = 1
    day.conclude("s1", "failed")
    day.reversal(codes="2000000023")


def reversal_of_another_number(day: Day) -> None:
    unanswered(day)
    day.reversal(stan=77)


def reversal_that_names_another(day: Day) -> None:
    unanswered(day)
    day.reversal(original=key_of(TID, 1, 99))


def reversal_without_any_reason(day: Day) -> None:
    unanswered(day)
    day.reversal(reason="")


def reversal_without_a_known_reason(day: Day) -> None:
    unanswered(day)
    day.reversal(response_code="00")


def reversal_dated_anew_when_repeated(day: Day) -> None:
    unanswered(day)
    day.reversal(answered=False, local_date="0127")
    day.reversal(local_date="0128")


def reversals_in_a_burst(day: Day) -> None:
    unanswered(day)
    for _ in range(5):
        day.reversal(answered=False)
        day.at -= 900  # a tenth of a second later


def reversal_after_its_answer(day: Day) -> None:
    unanswered(day)
    day.reversal(code="25")
    day.reversal()


def totals_with_a_sale_too_many(day: Day) -> None:
    day.sale()
    day.debit = [6800 + 100, 2]
    day.ask_settlement("2")


def _unbalanced(day: Day, *uploads: tuple[int, int]) -> None:
    """Two sales; the host says that they do not balance; these details go up."""
    day.sale("s1")
    day.sale("s2", 5000)
    day.ask_settlement("2")
    details = ",".join(f"{stan:06}:{fen}" for stan, fen in uploads)
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=901,
            network_code="201", details=details)


def _upload_ends(day: Day) -> None:
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=902,
            network_code="202", details="0002")


def upload_without_one(day: Day) -> None:
    _unbalanced(day, (1, 6800))
    _upload_ends(day)


def upload_of_another_sum(day: Day) -> None:
    _unbalanced(day, (1, 6800), (2, 5001))
    _upload_ends(day)


def upload_of_what_never_was(day: Day) -> None:
    _unbalanced(day, (1, 6800), (2, 5000), (3, 100))
    _upload_ends(day)


def sale_before_the_upload_ended(day: Day) -> None:
    _unbalanced(day, (1, 6800), (2, 5000))
    day.sale("s3", 700)


def _refused(day: Day, code: str, alarm: str = "", **facts: object) -> None:
    """A sale that the host refuses with a code."""
    day.mean("s9")
    day.send("s9", **facts)
    day.request_arrives()
    if alarm:
        day.add(Warned, HOST, code=alarm, text=f"{TID}: sale with STAN {day.stan:06}")
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=day.batch,
            stan=day.stan, response_code=code)
    day.reply_arrives(code)
    day.conclude("s9", "declined", code=code)


def signs_on(day: Day, *, arrives: bool = True) -> None:
    """The host gives keys and batch 1."""
    day.add(Sent, TERMINAL, to=HOST, what="sign_on", mti="0800", tid=TID, stan=500)
    day.add(Arrived, HOST, sender=TERMINAL, what="sign_on", mti="0800", tid=TID, stan=500)
    day.add(Sent, HOST, to=TERMINAL, what="sign_on", mti="0810", tid=TID, batch=1, stan=500,
            response_code="00")
    if arrives:
        day.add(Arrived, TERMINAL, sender=HOST, what="sign_on", mti="0810", tid=TID, batch=1,
                stan=500, response_code="00")


def _signs_off(day: Day) -> None:
    """The host takes its keys back and says so; whether that arrives is another matter."""
    facts = {"what": "sign_off", "tid": TID, "batch": 1, "stan": 600}
    day.add(Sent, TERMINAL, to=HOST, mti="0820", **facts)
    day.add(Arrived, HOST, sender=TERMINAL, mti="0820", **facts)
    day.add(Journaled, HOST, entry="signedoff", tid=TID)
    day.add(Sent, HOST, to=TERMINAL, mti="0830", response_code="00", **facts)


def _heard_of_its_sign_off(day: Day) -> None:
    day.add(Arrived, TERMINAL, sender=HOST, what="sign_off", mti="0830", tid=TID, batch=1, stan=600,
            response_code="00")


def signed_off_and_sells(day: Day) -> None:
    signs_on(day)
    _signs_off(day)
    _heard_of_its_sign_off(day)
    _refused(day, "A0", "bad_mac")


def signed_off_and_waits_no_more(day: Day) -> None:
    """The answer to its sign-off comes when it has given up: it believes in its keys still."""
    signs_on(day)
    _signs_off(day)
    day.at += 25_000
    _heard_of_its_sign_off(day)
    _refused(day, "A0", "bad_mac")
    signs_on(day)


def signed_off_and_hears_of_nothing(day: Day) -> None:
    """Neither that answer nor the refusal of its next sale comes: the sale's reversal has the old keys, too."""
    signs_on(day)
    _signs_off(day)
    day.mean("s9")
    day.send("s9")
    day.request_arrives()
    day.add(Warned, HOST, code="bad_mac", text=f"{TID}: sale with STAN {day.stan:06}")
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan, response_code="A0")
    day.add(Lost, f"link.{TID}", sender=HOST, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan,
            why="line_loss")
    day.conclude("s9", "failed", code="")
    day.reversal(answered=False)
    facts = {"what": "reversal", "tid": TID, "batch": 1, "stan": day.stan, "original": day.key()}
    day.add(Arrived, HOST, sender=TERMINAL, mti="0400", **facts)
    day.add(Warned, HOST, code="bad_mac", text=f"{TID}: reversal with STAN {day.stan:06}")
    day.add(Sent, HOST, to=TERMINAL, mti="0410", response_code="A0", **facts)
    day.add(Arrived, TERMINAL, sender=HOST, mti="0410", response_code="A0", **facts)
    signs_on(day)
    day.reversal()


def forged_under_the_number_of_what_it_gave_up(day: Day) -> None:
    """It could not send, and said so; then the host refuses what the line sent under that number."""
    day.add(TerminalOpened, TERMINAL, tid=TID, mid=MID, merchant="shop", profile="generic",
            reversal_after_failed_connect=False)
    signs_on(day)
    day.mean("s9")
    day.send("s9")
    day.add(Lost, f"link.{TID}", sender=TERMINAL, what="sale", mti="0200", tid=TID, batch=1, stan=day.stan,
            why="refuse_connect")
    day.conclude("s9", "failed", code="")
    day.request_arrives(genuine=False)
    day.add(Warned, HOST, code="bad_mac", text=f"{TID}: sale with STAN {day.stan:06}")
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan, response_code="A0")
    day.reply_arrives("A0", stored=False)
    day.sale("s2")


def told_to_sign_on_and_sells(day: Day) -> None:
    signs_on(day)
    _refused(day, "77")
    day.sale("s2")


def dark_as_it_was_told_to_sign_on(day: Day) -> None:
    """The power went as the reply came: nobody knows whether it was kept."""
    signs_on(day)
    day.mean("s9")
    day.send("s9")
    day.request_arrives()
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=day.batch, stan=day.stan,
            response_code="77")
    day.reply_arrives("77")
    day.add(Restarted, TERMINAL)
    day.sale("s2")


def told_to_sign_on_restarted_and_sells(day: Day) -> None:
    """It had shown the refusal, so it had kept it when the power went."""
    signs_on(day)
    _refused(day, "77")
    day.add(Restarted, TERMINAL)
    day.sale("s2")


def asked_in_the_header_and_sells(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.add(Arrived, TERMINAL, sender=HOST, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan,
            response_code="51", asks="3")
    day.conclude("s1", "declined", code="51")
    day.sale("s2")


def sale_before_any_sign_on(day: Day) -> None:
    _refused(day, "A0", "bad_mac")


def sale_with_a_wrong_mac(day: Day) -> None:
    signs_on(day)
    _refused(day, "A0", "bad_mac")


def sale_in_a_stale_batch(day: Day) -> None:
    signs_on(day)
    day.batch = 7
    _refused(day, "77")
    day.batch = 1


def sale_under_a_number_of_before(day: Day) -> None:
    signs_on(day)
    day.sale("s1", 5000)
    _refused(day, "77", stan=1)


def the_same_number_once_more(day: Day) -> None:
    day.sale("s1")
    day.send("", stan=1)
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=1, stan=1,
            response_code="00")


def a_message_of_no_kind(day: Day) -> None:
    day.add(Warned, HOST, code="unknown_kind", text=f"{TID}: 0200 is answered 12")


def with_log(day: Day, *events: LogEvent) -> None:
    """From here on the terminal stands at a port, and somebody writes down these events."""
    day.add(TerminalOpened, TERMINAL, tid=TID, mid=MID, merchant="shop", profile="generic",
            observable=False, end=AT_A_PORT, log=events)


def ten_times_the_sum(day: Day) -> None:
    with_log(day, LogEvent.MEANT)
    day.mean("s1", 680)
    day.send("s1", 6800)


def refund_of_another_part(day: Day) -> None:
    with_log(day, LogEvent.MEANT)
    day.sale()
    day.add(SaleUndone, "merchant.shop", sale="s1", how="refund", amount_fen=500)
    day.add(Sent, TERMINAL, to=HOST, what="refund", mti="0220", tid=TID, batch=1, stan=2,
            amount_fen=6800, sale="s1", original=key_of(TID, 1, 1))


def decline_shown_as_approved(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.reply_arrives("51")
    day.conclude("s1")


def decline_shown_with_another_code(day: Day) -> None:
    """The reply says 51, too little money; the counter reads 54, an expired card."""
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.reply_arrives("51")
    day.conclude("s1", "declined", code="54")


def approval_shown_as_declined(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1", "declined")


def fake_reply_and_gone_on(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives(genuine=False)
    day.sale("s2")


def reversal_with_the_track(day: Day) -> None:
    unanswered(day)
    day.reversal(beyond="35 52")


def reversal_named_by_yesterday(day: Day) -> None:
    unanswered(day)
    day.reversal(original_date="0126")


def upload_of_one_twice(day: Day) -> None:
    _unbalanced(day, (1, 6800), (1, 6800), (2, 5000))
    _upload_ends(day)


def upload_that_never_ends(day: Day) -> None:
    _unbalanced(day, (1, 6800), (2, 5000))
    day.wait(DAY_MS)


def batch_that_nobody_asked_for(day: Day) -> None:
    with_log(day)
    day.sale()
    day.add(Journaled, HOST, entry="cutover")
    day.wait(9 * HOUR_MS)


def void_of_nothing(day: Day) -> None:
    signs_on(day)
    day.sale()
    _refused_reference(day, "25")


def void_of_what_is_voided(day: Day) -> None:
    key = day.sale()
    day.void("s1", key)
    _refused_reference(day, "12", key)


def _refused_reference(day: Day, code: str, original: str = "") -> None:
    day.send("v", what="void", original=original)
    day.request_arrives(what="void")
    day.add(Sent, HOST, to=TERMINAL, what="void", mti="0210", tid=TID, batch=1, stan=day.stan,
            response_code=code)
    day.reply_arrives(code, what="void")


def receipt_for_a_decline(day: Day) -> None:
    with_log(day, LogEvent.TOLD, LogEvent.RECEIPT)
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.reply_arrives("51")
    day.conclude("s1", "declined", code="51")
    day.receipt("s1")


def approval_without_a_receipt(day: Day) -> None:
    with_log(day, LogEvent.TOLD, LogEvent.RECEIPT)
    day.sale()
    day.mean("s2")
    day.send("s2")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s2")


def approval_shown_as_unknown(day: Day) -> None:
    with_log(day, LogEvent.TOLD)
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1", "failed")


def receipt_of_another_sum(day: Day) -> None:
    with_log(day, LogEvent.TOLD, LogEvent.RECEIPT)
    day.sale()
    day.add(ReceiptGiven, TERMINAL, sale="s1", amount_fen=680)


def reversal_that_nobody_saw(day: Day) -> None:
    with_log(day, LogEvent.TOLD)
    unanswered(day)
    day.add(Journaled, TERMINAL, entry="reversed", tid=TID, batch=1, stan=1)


def notice_of_another_sum(day: Day) -> None:
    _refund_uploaded(day, 6700)


def notice_under_the_number_of_the_sale(day: Day) -> None:
    _refund_uploaded(day, 400, stan=1)


def _refund_uploaded(day: Day, fen: int, stan: int = 2) -> None:
    """A sale of 68 yuan, 4 of them given back; not balanced, so the refund's 0220 goes up as it was."""
    sold = day.sale()
    day.send("s1-refund", 400, "refund", "0220", original=sold)
    day.request_arrives(400, "refund", "0220")
    day.debited(-400, why="credit")
    day.captured(-400, what="refund")
    day.reply_arrives(what="refund", mti="0230")
    day.ask_settlement("2")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=901,
            network_code="201", details="000001:6800")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=stan,
            amount_fen=fen, original=sold, network_code="000")
    _upload_ends(day)


def chip_record_of_another_sum(day: Day) -> None:
    _chip_record(day, 6700)


def chip_record_under_a_new_number(day: Day) -> None:
    _chip_record(day, stan=902)


def _chip_record(day: Day, fen: int = 6800, stan: int = 1) -> None:
    """Ten fields and no F61: the number it bears is that of its sale."""
    day.sale("s1")
    day.sale("s2", 5000)
    day.ask_settlement("2")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=901,
            network_code="201", details="000002:5000")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=stan,
            amount_fen=fen, network_code="205")
    _upload_ends(day)


def _approved_in_spite_of_its_chip(day: Day, *uploaded: int) -> None:
    """A sale that the host approved with a wrong ARPC: it counts, and goes up as one that failed."""
    sold = day.sale("s1")
    day.sale("s2", 5000)
    day.ask_settlement("2")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=901,
            network_code="201", details="000002:5000")
    for fen in uploaded:
        day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=902,
                amount_fen=fen, original=sold, network_code="206")
    _upload_ends(day)


def failed_at_the_chip_and_left_out(day: Day) -> None:
    _approved_in_spite_of_its_chip(day)


def _hold_voided(day: Day, reply: str) -> None:
    """The reply to the void of a pre-authorisation says 0127 and comes with a wrong MAC, or never."""
    day.mean("s1", what="preauth")
    held = day.send("s1", what="preauth", mti="0100")
    day.request_arrives(what="preauth", mti="0100")
    day.debited(why="hold")
    day.reply_arrives(what="preauth", mti="0110")
    day.conclude("s1", what="preauth")
    day.receipt("s1")
    day.send("s1-void", what="preauth_void", mti="0100", original=held)
    day.request_arrives(what="preauth_void", mti="0100")
    if reply == "came":
        day.add(Arrived, TERMINAL, sender=HOST, what="preauth_void", mti="0110", tid=TID, batch=1,
                stan=day.stan, amount_fen=6800, response_code="00", genuine=False, local_date="0127")
    else:
        day.lost("preauth_void", "0110")


def reversal_dated_by_a_reply_that_never_came(day: Day) -> None:
    _hold_voided(day, "lost")
    day.reversal(original_date="0127")


def reversal_dated_by_the_day_before_its_reply(day: Day) -> None:
    _hold_voided(day, "came")
    day.reversal(reason="A0", original_date="0126")


def _reversal_refused(day: Day) -> None:
    day.add(Warned, HOST, code="bad_mac", text=f"{TID}: reversal with STAN {day.stan:06}")
    day.add(Sent, HOST, to=TERMINAL, what="reversal", mti="0410", tid=TID, batch=1, stan=day.stan,
            response_code="A0")


def _reversal_comes(day: Day, copy: int = 0) -> None:
    day.add(Arrived, HOST, sender=TERMINAL, what="reversal", mti="0400", tid=TID, batch=1,
            stan=day.stan, copy=copy)


def reversal_repeated_under_old_keys(day: Day) -> None:
    """The first was answered, and that was lost; after a sign-on it is sent again as it was."""
    signs_on(day)
    unanswered(day)
    day.reversal(answered=False)
    _reversal_comes(day)
    day.add(Sent, HOST, to=TERMINAL, what="reversal", mti="0410", tid=TID, batch=1, stan=day.stan, response_code="00")
    day.lost("reversal", "0410")
    signs_on(day)
    day.reversal(answered=False)
    _reversal_comes(day)
    _reversal_refused(day)


def lost_reversal_repeated_under_old_keys(day: Day) -> None:
    signs_on(day)
    unanswered(day)
    day.reversal(answered=False)
    day.lost("reversal", "0400", TERMINAL)
    signs_on(day)
    day.reversal(answered=False)
    _reversal_comes(day)
    _reversal_refused(day)


def _loads(day: Day, *kinds: str) -> None:
    for kind in kinds:
        mti = "0820" if kind.endswith("_list") else "0800"
        day.add(Sent, TERMINAL, to=HOST, what=kind, mti=mti, tid=TID)
        day.add(Arrived, HOST, sender=TERMINAL, what=kind, mti=mti, tid=TID)


def _warns(day: Day, code: str) -> None:
    day.add(Warned, HOST, code=code, text=f"{TID}: what it was")


def download_ended_as_another(day: Day) -> None:
    signs_on(day)
    _loads(day, "aid_list", "aid_download", "master_key_end")
    _warns(day, "download_ended_as_other")


def download_asked_for_in_no_form(day: Day) -> None:
    signs_on(day)
    _loads(day, "capk_download")
    _warns(day, "download_unreadable")


def master_key_with_a_wrong_check_value(day: Day) -> None:
    signs_on(day)
    _loads(day, "public_key_download", "master_key_download")
    _warns(day, "key_check_failed")


def master_key_activated_without_one(day: Day) -> None:
    signs_on(day)
    _loads(day, "master_key_end")
    _warns(day, "no_key_to_activate")


def _signature_refused(day: Day, code: str = "25", fen: int = 6800, stan: int | None = None) -> None:
    facts = {"what": "signature_upload", "tid": TID, "batch": 1, "stan": stan or day.stan,
             "amount_fen": fen}
    day.add(Sent, TERMINAL, to=HOST, mti="0820", **facts)
    day.add(Arrived, HOST, sender=TERMINAL, mti="0820", **facts)
    day.add(Sent, HOST, to=TERMINAL, mti="0830", response_code=code, **facts)


def signature_for_nothing(day: Day) -> None:
    day.sale()
    _signature_refused(day, stan=77)


def signature_for_another_sum(day: Day) -> None:
    day.sale()
    _signature_refused(day, fen=6700)


def signature_for_what_is_reversed(day: Day) -> None:
    unanswered(day)
    day.reversal()
    day.give_back()
    _signature_refused(day)


def signature_without_a_picture(day: Day) -> None:
    day.sale()
    _signature_refused(day, "30")


def pin_under_another_key(day: Day) -> None:
    signs_on(day)
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    _warns(day, "pin_unreadable")


LINE_BAD: dict[Callable[[Day], None], tuple[int, str]] = {
    fake_reply_and_gone_on: (9, "fake_acted_on"),
    reversal_without_any_reason: (7, "reversal_without_reason"),
    decline_shown_with_another_code: (16, "shows_other_code"),
    reversal_of_a_fen_less: (11, "reversal_of_other_sum"),
    reversal_of_a_void: (11, "reversal_of_other_kind"),
    reversal_of_another_number: (11, "reversal_of_other_number"),
    reversal_that_names_another: (11, "reversal_names_other"),
    reversal_without_a_known_reason: (11, "reversal_for_no_reason"),
    reversal_dated_anew_when_repeated: (11, "reversal_changed"),
    reversals_in_a_burst: (11, "reversal_too_often"),
    reversal_after_its_answer: (11, "reversal_after_answer"),
    reversal_with_the_track: (11, "reversal_with_card_data"),
    reversal_named_by_yesterday: (11, "reversal_names_other_date"),
    upload_of_one_twice: (12, "uploaded_twice"),
    upload_that_never_ends: (12, "upload_never_ended"),
    batch_that_nobody_asked_for: (10, "batch_never_asked"),
    void_of_nothing: (14, "refused_reference"),
    void_of_what_is_voided: (14, "refused_reference"),
    receipt_for_a_decline: (16, "receipt_unasked"),
    approval_without_a_receipt: (16, "no_receipt"),
    approval_shown_as_unknown: (16, "unknown_though_approved"),
    receipt_of_another_sum: (16, "receipt_of_other_sum"),
    reversal_that_nobody_saw: (16, "reversed_unsent"),
    totals_with_a_sale_too_many: (12, "totals_not_as_told"),
    upload_without_one: (12, "not_uploaded"),
    upload_of_another_sum: (12, "uploaded_other_sum"),
    upload_of_what_never_was: (12, "uploaded_unknown"),
    notice_of_another_sum: (12, "uploaded_other_sum"),
    notice_under_the_number_of_the_sale: (12, "uploaded_other_sum"),
    failed_at_the_chip_and_left_out: (12, "not_uploaded"),
    chip_record_of_another_sum: (12, "uploaded_other_sum"),
    chip_record_under_a_new_number: (12, "uploaded_unknown"),
    reversal_dated_by_a_reply_that_never_came: (11, "reversal_names_other_date"),
    reversal_dated_by_the_day_before_its_reply: (11, "reversal_names_other_date"),
    reversal_repeated_under_old_keys: (14, "refused_mac"),
    lost_reversal_repeated_under_old_keys: (14, "refused_mac"),
    download_ended_as_another: (14, "refused_content"),
    download_asked_for_in_no_form: (14, "refused_content"),
    master_key_with_a_wrong_check_value: (14, "refused_content"),
    master_key_activated_without_one: (14, "refused_content"),
    pin_under_another_key: (14, "refused_content"),
    signature_for_nothing: (14, "refused_reference"),
    signature_for_another_sum: (14, "refused_reference"),
    signature_for_what_is_reversed: (14, "refused_reference"),
    signature_without_a_picture: (14, "refused_reference"),
    sale_before_the_upload_ended: (12, "went_on_uploading"),
    told_to_sign_on_and_sells: (13, "did_not_sign_on"),
    told_to_sign_on_restarted_and_sells: (13, "did_not_sign_on"),
    asked_in_the_header_and_sells: (13, "did_not_sign_on"),
    signed_off_and_sells: (14, "refused_before_sign_on"),
    sale_before_any_sign_on: (14, "refused_before_sign_on"),
    sale_with_a_wrong_mac: (14, "refused_mac"),
    sale_in_a_stale_batch: (14, "refused_batch"),
    sale_under_a_number_of_before: (14, "refused_number"),
    the_same_number_once_more: (14, "answered_as_before"),
    a_message_of_no_kind: (14, "refused_kind"),
    ten_times_the_sum: (15, "sum_not_meant"),
    refund_of_another_part: (15, "sum_not_meant"),
    decline_shown_as_approved: (16, "approved_unasked"),
    approval_shown_as_declined: (16, "declined_though_approved"),
}


# ---- right ones, each close to a wrong one -----------------------------------------------------


def keys_withdrawn_by_the_host(day: Day) -> None:
    signs_on(day)
    day.add(Journaled, HOST, entry="keysvoided")
    _refused(day, "A0", "bad_mac")
    signs_on(day)


def answer_to_a_forged_copy_of_what_was_answered(day: Day) -> None:
    """Somebody sends the sale again with a wrong MAC; the terminal waits for nothing any more."""
    day.mean("s1")
    day.send("s1")
    for code in ("51", "A0"):
        day.add(Arrived, TERMINAL, sender=HOST, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan,
                response_code=code)
    day.conclude("s1", "declined", code="51")
    day.sale("s2")


def sign_on_whose_answer_was_lost(day: Day) -> None:
    signs_on(day)
    signs_on(day, arrives=False)
    _refused(day, "A0", "bad_mac")
    signs_on(day)


def request_changed_on_the_line(day: Day) -> None:
    signs_on(day)
    day.mean("s9")
    day.send("s9")
    day.request_arrives(genuine=False)
    day.add(Warned, HOST, code="bad_mac", text=f"{TID}: sale with STAN {day.stan:06}")
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan,
            response_code="A0")
    day.reply_arrives("A0")
    day.conclude("s9", "declined", code="A0")
    signs_on(day)


def refused_by_a_window(day: Day) -> None:
    """The host was made to say 77, in the batch that it gave itself."""
    signs_on(day)
    _refused(day, "77")
    signs_on(day)


def bank_declines(day: Day) -> None:
    signs_on(day)
    for code in ("51", "55", "61"):
        _refused(day, code)


def bytes_of_a_stranger(day: Day) -> None:
    day.add(Warned, HOST, code="unreadable", text="127.0.0.1:5: no message")


def number_that_wraps(day: Day) -> None:
    day.stan = 999_997
    for sale in ("s1", "s2"):
        day.sale(sale)
    day.stan = 0
    for sale in ("s3", "s4"):
        day.sale(sale)


def reversal_repeated_without_answer(day: Day) -> None:
    unanswered(day)
    for _ in range(3):
        day.wait(30_000)
        day.reversal(answered=False)
    day.wait(60_000)
    day.reversal()
    day.give_back()


def reversal_crossed_by_its_late_answer(day: Day) -> None:
    unanswered(day)
    day.reversal(answered=False)
    day.wait(29_000)
    day.add(Arrived, TERMINAL, sender=HOST, what="reversal", mti="0410", tid=TID, batch=1,
            stan=day.stan, response_code="00")
    day.reversal()
    day.give_back()


def late_approval_after_the_reversal(day: Day) -> None:
    unanswered(day)
    day.reversal()
    day.give_back()
    day.reply_arrives(stored=False)


def told_to_sign_on_after_it_gave_up(day: Day) -> None:
    """The refusal comes while its sale is being reversed, and is passed over."""
    signs_on(day)
    day.mean("s9")
    day.send("s9")
    day.request_arrives()
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=day.batch, stan=day.stan, response_code="77")
    day.conclude("s9", "failed", code="")
    day.reversal(answered=False)
    day.reply_arrives("77", stored=False)
    day.add(Arrived, HOST, sender=TERMINAL, what="reversal", mti="0400", tid=TID, batch=day.batch, stan=day.stan,
            original=day.key())
    day.add(Arrived, TERMINAL, sender=HOST, what="reversal", mti="0410", tid=TID, batch=day.batch, stan=day.stan,
            response_code="25")
    day.sale("s2")


def whole_upload(day: Day) -> None:
    _unbalanced(day, (1, 6800), (2, 5000))
    _upload_ends(day)


def refund_uploaded_as_it_was(day: Day) -> None:
    _refund_uploaded(day, 400)


def chip_record_under_the_number_of_its_sale(day: Day) -> None:
    _chip_record(day)


def uploaded_as_failed_at_the_chip(day: Day) -> None:
    _approved_in_spite_of_its_chip(day, 6800)


def failed_at_the_chip_and_reversed(day: Day) -> None:
    """The card refused after the approval: told in the upload, and in no totals."""
    sold = day.unanswered_sale("s1")
    day.reversal()
    day.give_back()
    day.sale("s2", 5000)
    day.ask_settlement("2")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=901,
            network_code="201", details="000002:5000")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=902,
            amount_fen=6800, original=sold, network_code="206")
    _upload_ends(day)


def reversal_dated_by_a_reply_with_a_wrong_mac(day: Day) -> None:
    _hold_voided(day, "came")
    day.reversal(reason="A0", original_date="0127")


def reversal_without_a_date_as_none_came(day: Day) -> None:
    _hold_voided(day, "lost")
    day.reversal(original_date="0000")


def reversal_held_back_over_a_sign_on(day: Day) -> None:
    """The first is still on the line when it is repeated under new keys; both come then."""
    signs_on(day)
    unanswered(day)
    day.reversal(answered=False)
    signs_on(day)
    day.reversal(answered=False)
    _reversal_comes(day)
    _reversal_refused(day)
    _reversal_comes(day)
    day.give_back()
    day.add(Arrived, TERMINAL, sender=HOST, what="reversal", mti="0410", tid=TID, batch=1,
            stan=day.stan, response_code="00")


def reversal_doubled_over_a_sign_on(day: Day) -> None:
    signs_on(day)
    unanswered(day)
    day.reversal(answered=False)
    _reversal_comes(day)
    signs_on(day)
    day.reversal(answered=False)
    _reversal_comes(day, copy=1)
    _reversal_refused(day)


def download_cut_off_and_another_ended(day: Day) -> None:
    """The CAPK download never ended; then a master key is fetched and activated."""
    signs_on(day)
    _loads(day, "capk_list", "capk_download")
    signs_on(day)
    _loads(day, "public_key_download", "master_key_download", "master_key_end")
    _warns(day, "download_ended_as_other")


def download_held_back_over_another(day: Day) -> None:
    """A request for CAPK comes once more when the applications are loaded already."""
    signs_on(day)
    _loads(day, "capk_list", "capk_download", "capk_end", "aid_list", "aid_download")
    day.add(Arrived, HOST, sender=TERMINAL, what="capk_download", mti="0800", tid=TID, copy=1)
    _loads(day, "aid_end")
    _warns(day, "download_ended_as_other")


def download_begun_anew_or_elsewhere(day: Day) -> None:
    signs_on(day)
    _loads(day, "capk_download", "aid_list", "black_list_download")
    _warns(day, "download_not_ended")
    _warns(day, "download_out_of_step")


def download_changed_on_the_line(day: Day) -> None:
    signs_on(day)
    day.add(Arrived, HOST, sender=TERMINAL, what="capk_download", mti="0800", tid=TID, genuine=False)
    _warns(day, "download_unreadable")


def signature_for_what_risk_control_took_back(day: Day) -> None:
    """The terminal was told that it is approved; what the host did since it cannot know."""
    day.sale()
    _signature_refused(day)


def completion_above_the_hold_sent_again(day: Day) -> None:
    """57 of 50 yuan, which is allowed; the reply was lost, it was reversed and sent again."""
    day.mean("s1", 5000, "preauth")
    held = day.send("s1", 5000, "preauth", "0100")
    day.request_arrives(5000, "preauth", "0100")
    day.reply_arrives(what="preauth", mti="0110")
    day.conclude("s1", "approved", 5000, "preauth")
    day.receipt("s1")
    day.send("", 5700, "completion", original=held)
    day.request_arrives(5700, "completion")
    day.debited(5700)
    day.captured(5700, what="completion")
    day.lost("completion")
    day.conclude("", "failed", 5700, "completion")
    day.reversal(fen=5700)
    day.give_back(5700)
    day.send("", 5700, "completion", original=held)
    day.request_arrives(5700, "completion")
    day.debited(5700)
    day.captured(5700, what="completion")
    day.reply_arrives(what="completion")
    day.conclude("", "approved", 5700, "completion")


def reversal_answered_after_a_restart(day: Day) -> None:
    """It came up again with the 0400 on its way, did not wait for the answer, and sends it again."""
    unanswered(day)
    day.reversal(answered=False)
    day.add(Restarted, TERMINAL)
    day.add(Arrived, TERMINAL, sender=HOST, what="reversal", mti="0410", tid=TID, batch=1, stan=1,
            response_code="00")
    day.reversal()
    day.give_back()


LINE_GOOD: tuple[Callable[[Day], None], ...] = (
    answer_to_a_forged_copy_of_what_was_answered,
    keys_withdrawn_by_the_host, sign_on_whose_answer_was_lost, request_changed_on_the_line,
    refused_by_a_window, bank_declines, bytes_of_a_stranger, number_that_wraps,
    reversal_repeated_without_answer, reversal_answered_after_a_restart, reversal_crossed_by_its_late_answer,
    late_approval_after_the_reversal, told_to_sign_on_after_it_gave_up, dark_as_it_was_told_to_sign_on,
    signed_off_and_waits_no_more, signed_off_and_hears_of_nothing, forged_under_the_number_of_what_it_gave_up, whole_upload, refund_uploaded_as_it_was,
    uploaded_as_failed_at_the_chip, failed_at_the_chip_and_reversed,
    chip_record_under_the_number_of_its_sale,
    reversal_dated_by_a_reply_with_a_wrong_mac, reversal_without_a_date_as_none_came,
    reversal_held_back_over_a_sign_on, reversal_doubled_over_a_sign_on,
    download_cut_off_and_another_ended, download_begun_anew_or_elsewhere,
    download_held_back_over_another, download_changed_on_the_line, signature_for_what_risk_control_took_back, completion_above_the_hold_sent_again,
)
