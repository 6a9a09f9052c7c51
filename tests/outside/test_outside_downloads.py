"""What a chip terminal loads before its first sale, as it reads it; and a master key under RSA."""

from __future__ import annotations

import hashlib

import pytest

from tests.outside.day import MASTER_KEY, SCENARIO, STRIPE_CARD, approved, counter, done
from tests.outside.host import Host
from tests.outside.loading import APPLICATIONS, BIN_B, BIN_C, BLACK_LIST, KEYS

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with Host(SCENARIO, tmp_path_factory.mktemp("host")) as running:
        yield running


@pytest.fixture
def till(host):
    with counter(host, "10000001") as at_the_port:
        at_the_port.sign_on()
        yield at_the_port


def test_each_key_has_the_check_sum_of_its_parts(till):
    keys = till.load_list(KEYS)
    assert keys
    for key in keys:
        assert {"9F06", "9F22", "DF02", "DF03", "DF04", "DF05", "DF06", "DF07"} <= key.keys()
        parts = key["9F06"] + key["9F22"] + key["DF02"] + key["DF04"]
        assert hashlib.sha1(parts).digest() == key["DF03"]


def test_each_application_has_what_a_kernel_needs(till):
    applications = till.load_list(APPLICATIONS)
    assert any(each["9F06"].startswith(bytes.fromhex("A000000333")) for each in applications)
    for each in applications:
        assert each.keys() >= {"9F06", "DF01", "DF11", "DF12", "DF13", "9F1B", "DF15", "DF16", "DF17",
                               "DF14", "DF18"}
        assert each.keys() & {"9F08", "9F09"}
        assert [len(each[tag]) for tag in ("DF11", "DF12", "DF13")] == [5, 5, 5]


def test_contactless_parameters_are_characters_of_the_widths_of_the_facts(till):
    found = till.load_contactless()
    assert found["FF805D"] in {"0", "1"}
    assert [len(found[tag]) for tag in ("FF803A", "FF803C", "FF8058", "FF8059")] == [3, 3, 12, 12]


def test_parameters_are_read_to_their_end(till):
    found = till.load_parameters()
    assert 20 <= int(found["12"]) <= 90
    assert len(found["22"].decode("gbk").strip()) > 0
    assert len(found["26"]) == 4


def test_the_black_list_and_the_bin_tables_are_read_to_their_end(till):
    numbers, entries = [], till.load_numbered(BLACK_LIST).decode()
    while entries:
        size = int(entries[:2])
        number, entries = entries[2:2 + size], entries[2 + size:]
        numbers.append(number)
        assert len(number) == size <= 14
        assert number.isdecimal()
    assert len(set(numbers)) == len(numbers)
    for codes in (BIN_B, BIN_C):
        bins = till.load_numbered(codes).decode()
        assert len(bins) % 8 == 0
        assert all(16 <= int(bins[at:at + 2]) <= 19 for at in range(0, len(bins), 8))


def test_a_master_key_comes_under_rsa_and_its_working_keys_after_it(host):
    with counter(host, "10000002") as till:
        done("sign-on", till.sign_on())
        till.load_master_key()
        assert till.master_key != MASTER_KEY
        done("sign-on under the new key", till.sign_on())
        approved(till.sale("M1", 100, STRIPE_CARD))
        done("settlement", till.settle(), "1")


def test_a_key_that_is_not_there_is_said_to_be_none(till):
    assert till._asked("0800", "370", bytes.fromhex("9F0605A0000003339F220177"))[:1] == b"0"
