"""What happens to messages on their way."""

from __future__ import annotations

from typing import Any

from behave import given

_REPLY_LOST = 'mode = "network.outage"\nhow = "dropped"\non = "reply"\nmti = "0210"\n'


@given("the reply to the next sale is lost")
@given("下一笔消费的应答丢失")
def next_reply_lost(context: Any) -> None:
    context.stage.target.fault(f"{_REPLY_LOST}nth = 1")


@given("one reply in {number:d} is lost")
@given("每 {number:d} 个应答丢失一个")
def some_replies_lost(context: Any, number: int) -> None:
    context.stage.target.fault(f"{_REPLY_LOST}chance = {1 / number:.6f}")
