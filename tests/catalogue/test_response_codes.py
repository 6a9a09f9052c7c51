from __future__ import annotations

import doctest

import msgspec
import pytest

from simulator.catalogue import response_codes
from simulator.catalogue.response_codes import (
    APPROVED,
    RESPONSE_CODES,
    Action,
    Outcome,
    Reverses,
    response_code,
)


def test_examples_in_the_text_hold():
    assert doctest.testmod(response_codes).failed == 0


@pytest.mark.parametrize(("code", "action", "text"), [
    ("00", Action.SUCCESS, "交易成功"),
    ("14", Action.MAY_RETRY, "无效卡号"),
    ("51", Action.DO_NOT_RETRY, "可用余额不足"),
    ("97", Action.OPERATOR_ACTS, "终端未登记"),
    ("98", Action.SYSTEM_FAULT, "发卡方超时"),
    ("A0", Action.MAY_RETRY, "MAC校验错 请重新签到"),
])
def test_code_says_what_the_sources_say(code, action, text):
    assert response_code(code).action is action
    assert response_code(code).text == text


def test_every_code_has_a_text_in_both_languages_and_two_characters():
    assert len(RESPONSE_CODES) > 70
    for code, row in RESPONSE_CODES.items():
        assert row.code == code
        assert len(code) == 2
        assert row.text
        assert row.en
        assert row.en.isascii()


def test_a_row_with_a_field_that_no_table_has_is_refused():
    for told in ({"code": "Q1", "retries": True}, {"code": "Q1", "outcome": "maybe"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(told, response_codes.ResponseCode)


def test_only_what_is_declined_is_for_now_or_reversed():
    for row in RESPONSE_CODES.values():
        if row.outcome is not Outcome.DECLINED:
            assert not row.retry
            assert row.reverses is Reverses.NOBODY


def test_approved_codes_are_in_the_table_and_none_of_them_asks_to_fail():
    assert {RESPONSE_CODES[code].action for code in APPROVED} <= {Action.SUCCESS, Action.UNKNOWN}


def test_an_unknown_code_is_a_failure():
    assert response_code("??").action is Action.DO_NOT_RETRY
