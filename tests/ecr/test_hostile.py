"""Whatever a peer sends: no crash, no growth, no second sale, and the next good till is served."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.ecr.bodies import body_of
from hil.ecr.fields import UnfitError
from hil.ecr.frames import Framing, Head
from hil.ecr.profile import Profile
from hil.ecr.profiles import load_profile, profile_names
from hil.ecr.speaker import MOST_WAITING
from hil.ecr.terminal import MOST_REMEMBERED, OrderHeard, TerminalSession
from hil.ecr.till import Answered, TillSession
from hil.ecr.values import Answer, Ask, Order, Result
from tests.ecr.paired import Pair, sale_of

NAMES = profile_names()
FACTS = {
    "amount_fen": "1500", "original_stan": "7", "original_rrn": "123456789", "original_order": "A", "order": "A",
    "number": "1", "tid": "1", "till": "1", "code": "00", "stage": "00", "stan": "5", "reason": "x", "mid": "9",
}


def line_of(profile: Profile, by: str, more: dict[str, str]) -> list[bytes]:
    """One right frame for each message of a side."""
    framing = Framing(profile.said.framing)
    rows = profile.by_till if by == "till" else profile.by_terminal
    lines = []
    for row in rows:
        try:
            body = body_of(profile, row, {
                **FACTS, **{f"own.{name}": value for name, value in profile.said.own.items()}, **more}, cut=True)
        except UnfitError:
            continue
        lines.append(framing.frame_of(body, Head(id=1)))
    return lines


def tokens(name: str, by: str) -> st.SearchStrategy[bytes]:
    profile = load_profile(name)
    hands, reply = profile.said.handshake, profile.said.reply
    framing = Framing(profile.said.framing)
    whole = [
        *line_of(profile, by, {}), *line_of(profile, by, {"order": "B", "amount_fen": "99"}),
        bytes.fromhex(hands.ack), bytes.fromhex(hands.nak), bytes.fromhex(hands.enq), bytes.fromhex(hands.eot),
    ]
    whole += [framing.frame_of(bytes.fromhex(reply.positive)), framing.frame_of(bytes.fromhex(reply.negative) + b"\x9c\x00")] \
        if reply.positive else []
    whole += [framing.frame_of(b"", Head(type=kind, ack=ack, id=number)) for kind in (0, 1, 2, 9)
              for ack in (0, 1, 2) for number in (0, 1)] if hands.form == "numbered" else []
    return st.one_of(
        st.sampled_from(whole), st.sampled_from(whole).map(lambda line: line[:len(line) // 2]),
        st.sampled_from(whole).map(lambda line: line[:-1] + b"\x55"), st.binary(max_size=20))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_terminal_lives_through_any_till(name, data):
    terminal = TerminalSession(load_profile(name), tid="10000001", mid="898")
    now, under_way = 0, False

    def happened() -> None:
        nonlocal under_way
        for event in terminal.take_events():
            if isinstance(event, OrderHeard):
                assert not under_way, "a second order while one is under way"
                under_way = True

    for piece, wait in data.draw(st.lists(st.tuples(tokens(name, "till"), st.integers(0, 6_000)), max_size=25)):
        terminal.receive(piece, now)
        happened()
        terminal.take_outbox()
        now += wait
        if under_way and wait % 3 == 0:
            under_way = False
            terminal.answer(Answer(result=Result.APPROVED, stan=5, amount_fen=1500, receipt=("A", "B")), now)
        terminal.tick(now)
        happened()
        assert len(terminal.memory.orders) <= MOST_REMEMBERED
    if under_way:
        terminal.answer(Answer(result=Result.DECLINED), now)
    terminal.line_lost(now)  # the next one comes
    terminal.take_events()
    assert not terminal.is_busy
    pair = Pair(load_profile(name))
    pair.terminal, pair.now = terminal, now + 10_000
    assert pair.ask(sale_of(pair.profile, "GOOD1", 7700)).answer.result == Result.APPROVED
    assert [order.amount_fen for order in pair.orders] == [7700]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_till_lives_through_any_terminal_and_ends(name, data):
    till = TillSession(load_profile(name), tid="10000001")
    till.begin(Order(kind=Ask.SALE, order="A", amount_fen=1500), 0)
    now, ended = 0, 0
    for piece, wait in data.draw(st.lists(st.tuples(tokens(name, "terminal"), st.integers(0, 6_000)), max_size=25)):
        till.receive(piece, now)
        now += wait
        till.tick(now)
        ended += sum(isinstance(event, Answered) for event in till.take_events())
        till.take_outbox()
    for _ in range(200):
        if not till.is_busy:
            break
        assert till.deadline_ms is not None, "waits for nothing"
        now = max(now + 1, till.deadline_ms)
        till.tick(now)
        ended += sum(isinstance(event, Answered) for event in till.take_events())
        till.take_outbox()
    assert (till.is_busy, ended) == (False, 1)


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_hostile_pieces_leave_nothing_behind(name):
    profile = load_profile(name)
    terminal = TerminalSession(profile, tid="10000001")
    hands = profile.said.handshake
    noise = [bytes.fromhex(hands.nak), bytes.fromhex(hands.ack), b"\x02", b"\x10\x02", b"\x55\xaa", b"A" * 50, b"\x03", b""]
    frames = line_of(profile, "till", {})
    for number in range(10_000):
        piece = noise[number % 8] if number % 5 else frames[number // 5 % len(frames)][:-1]
        terminal.receive(piece, number)
        terminal.tick(number)
        assert len(terminal.take_outbox()) < 4_000
        for event in terminal.take_events():
            if isinstance(event, OrderHeard):
                terminal.answer(Answer(result=Result.DECLINED), number)
        link = terminal._speaker.link
        assert len(link.reader.unfinished) <= 2 * link.reader.framing.room
        assert len(terminal._speaker._waiting) <= MOST_WAITING


def test_a_nak_storm_ends_after_the_tries_of_the_profile():
    till = TillSession(load_profile("telium"))
    till.begin(Order(kind=Ask.SALE, amount_fen=1500), 0)
    sent = till.take_outbox()
    till.receive(b"\x15" * 1_000, 0)
    assert len(sent + till.take_outbox()) <= load_profile("telium").said.handshake.tries + 1
    [answered] = [event for event in till.take_events() if isinstance(event, Answered)]
    assert (answered.answer.result, answered.answer.reason) == (Result.REFUSED, "not acknowledged")


def test_a_receipt_that_is_too_long_is_told_as_far_as_there_is_room():
    pair = Pair(load_profile("zvt-tcp"), receipt=tuple(f"LINE {number}" for number in range(5_000)))
    answer = pair.ask(sale_of(pair.profile)).answer
    assert answer.result == Result.APPROVED
    assert len(answer.receipt) < 5_000
