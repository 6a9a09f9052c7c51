"""Sign-on in each of the ways that the facts name, and the keys that each brings."""

from __future__ import annotations

import pytest

from tests.outside.day import CHIP_CARD, SCENARIO, STRIPE_CARD, counter
from tests.outside.host import Host

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with Host(SCENARIO, tmp_path_factory.mktemp("host")) as running:
        yield running


@pytest.mark.parametrize(("code", "pin_size", "track_size"), [
    ("001", 8, 0), ("003", 16, 0), ("004", 16, 16)])
def test_the_keys_have_the_lengths_that_were_asked_for_and_serve_a_sale(host, code, pin_size, track_size):
    with counter(host, f"10000{code}") as till:
        till.key_code = code
        assert till.sign_on()
        assert (len(till.keys.pin), len(till.keys.track)) == (pin_size, track_size)
        assert till.sale("K1", 100, STRIPE_CARD).told == "approved"
        assert till.sale("K2", 200, CHIP_CARD).told == "approved"
        assert till.settle() == "1"


def test_a_key_that_is_another_is_no_sign_on(host):
    with counter(host, "10000007") as till:
        till.master_key = bytes.fromhex("11" * 16)
        assert not till.sign_on()
        assert till.sale("K3", 100, STRIPE_CARD).told == "refused"


def test_echo_and_sign_off(host):
    with counter(host, "10000008") as till:
        assert till.echo()
        assert till.sign_on()
        assert till.sign_off()
        assert till.keys is None


def test_the_host_says_who_came(host):
    with counter(host, "10000009") as till:
        assert till.sign_on()
    assert host.says("terminal 10000009 connected")


def test_the_reply_comes_with_source_and_destination_of_the_tpdu_swapped(host):
    with counter(host, "10000006") as till:
        till.tpdu = bytes.fromhex("6000031234")
        assert till.echo()
        assert till.came_by == bytes.fromhex("6012340003")
