"""A report in Chinese is Chinese: what is left in Latin letters are names, numbers and codes."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from synthetic_day import HOST, TERMINAL, TID, Day

from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.judge.expectation import Expectation, Placed
from simulator.judge.expectations import with_expectation
from simulator.judge.verdict import Judgement, Where
from simulator.judge.words import terms
from simulator.judge.words.story import steps_of
from simulator.local_time import DAY_MS
from simulator.report.text import write_text
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    Concluded,
    Lost,
    Posted,
    Record,
    Restarted,
    Sent,
)
from simulator.wire.kinds import Kind

MESSAGE = {"what": "sale", "mti": "0200", "tid": TID, "batch": 1, "stan": 7}
STORY: tuple[Record, ...] = (
    Sent(1, TERMINAL, to=HOST, amount_fen=100, attempt=1, **MESSAGE),
    Arrived(2, HOST, sender=TERMINAL, amount_fen=100, copy=1, genuine=False, **MESSAGE),
    Lost(3, f"link.{TID}", sender=HOST, why="drop", **MESSAGE),
    Concluded(4, TERMINAL, sale="s", what="sale", result="failed", reason="no_reply"),
    Restarted(5, TERMINAL, why="power on"),
    Posted(6, HOST, "capture", "k", ()),
    BatchCounted(7, TERMINAL, TID, 1, 100, 1, 0, 0, "1", closed=True),
)


def _english(text: str) -> list[str]:
    return re.findall(r"(?<![\w.])[a-z][a-z_]+(?![\w.])", text)


@pytest.mark.parametrize("record", STORY, ids=lambda record: type(record).__name__)
def test_every_record_of_a_story_is_told_in_chinese(record: Record) -> None:
    (step,) = steps_of([record], None)
    assert _english(step.text)
    assert not _english(step.text_zh), step.text_zh


def _judgement() -> Judgement:
    day = Day()
    day.records[0] = msgspec.structs.replace(day.records[0], title="一天")
    day.unanswered_sale("S1", 12_000)
    day.sale("S2")
    day.ask_settlement("2")
    day.count(HOST)
    day.count(TERMINAL, more=100)
    day.wait(3 * DAY_MS)
    day.end()
    return with_expectation(day.judged(), Expectation(
        arrived="all", by_ms=day.at, exercised=(9,),
        placed=(Placed(Where.SUSPENDED, 1.0), Placed(Where.DECLINED, 1.0, ("S2",))),
    ))


def test_findings_evidence_and_expectations_are_chinese() -> None:
    judgement = _judgement()
    told = [step.text_zh for finding in judgement.findings for step in finding.steps]
    told += [finding.what_zh for finding in judgement.findings]
    told += [each.name_zh for each in judgement.expectations]
    assert len(told) > 20
    for text in told:
        assert set(_english(text)) <= {"sale"}, text  # the name of a message in a sentence


def test_the_text_shows_the_chinese_lines() -> None:
    out = io.StringIO()
    write_text(_judgement(), out, language="zh")
    text = out.getvalue()
    for part in ("虚拟环境", "顾客要支付 ¥120.00", "到账：全部（不晚于", "统计批次 000001",
                 "主机 收到 0200 消费"):
        assert part in text, part
    for part in ("virtual world", "the customer means", "counts batch", " got ", "all by"):
        assert part not in text, part


def test_kinds_and_codes_are_those_of_the_dialect() -> None:
    disputed = {"chargeback", "second_chargeback", "representment", "credit_adjustment"}  # items only
    messages = {kind.value for kind in Kind} | {"unknown"}  # a message of no kind
    assert set(terms.KINDS_ZH) == messages | disputed
    assert set(terms.DECLINES) <= set(RESPONSE_CODES)
    assert set(terms.PLACES_ZH) == {where.value for where in Where}
