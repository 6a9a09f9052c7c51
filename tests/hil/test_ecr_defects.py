"""ECR ports built wrong: each says what the right one does not, by a session without a line."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from hil.device.ecr_defects import ALL_DEFECTS, ECR_DEFECTS, ecr_built, is_of_device
from hil.device.ecr_port import EcrPort
from hil.ecr.profiles import load_profile
from hil.ecr.terminal import Memory, OrderHeard, Remembered, TerminalSession
from hil.ecr.till import TillSession
from hil.ecr.values import Answer, Ask, Order, Result
from simulator.world.defects import DEFECTS

SALE = Order(kind=Ask.SALE, order="S1")
APPROVED = Answer(
    result=Result.APPROVED, response_code="00", order="S1", stan=7, rrn="000000000021", amount_fen=6800)
DECLINED = Answer(result=Result.DECLINED, response_code="51", order="S1", stan=7, amount_fen=6800)


def told(name: str, answer: Answer) -> Answer:
    """What the port tells of an order of which a right one tells ``answer``."""
    [replacement] = ECR_DEFECTS[name].replacements()
    return replacement.over(lambda *_: answer)(SimpleNamespace(), None, SALE, None)


@pytest.mark.parametrize(("name", "right", "facts"), [
    ("till.told_other_sum", APPROVED, {"amount_fen": 6900}),
    ("till.told_approved", DECLINED, {"result": Result.APPROVED, "response_code": "00"}),
    ("till.told_declined", APPROVED, {"result": Result.DECLINED, "response_code": "05"}),
    ("till.told_last_numbers", APPROVED, {"stan": 6, "rrn": "000000000020"}),
])
def test_a_till_is_told_what_did_not_come_of_its_order(name, right, facts):
    wrong = told(name, right)
    assert {field: getattr(wrong, field) for field in facts} == facts
    assert wrong != right


def test_a_sign_on_is_told_as_it_ended():
    [replacement] = ECR_DEFECTS["till.told_declined"].replacements()
    answer = Answer(result=Result.APPROVED, response_code="00")
    over = replacement.over(lambda *_: answer)
    assert over(SimpleNamespace(), None, Order(kind=Ask.SIGN_ON), None) is answer


def session(*names: str) -> TerminalSession:
    memory = Memory((
        Remembered(kind=Ask.SALE, request="a", order="S1", answer=APPROVED, delivered=True),
        Remembered(kind=Ask.SALE, request="b", order="S2", answer=DECLINED),
    ))
    return ecr_built(names)(TerminalSession)(load_profile("template"), memory=memory)


def last_told(*names: str) -> Answer | None:
    it = session(*names)
    seen: list[Answer | None] = []
    it._tell = lambda _command, ended, _now: seen.append(ended.answer)
    it._by_itself(it.profile.commands[Ask.LAST_RESULT], {}, 0)
    assert it.memory == session().memory  # what it knows it keeps
    return seen[0]


def test_the_last_result_is_another_ones_or_always_approved():
    assert last_told() == DECLINED
    assert last_told("till.last_but_one") == APPROVED
    assert last_told("till.last_always_approved").result == Result.APPROVED


def test_a_request_that_comes_again_is_known_to_the_right_one_alone():
    assert session()._known("b").answer == DECLINED
    assert session("till.repeats_are_new")._known("b") is None


def test_after_a_cut_everything_is_told_as_approved():
    [replacement] = ECR_DEFECTS["till.approved_after_cut"].replacements()
    failed = Answer(result=Result.FAILED, reason="power_lost")
    memory = Memory((Remembered(kind=Ask.SALE, request="a", answer=failed),))
    assert replacement.over(lambda _: memory)(SimpleNamespace()).orders[0].answer.result == Result.APPROVED


def test_no_name_is_given_twice_and_each_is_of_the_device():
    assert len(ALL_DEFECTS) == len(DEFECTS) + len(ECR_DEFECTS)
    assert all(is_of_device(name) for name in ECR_DEFECTS)
    assert is_of_device("terminal.no_reversal")
    assert not is_of_device("acquirer.ignores_mac")


def test_a_right_port_is_the_very_same():
    assert ecr_built(("terminal.no_reversal",))(EcrPort) is EcrPort
    assert ecr_built(("till.told_approved",))(EcrPort) is not EcrPort


def unacknowledged(*names: str) -> tuple[list[object], int, bytes]:
    """What becomes of an approval that the till never acknowledges: orders begun, frames said at first and later."""
    profile = load_profile("template")
    it = ecr_built(names)(TerminalSession)(profile, tid="10000001", mid="898000000000001")
    till = TillSession(profile, tid="10000001")
    till.begin(msgspec.structs.replace(SALE, amount_fen=6800), 0)
    it.receive(till.take_outbox(), 0)
    (begun,) = [each for each in it.take_events() if isinstance(each, OrderHeard)]
    it.take_outbox()
    it.answer(APPROVED, 1_000)
    first = it.take_outbox()
    it.tick(1_000 + profile.said.timers.ack_ms)
    again = [each for each in it.take_events() if isinstance(each, OrderHeard)]
    assert begun.order.amount_fen == 6800
    return again, len(first), it.take_outbox()


def test_what_is_not_acknowledged_is_said_again_as_it_was_and_done_once():
    orders, length, again = unacknowledged()
    assert (orders, len(again) == length > 0) == ([], True)


def test_who_never_says_it_again_says_nothing():
    assert unacknowledged("till.never_sends_again")[2] == b""


def test_who_does_it_anew_begins_the_very_same_order_a_second_time():
    [order], _, again = unacknowledged("till.does_unacknowledged_anew")
    assert (order.order.kind, order.order.amount_fen) == (Ask.SALE, 6800)
    assert again  # and says what it had said
