"""A dispute walks its table: each act at each stage, each term, each sum; nothing is decided twice."""

from __future__ import annotations

from itertools import product

import pytest

from simulator.catalogue.dispute_reasons import DisputeReason
from simulator.catalogue.disputes import CLOSED, STAGES, DisputeAct, DisputeStage, Holder, acts_at
from simulator.money.disputes import DisputeDesk, DisputeError, Entered, Handed, Opening, Terms

KEY = "10000001/000001/000021"
TERMS = Terms((
    ("answer_within", 100), ("chargeback_within", 200), ("representment_within", 300),
    ("second_chargeback_within", 400),
))
WAY = {  # the shortest way to each stage that waits for somebody
    DisputeStage.REQUESTED: ["request"], DisputeStage.ANSWERED: ["request", "evidence"],
    DisputeStage.CHARGED_BACK: ["chargeback"],
    DisputeStage.REPRESENTED: ["chargeback", "representment"],
}
# Where the money is when a term is over: taken from the merchant, held by the bank, the cardholder's.
OVER = {
    DisputeStage.REQUESTED: (DisputeStage.LOST, (500, 0, 500)),
    DisputeStage.ANSWERED: (DisputeStage.WON, (0, 0, 0)),
    DisputeStage.CHARGED_BACK: (DisputeStage.LOST, (500, 0, 500)),
    DisputeStage.REPRESENTED: (DisputeStage.WON, (0, 0, 0)),
}


def opening(case: str = "D1", fen: int = 500) -> Opening:
    return Opening(case, "m", KEY, "bank.a", "ref", fen, DisputeReason.FRAUD)


class Desk:
    """A desk whose moves are added up."""

    def __init__(self, captured: int = 500) -> None:
        self.desk = DisputeDesk(TERMS)
        self.desk.captured(KEY, captured)
        self.steps: list[Entered | Handed] = []

    def walk(self, acts: list[str], case: str = "D1", fen: int = 500) -> None:
        self.steps += self.desk.open(opening(case, fen), DisputeAct(acts[0]), 0)
        for each in acts[1:]:
            self.steps += self.desk.act(case, DisputeAct(each), 0)

    def stage(self, case: str = "D1") -> DisputeStage:
        return [each.stage for each in self.steps
                if isinstance(each, Entered) and each.opening.case == case][-1]

    def sums(self) -> tuple[int, int, int]:
        moved = dict.fromkeys(Holder, 0)
        for each in self.steps:
            if isinstance(each, Handed):
                moved[each.giver] -= each.amount_fen
                moved[each.taker] += each.amount_fen
        assert sum(moved.values()) == 0
        return -moved[Holder.MERCHANT], moved[Holder.BANK], moved[Holder.CARDHOLDER]


@pytest.mark.parametrize(("stage", "act"), list(product(WAY, DisputeAct)))
def test_at_each_stage_only_what_its_row_knows_can_be_done(stage: DisputeStage, act: DisputeAct) -> None:
    desk = Desk()
    desk.walk(WAY[stage])
    assert desk.stage() is stage
    if act in acts_at(stage):
        desk.steps += desk.desk.act("D1", act, 1)
        assert desk.stage() is not stage
    else:
        with pytest.raises(DisputeError, match=stage.value):
            desk.desk.act("D1", act, 1)


@pytest.mark.parametrize("stage", list(WAY))
def test_a_term_that_is_over_decides_for_who_was_not_silent(stage: DisputeStage) -> None:
    desk = Desk()
    desk.walk(WAY[stage])
    wait_ms = TERMS.of(stage)
    assert wait_ms is not None
    assert desk.desk.deadline_ms == wait_ms + 1
    assert desk.desk.due(wait_ms) == []  # the last moment is in time
    desk.steps += desk.desk.due(wait_ms + 1)
    assert (desk.stage(), desk.sums()) == OVER[stage]
    assert desk.desk.deadline_ms is None
    assert desk.desk.open_cases() == []
    (late,) = desk.desk.act("D1", DisputeAct.EVIDENCE, wait_ms + 2)
    assert isinstance(late, Entered)
    assert late.stage is DisputeStage.LATE
    assert desk.desk.due(10_000) == []


@pytest.mark.parametrize(("acts", "stage", "sums"), [
    (["chargeback", "representment", "second_chargeback"], DisputeStage.LOST, (500, 0, 500)),
    (["request", "credit_adjustment"], DisputeStage.LOST, (500, 0, 500)),
    (["request", "accept"], DisputeStage.LOST, (500, 0, 500)),
    (["chargeback", "accept"], DisputeStage.LOST, (500, 0, 500)),
    (["chargeback", "representment", "accept"], DisputeStage.WON, (0, 0, 0)),
    (["request", "evidence", "accept"], DisputeStage.WON, (0, 0, 0)),
    (["request", "evidence", "chargeback"], DisputeStage.CHARGED_BACK, (500, 500, 0)),
])
def test_money_is_where_the_last_stage_has_it(acts: list[str], stage: DisputeStage, sums: tuple[int, int, int]) -> None:
    desk = Desk()
    desk.walk(acts)
    assert (desk.stage(), desk.sums()) == (stage, sums)


def test_a_case_is_about_no_more_than_is_left_of_its_sale() -> None:
    desk = Desk(500)
    desk.desk.captured(KEY, -200)  # a refund
    desk.walk(["chargeback"], "D1", 100)
    desk.walk(["chargeback"], "D2", 500)
    desk.walk(["request"], "D3", 1)
    assert desk.stage("D3") is DisputeStage.REFUSED
    assert desk.sums() == (300, 300, 0)
    desk.steps += desk.desk.act("D2", DisputeAct.REPRESENTMENT, 1)
    desk.steps += desk.desk.act("D2", DisputeAct.ACCEPT, 2)
    desk.walk(["chargeback"], "D4", 500)  # what was won may be disputed by another case
    assert desk.sums() == (300, 300, 0)


def test_a_case_is_opened_once() -> None:
    desk = Desk()
    desk.walk(["chargeback"])
    assert desk.desk.open(opening(), DisputeAct.CHARGEBACK, 5) == []
    assert desk.sums() == (500, 500, 0)


def test_the_table_of_stages_is_whole() -> None:
    assert set(STAGES) == set(DisputeStage)
    for stage, row in STAGES.items():
        assert row.en
        assert row.zh
        assert bool(row.term) == (stage in WAY)
        assert not (stage in CLOSED and (row.acts or row.then))
        assert stage in CLOSED or row.then is not None or stage is DisputeStage.LATE


def test_a_sale_that_nobody_may_dispute_any_more_is_forgotten() -> None:
    desk = DisputeDesk(TERMS, remember_days=5)
    for day in range(40):
        for number in range(3):
            desk.captured(f"10000001/{day + 1:06}/{number + 1:06}", 1_000)
        desk.end_day()
        assert len(desk) <= 3 * 5
    assert desk.knows("10000001/000040/000001")
    assert not desk.knows("10000001/000035/000001")


def test_a_sale_of_which_something_is_booked_again_is_remembered_from_then_on() -> None:
    desk = DisputeDesk(TERMS, remember_days=5)
    desk.captured(KEY, 1_000)
    for _ in range(4):
        desk.end_day()
    desk.captured(KEY, -300)
    for _ in range(4):
        desk.end_day()
    assert desk.knows(KEY)
    desk.end_day()
    assert not desk.knows(KEY)


def test_a_sale_about_which_a_case_is_open_is_not_forgotten() -> None:
    desk = DisputeDesk(TERMS, remember_days=2)
    desk.captured(KEY, 1_000)
    desk.open(opening(), DisputeAct.CHARGEBACK, 0)
    for _ in range(9):
        desk.end_day()
    assert desk.knows(KEY)
    desk.due(1_000)
    assert not desk.open_cases()
    for _ in range(3):
        desk.end_day()
    assert not desk.knows(KEY)
