"""The words that steps have in common: money, times, moments of a sale, machines built wrong.

Both languages of a word stand in one row.  Importing this module makes them known to behave.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from behave import register_type

from hil.bench.trigger_text import parse_trigger
from hil.targets.target import PowerCut
from simulator.judge import rules
from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, moment_ms

T = TypeVar("T")

UNITS = {
    "second": SECOND_MS, "minute": MINUTE_MS, "hour": HOUR_MS, "day": DAY_MS,
    "秒": SECOND_MS, "分钟": MINUTE_MS, "小时": HOUR_MS, "天": DAY_MS,
}
POWER_CUTS = {
    "after its first step": PowerCut(after_effects=1),
    "before its approval is stored": PowerCut(before="store:booked"),
    "before its receipt is printed": PowerCut(before="print"),
    "第一步之后": PowerCut(after_effects=1),
    "保存批准结果之前": PowerCut(before="store:booked"),
    "打印凭条之前": PowerCut(before="print"),
}
DEFECTS = {
    "forgets its reversals": "terminal.no_reversal",
    "sends an unanswered sale again as a new one": "terminal.retries_as_new_sale",
    "notes what to reverse only after it has sent": "terminal.reversal_stored_after_send",
    "drops the batches that a cut-over went through": "acquirer.drops_items_at_cut_over",
    "drops the payouts that come back": "payout.drops_returns",
    "忘记冲正": "terminal.no_reversal",
    "把没有应答的消费当作新交易重发": "terminal.retries_as_new_sale",
    "先发送后登记冲正": "terminal.reversal_stored_after_send",
    "丢弃跨日切的批次": "acquirer.drops_items_at_cut_over",
    "丢弃被退回的付款": "payout.drops_returns",
}
RULES = {name: rule.number for rule in rules.RULES for name in (rule.en, rule.zh)}


def fen(text: str) -> int:
    """An amount in yuan as fen, digit by digit.

    >>> fen("1,234.05")
    123405
    """
    yuan, _, rest = text.replace(",", "").partition(".")
    return int(yuan) * 100 + int(rest)


def yuan_text(amount_fen: int) -> str:
    """An amount as the features write it.

    >>> yuan_text(-5)
    '¥-0.05'
    """
    sign = "-" if amount_fen < 0 else ""
    return f"¥{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02}"


def _moment(text: str) -> int:
    return moment_ms(datetime.fromisoformat(text))


def _duration(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+) ?(\D+?)s?", text).groups()  # type: ignore[union-attr]
    return int(number) * UNITS[unit]


def _know(name: str, pattern: str, convert: Callable[[str], object]) -> None:
    def converter(text: str) -> object:
        return convert(text)

    converter.pattern = pattern  # type: ignore[attr-defined]
    converter.regex_group_count = 0  # type: ignore[attr-defined]
    register_type(**{name: converter})


def _know_rows(name: str, rows: Mapping[str, T]) -> None:
    longest_first = sorted(rows, key=len, reverse=True)
    _know(name, "|".join(re.escape(each) for each in longest_first), rows.__getitem__)


_know("Message", r".+", parse_trigger)
_know("Yuan", r"[\d,]+\.\d\d", fen)
_know("Moment", r"\d{4}-\d\d-\d\d \d\d:\d\d", _moment)
_know("Duration", r"\d+ ?(?:" + "|".join(UNITS) + r")s?", _duration)
_know("Percent", r"\d+\.\d+", str)
_know_rows("PowerCut", POWER_CUTS)
_know_rows("Defect", DEFECTS)
_know_rows("Rule", RULES)
