"""Each invariant: a good trace holds it, traces of things built wrong violate it, an empty one says
that its case never came up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bad_disputes import DISPUTE_BAD, DISPUTE_GOOD
from bad_due import DUE_BAD, DUE_GOOD
from bad_found import FOUND_BAD, FOUND_GOOD
from bad_host import HOST_BAD, HOST_GOOD
from bad_limits import LIMITS_BAD, LIMITS_GOOD
from bad_lines import LINE_BAD, LINE_GOOD
from bad_money import MONEY_BAD
from bad_plan import PLAN_BAD, PLAN_GOOD
from bad_record import RECORD_BAD, RECORD_GOOD
from bad_terms import TERMS_BAD, TERMS_GOOD
from synthetic_day import (
    ACCOUNT,
    CARDHOLDER,
    DATE,
    DUE,
    HOST,
    MID,
    PAYABLE,
    PAYOUT,
    PENDING,
    SCHEME,
    TERMINAL,
    TID,
    TRANSIT,
    Day,
    a_sale_that_arrives,
)

from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.judge.judge import Judge
from simulator.judge.rules import RULE_OF, RULES
from simulator.judge.verdict import State, Urgency, Verdict
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    AcquirerOpened,
    ActionTaken,
    Arrived,
    BatchCounted,
    CarriedForward,
    Concluded,
    ItemCleared,
    Lost,
    MerchantSettled,
    PayoutReturned,
    Posted,
    Released,
    Sent,
    ShareTerm,
    StillPending,
    Suspended,
    key_of,
)

Part = Callable[[Day], None]
ON_TIME = 24


def _sale(day: Day) -> None:
    day.sale()


def _lost_reply(day: Day) -> None:
    day.unanswered_sale("s1")
    day.reversal()
    day.give_back()


def _lost_reply_and_again(day: Day) -> None:
    _lost_reply(day)
    day.sale("s2")


def _power_cut(day: Day) -> None:
    """The reply came and was not stored; after the restart the sale is reversed."""
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives(stored=False)
    day.restart()
    day.reversal()
    day.give_back()
    day.sale("s2")


def _forgery_refused(day: Day) -> None:
    day.request_arrives(stan=77, genuine=False)
    day.sale()


def _settled_at_second_try(day: Day) -> None:
    day.sale()
    day.ask_settlement("3")


# A day by hand shows no answers of issuers, and does not say that it is whole.
MORE_NEEDED = frozenset({30, 31})

# Holding: what happens before the batch is closed, cleared and paid; which invariants it exercises.
GOOD: dict[str, tuple[Part, set[int]]] = {
    "nothing but a sale": (_sale, {1, 3, 5, 6, 8}),
    "a lost reply": (_lost_reply, {1, 2, 4, 7, 8, 10}),
    "a lost reply, then another sale": (_lost_reply_and_again, {1, 2, 3, 4, 5, 6, 7, 8, 10}),
    "a power cut before the approval was stored": (_power_cut, {1, 2, 3, 4, 5, 6, 7, 8, 10}),
    "a forgery that is refused": (_forgery_refused, {1, 3, 9}),
    "a settlement that worked at the second try": (_settled_at_second_try, {3, 5, 10}),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_trace_passes_and_its_cases_are_counted(name: str) -> None:
    part, exercised = GOOD[name]
    day = Day()
    part(day)
    day.arrive()
    day.end()
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings] == []
    assert judgement.verdict is Verdict.PASS
    counted = {each.number for each in judgement.invariants if each.exercised}
    assert exercised <= counted
    for each in judgement.invariants:
        if each.number == ON_TIME:  # these days do not say at what hour they end
            assert each.state in (State.NOT_OBSERVABLE, State.NOT_EXERCISED)
        elif each.number not in MORE_NEEDED:
            assert each.state is (State.HELD if each.exercised else State.NOT_EXERCISED)


def test_a_trace_in_which_nothing_happens_exercises_nothing() -> None:
    day = Day()
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert {each.state for each in judgement.invariants if each.number not in MORE_NEEDED} == {
        State.NOT_EXERCISED}
    assert [each.number for each in judgement.invariants] == list(RULE_OF)


# ---- violated ------------------------------------------------------------------------------------


def _money_from_nowhere(day: Day) -> None:
    day.add(Posted, "bank.a", why="fee", key="x", entries=((SCHEME, -40), ("fee:acquirer", 41)))


def _two_debits_of_one_key(day: Day) -> None:
    day.sale()
    day.debited(key=day.key())


def _two_attempts_both_debited(day: Day) -> None:
    """The reply is lost, nothing is reversed, the clerk tries again and gets goods once."""
    day.unanswered_sale("s1")
    day.reversal()  # answered 00 by a host that does nothing
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")
    day.receipt("s1")
    day.arrive()


def _no_retry_after_maintenance(day: Day) -> None:
    day.sale()
    day.fault("acquirer.maintenance", "acquirer", until=False)
    day.ask_settlement("3")
    day.wait(3 * DAY_MS)


def _settled_and_never_cleared(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.wait(4 * DAY_MS)


def _approved_without_a_debit(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.reply_arrives()
    day.conclude("s1")
    day.receipt("s1")


def _fee_of_a_fen_more(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear(extra_fee=1)
    day.pay()


SHARES = (ShareTerm("debit", 3500, 1300, 325, 325), ShareTerm("credit", 4500, 0, 325, 325))


def _cleared_with_shares(day: Day, **of_items: object) -> None:
    day.add(AcquirerOpened, HOST, shares=SHARES, domestic_prefixes=("62",), card_kinds=(("620000", "debit"),))
    day.sale()
    day.close_batch()
    day.clear(**of_items)
    day.pay()


def _shares_of_a_fen_more(day: Day) -> None:
    """68.00: the issuer has 0.24 less 0.02, the network twice 0.02."""
    _cleared_with_shares(day, card_kind="debit", issuer_fen=23, scheme_fen=4)


def _debit_card_cleared_as_credit(day: Day) -> None:
    """68.00: of a credit card the issuer would have 0.31 less 0.02."""
    _cleared_with_shares(day, card_kind="credit", issuer_fen=29, scheme_fen=4)


def _fee_of_the_whole_batch(day: Day) -> None:
    """Six sales of 84 fen cost 1 fen each; the batch is charged 0.6 % of the whole."""
    for number in range(6):
        day.sale(f"s{number}", 84)
    day.close_batch()
    for key, what, fen in day.items:
        day.add(ItemCleared, "clearing", key=key, what=what, mid=MID, amount_fen=fen, fee_fen=1,
                settlement_date=DATE)
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date=DATE, gross_fen=504, fee_fen=3,
            net_fen=501, items=6, payout=PAYOUT, due_ms=day.at)
    day.pay(net=501)


def _item_of_another_sum(day: Day) -> None:
    day.sale()
    day.items = [(day.key(), "sale", 6700)]
    day.arrive()


def _paid_to_a_stranger(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear()
    day.pay(account="account:bank.a/7777")


def _debited_reversal_never_came(day: Day) -> None:
    day.unanswered_sale("s1")
    day.reversal()


def _debited_again_and_told_once(day: Day) -> None:
    """The first debit was never shown; the second gave goods, and only its capture is cleared."""
    day.unanswered_sale("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")
    day.receipt("s1")
    day.close_batch()
    day.items = day.items[1:]
    day.clear()
    day.pay()


def _captured_and_not_debited(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")


def _debited_and_not_captured(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.reply_arrives()
    day.conclude("s1")


def _void_that_gives_nothing_back(day: Day) -> None:
    key = day.sale()
    day.send("s1-void", what="void", original=key)
    day.request_arrives(what="void")
    day.reply_arrives(what="void")
    day.conclude("s1-void", what="void")


def _returned_twice(day: Day) -> None:
    key = day.sale()
    day.void("s1", key)
    for _ in range(2):
        day.debited(-6800, key, why="reverse")
        day.captured(-6800, key, "again")


def _totals_differ(day: Day) -> None:
    day.sale()
    day.ask_settlement()
    day.count(HOST)
    day.count(TERMINAL, more=100)


def _terminal_has_more_than_a_host_that_holds_nothing_back(day: Day) -> None:
    day.add(AcquirerOpened, HOST, capture="host")
    day.sale()
    day.ask_settlement("2")
    day.count(HOST, result="2")
    day.count(TERMINAL, more=100, result="2")


def _differs_though_it_was_called_balanced(day: Day) -> None:
    day.add(AcquirerOpened, HOST, settles_missing=True)
    day.sale()
    day.ask_settlement()
    day.count(HOST)
    day.count(TERMINAL, more=-100)


def _terminal_closes_alone(day: Day) -> None:
    day.sale()
    day.count(TERMINAL)


def _balanced_end_of_an_unbalanced_batch(day: Day) -> None:
    day.sale()
    day.ask_settlement("2")
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=901,
            network_code="207")


def _other_totals_called_balanced(day: Day) -> None:
    """What reached the host was garbled; it looked at nothing."""
    day.sale()
    day.ask_settlement("")
    day.add(Arrived, HOST, sender=TERMINAL, what="settlement", mti="0500", tid=TID, batch=1,
            stan=900, details=f"{100:012}001{0:012}0000" + "0" * 31, genuine=False)
    day.count(HOST)
    day.count(TERMINAL)


def _paid_twice(day: Day) -> None:
    day.sale()
    day.arrive()
    day.pay()


def _another_sum_paid(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear()
    day.pay(net=day.net + 1)


def _paid_to_another_merchant(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear()
    day.pay(mid="898310000000002")


def _paid_out_of_nothing(day: Day) -> None:
    day.pay(net=100)


def _paid_while_in_suspense(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear()
    day.add(Suspended, "clearing", mid=MID, payout=PAYOUT, net_fen=day.net, reason="frozen")
    day.pay()


def _settled_twice(day: Day) -> None:
    day.sale()
    day.arrive()
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date=DATE, gross_fen=0, fee_fen=0,
            net_fen=0, items=0, payout=PAYOUT, due_ms=day.at)


def _cleared_twice(day: Day) -> None:
    key = day.sale()
    day.arrive()
    day.add(ItemCleared, "clearing", key=key, what="sale", mid=MID, amount_fen=6800, fee_fen=41,
            settlement_date="2026-01-31")


def _settlement_does_not_add_up(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.add(ItemCleared, "clearing", key=day.items[0][0], what="sale", mid=MID, amount_fen=6800,
            fee_fen=41, settlement_date=DATE)
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date=DATE, gross_fen=6800, fee_fen=41,
            net_fen=6758, items=1, payout=PAYOUT, due_ms=day.at)
    day.pay(net=6758)


def _never_paid(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear()
    day.add(PayoutReturned, "bank.a", payout=PAYOUT, mid=MID, reason="closed")
    day.wait(3 * DAY_MS)


def _next_sale_before_the_reversal(day: Day) -> None:
    day.unanswered_sale("s1")
    day.sale("s2")


def _next_sale_after_an_unanswered_reversal(day: Day) -> None:
    day.unanswered_sale("s1")
    day.reversal(answered=False)
    day.sale("s2")


def _next_sale_after_a_refused_reversal(day: Day) -> None:
    day.unanswered_sale("s1")
    day.reversal(code="96")
    day.sale("s2")


def _reversal_forgotten_in_a_power_cut(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.restart()
    day.sale("s2")


def _approval_not_stored_and_gone_on(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives(stored=False)
    day.restart()
    day.sale("s2")


def _number_used_twice_in_a_batch(day: Day) -> None:
    day.sale("s1")
    day.mean("s2", 5000)
    day.send("s2", 5000, stan=1)
    day.request_arrives(5000)
    day.debited(5000)
    day.captured(5000)
    day.reply_arrives()
    day.conclude("s2", fen=5000)


def _number_of_a_closed_batch_again(day: Day) -> None:
    day.sale("s1")
    day.arrive()
    day.sale("s2")
    day.batch = 1
    day.stan = 0
    day.sale("s3")


def _forged_sale_is_booked(day: Day) -> None:
    day.request_arrives(stan=77, genuine=False)
    day.debited(key=day.key(77))


def _forged_reversal_is_booked(day: Day) -> None:
    key = day.sale()
    day.request_arrives(what="reversal", mti="0400", genuine=False)
    day.debited(-6800, key, why="reverse")


def _spoiled_approval_is_believed(day: Day) -> None:
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives(genuine=False)
    day.conclude("s1")


def _reversed(day: Day, **facts: object) -> None:
    """A sale of 27 January without answer, and the first 0400 with these facts."""
    day.mean("s1")
    day.add(Sent, TERMINAL, to=HOST, what="sale", mti="0200", tid=TID, batch=1, stan=1,
            amount_fen=6800, sale="s1", local_date="0127")
    if facts.pop("spoiled", False):
        day.add(Arrived, TERMINAL, sender=HOST, what="sale", mti="0210", tid=TID, batch=1, stan=1,
                amount_fen=6800, response_code="00", genuine=False)
    day.add(Concluded, TERMINAL, sale="s1", what="sale", result="failed", batch=1, stan=1)
    day.add(Sent, TERMINAL, to=HOST, what="reversal", mti="0400", tid=TID, batch=1, stan=1,
            original=key_of(TID, 1, 1), amount_fen=6800,
            **{"local_date": "0127", "response_code": "98", **facts})
    day.add(Arrived, TERMINAL, sender=HOST, what="reversal", mti="0410", tid=TID, batch=1, stan=1,
            response_code="00", original=key_of(TID, 1, 1))


def _reversal_dated_after_midnight(day: Day) -> None:
    _reversed(day, local_date="0128")


def _reversal_without_the_reason_that_was_seen(day: Day) -> None:
    _reversed(day, spoiled=True)


def _reversal_never_answered(day: Day) -> None:
    day.unanswered_sale("s1")
    day.reversal(answered=False)


def _batch_refused_to_the_end(day: Day) -> None:
    day.sale()
    day.ask_settlement("3")
    day.wait(2 * DAY_MS)


def _the_run_names_something(day: Day) -> None:
    day.add(StillPending, TERMINAL, what="advice", tid=TID, batch=1, stan=5, detail="no answer")


BAD: dict[Part, tuple[int, str]] = {
    _money_from_nowhere: (1, "unbalanced_posting"),
    _two_debits_of_one_key: (2, "debited_twice"),
    _two_attempts_both_debited: (2, "debited_twice"),
    _no_retry_after_maintenance: (3, "approved_not_arrived"),
    _settled_and_never_cleared: (3, "approved_not_arrived"),
    _approved_without_a_debit: (3, "approved_not_arrived"),
    _fee_of_a_fen_more: (3, "wrong_fee"),
    _shares_of_a_fen_more: (3, "wrong_shares"),
    _debit_card_cleared_as_credit: (3, "wrong_card_kind"),
    _fee_of_the_whole_batch: (3, "wrong_batch_fee"),
    _item_of_another_sum: (3, "paid_another_sum"),
    _paid_to_a_stranger: (3, "paid_to_stranger"),
    _debited_reversal_never_came: (4, "paid_without_goods"),
    _debited_again_and_told_once: (4, "debited_again"),
    _captured_and_not_debited: (4, "captured_without_debit"),
    _debited_and_not_captured: (4, "debited_not_captured"),
    _void_that_gives_nothing_back: (4, "not_returned"),
    _returned_twice: (4, "returned_too_much"),
    _totals_differ: (5, "totals_differ"),
    _terminal_has_more_than_a_host_that_holds_nothing_back: (5, "totals_differ"),
    _differs_though_it_was_called_balanced: (5, "totals_differ"),
    _terminal_closes_alone: (5, "closed_alone"),
    _balanced_end_of_an_unbalanced_batch: (5, "wrong_end"),
    _other_totals_called_balanced: (5, "called_balanced"),
    _paid_twice: (6, "paid_twice"),
    _another_sum_paid: (6, "paid_wrong_sum"),
    _paid_to_another_merchant: (6, "paid_to_another"),
    _paid_out_of_nothing: (6, "paid_unsettled"),
    _paid_while_in_suspense: (6, "paid_from_suspense"),
    _settled_twice: (6, "settled_twice"),
    _cleared_twice: (6, "cleared_twice"),
    _settlement_does_not_add_up: (6, "settlement_wrong"),
    _never_paid: (6, "payout_missing"),
    _next_sale_before_the_reversal: (7, "went_on_without_reversal"),
    _next_sale_after_an_unanswered_reversal: (7, "went_on_without_reversal"),
    _next_sale_after_a_refused_reversal: (7, "went_on_without_reversal"),
    _reversal_forgotten_in_a_power_cut: (7, "went_on_without_reversal"),
    _approval_not_stored_and_gone_on: (7, "went_on_without_reversal"),
    _reversal_dated_after_midnight: (7, "reversal_of_other_date"),
    _reversal_without_the_reason_that_was_seen: (7, "reversal_for_other_reason"),
    _number_used_twice_in_a_batch: (8, "number_reused"),
    _number_of_a_closed_batch_again: (8, "number_reused"),
    _forged_sale_is_booked: (9, "fake_posted"),
    _forged_reversal_is_booked: (9, "fake_posted"),
    _spoiled_approval_is_believed: (9, "fake_believed"),
    _reversal_never_answered: (10, "reversal_pending"),
    _batch_refused_to_the_end: (10, "batch_pending"),
    _the_run_names_something: (10, "still_pending"),
    **LINE_BAD,
    **MONEY_BAD,
    **DUE_BAD,
    **HOST_BAD,
    **RECORD_BAD,
    **TERMS_BAD,
    **LIMITS_BAD,
    **DISPUTE_BAD,
    **PLAN_BAD,
    **FOUND_BAD,
}


@pytest.mark.parametrize("part", BAD, ids=lambda part: part.__name__.strip("_"))
def test_what_is_built_wrong_is_found(part: Part) -> None:
    number, code = BAD[part]
    day = Day()
    part(day)
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.FAIL
    states = {each.number: each.state for each in judgement.invariants}
    assert states[number] is State.VIOLATED
    found = [each for each in judgement.findings if each.code == code]
    assert found, [each.code for each in judgement.findings]
    assert found[0].invariant == number
    assert "{" not in found[0].what + found[0].what_zh
    assert found[0].remedy
    assert found[0].remedy_zh


@pytest.mark.parametrize("facts", [
    {}, {"spoiled": True, "response_code": "A0"},
], ids=["no reply", "wrong MAC"])
def test_a_reversal_that_names_its_original_rightly_is_no_finding(facts) -> None:
    day = Day()
    _reversed(day, **facts)
    day.end()
    assert day.judged().findings == ()


@pytest.mark.parametrize("part", DUE_GOOD, ids=lambda part: part.__name__)
def test_what_comes_in_time_is_no_finding(part: Part) -> None:
    day = Day()
    part(day)
    day.end()
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings] == []
    assert judgement.verdict is Verdict.PASS


@pytest.mark.parametrize("part", DISPUTE_GOOD, ids=lambda part: part.__name__)
def test_a_dispute_that_takes_its_course_is_no_finding_about_disputes(part: Part) -> None:
    """Clearing and interbank settlement of what it moves are left out here: whole worlds have them."""
    day = Day()
    part(day)
    day.end()
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings if finding.invariant == 33] == []
    verdict = next(each for each in judgement.invariants if each.number == 33)
    assert (verdict.state, verdict.exercised) == (State.HELD, 1)


@pytest.mark.parametrize(
    "part", [*LINE_GOOD, *HOST_GOOD, *RECORD_GOOD, *LIMITS_GOOD, *TERMS_GOOD], ids=lambda part: part.__name__)
def test_what_only_looks_wrong_is_no_finding(part: Part) -> None:
    day = Day()
    part(day)
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings] == []


@pytest.mark.parametrize("part", FOUND_GOOD, ids=lambda part: part.__name__)
def test_what_a_hunt_accused_is_no_finding_of_its_rule(part: Part) -> None:
    day = Day()
    part(day)
    judgement = day.judged()
    number = FOUND_GOOD[part]
    assert [finding.what for finding in judgement.findings if finding.invariant == number] == []


@pytest.mark.parametrize("part", PLAN_GOOD, ids=lambda part: part.__name__)
def test_a_plan_that_is_kept_is_no_finding(part: Part) -> None:
    day = Day()
    part(day)
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings if finding.invariant == 36] == []
    assert next(each.state for each in judgement.invariants if each.number == 36) in {
        State.HELD, State.NOT_EXERCISED}


def test_every_kind_of_finding_is_taken_by_some_bad_trace() -> None:
    assert {code for _, code in BAD.values()} == {
        row.code for rule in RULES for row in rule.findings
    }


def test_each_bad_trace_breaks_no_invariant_that_it_does_not_touch() -> None:
    """A reversal that never comes is told as what it is, not as everything at once."""
    for part, alone in (
        (_money_from_nowhere, {1}), (_fee_of_a_fen_more, {3}), (_totals_differ, {5}),
        (_paid_twice, {6}), (_forged_sale_is_booked, {4, 9}), (_paid_to_a_stranger, {3}),
        (_next_sale_before_the_reversal, {3, 4, 7}),  # nobody settles the next sale's batch
        (_number_of_a_closed_batch_again, {8}),
        (_the_run_names_something, {10}), (_debited_again_and_told_once, {2, 4, 7, 12}),  # it counts what it was not told
    ):
        day = Day()
        part(day)
        day.end()
        numbers = {each.number for each in day.judged().invariants if each.violations}
        assert numbers == alone, part.__name__


# ---- the finer points ----------------------------------------------------------------------------


def test_a_terminal_that_may_drop_a_reversal_is_judged_by_its_profile() -> None:
    for after_last_try, violations in (("drop", 0), ("keep", 1)):
        day = Day(after_last_try=after_last_try, reversal_tries=2)
        day.unanswered_sale("s1")
        day.reversal(answered=False)
        day.reversal(answered=False)
        day.sale("s2")
        day.end()
        judgement = day.judged()
        assert judgement.invariants[6].violations == violations
        assert judgement.invariants[3].violations == 1  # the debit stays, whoever allowed it


def test_a_terminal_may_not_drop_a_reversal_before_its_last_try() -> None:
    day = Day(after_last_try="drop", reversal_tries=3)
    day.unanswered_sale("s1")
    day.reversal(answered=False)
    day.sale("s2")
    day.end()
    assert day.judged().invariants[6].state is State.VIOLATED


def _goes_on_after_a_loss(why: LineReason, **terminal: object) -> Day:
    day = Day(**terminal)
    day.mean("s1")
    day.send("s1")
    day.lost(mti="0200", sender=TERMINAL, why=why)
    day.conclude("s1", "failed")
    day.sale("s2")
    day.arrive()
    day.end()
    return day


@pytest.mark.parametrize("why", sorted(NOT_SENT))
def test_a_request_that_did_not_leave_owes_no_reversal_where_the_profile_knows_that(why) -> None:
    judgement = _goes_on_after_a_loss(why, reversal_after_failed_connect=False).judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.invariants[6].exercised == 0


@pytest.mark.parametrize("why", sorted(NOT_SENT))
def test_it_owes_one_where_the_profile_reverses_after_a_failed_connection(why) -> None:
    assert _goes_on_after_a_loss(why).judged().invariants[6].state is State.VIOLATED


@pytest.mark.parametrize("why", sorted(set(LineReason) - NOT_SENT))
@pytest.mark.parametrize("failed_connect", [True, False])
def test_a_request_lost_in_any_other_way_owes_one(why, failed_connect) -> None:
    day = _goes_on_after_a_loss(why, reversal_after_failed_connect=failed_connect)
    assert day.judged().invariants[6].state is State.VIOLATED


@pytest.mark.parametrize("why", sorted(NOT_SENT))
def test_a_request_that_arrived_after_all_owes_one_whatever_the_line_said(why) -> None:
    day = Day(reversal_after_failed_connect=False)
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.lost(mti="0200", sender=TERMINAL, why=why)
    day.conclude("s1", "failed")
    day.sale("s2")
    day.end()
    assert day.judged().invariants[6].state is State.VIOLATED


def test_what_an_operating_system_said_decides_nothing() -> None:
    day = Day(reversal_after_failed_connect=False)
    day.mean("s1")
    day.send("s1")
    day.add(Lost, f"link.{TID}", sender=TERMINAL, what="sale", mti="0200", tid=TID, batch=1,
            stan=day.stan, why=LineReason.DROP, detail="refuse: no connection, no route")
    day.conclude("s1", "failed")
    day.sale("s2")
    day.end()
    assert day.judged().invariants[6].state is State.VIOLATED


@pytest.mark.parametrize("stored", [True, False])  # it was killed before its trace said so
def test_an_approval_that_was_stored_before_the_power_cut_owes_nothing(stored: bool) -> None:
    day = Day()
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives(stored=stored)
    day.restart()
    day.conclude("s1")
    day.receipt("s1")
    day.sale("s2")
    day.arrive()
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.arrived.sales == 2


@pytest.mark.parametrize(("heard", "shown"), [(False, True), (True, False)])
def test_an_approval_that_was_not_heard_or_not_shown_owes_a_reversal(heard, shown) -> None:
    day = Day()
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    if heard:
        day.reply_arrives(stored=False)
    day.restart()
    if shown:
        day.conclude("s1")
        day.receipt("s1")
    day.sale("s2")
    day.arrive()
    day.end()
    assert "went_on_without_reversal" in {finding.code for finding in day.judged().findings}


def test_an_approval_told_again_after_a_restart_is_one_sale() -> None:
    day = Day()
    day.sale("s1")
    day.restart()
    day.conclude("s1")
    day.receipt("s1")
    day.arrive()
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.arrived.fen == 6800


def test_a_number_that_the_host_refuses_the_second_time_breaks_nothing() -> None:
    day = Day()
    day.sale("s1")
    day.mean("s2", 5000)
    day.send("s2", 5000, stan=1)
    day.request_arrives(5000)
    day.reply_arrives("94")
    day.conclude("s2", "declined", 5000, code="94")
    day.arrive()
    day.end()
    assert day.judged().invariants[7].state is State.HELD


def test_a_sale_tried_again_after_its_reversal_is_debited_once() -> None:
    day = Day()
    day.unanswered_sale("s1")
    day.reversal()
    day.give_back()
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")
    day.receipt("s1")
    day.arrive()
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.invariants[1].exercised == 1
    assert judgement.money.arrived.fen == judgement.money.taken.fen == 6800


def test_a_copy_of_a_request_that_changes_nothing_is_no_second_sale() -> None:
    day = Day()
    day.sale("s1")
    day.request_arrives(copy=1)
    day.arrive()
    day.request_arrives(copy=1, stan=1)
    day.end()
    assert day.judged().verdict is Verdict.PASS


def test_shares_and_kind_as_they_should_be_are_no_finding() -> None:
    day = Day()
    _cleared_with_shares(day, card_kind="debit", issuer_fen=22, scheme_fen=4)
    day.end()
    assert [finding.what for finding in day.judged().findings if finding.invariant == 3] == []


def test_a_void_gives_back_and_nets_to_nothing() -> None:
    day = Day()
    key = day.sale("s1")
    day.void("s1", key)
    day.sale("s2", 100)
    day.arrive()
    day.end()
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings] == []
    assert (judgement.money.undone.sales, judgement.money.arrived.fen) == (1, 100)


def test_what_a_merchant_owes_is_taken_off_the_next_payout() -> None:
    day = Day()
    key = day.sale("s1", 10_000)
    day.arrive()
    refund = day.send("s1-refund", 10_000, "refund", "0220", original=key)
    day.request_arrives(10_000, "refund", "0220")
    day.debited(-10_000, refund, why="credit")
    day.captured(-10_000, refund, "refund")
    day.reply_arrives(what="refund", mti="0230")
    day.conclude("s1-refund", "approved", 10_000, "refund")
    day.receipt("s1-refund")
    day.close_batch()
    day.clear(date="2026-01-31")
    assert day.net == -9_940
    day.add(CarriedForward, "clearing", mid=MID, payout=f"2026-01-31/{MID}", owed_fen=9_940)
    day.sale("s2", 20_000)
    day.close_batch()
    day.clear(date="2026-02-01")
    day.pay(net=19_880 - 9_940, payout=f"2026-02-01/{MID}")
    day.end()
    assert [finding.what for finding in day.judged().findings] == []


def test_money_in_suspense_is_not_lost_and_is_paid_once_it_is_released() -> None:
    day = Day()
    day.sale("s1")
    day.close_batch()
    day.clear()
    day.instruct(day.net)
    day.add(Posted, "clearing", why="payout_returned", key=PAYOUT,
            entries=((TRANSIT, -day.net), (PAYABLE, day.net)))
    day.add(PayoutReturned, "bank.a", payout=PAYOUT, mid=MID, reason="frozen")
    day.add(Posted, "clearing", why="suspend", key=PAYOUT,
            entries=((PAYABLE, -day.net), (f"suspense:{MID}", day.net)))
    day.add(Suspended, "clearing", mid=MID, payout=PAYOUT, net_fen=day.net, reason="frozen")
    day.wait(5 * DAY_MS)
    kept = len(day.records)
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.suspended.fen == 6800
    assert judgement.sales[0].why == "in suspense: the account is frozen"
    del day.records[kept:]
    day.add(ActionTaken, "merchant.shop", action="release_suspense")
    day.add(Posted, "clearing", why="release", key=PAYOUT,
            entries=((f"suspense:{MID}", -day.net), (PAYABLE, day.net)))
    day.add(Released, "clearing", mid=MID, payout=PAYOUT, net_fen=day.net)
    day.pay()
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.arrived.fen == 6800
    assert judgement.invariants[9].exercised == 1


def test_a_hold_that_becomes_a_completion_is_one_debit() -> None:
    day = Day()
    hold = day.send("p1", 10_000, "preauth", "0100")
    day.request_arrives(10_000, "preauth", "0100")
    day.add(Posted, "bank.a", why="hold", key=hold,
            entries=((CARDHOLDER, -10_000), ("hold:bank.a", 10_000)))
    day.reply_arrives(what="preauth", mti="0110")
    day.conclude("p1", fen=10_000, what="preauth")
    day.receipt("p1")
    day.mean("p1-done", 8_000, "completion")
    done = day.send("p1-done", 8_000, "completion", original=hold)
    day.request_arrives(8_000, "completion")
    day.add(Posted, "bank.a", why="debit", key=done,
            entries=(("hold:bank.a", -10_000), (CARDHOLDER, 2_000), (DUE, 8_000)))
    day.captured(8_000, done, "completion")
    day.reply_arrives(what="completion")
    day.conclude("p1-done", fen=8_000, what="completion")
    day.receipt("p1-done")
    day.arrive()
    day.end()
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings] == []
    assert (judgement.money.taken.sales, judgement.money.arrived.fen) == (1, 8_000)


def test_a_hold_that_nobody_completes_is_held_and_not_lost() -> None:
    day = Day()
    hold = day.send("p1", 10_000, "preauth", "0100")
    day.request_arrives(10_000, "preauth", "0100")
    day.add(Posted, "bank.a", why="hold", key=hold,
            entries=((CARDHOLDER, -10_000), ("hold:bank.a", 10_000)))
    day.reply_arrives(what="preauth", mti="0110")
    day.conclude("p1", fen=10_000, what="preauth")
    day.receipt("p1")
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.held.fen == 10_000


@pytest.mark.parametrize("announced", [True, False])  # traces of live runs hold no wish of a customer
def test_an_offline_sale_is_delivered_later_under_its_own_number(announced: bool) -> None:
    day = Day()
    if announced:
        day.mean("o1", what="offline_sale")
    day.stan += 1
    offline = day.stan
    day.conclude("o1", what="offline_sale")
    day.receipt("o1")
    day.sale("s2")
    last = day.stan
    day.send("o1", what="offline_sale", mti="0220", stan=offline)
    day.request_arrives(what="offline_sale", mti="0220")
    day.debited()
    day.captured(what="offline_sale")
    day.reply_arrives(what="offline_sale", mti="0230")
    day.stan = last
    day.arrive()
    day.end()
    judgement = day.judged()
    assert [finding.what for finding in judgement.findings] == []
    assert judgement.money.arrived.sales == 2


def test_a_sale_whose_batch_is_still_open_at_the_end_of_a_short_run_is_on_its_way() -> None:
    day = Day()
    day.sale()
    day.wait(HOUR_MS)
    day.end(0)
    judgement = day.judged()
    assert judgement.verdict is Verdict.INCONCLUSIVE  # nothing is wrong, and nothing arrived yet
    assert judgement.money.on_the_way.sales == 1
    assert judgement.sales[0].why == "batch 000001 is not settled yet"


def test_a_payout_that_is_not_due_yet_is_on_its_way_with_its_due_time() -> None:
    day = Day()
    day.sale()
    day.close_batch()
    day.clear()
    day.end(0)
    judgement = day.judged()
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.sales[0].when_ms == day.due
    assert judgement.sales[0].why.startswith(f"payout {PAYOUT} is due 2026-01-30")


def test_a_trace_that_stops_in_the_middle_is_inconclusive_about_what_is_pending() -> None:
    day = Day()
    day.unanswered_sale("s1")
    judgement = day.judged()
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.invariants[9].violations == 0
    assert any("before its run did" in reason for reason in judgement.reasons)


def test_a_trace_that_stops_in_the_middle_still_fails_for_what_is_wrong_already() -> None:
    day = Day()
    _next_sale_before_the_reversal(day)
    assert day.judged().verdict is Verdict.FAIL


def test_without_books_the_invariants_of_money_are_not_observable() -> None:
    day = Day(observable=False)
    day.mean("s1")
    day.send("s1")
    day.reply_arrives()
    day.conclude("s1")
    day.receipt("s1")
    judgement = day.judged()
    states = {each.number: each.state for each in judgement.invariants}
    assert {states[number] for number in (1, 2, 4, 6)} == {State.NOT_OBSERVABLE}
    assert states[5] is State.NOT_OBSERVABLE
    assert states[8] is State.HELD


def test_totals_of_a_terminal_that_cannot_be_looked_into_are_those_of_its_0500() -> None:
    for wrong, state in ((0, State.HELD), (100, State.VIOLATED)):
        day = Day(observable=False)
        day.sale()
        day.ask_settlement()
        day.count(HOST, more=wrong)
        day.end()
        assert day.judged().invariants[4].state is state


def test_a_batch_that_the_host_closed_for_a_lost_terminal_is_compared_with_nothing() -> None:
    day = Day()
    day.sale()
    day.add(BatchCounted, HOST, tid=TID, batch=1, debit_fen=6800, debit_count=1, credit_fen=0,
            credit_count=0, result="forced", closed=True)
    day.clear()
    day.pay()
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.PASS
    assert judgement.invariants[4].exercised == 0


def test_safety_is_told_apart_from_liveness() -> None:
    day = Day()
    day.sale()
    day.fault("acquirer.maintenance", "acquirer", until=False)
    day.ask_settlement("3")
    day.wait(3 * DAY_MS)
    day.end()
    assert {each.urgency for each in day.judged().findings} == {Urgency.LIVENESS}
    assert {row.urgency for rule in RULES if rule.number in (1, 2, 7, 8, 9) for row in rule.findings} == {
        Urgency.SAFETY,
    }


def test_a_record_that_the_trace_does_not_have_is_an_error_of_the_program() -> None:
    class Unknown:
        at_ms = 1

    with pytest.raises(KeyError):
        Judge().feed(Unknown())  # type: ignore[arg-type]


def test_names_used_here_are_the_chart_of_accounts() -> None:
    day = a_sale_that_arrives()
    accounts = {name for each in day.records if isinstance(each, Posted) for name, _ in each.entries}
    assert accounts == {
        CARDHOLDER, DUE, SCHEME, PENDING, PAYABLE, "fee:acquirer", TRANSIT, ACCOUNT}


def test_a_request_that_the_power_cut_kept_back_is_reversed_all_the_same() -> None:
    day = Day()
    day.sale("s1")
    day.mean("s2")
    day.stan += 1
    day.restart()
    day.conclude("s2", "failed")
    same = day.key()
    day.add(Sent, TERMINAL, to=HOST, what="reversal", mti="0400", tid=TID, batch=1, stan=day.stan,
            original=same, sale="s2", amount_fen=6800)
    unanswered = len(day.records)
    day.sale("s3")
    day.end()
    assert day.judged().invariants[6].state is State.VIOLATED
    del day.records[unanswered:]
    day.reversal(stan=2)
    day.sale("s3")
    day.arrive()
    day.end()
    assert day.judged().invariants[6].state is State.HELD


def test_a_qr_sale_without_an_answer_owes_a_reversal_as_a_card_sale_does() -> None:
    for what, undone, state in (
        ("qr_sale", True, State.HELD), ("qr_sale", False, State.VIOLATED),
        ("qr_void", True, State.HELD), ("qr_void", False, State.VIOLATED),
    ):
        day = Day()
        day.mean("q1", what=what)
        day.send("q1", what=what)
        day.lost(what=what)
        day.conclude("q1", "failed", what=what)
        if undone:
            day.reversal()
        day.sale("s2")
        day.end()
        assert day.judged().invariants[6].state is state, (what, undone)


def test_a_terminal_that_is_only_seen_on_the_line_is_judged_from_there() -> None:
    for delivered, state in ((True, State.HELD), (False, State.VIOLATED)):
        day = Day(observable=False)
        day.stan = 1
        day.request_arrives()
        day.debited()
        day.captured()
        day.lost()
        if delivered:
            day.reversal()
            day.give_back()
        day.stan = 2
        day.request_arrives()
        day.debited()
        day.captured()
        day.reply_arrives()
        day.conclude("2", stan=2)
        day.receipt("2")
        day.records = [each for each in day.records
                       if not (isinstance(each, Sent) and each.actor == TERMINAL)]
        day.arrive()
        day.end()
        judgement = day.judged()
        assert judgement.invariants[6].state is state


def test_a_batch_that_is_closed_once_more_after_a_restart_is_closed_once() -> None:
    for more, violations in ((0, 0), (100, 1)):
        day = Day()
        day.sale()
        day.ask_settlement()
        day.count(HOST)
        day.count(TERMINAL)
        day.restart()
        day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1,
                stan=901, network_code="207")
        day.count(TERMINAL, more=more)
        day.clear()
        day.pay()
        day.end()
        assert day.judged().invariants[4].violations == violations


@pytest.mark.parametrize(("first", "findings"), [("98", 1), ("06", 0), ("none", 0)])
def test_after_a_power_cut_a_reversal_may_have_the_reason_that_its_terminal_begins_with(
    first: str, findings: int,
) -> None:
    day = Day(reversal_first_reason=first)
    day.mean("s1")
    day.send("s1")
    day.restart()
    day.reversal(reason="06")
    day.end()
    found = [each for each in day.judged().findings if each.code == "reversal_for_other_reason"]
    assert len(found) == findings


@pytest.mark.parametrize(("first_code", "findings"), [("A0", 0), ("", 1)])
def test_an_end_that_comes_after_another_reply_may_be_passed_over(
    first_code: str, findings: int,
) -> None:
    """A terminal waits for one reply: what comes after it (of a 0400 before a restart) is late."""
    day = Day()
    day.unanswered_sale("s1")
    day.reversal(answered=False)
    if first_code:
        day.reply_arrives(first_code, "reversal", "0410", stored=False)
    day.reply_arrives("00", "reversal", "0410", stored=False)
    day.wait(5_000)
    day.reversal()
    day.end()
    found = [each for each in day.judged().findings if each.code == "reversal_after_answer"]
    assert len(found) == findings


@pytest.mark.parametrize(("code", "findings"), [("98", 0), ("", 1)])
def test_a_number_concluded_in_another_batch_says_nothing_of_a_reversal(
    code: str, findings: int,
) -> None:
    day = Day()
    day.mean("s1")
    day.send("s1", stan=7)
    day.conclude("s1", "failed")
    day.reversal()
    day.batch = 2
    day.send("s1", stan=7)
    if code:
        day.reply_arrives(code, stored=False)
    day.conclude("s1", "declined", code=code)
    day.reversal(reason="06")
    day.end()
    found = [each for each in day.judged().findings if each.code == "reversal_for_other_reason"]
    assert len(found) == findings
