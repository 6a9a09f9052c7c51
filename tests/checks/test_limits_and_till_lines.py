"""Rules of wraps, full batches, parts, foreign cards and of what a till is told: good lines hold, bad ones are told."""

from __future__ import annotations

import pytest
from line_made import PROFILE, SALE, LineMade
from msgspec.structs import replace

from hil.checks import ecr_rules, till_rules, wrap_rules
from hil.checks.evidence import Evidence, Rule, Step
from hil.checks.results import NotObservableError, NotReachedError
from hil.relay.seen import Fate
from hil.tills.ends import Told as Answer
from hil.tills.ends import Wish
from simulator.wire.kinds import Kind
from simulator.wire.subfields import CardTotals, SettlementTotals

VISA = "4100009753180125"


def wrong(rule: Rule, evidence: Evidence) -> list[int]:
    """Numbers of the messages that the rule calls wrong."""
    return [each.number for each in rule.look(evidence).wrong]


def settled(made: LineMade, batch: int, stan: int, ours: tuple[int, int] = (0, 0), others: tuple[int, int] = (0, 0)) -> int:
    """A 0500 with these debits, answered; its number on the line."""
    said = SettlementTotals(CardTotals(ours[0], ours[1], 0, 0), CardTotals(others[0], others[1], 0, 0))
    asked = made.up("0500", "settlement", stan, batch=batch, details=said.format())
    made.down("0510", "settlement", stan, "", batch=batch, details=said.format())
    return asked.number


def step(name: str, answer: Answer, begun_ms: float, ended_ms: float, kind: Kind = Kind.SALE) -> Step:
    return Step(name, Wish(kind=kind, amount_fen=1_000), answer, begun_ms, ended_ms)


# ---- numbers at their end --------------------------------------------------------------------


def test_after_999999_comes_1():
    made = LineMade()
    for stan in (999_998, 999_999, 1, 2):
        made.sale(stan)
    assert not wrong(wrap_rules.numbers_wrap(), made.evidence())


@pytest.mark.parametrize("numbers", [(999_999, 999_998), (999_999, 1, 1), (999_999, 1, 999_999, 2)])
def test_numbers_that_go_back_or_stand_still_over_the_wrap_are_told(numbers):
    made = LineMade()
    for stan in numbers:
        made.sale(stan)
    assert wrong(wrap_rules.numbers_wrap(), made.evidence())


def test_a_request_with_number_0_at_the_wrap_is_told():
    made = LineMade()
    made.sale(999_999)
    none = made.up("0200", "sale", 0, **{**SALE, "amount_fen": 1_000})
    made.sale(1)
    assert wrong(wrap_rules.numbers_wrap(), made.evidence()) == [none.number]


def test_no_wrap_is_not_reached():
    made = LineMade()
    made.sale(2)
    made.sale(3)
    with pytest.raises(NotReachedError):
        wrap_rules.numbers_wrap().look(made.evidence())


@pytest.mark.parametrize(("after", "right"), [(1, True), (999_999, False), (0, False), (2, False)])
def test_after_batch_999999_comes_1(after, right):
    made = LineMade()
    made.sale(2, batch=999_999)
    settled(made, 999_999, 3, (1_000, 1))
    begun = made.now_ms
    later = made.sale(4, batch=after)
    evidence = made.evidence(step("next", Answer("approved"), begun, made.now_ms))
    assert wrong(wrap_rules.batch_wraps("next"), evidence) == ([] if right else [later.number])


def test_another_batch_is_no_wrap():
    made = LineMade()
    made.sale(2)
    settled(made, 1, 3, (1_000, 1))
    with pytest.raises(NotReachedError):
        wrap_rules.batch_wraps("next").look(made.evidence(step("next", Answer("approved"), made.now_ms, made.now_ms)))


# ---- a full batch ----------------------------------------------------------------------------


def of_limit(made: LineMade, *steps: Step) -> Evidence:
    return made.evidence(*steps, profile=replace(PROFILE, batch_limit=2))


def test_a_batch_holds_what_it_holds():
    made = LineMade()
    for stan in (2, 3):
        made.sale(stan)
    made.sale(4, code="51")
    settled(made, 1, 5, (2_000, 2))
    made.sale(6, batch=2)
    assert not wrong(wrap_rules.limit_is_kept(), of_limit(made))
    made = LineMade()
    over = [made.sale(stan) for stan in (2, 3, 4)][-1]
    assert wrong(wrap_rules.limit_is_kept(), of_limit(made)) == [over.number]


def test_a_batch_that_never_was_full_is_not_reached():
    made = LineMade()
    made.sale(2)
    with pytest.raises(NotReachedError):
        wrap_rules.limit_is_kept().look(of_limit(made))


def test_who_settles_a_full_batch():
    rule = wrap_rules.settles_by_itself("over", "clerk")

    def day(*, by_itself: bool) -> Evidence:
        made = LineMade()
        made.sale(2)
        made.now_ms += 10
        over_ms = made.now_ms
        if by_itself:
            settled(made, 1, 3, (1_000, 1))
        made.now_ms += 10
        clerk_ms = made.now_ms
        settled(made, 2 if by_itself else 1, 4)
        return made.evidence(step("over", Answer("refused"), over_ms, over_ms + 1),
                             step("clerk", Answer("approved"), clerk_ms, made.now_ms, Kind.SETTLEMENT))

    assert not wrong(rule, day(by_itself=True))
    assert wrong(rule, day(by_itself=False))


# ---- parts and foreign cards -----------------------------------------------------------------


def in_part(said_fen: int, *, is_reversed: bool = False) -> Evidence:
    """A sale of 10.00 whose reply the line changed to 4.00 in part, another sale, and totals."""
    made = LineMade()
    made.up("0200", "sale", 2, **{**SALE, "amount_fen": 1_000})
    reply = made.down("0210", "sale", 2, "10", fate=Fate.CHANGED, amount_fen=400)
    if is_reversed:
        made.reversal(2)
    made.sale(3, fen=700)
    settled(made, 1, 4, (said_fen, 2))
    return made.evidence(struck={"hit": (reply,)})


def test_totals_count_a_part_with_its_part():
    rule = wrap_rules.counts_part("hit", 400)
    assert not wrong(rule, in_part(1_100))
    assert wrong(rule, in_part(1_700))
    assert wrong(rule, in_part(700))
    assert not wrong(rule, in_part(700, is_reversed=True))
    assert wrong(rule, in_part(1_100, is_reversed=True))


def test_the_till_is_told_the_part():
    def told(answer: Answer) -> list[str]:
        made = LineMade()
        return [each.what.en for each in wrap_rules.told_part("first", 400).look(
            made.evidence(step("first", answer, 0, 1))).wrong]

    assert not told(Answer("approved", amount_fen=400))
    assert not told(Answer("declined", amount_fen=1_000))
    assert told(Answer("approved", amount_fen=1_000))
    with pytest.raises(NotObservableError):
        told(Answer(""))


@pytest.mark.parametrize(("ours", "others", "right"), [
    ((1_000, 1), (500, 1), True), ((1_500, 2), (0, 0), False), ((1_000, 1), (500, 2), False)])
def test_foreign_cards_have_their_half(ours, others, right):
    made = LineMade()
    made.sale(2)
    made.sale(3, fen=500, pan=VISA)
    asked = settled(made, 1, 4, ours, others)
    assert wrong(wrap_rules.counts_foreign(), made.evidence()) == ([] if right else [asked])


# ---- what the till is told -------------------------------------------------------------------


def asked_later(answer: Answer, *, approved: bool = True, is_reversed: bool = False, again: bool = False) -> Evidence:
    """A sale whose answer was lost, what the terminal said of it afterwards, and the next sale."""
    made = LineMade()
    first_ms = made.now_ms
    made.sale(2, code="00" if approved else "51", reply=Fate.LOST if is_reversed else Fate.PASSED)
    if is_reversed:
        made.reversal(2)
    later_ms = made.now_ms + 5
    made.now_ms += 10
    if again:
        made.sale(3)
    next_ms = made.now_ms + 5
    made.now_ms += 10
    made.sale(4)
    return made.evidence(
        step("first", Answer("", reason="silent"), first_ms, later_ms - 1),
        step("later", answer, later_ms, next_ms - 1), step("next", Answer("approved"), next_ms, made.now_ms))


APPROVED = Answer("approved", stan=2, amount_fen=1_000, rrn=f"{2:012}")


@pytest.mark.parametrize(("answer", "how", "right"), [
    (APPROVED, {}, True), (Answer("approved"), {}, True), (Answer("failed"), {}, False),
    (Answer("approved", stan=1), {}, False), (Answer("approved", stan=2, amount_fen=900), {}, False),
    (Answer("approved", stan=2, rrn="000000000009"), {}, False), (Answer("approved", stan=2, rrn="0000000002"), {}, True),
    (Answer("failed"), {"is_reversed": True}, True), (APPROVED, {"is_reversed": True}, False),
    (Answer("declined"), {"approved": False}, True), (APPROVED, {"approved": False}, False),
])
def test_the_last_result_is_what_became_of_it(answer, how, right):
    assert wrong(ecr_rules.tells_truth("later", "first"), asked_later(answer, **how)) is not right


def test_a_terminal_that_says_nothing_of_its_last_order_is_not_seen():
    with pytest.raises(NotObservableError):
        ecr_rules.tells_truth("later", "first").look(asked_later(Answer("")))


def test_an_order_that_comes_again_is_no_second_sale():
    once = ecr_rules.one_sale("first", "next")
    assert not wrong(once, asked_later(APPROVED))
    assert wrong(once, asked_later(APPROVED, again=True)) == [3]
    again = ecr_rules.tells_no_other("later", "first")
    assert not wrong(again, asked_later(APPROVED))
    assert not wrong(again, asked_later(Answer("refused")))
    assert wrong(again, asked_later(Answer("approved", stan=3), again=True))
    assert wrong(again, asked_later(APPROVED, is_reversed=True))


# ---- what nobody sees ------------------------------------------------------------------------


def test_what_the_counter_is_told_nothing_of_is_not_observable():
    made = LineMade()
    begun = made.now_ms
    made.sale(2)
    bare = made.evidence(step("first", Answer("approved"), begun, made.now_ms))
    with pytest.raises(NotObservableError):
        till_rules.told_as_answered("first").look(bare)
    with pytest.raises(NotObservableError):
        till_rules.told_code("first", "51").look(bare)


def test_what_was_not_acknowledged_has_to_come_again():
    def seen(answer):
        made = LineMade()
        return made.evidence(step("sent again", answer, 0, 1))

    again = ecr_rules.sent_again("sent again")
    assert again.look(seen(Answer("came"))).wrong == ()
    assert "was not sent again" in again.look(seen(Answer(""))).wrong[0].what.en
