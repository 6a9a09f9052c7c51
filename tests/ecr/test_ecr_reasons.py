"""A reason of a terminal over each profile: told by the nearest code, and never read as another reason."""

from __future__ import annotations

import pytest

from hil.ecr import profiles
from hil.ecr.answering import code_for
from hil.ecr.profiles import load_profile, profile_names
from hil.ecr.till import Found
from hil.ecr.values import Answer, Order, Result
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Refusal
from tests.ecr.paired import Pair, sale_of

REASONS = [
    *((Result.REFUSED, each.value) for each in Refusal),
    *((Result.FAILED, each.value) for each in (*NoAnswer, *Failure)),
    (Result.PENDING, Failure.ADVICE_PENDING.value), (Result.PENDING, ""), (Result.REFUSED, ""), (Result.FAILED, ""),
]


class Ending(Pair):
    """Both sides of a line, and a sale that ends as it is told to."""

    ends: Answer

    def _conclude(self, order: Order, *, cancelled: bool) -> None:
        del order, cancelled
        self.terminal.answer(self.ends, self.now)


def read_back(profile, answer):
    pair = Ending(profile)
    pair.ends = answer
    return pair.ask(sale_of(profile)).answer


@pytest.mark.parametrize("name", profile_names())
def test_a_till_tells_of_a_terminals_reason_that_one_or_none(name):
    profile = load_profile(name)
    for result, reason in REASONS:
        read = read_back(profile, Answer(result=result, reason=reason))
        assert read.reason in {reason, ""}, (result, reason, read.code)
        assert read.result is not Result.APPROVED
        own = [row for row in profile.said.codes if reason and reason in {row.reason, *row.reasons}]
        if own:
            assert read.code in {row.code for row in own}, reason
            assert read.result is result
        else:
            assert next(row for row in profile.said.codes if row.code == read.code).is_general


@pytest.mark.parametrize("name", profile_names())
def test_a_till_tells_of_the_hosts_response_code_that_one_or_none(name):
    profile = load_profile(name)
    for row in RESPONSE_CODES:
        if row == "00":
            continue
        read = read_back(profile, Answer(result=Result.DECLINED, response_code=row))
        assert read.response_code in {row, ""}
        assert (read.result, read.reason) == (Result.DECLINED, "")


def test_what_the_profile_of_our_own_says_of_a_refusal_is_all_of_it():
    profile = load_profile("template")
    for result, reason in REASONS:
        read = read_back(profile, Answer(result=result, reason=reason))
        assert (read.result, read.reason) == (result, reason)


@pytest.mark.parametrize(("reason", "code"), [
    ("not_signed_on", "26"), ("already_voided", "04"), ("clerk_not_signed_in", "01"), ("disabled", "12"),
])
def test_over_transbank_a_refusal_has_its_code_or_the_general_one(reason, code):
    assert code_for(load_profile("transbank"), Answer(result=Result.REFUSED, reason=reason)) == code


def test_without_a_general_code_for_a_result_another_general_one_is_told():
    text = profiles._text_of("transbank").replace('also = ["refused"]\n', "", 1)
    profile = profiles._read("mine", "mine.toml", text)
    answer = Answer(result=Result.REFUSED, reason="clerk_not_signed_in")
    assert code_for(profile, answer) == "01"
    assert code_for(profile, Answer(result=Result.APPROVED)) == "00"


def test_a_lost_answer_that_said_busy_is_found_and_not_waited_for():
    pair = Ending(load_profile("template"), goes_dark_at=2)
    pair.ends = Answer(result=Result.REFUSED, reason="busy", order="ABC123")
    ended = pair.ask(sale_of(pair.profile))
    assert (ended.answer.result, ended.answer.reason, ended.found) == (Result.REFUSED, "busy", Found.LAST_RESULT)
    assert pair.now < 10_000
