"""A merchant and a terminal that stays silent: switched off and on, asked again, and in the end given up."""

from types import SimpleNamespace

import pytest

from hil.bench.standing import NoPower
from hil.control.bench_error import BenchError
from hil.ports.ports import PortError, SilentError
from hil.sweep.kinds import Ask
from hil.sweep.merchant import MOST_TRIES, Merchant, StuckForGoodError
from hil.tills.ends import SILENT, Told
from simulator.wire.kinds import Kind

SALE = Ask(kind=Kind.SALE, order="S1", amount_fen=6_800)

# of which only how long an answer may take is looked at
BENCH = SimpleNamespace(part=SimpleNamespace(limits=SimpleNamespace(answer_ms=60_000)))


class Power:
    """On or off, and what it was told."""

    def __init__(self):
        self.is_on = True
        self.did = []

    def off(self):
        self.is_on = False
        self.did.append("off")

    def on(self):
        self.is_on = True
        self.did.append("on")


def counter(*answers, power=None, rests=()):
    """A rig whose till gives these answers, one a try."""
    left, resting = list(answers), list(rests)

    def operate(wish):
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Told(answer, reason=SILENT if not answer else "", kind=wish.kind, order=wish.order)

    def rest(within_s):
        answer = resting.pop(0) if resting else True
        if isinstance(answer, Exception):
            raise answer
        return answer

    power = power or Power()
    return Merchant(SimpleNamespace(
        power=power, till=SimpleNamespace(operate=operate, told=lambda _order: ""), rest=rest,
        line=SimpleNamespace(seen=[]), dut=SimpleNamespace(tid="10000001"),
        profile=SimpleNamespace(reply_timeout_ms=10), bench=BENCH)), power


@pytest.mark.parametrize("silence", ["", SilentError("control port: did not answer in time")])
def test_a_silent_terminal_is_switched_off_and_on_and_asked_again(silence):
    merchant, power = counter(silence, "approved")
    assert merchant.ask_until_approved(SALE) == ["nothing", "approved"]
    assert power.did == ["off", "on"]
    [noted] = merchant.stuck
    assert noted.en.startswith("S1: the terminal had power")


def test_one_that_is_silent_while_it_is_looked_at_is_switched_off_and_on():
    merchant, power = counter("approved", rests=[SilentError("silent")])
    assert merchant.ask_until_approved(SALE) == ["approved"]
    assert (power.did, len(merchant.stuck)) == (["off", "on"], 1)


def test_one_that_stays_silent_is_given_up_as_a_fault_of_its_own():
    merchant, _ = counter(*[""] * 9)
    merchant.ask_until_approved(SALE)
    with pytest.raises(StuckForGoodError, match="does not help"):
        merchant.ask_until_approved(SALE)
    assert len(merchant.stuck) == MOST_TRIES


def test_an_answer_in_between_ends_the_row():
    merchant, _ = counter(*["", "approved"] * 5)
    for _ in range(5):
        merchant.ask_until_approved(SALE)
    assert len(merchant.stuck) == 5


def test_one_that_nothing_switches_off_is_at_fault_at_once():
    merchant, _ = counter("", power=NoPower())
    with pytest.raises(StuckForGoodError, match=r"give \[power\]"):
        merchant.ask_until_approved(SALE)


@pytest.mark.parametrize(("told", "known"), [(Told("approved", stan=7), True), (Told("approved"), False)])
def test_what_the_counter_has_no_number_of_it_cannot_name(told, known):
    merchant = Merchant(SimpleNamespace(
        power=Power(), till=SimpleNamespace(operate=lambda _wish: told), rest=lambda within_s: True,
        line=SimpleNamespace(seen=[]), dut=SimpleNamespace(tid="10000001"),
        profile=SimpleNamespace(reply_timeout_ms=10), bench=BENCH))
    merchant.ask_once(SALE)
    assert merchant.can_name("S1") is known
    assert not merchant.can_name("S2")


def test_nobody_waits_at_the_counter_until_a_closed_host_takes_what_is_owed():
    line = SimpleNamespace(seen=[])

    def rest(within_s):
        line.seen.append("0400")  # again and again: the line never stands still
        return False

    merchant = Merchant(SimpleNamespace(
        power=Power(), till=SimpleNamespace(
            operate=lambda wish: Told("failed", kind=wish.kind, order=wish.order), told=lambda _order: ""),
        rest=rest, line=line, dut=SimpleNamespace(tid="10000001"),
        profile=SimpleNamespace(reply_timeout_ms=10), bench=BENCH))
    merchant.is_served = False
    assert merchant.ask_once(SALE) == ["failed"]
    assert line.seen


@pytest.mark.parametrize("error", [BenchError("adapter pulled"), PortError("adapter pulled")])
def test_what_is_wrong_with_the_bench_is_not_held_against_the_terminal(error):
    merchant, power = counter(error)
    with pytest.raises(type(error), match="adapter pulled"):
        merchant.ask_until_approved(SALE)
    assert (merchant.stuck, power.did) == ([], [])
