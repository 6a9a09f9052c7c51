"""A record that was stored and not told before a kill is told when the power is back, and only that."""

from hil.device.trace_gap import untold
from simulator.catalogue.run_reasons import RestartReason
from simulator.machines.terminal.records import ClerkEntered, StanTaken
from simulator.trace.records import Journaled, Restarted

ACTOR = "terminal.10000001"
FIRST = Journaled(1, ACTOR, entry="stantaken", tid="10000001", stan=1)


def test_a_record_without_a_line_is_told():
    assert untold([StanTaken(1), StanTaken(2)], [FIRST], "10000001", 9) == Journaled(
        9, ACTOR, entry="stantaken", tid="10000001", stan=2)


def test_one_that_was_told_is_not_told_again():
    assert untold([StanTaken(1)], [FIRST, Restarted(2, ACTOR, why=RestartReason.POWER_RETURNED)], "10000001", 9) is None


def test_a_trace_that_begins_with_this_process_lacks_nothing():
    assert untold([StanTaken(1), StanTaken(2)], [], "10000001", 9) is None


def test_an_empty_memory_has_nothing_to_tell():
    assert untold([], [FIRST], "10000001", 9) is None


def test_what_has_no_number_is_known_by_its_name():
    told = Journaled(1, ACTOR, entry="clerkentered", tid="10000001")
    assert untold([StanTaken(1), ClerkEntered("01")], [FIRST, told], "10000001", 9) is None
