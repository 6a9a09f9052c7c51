"""A payout ends once: in the merchant's account or in suspense with a reason.

A flow is a list of acts; after it the fen of payable, in transit, suspense and account are
compared, and the instructions that left.
"""

import pytest

from simulator.money import accounts
from simulator.money.clearing import MerchantSettlement
from simulator.money.ledger import Ledger, Posting
from simulator.money.payout import PayoutDesk, PayoutError, State
from simulator.money.payout_steps import (
    BoundAccount,
    CarriedForward,
    PayInstruction,
    ReleaseFromSuspense,
    Suspension,
)

MID = "898310000000001"
P1, P2, P3 = (f"2026-01-{day}/{MID}" for day in (28, 29, 30))
DUE = 1000
GOOD = BoundAccount(MID, "bank.a", "某某商店", "某某商店")
WRONG = BoundAccount(MID, "bank.a", "另一商店", "某某商店")
STRANGER = BoundAccount(MID, "bank.b", "某某商店", "某某商店", number="7777")


class Desk:
    """A desk with clearing's part of the books, and everything it wanted done."""

    def __init__(self, account=GOOD, built=PayoutDesk):
        self.ledger = Ledger()
        self.desk = built(self.ledger)
        self.desk.open_account(account)
        self.steps = []

    def settle(self, name, net):
        if net:
            self.ledger.post(
                "clearing", name, ((accounts.pending(MID), -net), (accounts.payable(MID), net)),
            )
        day = name[:10]
        settlement = MerchantSettlement(MID, day, net, 0, net, 1, name, DUE)
        self.take(self.desk.plan(settlement))

    def take(self, steps):
        self.steps += steps
        assert self.ledger.total() == 0

    def of(self, kind):
        return [step for step in self.steps if isinstance(step, kind)]

    def sums(self):
        balance = self.ledger.balance
        return (
            balance(accounts.payable(MID)), balance(accounts.IN_TRANSIT),
            balance(accounts.suspense(MID)), balance(accounts.bank_account("bank.a", MID)),
        )


ACTS = {
    "due": lambda d, at=DUE: d.desk.due(at),
    "posted": lambda d, name=P1: d.desk.posted(name),
    "returned": lambda d, reason, name=P1: d.desk.returned(name, reason),
    "queued": lambda d, at, name=P1: d.desk.returned(name, "maintenance", retry_at_ms=at),
    "hold": lambda d: d.desk.hold(MID, "legal_hold"),
    "release": lambda d, at=DUE: d.desk.release(MID, at),
    "correct": lambda d, account=GOOD, at=DUE: d.desk.correct_account(account, at),
    "bind": lambda d, account: d.desk.open_account(account) or [],
    "plan again": lambda d: d.desk.plan(MerchantSettlement(MID, P1[:10], 500, 0, 500, 1, P1, DUE)),
}

FLOWS = [
    ("not yet due", [("due", DUE - 1)], (500, 0, 0, 0), 0, State.PLANNED),
    ("sent", [("due",)], (0, 500, 0, 0), 1, State.SENT),
    ("sent and asked again", [("due",), ("due",), ("due", 9999)], (0, 500, 0, 0), 1, State.SENT),
    ("posted", [("due",), ("posted",)], (0, 0, 0, 500), 1, State.POSTED),
    ("posted twice", [("due",), ("posted",), ("posted",)], (0, 0, 0, 500), 1, State.POSTED),
    ("planned again after it was posted", [("due",), ("posted",), ("plan again",), ("due", 9999)],
     (0, 0, 0, 500), 1, State.POSTED),
    ("planned twice", [("plan again",), ("due",)], (0, 500, 0, 0), 1, State.SENT),
    ("queued", [("due",), ("queued", 2000)], (500, 0, 0, 0), 1, State.QUEUED),
    ("queued, too early", [("due",), ("queued", 2000), ("due", 1999)], (500, 0, 0, 0), 1,
     State.QUEUED),
    ("queued, sent again once", [("due",), ("queued", 2000), ("due", 2000), ("due", 2001)],
     (0, 500, 0, 0), 2, State.SENT),
    ("queued three times, then posted",
     [("due",), ("queued", 2000), ("due", 2000), ("queued", 3000), ("due", 3000),
      ("queued", 4000), ("due", 4000), ("posted",)], (0, 0, 0, 500), 4, State.POSTED),
    ("returned", [("due",), ("returned", "frozen")], (0, 0, 500, 0), 1, State.SUSPENDED),
    ("returned, nothing happens by itself", [("due",), ("returned", "frozen"), ("due", 10**12)],
     (0, 0, 500, 0), 1, State.SUSPENDED),
    ("returned, released, posted",
     [("due",), ("returned", "frozen"), ("release", 5000), ("due", 5000), ("posted",)],
     (0, 0, 0, 500), 2, State.POSTED),
    ("released twice", [("due",), ("returned", "frozen"), ("release", 5000), ("release", 5000),
                        ("due", 5000), ("release", 5000), ("due", 6000)],
     (0, 500, 0, 0), 2, State.SENT),
    ("released and returned again", [("due",), ("returned", "frozen"), ("release",), ("due", 1000),
                                     ("returned", "frozen")], (0, 0, 500, 0), 2, State.SUSPENDED),
    ("released too late to matter", [("due",), ("posted",), ("release",), ("due", 9999)],
     (0, 0, 0, 500), 1, State.POSTED),
    ("released before it is due is still not early", [("hold",), ("release", 10), ("due", 10)],
     (500, 0, 0, 0), 0, State.PLANNED),
    ("held before it was sent", [("hold",), ("due",)], (0, 0, 500, 0), 0, State.SUSPENDED),
    ("held twice", [("hold",), ("hold",), ("due",)], (0, 0, 500, 0), 0, State.SUSPENDED),
    ("held while it was at the bank, which books it", [("due",), ("hold",), ("posted",)],
     (0, 0, 0, 500), 1, State.POSTED),
    ("held while it was at the bank, which refuses for now",
     [("due",), ("hold",), ("queued", 2000), ("due", 2000)], (0, 0, 500, 0), 1, State.SUSPENDED),
    ("held, released, paid", [("hold",), ("release",), ("due",), ("posted",)], (0, 0, 0, 500), 1,
     State.POSTED),
    ("a corrected account does not lift a hold",
     [("due",), ("returned", "closed"), ("hold",), ("correct",), ("due", 9999)], (0, 0, 500, 0),
     1, State.SUSPENDED),
    ("a corrected account does not unfreeze", [("due",), ("returned", "frozen"), ("correct",),
                                               ("due", 9999)], (0, 0, 500, 0), 1, State.SUSPENDED),
    ("a corrected account is paid", [("due",), ("returned", "closed"), ("correct",), ("due", 9999),
                                     ("posted",)], (0, 0, 0, 500), 2, State.POSTED),
    ("the name check stops it", [("bind", WRONG), ("due",)], (0, 0, 500, 0), 0, State.SUSPENDED),
    ("the name check stops it until it is mended",
     [("bind", WRONG), ("due",), ("release",), ("due",), ("correct",), ("due",), ("posted",)],
     (0, 0, 0, 500), 1, State.POSTED),
    ("an account bound while a payout is under way does not get it",
     [("due",), ("bind", STRANGER), ("posted",)], (0, 0, 0, 500), 1, State.POSTED),
]


@pytest.mark.parametrize(("what", "acts", "sums", "sent", "state"), FLOWS,
                         ids=[row[0] for row in FLOWS])
def test_flow(what, acts, sums, sent, state):
    desk = Desk()
    desk.settle(P1, 500)
    for act, *rest in acts:
        desk.take(ACTS[act](desk, *rest))
    assert desk.sums() == sums, what
    instructions = desk.of(PayInstruction)
    assert [step.attempt for step in instructions] == list(range(1, sent + 1))
    assert {step.net_fen for step in instructions} <= {500}
    assert desk.desk.state_of(P1) is state
    assert len(desk.desk.suspended()) == (state is State.SUSPENDED)
    assert bool(desk.desk.pending()) == (state in {State.PLANNED, State.SENT, State.QUEUED})


NEVER_SENT = [
    ("posted before it was sent", [], "posted", "planned"),
    ("returned before it was sent", [], "returned", "planned"),
    ("posted while queued", [("due",), ("queued", 2000)], "posted", "queued"),
    ("posted while in suspense", [("due",), ("returned", "frozen")], "posted", "suspended"),
    ("returned twice", [("due",), ("returned", "frozen")], "returned", "suspended"),
    ("returned after it was posted", [("due",), ("posted",)], "returned", "unknown"),
]


@pytest.mark.parametrize(("what", "acts", "act", "state"), NEVER_SENT)
def test_an_answer_to_nothing_is_our_mistake_and_moves_nothing(what, acts, act, state):
    desk = Desk()
    desk.settle(P1, 500)
    for name, *rest in acts:
        desk.take(ACTS[name](desk, *rest))
    before = desk.sums()
    with pytest.raises(PayoutError, match=f"is {state}"):
        getattr(desk.desk, act)(*([P1] if act == "posted" else [P1, "frozen"]))
    assert desk.sums() == before, what
    with pytest.raises(PayoutError, match="unknown"):
        desk.desk.posted("never heard of")


def test_an_instruction_names_bank_number_and_holder():
    desk = Desk(STRANGER)
    desk.settle(P1, 500)
    desk.take(desk.desk.due(DUE))
    assert desk.of(PayInstruction) == [
        PayInstruction(P1, MID, "bank.b", "7777", "某某商店", 500, 1, gross_fen=500),
    ]
    desk.take(desk.desk.posted(P1))
    assert desk.ledger.balance("account:bank.b/7777") == 500


def test_suspense_and_release_say_sum_and_reason():
    desk = Desk()
    desk.settle(P1, 500)
    desk.take(desk.desk.due(DUE))
    desk.take(desk.desk.returned(P1, "frozen"))
    assert desk.of(Suspension) == [Suspension(P1, MID, 500, "frozen")]
    desk.take(desk.desk.release(MID, DUE))
    assert desk.of(ReleaseFromSuspense) == [ReleaseFromSuspense(P1, MID, 500, "frozen")]


def test_what_refunds_owe_is_taken_off_later_payouts():
    desk = Desk()
    desk.settle(P1, -700)
    assert desk.of(CarriedForward) == [CarriedForward(P1, MID, 700)]
    desk.settle(P2, 500)
    assert desk.of(CarriedForward)[1:] == [CarriedForward(P2, MID, 200)]
    assert desk.desk.deadline_ms is None
    desk.settle(P3, 450)
    desk.take(desk.desk.due(DUE))
    desk.take(desk.desk.posted(P3))
    assert desk.sums() == (0, 0, 0, 250)
    assert desk.desk.owed_fen(MID) == 0


def test_a_settlement_of_nothing_is_no_payout():
    desk = Desk()
    desk.settle(P1, 0)
    assert desk.steps == []
    assert desk.desk.state_of(P1) is State.NOTHING_DUE
    assert desk.desk.deadline_ms is None


def test_a_deferred_payout_waits_and_is_not_made_earlier_than_due():
    desk = Desk()
    desk.settle(P1, 500)
    assert desk.desk.defer(MID, 8000) == 1
    assert desk.desk.deadline_ms == 8000
    assert desk.desk.defer(MID, 10) == 1
    assert desk.desk.due(7999) == []
    desk.take(desk.desk.due(8000))
    assert len(desk.of(PayInstruction)) == 1
    assert desk.desk.defer(MID, 9000) == 0


def test_money_held_by_law_is_visible_and_released_once():
    desk = Desk()
    desk.take(desk.desk.hold(MID, "legal_hold"))
    desk.settle(P1, 500)
    desk.settle(P2, 600)
    assert {step.payout for step in desk.desk.suspended()} == {P1, P2}
    assert desk.sums() == (0, 0, 1100, 0)
    desk.take(desk.desk.release(MID, DUE))
    desk.take(desk.desk.release(MID, DUE))
    desk.take(desk.desk.due(DUE))
    assert [step.payout for step in desk.of(PayInstruction)] == [P1, P2]
    assert sum(1 for step in desk.of(Posting) if step.why == "release") == 2


def test_of_two_holds_each_is_lifted_by_itself():
    desk = Desk()
    desk.settle(P1, 1000)
    desk.take(desk.desk.hold(MID, "legal_hold"))
    desk.take(desk.desk.hold(MID, "risk"))
    desk.take(desk.desk.lift(MID, "risk", DUE))
    desk.take(desk.desk.due(DUE))
    assert not desk.of(PayInstruction)  # the law holds it still
    desk.take(desk.desk.hold(MID, "risk"))
    desk.take(desk.desk.lift(MID, "legal_hold", DUE))
    desk.take(desk.desk.due(DUE))
    assert [each.reason for each in desk.of(Suspension)] == ["legal_hold", "risk"]
    assert not desk.of(PayInstruction)
    desk.take(desk.desk.lift(MID, "risk", DUE))
    desk.take(desk.desk.due(DUE))
    assert [each.net_fen for each in desk.of(PayInstruction)] == [1000]


def test_what_is_over_can_be_forgotten_by_date():
    desk = Desk()
    desk.settle(P1, 0)
    desk.settle(P2, 0)
    desk.settle(P3, 500)
    desk.desk.forget_before(P2[:10])
    assert [desk.desk.state_of(name) for name in (P1, P2, P3)] == [
        None, State.NOTHING_DUE, State.PLANNED,
    ]
