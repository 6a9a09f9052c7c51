"""Another acquirer: names of its own, keys of its own, TPDU echoed, another MAC; the same terminal."""

from __future__ import annotations

import pytest

from tests.outside.day import CHIP_CARD, STRIPE_CARD, approved, counter, done, impatient, told
from tests.outside.host import Host
from tests.outside.keys import check_value, retail_mac

pytestmark = pytest.mark.live

MID = "SHOP 7-A/0001 B"
TIDS = ("77001234", "POS-A/1 ")
KEYS = {"77001234": bytes.fromhex("A4A4A4A4A4A4A4A4C1C1C1C1C1C1C1C1"),
        "POS-A/1 ": bytes.fromhex("0123456789ABCDEF1122334455667788")}
SCENARIO = """
title = "Another acquirer"
start = "2026-01-27T10:00"
until = "2d"

[acquirer]
latency = "2ms"
tpdu = "echo"
mac = { algorithm = "X9.19", form = "raw", key_length = 16 }
key_download = ["003", "004"]
key_download_as = { "005" = "003", "006" = "004", "555" = "001" }
key_file = "keys.toml"

[[banks]]
name = "bank.a"
latency = "5ms"

[[merchants]]
name = "corner shop"
mid = "SHOP 7-A/0001 B"
terminals = { tids = ["77001234", "POS-A/1 "] }
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    folder = tmp_path_factory.mktemp("host")
    (folder / "other.toml").write_text(SCENARIO)
    keys = "test_keys = true\n" + "".join(
        f'[[terminals]]\ntid = "{tid}"\nkey = "{key.hex()}"\ncheck_value = "{check_value(key).hex()}"\n'
        for tid, key in KEYS.items())
    (folder / "keys.toml").write_text(keys)
    (folder / "keys.toml").chmod(0o600)
    with Host(folder / "other.toml", folder) as running:
        yield running


@pytest.mark.parametrize("tid", TIDS)
@pytest.mark.parametrize("code", ["003", "004", "005", "006"])
def test_a_day_with_names_keys_and_mac_of_its_own(host, tid, code):
    with counter(host, tid, mid=MID) as till:
        till.master_key, till.mac_by, till.key_code = KEYS[tid], retail_mac, code
        till.tpdu = bytes.fromhex("6000030009")
        done("sign-on", till.sign_on())
        assert till.came_by == till.tpdu
        assert len(till.keys.mac) == 16
        sold = approved(till.sale("A", 4200, STRIPE_CARD))
        approved(till.sale("B", 1310, CHIP_CARD))
        host.fault(tid, "network.outage", how="dropped", on="reply", mti="0210")
        with impatient(till):
            told(till.sale("C", 700, STRIPE_CARD), "unknown")
        approved(till.void(sold))
        done("settlement", till.settle(), "1")
        done("sign-off", till.sign_off())


def test_single_keys_are_given_for_a_code_of_ones_own(host):
    with counter(host, TIDS[0], mid=MID) as till:
        till.master_key, till.mac_by, till.key_code = KEYS[TIDS[0]], retail_mac, "555"
        done("sign-on", till.sign_on())
        assert (len(till.keys.pin), len(till.keys.mac)) == (8, 8)


@pytest.mark.parametrize("code", ["001", "007"])
def test_a_way_of_sign_on_that_is_not_in_the_setting_is_refused(host, code):
    with counter(host, TIDS[0], mid=MID) as till:
        till.master_key, till.key_code = KEYS[TIDS[0]], code
        assert not till.sign_on()
