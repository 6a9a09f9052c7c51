"""SIGKILL before and after each thing that a host or a device does to its disk and its line.

The clerk goes on at the next process.  Whatever he was told must be there, once; what he was not told
is reversed, and must be gone, or is in the books of both.
"""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.attack.clerk import MID, Clerk, paid_out, started, what_was_lost, what_was_not_paid
from tests.attack.device_target import DeviceClerk, DeviceTarget
from tests.attack.ground import Came, note
from tests.attack.kill_points import COPY_POINTS, DEVICE_POINTS, HOST_POINTS
from tests.attack.target import Target, TargetError

SALES = 12  # of one process
AT_A_DEVICE = 5
TO_SETTLE = 3
ONCE = 1  # a copy counts from its own beginning
LONGEST_END_S, LOOK_S = 10.0, 0.02
USUAL, SELDOM = 30, {"rename": 2, "snapshot": 1, "checkpoint": 3}  # at most so many times it is passed before
SNAPSHOTS = "+snapshots=20"  # entries: a small state has one too
EACH = 2_500  # hostile inputs stand for one kill at each point


def host(ground):
    """a host is killed before and after each write, sync, anchor, snapshot, rename and answer, and in a checkpoint"""
    return _killed(ground, HOST_POINTS, _host_killed)


def settlement(ground):
    """a host is killed at each of these points while a batch is settled, with and without upload, cleared and paid out"""
    return _killed(ground, HOST_POINTS, _settlement_killed)


def copies(ground):
    """a host, a copy of it that packs a snapshot, and both are killed before, in and after each step of the copy"""
    return _killed(ground, COPY_POINTS, _copy_killed, most=ONCE)


def device(ground):
    """a device is killed before, after and in the middle of each record, anchor, rename and message"""
    return _killed(ground, DEVICE_POINTS, _device_killed)


def _killed(ground, points, kill, most=USUAL):
    """Each point so many times; the clerk's list is held against the next process."""
    came, done, struck = Came(lost=0), 0, []
    for point in ground.chosen(points):
        for turn in range(max(1, ground.count // EACH)):
            if came.wrong:
                break
            nth = 1 + ground.draw(f"{point} {turn}").randrange(SELDOM.get(point.partition(":")[2], most))
            is_struck = False
            while nth and not is_struck and not came.wrong:
                done += 1
                try:
                    is_struck = kill(ground, came, point, nth)
                except TargetError as error:
                    came.lost += 1
                    note(came, f"{point} ({nth}): afterwards {error}")
                nth //= 2  # it was not passed so often
            struck += [point] * is_struck
    came.tried = f"{done} processes, {len(struck)} killed at {len(set(struck))} of {len(points)} points"
    if not struck:
        came.untried = "no kill struck"
    return came


def _host_killed(ground, came, point, nth):
    clerk, was_killed = Clerk(), True
    with ExitStack() as stack:
        folder = stack.enter_context(ground.folder())
        host = (*ground.host, SNAPSHOTS)
        with started(folder, host=(*host, f"+killed={point},{nth}")) as target:
            if target is not None:
                clerk.goes_to(target)
                clerk.sells(SALES)
                was_killed = not target.is_running or target.stopped_in_s()[1] != 0
        with Target(folder, host=host) as target:
            clerk.goes_to(target)
            clerk.sells(1)
            for wrong in what_was_lost(clerk, target):
                came.lost += 1
                note(came, f"{point} ({nth}): {wrong}")
    return was_killed


def _copy_killed(ground, came, point, nth):
    """Nothing that was told is lost, no copy outlives its host, and nothing that it laid down half stays or is believed."""
    clerk, was_killed, is_of_a_copy = Clerk(), True, point.endswith("/copy")
    with ground.folder() as folder:
        numbers = folder / "copies"
        host = (*ground.host, SNAPSHOTS, f"+copies={numbers}")
        with started(folder, host=(*host, f"+killed={point},{nth}")) as target:
            if target is not None:
                clerk.goes_to(target)
                clerk.sells(SALES)
                was_killed = not target.is_running or target.stopped_in_s()[1] != 0
        if is_of_a_copy:
            if was_killed:
                note(came, f"{point} ({nth}): without its copy it does not end well")
            was_killed = numbers.exists()
        for pid in _those_that_live_on(numbers):
            note(came, f"{point} ({nth}): a copy lives on")
            os.kill(pid, signal.SIGKILL)
        if not was_killed or is_of_a_copy:
            _note_what_stays(came, f"{point} ({nth}), stopped", folder)
        with Target(folder, host=ground.host) as target:  # which writes no snapshot itself
            _note_what_stays(came, f"{point} ({nth}), started again", folder)
            clerk.goes_to(target)
            clerk.sells(1)
            for wrong in what_was_lost(clerk, target):
                came.lost += 1
                note(came, f"{point} ({nth}): {wrong}")
            if "snapshot" in target.words:
                note(came, f"{point} ({nth}): a snapshot that was not finished was believed: {target.words[-200:]}")
    return was_killed


def _note_what_stays(came, when, folder):
    if left := [each.name for each in folder.iterdir() if each.name.endswith(".new")]:
        note(came, f"{when}: {left[0]} stays")


def _those_that_live_on(numbers):
    """Copies that have not ended in a while."""
    pids = [int(number) for number in numbers.read_text("ascii").split()] if numbers.exists() else []
    until_s = time.monotonic() + LONGEST_END_S
    while (alive := [pid for pid in pids if Path(f"/proc/{pid}").exists()]) and time.monotonic() < until_s:
        time.sleep(LOOK_S)
    return alive


def _settlement_killed(ground, came, point, nth):
    """Sold at one host, settled and paid at the next, which is killed; the third one goes on."""
    clerk, was_killed = Clerk(), True
    with ground.folder() as folder:
        with Target(folder, host=(*ground.host, SNAPSHOTS)) as target:
            clerk.goes_to(target)
            clerk.sells(TO_SETTLE)
            target.stopped_in_s()
        is_uploaded = bool(nth % 2)
        if is_uploaded:
            clerk.counts_wrong()
        with started(folder, host=(*ground.host, SNAPSHOTS, f"+killed={point},{nth}")) as target:
            if target is not None:
                clerk.goes_to(target)
                clerk.settles()
                paid_out(target)
                was_killed = not target.is_running or target.stopped_in_s()[1] != 0
        with Target(folder, host=(*ground.host, SNAPSHOTS)) as target:
            clerk.goes_to(target)
            for wrong in what_was_not_paid(clerk, target):
                came.lost += 1
                note(came, f"{point} ({nth}{', upload' * is_uploaded}): {wrong}")
    return was_killed


def _device_killed(ground, came, point, nth):
    clerk, was_killed = DeviceClerk(), True
    with ExitStack() as stack:
        folder = stack.enter_context(ground.folder())
        at_host, at_device = folder / "host", folder / "device"
        at_host.mkdir()
        at_device.mkdir()
        trace = at_host / "trace.jsonl"
        target = stack.enter_context(Target(at_host, "--trace", str(trace)))
        with suppress(TargetError), DeviceTarget(
            at_device, target.listening, prepared=(*ground.host, f"+killed={point},{nth}"),
        ) as device:
            clerk.sells(device, AT_A_DEVICE)
            was_killed = not device.is_running or device.stopped_in_s()[1] != 0
        with DeviceTarget(at_device, target.listening, prepared=ground.host) as device:
            for wrong in _what_device_lost(clerk, device, target, trace):
                came.lost += 1
                note(came, f"{point} ({nth}): {wrong}")
    return was_killed


def _what_device_lost(clerk, device, target, trace):
    wrong = []
    if not device.is_at_rest():
        wrong.append("the device never came to rest again")
    device.operate("sign_on", password="0000")
    device.operate("settlement")
    may_be = {clerk.fen, clerk.fen + clerk.in_flight_fen}
    accounts = dict(target.ask(do="balances").get("accounts", ()))
    if (fen := accounts.get(f"merchant:{MID}:pending", 0)) not in may_be:
        wrong.append(f"the merchant is owed {fen} fen, told were {clerk.fen}")
    counted = [record for record in map(json.loads, trace.read_text("utf-8").splitlines())
               if record["record"] == "batch_counted"]
    totals = {record["debit_fen"] for record in counted} or {0}
    if not totals <= may_be or any(record["result"] != "1" for record in counted):
        wrong.append(f"the batch is {sorted(totals)} fen and not balanced, told were {clerk.fen}")
    if device.words.count("was damaged"):
        wrong.append("a kill was told as damage")
    return wrong
