"""Where the money is, in integer fen, at a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from behave import then
from stage import when as time_text
from words import yuan_text


@then("by {at_ms:Moment} the merchant has received ¥{amount_fen:Yuan}")
@then("到 {at_ms:Moment} 商户实收 {amount_fen:Yuan} 元")
def received(context: Any, at_ms: int, amount_fen: int) -> None:
    stage = context.stage
    stage.it_is(at_ms)
    _comes_to(context, "the merchant received", lambda: stage.received_fen, amount_fen)


@then("until {at_ms:Moment} the merchant has received nothing")
@then("直到 {at_ms:Moment} 商户没有收到款项")
def received_nothing(context: Any, at_ms: int) -> None:
    received(context, at_ms, 0)


@then("by {at_ms:Moment} ¥{amount_fen:Yuan} of the merchant stand in suspense")
@then("到 {at_ms:Moment} 商户有 {amount_fen:Yuan} 元挂账")
def suspended(context: Any, at_ms: int, amount_fen: int) -> None:
    stage = context.stage
    stage.it_is(at_ms)
    _comes_to(context, "suspended for the merchant", lambda: stage.suspended_fen, amount_fen)


@then("within {within_ms:Duration} the customer has paid nothing")
@then("{within_ms:Duration}内顾客分文未付")
def paid_nothing(context: Any, within_ms: int) -> None:
    paid(context, within_ms, 0)


@then("within {within_ms:Duration} the customer has paid ¥{amount_fen:Yuan}")
@then("{within_ms:Duration}内顾客共付 {amount_fen:Yuan} 元")
def paid(context: Any, within_ms: int, amount_fen: int) -> None:
    stage = context.stage
    _comes_to(context, "the customer paid", lambda: stage.paid_fen, amount_fen, within_ms)


def _comes_to(
    context: Any, what: str, look: Callable[[], int], right_fen: int, within_ms: int = 0,
) -> None:
    """On a wall clock what a moment sets off takes a moment; the target knows how long that is."""
    target = context.stage.target
    target.wait(lambda: look() == right_fen, within_ms)
    found_fen = look()
    assert found_fen == right_fen, (
        f"{time_text(target.now_ms())}: {what} {yuan_text(found_fen)}, not {yuan_text(right_fen)}")
