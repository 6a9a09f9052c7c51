"""Whether a terminal that does not come to rest goes on by itself: by what was answered of it, and by nothing else."""

from __future__ import annotations

import pytest

from hil.bench.restless import LOOP, RestlessError, restless
from hil.control.bench_error import BenchError
from hil.relay.seen import Fate, SeenMessage, Way


def passed(count, fate=Fate.PASSED, way=Way.DOWN):
    return [SeenMessage(number=number, link=1, way=way, at_ms=float(number), frame=b"", mti="0830", fate=fate)
            for number in range(1, count + 1)]


def test_message_after_message_that_is_answered_is_a_loop():
    error = restless("10000001", passed(LOOP), 8.0)
    assert isinstance(error, RestlessError)
    assert isinstance(error, BenchError)  # where nobody looks for it
    assert "10000001 sent 50 messages by itself in 8 s" in error.why.en


@pytest.mark.parametrize("seen", [
    passed(LOOP - 1), passed(5 * LOOP, Fate.LOST), passed(5 * LOOP, way=Way.UP), [],
], ids=["a few", "lost", "unanswered", "none"])
def test_what_waits_for_an_answer_is_none(seen):
    assert restless("10000001", seen, 8.0) is None
