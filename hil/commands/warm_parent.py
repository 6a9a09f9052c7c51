"""The parent of warm processes: it has read the program, and forks a host or a device when asked.

Started by :class:`hil.processes.nursery.Nursery`, spoken to over a socket that it inherits; it ends when
whoever asked goes away, and its children then stop as they do when a bench goes away.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from datetime import date
from importlib import import_module

import hil.commands.device
import hil.commands.host
import hil.device.process
import hil.host.process  # noqa: F401 - read once, for all
from hil.commands import entry
from hil.control.live_process import PARENT
from hil.processes.nursery import REQUEST
from simulator.money.calendar import WorkingDays


def main(arguments: list[str]) -> None:
    """Be the parent, until whoever asked goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # if somebody sends it all the same
    line = socket.socket(fileno=int(arguments[0]))
    for each in arguments[1:]:
        import_module(each)
    WorkingDays().is_working_day(date(2026, 1, 1))  # reads the holidays once, for all
    gc.collect()
    gc.freeze()
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    os.environ[PARENT] = str(os.getpid())
    children: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        selector.register(heard, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is heard:
                    heard.recv(REQUEST)
                    _tell_ends(children)
                elif not _fork(line, children):
                    return


def _tell_ends(children: dict[int, socket.socket]) -> None:
    while children:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        with children.pop(pid) as told, contextlib.suppress(OSError):  # who asked may be gone
            told.send(b"%d\n" % os.waitstatus_to_exitcode(status))


def _fork(line: socket.socket, children: dict[int, socket.socket]) -> bool:
    """Fork what is asked for; False where nobody asks any more."""
    try:
        request, descriptors, _, _ = socket.recv_fds(line, REQUEST, 3)
    except OSError:  # whoever asked was killed with our answer unread
        return False
    if not request:
        return False
    told, output, errors = descriptors
    pid = os.fork()
    if not pid:
        _be_a_child(json.loads(request), output, errors, line, children)
    os.close(output)
    os.close(errors)
    children[pid] = socket.socket(fileno=told)
    with contextlib.suppress(OSError):  # who asked may be gone, and then the next look at the line says so
        children[pid].send(b"%d\n" % pid)
    return True


def _be_a_child(
    request: dict[str, object], output: int, errors: int, line: socket.socket, others: dict[int, socket.socket],
) -> None:
    """Run the program in this child, and never come back."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line.close()
    for each in others.values():
        each.close()
    os.dup2(output, 1)
    os.dup2(errors, 2)
    parent = os.environ[PARENT]
    environment = request["environment"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update({**environment, PARENT: parent})
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    status = 1
    try:
        os.chdir(str(request["folder"]))
        arguments = request["arguments"]
        assert isinstance(arguments, list)
        entry.main(arguments)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 - nothing above would say it: the process ends here
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1:])
