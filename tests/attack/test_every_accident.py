"""Each kind of accident to state and memory is tried; the right program tells it or nothing came of it."""

from __future__ import annotations

import pytest

from tests.attack.ground import Ground
from tests.attack.literal import FEWEST, every, table, tried, whole_ones

pytestmark = pytest.mark.live
ALONE = {"missing"}  # one accident, however many are asked for


def test_no_accident_is_silent():
    came = every(Ground(count=100))
    assert came.is_stood, came


def test_each_kind_is_tried_at_several_places():
    rows = tried(whole_ones(), 100)
    few = [kind for kind, row in rows.items()
           if row.counted.total() < FEWEST and kind.rpartition(" ")[2] not in ALONE]
    assert not few
    printed = table(rows).splitlines()
    assert len(printed) == len(rows) + 2
    told = [kind for kind, row in rows.items() if row.counted["told"]]
    silent = sorted(set(rows) - set(told))
    assert silent == sorted((
        "anchor of host.state older", "anchor of terminal.nvm older",  # as a kill between record and anchor leaves it
        "bit of the log's index", "log's index cut", "log's index missing",  # SQLite makes it anew from the log
        "frame of the log doubled at the end",  # behind the last commit nothing is read
    ))
