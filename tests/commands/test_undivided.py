"""An interrupt waits for what must not be cut in two, and is not lost."""

import os
import signal
import threading

import pytest

from simulator.commands.undivided import undivided


@pytest.fixture(autouse=True)
def interrupted_as_usual():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_inside_takes_effect_behind_it():
    done = []

    def writes_both():
        with undivided():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("second half")
        done.append("never")

    with pytest.raises(KeyboardInterrupt):
        writes_both()
    assert done == ["second half"]


def test_without_one_nothing_is_changed():
    with undivided():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_inside_is_told_and_the_handler_is_put_back():
    with pytest.raises(OSError, match="full"), undivided():
        raise OSError("full")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_beside_the_main_thread_it_only_does_what_is_inside():
    done = []

    def work():
        with undivided():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]
