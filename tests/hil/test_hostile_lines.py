"""Whatever is thrown at a line that waits for a client: no crash, nothing sold, the next good client is served."""

from __future__ import annotations

import random
from functools import partial

import pytest

from hil.ecr.profiles import load_profile, profile_names
from tests.hil.hostile_lines import hostile_telnet, hostile_till, throw_at_ecr, throw_at_rfc2217

COUNT = 100  # `make attack` throws ten thousand at each


def test_a_line_over_rfc2217_serves_the_next_client():
    assert throw_at_rfc2217(range(COUNT)) == []


@pytest.mark.parametrize("profile", profile_names())
def test_a_device_driven_by_this_profile_sells_nothing_and_serves_the_next_till(tmp_path, profile):
    assert throw_at_ecr(tmp_path, profile, range(COUNT)) == []


def test_the_hostile_inputs_are_many_and_differ():
    for made in (hostile_telnet, *(
        partial(hostile_till, profile=load_profile(name)) for name in profile_names())):
        drawn = [made(random.Random(number)) for number in range(300)]
        assert len(set(drawn)) > 250
        assert max(map(len, drawn)) > 3_000
