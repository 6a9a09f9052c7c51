"""Each row of the table of response codes does what it says at the terminal and at the host, and a
code with an effect that nobody thought of is one row more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from acquirer_bench import SETTINGS, HostBench, signed_on
from msgspec.structs import replace
from terminal_bench import CARD, KEYS, SEALER, Bench

from simulator.catalogue.response_codes import (
    RESPONSE_CODES,
    AtTerminal,
    Held,
    Outcome,
    ResponseCode,
    Reverses,
)
from simulator.machines.tables import EFFECTS
from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.kinds import Kind


def of(rows):
    return pytest.mark.parametrize("row", list(rows), ids=lambda row: row.code)


CODES = of(RESPONSE_CODES.values())
NOT_APPROVED = of(row for row in RESPONSE_CODES.values() if not row.approves)
DECLINED = of(row for row in RESPONSE_CODES.values() if row.outcome is Outcome.DECLINED)
SALE = 10_000


def answering(code, *, sealed=True, **facts):
    """The host's next answer says this code."""
    def change(_request, reply):
        reply = replace(reply, response_code=code, mac=None, **facts)
        return SEALER.seal(reply, KEYS.mak) if sealed else reply
    return change


def ready(**settings):
    bench = Bench(profile=TerminalProfile(**settings))
    bench.sign_on()
    return bench


# ---- at the terminal -------------------------------------------------------------------------

RESULT = {
    Outcome.APPROVED: Result.APPROVED, Outcome.PARTIAL: Result.APPROVED,
    Outcome.PENDING: Result.DECLINED, Outcome.DECLINED: Result.DECLINED,
}


@CODES
def test_a_sale_ends_as_the_row_says(row: ResponseCode) -> None:
    bench = ready()
    bench.host.answers["0200"] = answering(
        row.code, amount_fen=300 if row.outcome is Outcome.PARTIAL else 500)
    told = bench.sell("sale", 500)
    assert (told.result, told.response_code) == (RESULT[row.outcome], row.code)
    assert [item.amount_fen for item in bench.terminal.memory.items] == {
        Outcome.APPROVED: [500], Outcome.PARTIAL: [300],
    }.get(row.outcome, [])
    assert bench.terminal.pending() == []
    assert (f"declined_{row.code}" in bench.codes()) is not row.approves
    if not row.approves:
        assert row.text in [show.text for show in bench.shown]


@CODES
def test_the_terminal_does_besides_what_the_row_says(row: ResponseCode) -> None:
    bench = ready()
    bench.host.answers["0200"] = answering(row.code)
    bench.sell("sale", 500)
    bench.rest()
    assert bench.mtis().count("0800") == 1 + (row.terminal is AtTerminal.SIGN_ON)
    assert bench.installs == (row.terminal is AtTerminal.UPDATE)
    assert ("capture_card" in bench.codes()) is (row.terminal is AtTerminal.CAPTURE_CARD)


@NOT_APPROVED  # an approval without MAC is always reversed
def test_a_refusal_without_mac_is_reversed_where_the_row_says_that_the_terminal_does(
    row: ResponseCode,
) -> None:
    bench = ready()
    bench.host.answers["0200"] = answering(row.code, sealed=False)
    bench.sell("sale", 500)
    bench.rest()
    unknown = row.reverses is Reverses.TERMINAL or row.outcome is Outcome.PENDING
    assert bench.mtis().count("0400") == unknown


@CODES
def test_a_reversal_is_over_where_the_host_has_done_it_or_has_nothing_to_undo(
    row: ResponseCode,
) -> None:
    bench = ready()
    bench.host.answers["0200"] = lambda _request, _reply: None
    bench.host.answers["0400"] = answering(row.code)
    bench.sell("sale", 500)
    bench.rest()
    over = row.approves or row.held is not Held.UNSAID or row.code == "12"  # three families
    assert bench.mtis().count("0400") == (1 if over else 2)
    assert bench.terminal.pending() == []


@CODES
def test_what_is_stored_is_repeated_where_the_row_says_so(row: ResponseCode) -> None:
    bench = ready(offline_limit_fen=1_000)
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=500, card=CARD)
    bench.host.answers["0220"] = answering(row.code)
    bench.sell("sale", 700)
    bench.rest(1)
    again = (
        row.retry or row.terminal is AtTerminal.SIGN_ON or row.outcome is Outcome.PENDING
        or row.reverses is Reverses.TERMINAL
    )
    waits = [each.kind for each in bench.terminal.memory.advised]
    assert waits == ([Kind.OFFLINE_SALE] if again else [])
    taken = row.approves or row.held is Held.YES
    assert ("advice_refused" in bench.codes()) is not (again or taken)
    settled = [count.debit_count for count in bench.counted if count.closed]  # before an update
    assert [*settled, len(bench.terminal.memory.items)][0] == (2 if again or taken else 1)


@CODES
def test_an_upload_goes_on_stops_or_begins_anew_as_the_row_says(row: ResponseCode) -> None:
    bench = ready()
    bench.host.always_unbalanced = True
    bench.sell("sale", 700)
    bench.host.answers["0320"] = answering(row.code)
    told = bench.operate(Kind.SETTLEMENT)
    taken = row.approves or row.held is Held.YES
    assert (told.result is Result.APPROVED) is taken
    kept = row.retry or row.terminal is AtTerminal.SIGN_ON
    assert (bench.terminal.memory.settling is not None) is (kept and not taken)


# ---- at the host -----------------------------------------------------------------------------


@CODES
def test_the_host_books_or_declines_what_an_issuer_answers_so(row: ResponseCode) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer.code = row.code
    (reply,) = bench.receive(terminal.message(Kind.SALE, SALE))
    booked = row.approves and row.outcome is not Outcome.PARTIAL
    assert len(bench.captures) == booked
    if booked:
        assert reply.response_code == row.code


@DECLINED
def test_the_host_forgets_a_no_to_what_is_repeated_where_it_was_only_for_now(
    row: ResponseCode,
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer.code = row.code
    request = terminal.message(Kind.OFFLINE_SALE, SALE)
    assert bench.receive(request)[0].response_code == row.code
    bench.issuer.code = "00"
    assert bench.receive(request)[0].response_code == ("00" if row.retry else row.code)
    assert len(bench.captures) == row.retry


@CODES
def test_a_silent_issuer_is_told_of_only_by_a_code_by_which_the_host_reverses(
    row: ResponseCode,
) -> None:
    if row.reverses is Reverses.HOST:
        bench = HostBench(settings=replace(SETTINGS, issuer_timeout_answer=row.code))
        terminal = signed_on(bench)
        bench.issuer_is = lambda _asked: False
        bench.receive(terminal.message(Kind.SALE, SALE))
        (reply,) = bench.wait()
        assert reply.response_code == row.code
        assert [asked.request.value for asked in bench.asked] == ["debit", "reverse"]
    else:
        with pytest.raises(ValueError, match="no host reverses"):
            replace(SETTINGS, issuer_timeout_answer=row.code)


# ---- the table -------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", EFFECTS)
def test_every_effect_is_some_row(effect: str) -> None:
    assert any(EFFECTS[effect](row) for row in RESPONSE_CODES.values())


def test_every_value_that_a_row_can_take_is_an_effect_of_the_page() -> None:
    for facts in (
        *({"outcome": each} for each in Outcome if each is not Outcome.DECLINED),
        *({"terminal": each} for each in AtTerminal if each is not AtTerminal.NOTHING),
        *({"held": each} for each in Held if each is not Held.UNSAID),
        *({"reverses": each} for each in Reverses if each is not Reverses.NOBODY),
        {"retry": True},
    ):
        row = ResponseCode("Q1", **facts)
        assert sum(has_it(row) for has_it in EFFECTS.values()) == 1, facts


@pytest.mark.parametrize(("facts", "effect"), [
    ({"terminal": AtTerminal.CAPTURE_CARD}, "capture_card"),
    ({"outcome": Outcome.APPROVED}, "approved"),
    ({"outcome": Outcome.PARTIAL}, "partial"),
    ({"reverses": Reverses.TERMINAL}, "reversed"),
])
def test_one_row_more_is_one_code_more_at_the_terminal(
    facts: dict[str, object], effect: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(
        RESPONSE_CODES, "Q1", ResponseCode("Q1", "新代码", en="a new code", **facts))
    bench = ready()
    approves = "outcome" in facts
    bench.host.answers["0200"] = answering(
        "Q1", sealed=approves, amount_fen=400 if effect == "partial" else 500)
    told = bench.sell("sale", 500)
    bench.rest()
    assert {
        "capture_card": "capture_card" in bench.codes(),
        "approved": (told.result, told.amount_fen) == (Result.APPROVED, 500),
        "partial": (told.result, told.amount_fen) == (Result.APPROVED, 400),
        "reversed": bench.mtis().count("0400") == 1,
    }[effect]


AT_HOST = """
from simulator.catalogue.response_codes import RESPONSE_CODES, Outcome, ResponseCode
RESPONSE_CODES["Q1"] = ResponseCode("Q1", en="come again", retry=True)
RESPONSE_CODES["Q2"] = ResponseCode("Q2", en="approved, and a lottery ticket", outcome=Outcome.APPROVED)
from acquirer_bench import HostBench, signed_on
from simulator.wire.kinds import Kind
bench = HostBench()
terminal = signed_on(bench)
bench.issuer.code = "Q1"
offline = terminal.message(Kind.OFFLINE_SALE, 500)
print(bench.receive(offline)[0].response_code, len(bench.captures))
bench.issuer.code = "Q2"
print(bench.receive(offline)[0].response_code, len(bench.captures))
"""


def test_one_row_more_is_one_code_more_at_the_host() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_HOST], check=True, capture_output=True, text=True,
        cwd=Path(__file__).parent, timeout=60,
    )
    assert done.stdout.split() == ["Q1", "0", "Q2", "1"]
