"""The attacks in their short form: the right host stands, and each wrong one is found by its attack."""

from __future__ import annotations

import pytest

from tests.attack.attacks import ATTACKS
from tests.attack.ground import Ground
from tests.attack.wrong_hosts import WRONG, program

pytestmark = pytest.mark.live
SHORT = {"count": 100, "seconds": 0.6}
ON_A_BUSY_MACHINE = 30.0  # times as long a client is waited for, and the right host is judged


@pytest.mark.parametrize("name", sorted(set(WRONG.values())))
def test_the_host_stands(name):
    attack, _, aim = name.partition("/")
    came = ATTACKS[attack](Ground(**SHORT, aim=aim, patience=ON_A_BUSY_MACHINE))
    assert came.is_stood, came


@pytest.mark.parametrize("wrong", [pytest.param(each, id=each.__name__) for each in WRONG])
def test_a_host_built_wrong_is_found(wrong):
    attack, _, aim = WRONG[wrong].partition("/")
    came = ATTACKS[attack](Ground(host=program(wrong), aim=aim, **SHORT))
    if came.untried and came.is_stood:
        pytest.skip(came.untried)
    assert not came.is_stood, came
