"""The modem in front of a board: what it says, what it lets through, and when an escape is one."""

from __future__ import annotations

import pytest

from hil.board.modem import Dial, HangUp, Modem, ModemState, ToBoard, ToHost


def online() -> Modem:
    modem = Modem(knows_host=True)
    modem.from_board(b"ATD\r", 0)
    modem.opened()
    modem.taken()
    return modem


def passed(modem: Modem) -> bytes:
    return b"".join(act.data for act in modem.taken() if isinstance(act, ToHost))


def said(modem: Modem) -> bytes:
    return b"".join(act.data for act in modem.taken() if isinstance(act, ToBoard))


def test_it_dials_and_says_that_it_is_connected():
    modem = Modem(knows_host=True)
    modem.from_board(b"AT\r", 0)
    assert said(modem) == b"\r\nOK\r\n"
    modem.from_board(b"atd\r", 1)
    assert modem.taken() == [Dial()]
    modem.opened()
    assert modem.taken() == [ToBoard(b"\r\nCONNECT\r\n")]


def test_a_host_that_refuses_or_is_not_known_is_said():
    modem = Modem(knows_host=True)
    modem.from_board(b"ATD\r", 0)
    modem.taken()
    modem.refused()
    assert said(modem) == b"\r\nNO CARRIER\r\n"
    modem = Modem(knows_host=False)
    modem.from_board(b"ATD\r", 0)
    assert modem.taken() == [ToBoard(b"\r\nNO DIALTONE\r\n")]


def test_a_frame_passes_whatever_is_in_it():
    modem = online()
    frame = b"\x00\x08+++\rATH\r\xff\x00"
    modem.from_board(frame, 1_000)
    assert passed(modem) == frame
    assert modem.state is ModemState.ONLINE


@pytest.mark.parametrize("pieces", [(b"+++",), (b"+", b"++"), (b"++", b"+"), (b"+", b"+", b"+")])
def test_an_escape_between_silences_is_one_however_it_is_cut(pieces):
    modem = online()
    for number, piece in enumerate(pieces):
        modem.from_board(piece, 1_000 + number)
    modem.tick(1_000 + len(pieces) + 30)
    assert modem.state is ModemState.HELD
    assert passed(modem) == b""
    modem.from_board(b"ATH\r", 1_100)
    assert HangUp() in modem.taken()
    assert modem.state is ModemState.COMMAND


def test_pluses_without_silence_around_them_are_data():
    modem = online()
    modem.from_board(b"data", 1_000)
    modem.from_board(b"+++", 1_005)  # too soon
    modem.tick(1_100)
    assert (passed(modem), modem.state) == (b"data+++", ModemState.ONLINE)
    modem.from_board(b"+++", 2_000)
    modem.from_board(b"more", 2_005)  # too soon behind it
    assert (passed(modem), modem.state) == (b"+++more", ModemState.ONLINE)


def test_two_pluses_alone_pass_late():
    modem = online()
    modem.from_board(b"++", 1_000)
    assert passed(modem) == b""
    assert modem.deadline_ms == 1_020
    modem.tick(1_020)
    assert passed(modem) == b"++"


def test_a_held_line_is_taken_up_again():
    modem = online()
    modem.from_board(b"+++", 1_000)
    modem.tick(1_030)
    modem.taken()
    modem.from_host(b"heard")  # nothing is lost meanwhile
    assert said(modem) == b"heard"
    modem.from_board(b"ATO\r", 1_050)
    assert (said(modem), modem.state) == (b"\r\nCONNECT\r\n", ModemState.ONLINE)


def test_a_host_that_hangs_up_is_told_behind_its_last_data():
    modem = online()
    modem.from_host(b"last")
    modem.closed()
    assert said(modem) == b"last\r\nNO CARRIER\r\n"
    modem.from_board(b"frame", 5)  # what is said to nobody is no command either
    assert modem.taken() == []


def test_what_is_no_command_is_an_error_and_the_next_one_counts():
    modem = Modem(knows_host=True)
    modem.from_board(b"ATZ9\r" + b"x" * 81, 0)
    assert said(modem) == b"\r\nERROR\r\n\r\nERROR\r\n"
    modem.from_board(b"\rAT\r", 0)
    assert said(modem) == b"\r\nOK\r\n"
