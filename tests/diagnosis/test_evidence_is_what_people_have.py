"""No record reaches a diagnosis that nobody in the field could have."""

from typing import get_args

import msgspec
import pytest

from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.holders import HOLDERS, Holder, seen, tag_of
from simulator.trace import records
from simulator.trace.records import AnyRecord

LOST = records.Lost(1, "link.1", "terminal.1", "sale", "0200", "1", why=LineReason.DROP)


def test_every_kind_of_record_has_its_holders():
    assert {tag_of(kind) for kind in get_args(AnyRecord)} <= set(HOLDERS)
    assert all(isinstance(each, Holder) for holders in HOLDERS.values() for each in holders)


@pytest.mark.parametrize("record", [
    records.FaultBegan(1, "run", "f", "network.outage"),
    records.FaultEnded(1, "run", "f", "network.outage"),
    records.FaultFired(1, "run", "f", "network.outage", "request", "a/b", "drop"),
    records.PhaseEntered(1, "run", "heal"),
    records.LinePassed(1, "line.1", "up", "lost"),
    records.PowerSwitched(1, "power.1", "relay", "off"),
    records.HandsAsked(1, "hands.1", "robot", "unplug"),
    LOST,
], ids=lambda record: type(record).__name__)
def test_what_only_the_run_knows_does_not_pass(record):
    assert seen(record) is None
    assert Evidence([record]).count == 0


@pytest.mark.parametrize("why", list(LineReason))
def test_a_loss_passes_only_where_its_sender_was_told(why):
    told = why in NOT_SENT or why is LineReason.HUNG_UP
    assert (seen(msgspec.structs.replace(LOST, why=why)) is not None) is told


def test_what_arrived_says_nothing_of_who_made_it():
    arrived = records.Arrived(
        1, "acquirer", "terminal.1", "sale", "0200", "1", genuine=False, copy=1, attempt=2)
    assert seen(arrived) == records.Arrived(1, "acquirer", "terminal.1", "sale", "0200", "1")


def test_a_title_tells_nothing():
    assert seen(records.RunStarted(1, "run", title="the router is down", seed=1, version="")) == (
        records.RunStarted(1, "run", title="", seed=1, version=""))


def test_the_state_of_an_account_is_known_by_what_the_bank_answers():
    opened = records.MerchantOpened(
        1, "merchant.m", "1", "bank.a", account_status="frozen", account_name_matches=False)
    assert seen(opened) == records.MerchantOpened(1, "merchant.m", "1", "bank.a")
