"""Traces that hunts with seeds (``tests.world.hunt``) brought up, made small: the right one beside the wrong.

Each right one was accused once; what each wrong one does more is what its rule must still see.
"""

from __future__ import annotations

from collections.abc import Callable

from bad_lines import signs_on, upload_without_one
from msgspec import structs
from synthetic_day import CARD, CARDHOLDER, HOST, TERMINAL, TID, Day

from simulator.trace.records import (
    Arrived,
    FaultFired,
    Journaled,
    KeysUnfit,
    Posted,
    Restarted,
    Sent,
    Warned,
)

_OF_A_REVERSAL = {"what": "reversal", "tid": TID, "batch": 1}


def _new_keys(day: Day) -> None:
    signs_on(day)
    day.add(Journaled, TERMINAL, entry="signedon", tid=TID, batch=1)


def _reversal_answered(day: Day) -> None:
    day.add(Arrived, TERMINAL, sender=HOST, mti="0410", stan=day.stan, response_code="00", **_OF_A_REVERSAL)


def reversal_answered_under_keys_of_before(day: Day) -> None:
    """Two are under way when the terminal signs on: the first answer has the old keys, and is not believed."""
    signs_on(day)
    day.unanswered_sale("s1")
    day.reversal(answered=False)
    _new_keys(day)
    day.reversal(answered=False)
    _reversal_answered(day)
    _new_keys(day)
    day.reversal()


def reversal_after_an_answer_under_its_keys(day: Day) -> None:
    """One was sent under the old keys and two are answered: one of them the terminal must believe."""
    signs_on(day)
    day.unanswered_sale("s1")
    day.reversal(answered=False)
    _new_keys(day)
    day.reversal(answered=False)
    _reversal_answered(day)
    day.reversal(answered=False)
    _reversal_answered(day)
    day.reversal()


def _refused_for_its_mac(day: Day) -> None:
    day.add(Warned, HOST, code="bad_mac", text=f"{TID}: reversal with STAN {day.stan:06}")
    for kind, actor, side in ((Sent, HOST, "to"), (Arrived, TERMINAL, "sender")):
        day.add(kind, actor, **{side: TERMINAL if actor == HOST else HOST}, mti="0410", stan=day.stan,
                response_code="A0", **_OF_A_REVERSAL)


def reversal_waits_at_the_host_over_a_sign_on(day: Day) -> None:
    """It came under the keys of then; before its turn the host gave others, and says A0."""
    signs_on(day)
    day.unanswered_sale("s1")
    day.reversal(answered=False)
    day.add(Arrived, HOST, sender=TERMINAL, mti="0400", stan=day.stan, **_OF_A_REVERSAL)
    signs_on(day)
    day.reversal(answered=False)
    _refused_for_its_mac(day)
    signs_on(day)
    day.reversal()


def two_reversals_under_keys_that_the_host_gave_up(day: Day) -> None:
    """The answer to a sign-on is lost: both went up before the terminal was told that its keys are gone."""
    signs_on(day)
    day.unanswered_sale("s1")
    signs_on(day, arrives=False)
    day.reversal(answered=False)
    day.reversal(answered=False)
    _refused_for_its_mac(day)
    _refused_for_its_mac(day)
    signs_on(day)
    day.reversal()


def reversal_again_after_it_was_told_that_its_keys_are_gone(day: Day) -> None:
    signs_on(day)
    day.unanswered_sale("s1")
    signs_on(day, arrives=False)
    day.reversal(answered=False)
    _refused_for_its_mac(day)
    day.reversal(answered=False)
    _refused_for_its_mac(day)


def reversal_under_old_keys_again(day: Day) -> None:
    """Two are refused, and one only was under way when the keys changed."""
    signs_on(day)
    day.unanswered_sale("s1")
    day.reversal(answered=False)
    day.add(Arrived, HOST, sender=TERMINAL, mti="0400", stan=day.stan, **_OF_A_REVERSAL)
    signs_on(day)
    day.reversal(answered=False)
    _refused_for_its_mac(day)
    _refused_for_its_mac(day)


def _inquires(day: Day, answer: str) -> None:
    """A balance; what comes back under its number is the refusal of a message of some kind."""
    signs_on(day)
    day.stan += 1
    day.add(Sent, TERMINAL, to=HOST, what="balance", mti="0200", tid=TID, batch=1, stan=day.stan, card=CARD)
    day.add(Arrived, HOST, sender=TERMINAL, what=answer, mti="0200", tid=TID, batch=1, stan=day.stan, genuine=False)
    day.add(Sent, HOST, to=TERMINAL, what=answer, mti="0210", tid=TID, batch=1, stan=day.stan, response_code="A0")
    day.add(Arrived, TERMINAL, sender=HOST, what=answer, mti="0210", tid=TID, batch=1, stan=day.stan,
            response_code="A0")


def forged_sale_under_the_number_of_an_inquiry(day: Day) -> None:
    """The host refuses a forger's sale: to the terminal, which asked for a balance, that is no answer."""
    _inquires(day, "sale")
    day.sale("s1")


def inquiry_told_to_sign_on_and_sells(day: Day) -> None:
    _inquires(day, "balance")
    day.sale("s1")


def _refund_of_a_closed_batch(day: Day, times: int) -> None:
    """Batch 1 is closed by force; a refund of it stays unanswered, and bears its batch at each try."""
    signs_on(day)
    day.sale("s1")
    key = day.key()
    day.stan += 1
    facts = {"what": "refund", "tid": TID, "batch": 1, "stan": day.stan, "amount_fen": 6800}
    day.add(Sent, TERMINAL, to=HOST, mti="0220", sale="s1", original=key, **facts)
    day.add(Arrived, HOST, sender=TERMINAL, mti="0220", original=key, **facts)
    day.add(Sent, TERMINAL, to=HOST, what="sign_on", mti="0800", tid=TID, batch=1, stan=501)
    day.add(Sent, HOST, to=TERMINAL, what="sign_on", mti="0810", tid=TID, batch=2, stan=501, response_code="00")
    day.add(Arrived, TERMINAL, sender=HOST, what="sign_on", mti="0810", tid=TID, batch=2, stan=501,
            response_code="00")
    for attempt in range(1, times + 1):
        day.add(Sent, TERMINAL, to=HOST, mti="0220", sale="s1", original=key, attempt=attempt, **facts)
        day.add(Arrived, HOST, sender=TERMINAL, mti="0220", original=key, **facts)
        day.add(Sent, HOST, to=TERMINAL, mti="0230", response_code="77", **facts)
        day.add(Arrived, TERMINAL, sender=HOST, mti="0230", response_code="77", **facts)


def stored_refund_tried_once_more(day: Day) -> None:
    """77, sign on, 77: that is the end of it."""
    _refund_of_a_closed_batch(day, 2)


def stored_refund_tried_for_ever(day: Day) -> None:
    _refund_of_a_closed_batch(day, 3)


def _closed_with_one_to_come(day: Day) -> None:
    """Batch 1, of 68.00, is closed by force; 5.00 of it, approved at the counter, come later."""
    day.sale("s1")
    day.count(HOST, result="forced")
    day.mean("s2", 500, what="offline_sale")
    day.send("s2", 500, what="offline_sale", mti="0220")
    day.request_arrives(500, what="offline_sale", mti="0220")
    day.debited(500)
    day.captured(500)


def _counted_again(day: Day, more: int = 0) -> None:
    day.count(HOST, more=more, result="late")


def counted_once_more_with_what_came_late(day: Day) -> None:
    _closed_with_one_to_come(day)
    _counted_again(day)  # 73.00, of two sales
    day.reply_arrives(what="offline_sale", mti="0230")
    day.conclude("s2", fen=500, what="offline_sale")
    day.receipt("s2")
    day.count(TERMINAL, result="forced")
    day.clear()
    day.pay()


def counted_again_with_another_sum(day: Day) -> None:
    _closed_with_one_to_come(day)
    _counted_again(day, 100)


def counted_again_though_nothing_came(day: Day) -> None:
    day.sale("s1")
    day.count(HOST, result="forced")
    _counted_again(day)


def _held(day: Day) -> None:
    """Of 68.00 and 50.00 the upload has 68.00, which is what the host settles: 50.00 are held."""
    upload_without_one(day)
    day.debit = [6800, 1]
    day.count(HOST, result="2")


def held_and_cleared_all_the_same(day: Day) -> None:
    _held(day)
    day.clear()


def held_let_go_and_cleared(day: Day) -> None:
    _held(day)
    day.add(Journaled, HOST, entry="heldreleased", tid=TID, batch=1, stan=2)
    day.clear()


def _forged_while_two_fly(day: Day) -> None:
    """A sale waits on the line, the next is on its way; what was forged bears the number of the first, and comes before it."""
    day.records[0] = structs.replace(day.records[0], whole=True)
    day.add(FaultFired, "run", fault="f", mode="fraud.forged", point="request", anchor=f"{TID}/000001/000000/0200/0",
            verb="forge", ms=25_000)
    day.mean("s1")
    day.send("s1")
    day.conclude("s1", "failed")
    day.mean("s2")
    day.send("s2")
    day.request_arrives(4_659, genuine=False, stan=1)
    day.request_arrives(stan=1)


def forged_and_the_next_comes_too(day: Day) -> None:
    _forged_while_two_fly(day)
    day.request_arrives()


def forged_and_the_right_one_of_two_comes_twice(day: Day) -> None:
    _forged_while_two_fly(day)
    day.request_arrives(stan=1)
    day.request_arrives()


def _given_after_a_dispute(day: Day) -> None:
    """A card has 50.00; a lost case gives its holder 18.00."""
    day.add(Posted, "bank.a", why="opening", key=CARDHOLDER, entries=(("outside", -5000), (CARDHOLDER, 5000)))
    day.add(Posted, "bank.a", why="dispute_credited", key="D1", entries=(("dispute:bank.a", -1800), (CARDHOLDER, 1800)))


def spends_what_a_dispute_gave(day: Day) -> None:
    _given_after_a_dispute(day)
    day.sale("s1", 6800)


def spends_more_than_a_dispute_gave(day: Day) -> None:
    _given_after_a_dispute(day)
    day.sale("s1", 6801)


def _unfit_keys(day: Day) -> None:
    """They come spoiled to the terminal; the host gave good ones."""
    signs_on(day)
    day.add(KeysUnfit, TERMINAL, tid=TID, stan=500, key="MAK")


def sells_under_keys_that_do_not_fit(day: Day) -> None:
    _unfit_keys(day)
    day.sale("s1")


def reverses_under_keys_that_do_not_fit(day: Day) -> None:
    day.unanswered_sale("s1")
    _unfit_keys(day)
    day.reversal()


def host_gives_keys_that_do_not_fit(day: Day) -> None:
    signs_on(day, arrives=False)
    day.add(KeysUnfit, HOST, tid=TID, stan=500, key="PIK")


def signs_on_again_over_keys_that_do_not_fit(day: Day) -> None:
    _unfit_keys(day)
    signs_on(day)
    day.sale("s1")


def restarted_over_keys_that_do_not_fit(day: Day) -> None:
    """Whether it had kept that they are none nobody saw: the host says whether its older ones are good."""
    _unfit_keys(day)
    day.add(Restarted, TERMINAL)
    day.sale("s1")


def _sold_in_part(day: Day, code: str) -> None:
    """A receipt over 5.26, and the answer to a copy that was held on the line comes after it."""
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited(526)
    day.captured(526)
    day.reply_arrives(code)
    day.conclude("s1", fen=526, code=code)
    day.slip("s1", 526)
    day.reply_arrives("94", stored=False)


def copy_of_a_sale_in_part_is_refused(day: Day) -> None:
    _sold_in_part(day, "10")


def receipt_for_a_refusal_whose_copy_is_refused_too(day: Day) -> None:
    _sold_in_part(day, "51")


def _jammed(day: Day) -> None:
    """Approved, and no paper comes out."""
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")
    day.add(FaultFired, "run", fault="stuck", mode="terminal.driver_stale", point="terminal_step",
            anchor=f"{TID}/000000/000000/print#1/0", verb="jam", step=2)


def comes_up_again_before_it_says_that_paper_is_stuck(day: Day) -> None:
    _jammed(day)
    day.restart()
    day.sale("s2")


def says_nothing_of_paper_that_is_stuck(day: Day) -> None:
    _jammed(day)
    day.sale("s2")


def comes_up_again_and_prints_nothing(day: Day) -> None:
    """Paper was stuck, of another sale; nothing stands in the way of the next slip."""
    comes_up_again_before_it_says_that_paper_is_stuck(day)
    day.mean("s3")
    day.send("s3")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s3")
    day.restart()
    day.sale("s4")


FOUND_BAD: dict[Callable[[Day], None], tuple[int, str]] = {
    reversal_after_an_answer_under_its_keys: (11, "reversal_after_answer"),
    reversal_under_old_keys_again: (14, "refused_mac"),
    reversal_again_after_it_was_told_that_its_keys_are_gone: (14, "refused_mac"),
    sells_under_keys_that_do_not_fit: (13, "uses_unfit_keys"),
    reverses_under_keys_that_do_not_fit: (13, "uses_unfit_keys"),
    host_gives_keys_that_do_not_fit: (13, "gives_unfit_keys"),
    inquiry_told_to_sign_on_and_sells: (13, "did_not_sign_on"),
    stored_refund_tried_for_ever: (14, "refused_batch"),
    counted_again_with_another_sum: (29, "host_totals_not_as_captured"),
    held_and_cleared_all_the_same: (29, "held_and_cleared"),
    counted_again_though_nothing_came: (29, "batch_closed_twice"),
    forged_and_the_right_one_of_two_comes_twice: (31, "sending_missing"),
    spends_more_than_a_dispute_gave: (25, "overdrawn"),
    receipt_for_a_refusal_whose_copy_is_refused_too: (16, "receipt_unasked"),
    says_nothing_of_paper_that_is_stuck: (22, "approved_without_receipt"),
    comes_up_again_and_prints_nothing: (22, "approved_without_receipt"),
}
FOUND_GOOD: dict[Callable[[Day], None], int] = {
    reversal_answered_under_keys_of_before: 11,
    reversal_waits_at_the_host_over_a_sign_on: 14,
    two_reversals_under_keys_that_the_host_gave_up: 14,
    forged_sale_under_the_number_of_an_inquiry: 13,
    signs_on_again_over_keys_that_do_not_fit: 13,
    restarted_over_keys_that_do_not_fit: 13,
    stored_refund_tried_once_more: 14,
    counted_once_more_with_what_came_late: 29,
    held_let_go_and_cleared: 29,
    forged_and_the_next_comes_too: 31,
    spends_what_a_dispute_gave: 25,
    copy_of_a_sale_in_part_is_refused: 16,
    comes_up_again_before_it_says_that_paper_is_stuck: 22,
}
