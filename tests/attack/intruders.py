"""Signals in every phase, two owners of one thing, and a disk that is full: what a machine may meet any day."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

from tests.attack.clerk import Clerk, started, what_was_lost
from tests.attack.device_target import DeviceTarget
from tests.attack.ground import Came, note
from tests.attack.target import DAY, Target, TargetError, nursery
from tests.outside.day import PAN

SALES = 4
ALL_SALES = 400
MANY_SALES = 40
ENDS = {  # how a host may end: in good order, or as the system says of a signal
    signal.SIGTERM: {0, 143}, signal.SIGINT: {130}, signal.SIGHUP: {129}, signal.SIGPIPE: {None}, signal.SIGCONT: {None},
    signal.SIGQUIT: {-signal.SIGQUIT}, signal.SIGUSR1: {-signal.SIGUSR1},
}
PHASES = ("starting", "idle", "selling", "stopping")
STOPPED_S = 0.3  # by SIGSTOP
REFUSED = 2
FULL = (60_000, 90_000, 120_000, 160_000)  # bytes of a disk or of the largest file
SMALLEST = 4_096


def signals(ground):
    """SIGTERM, INT, HUP, PIPE, QUIT, USR1, STOP and CONT, once and twice, while it starts, rests, sells and stops"""
    came, done = Came(lost=0), 0
    names = [f"{number.name} {phase}{again}" for number in ENDS for phase in PHASES for again in ("", " twice")]
    for name in ground.chosen(names):
        if came.wrong:
            break
        done += 1
        which, phase, *again = name.split()
        _signalled(ground, came, signal.Signals[which], phase, 1 + len(again))
    came.tried = f"{done} hosts"
    return came


def _signalled(ground, came, number, phase, times):
    clerk, name = Clerk(), f"{number.name} {phase} {times}"
    with ExitStack() as stack:
        folder = stack.enter_context(ground.folder())
        if phase == "starting":
            status = _while_it_starts(ground, folder, number, times)
            name = f"{name} ({(folder / 'errors').read_text('utf-8', 'replace').strip()[-200:]})"
        else:
            target = stack.enter_context(Target(folder, host=ground.host))
            target.longest_answer_s = 2.0 + ground.patience
            clerk.goes_to(target)
            clerk.sells(SALES)
            status = _while_it_runs(ground, target, clerk, number, phase, times)
        allowed = ENDS[number] | ({130, 143, 129, 0} if phase in ("starting", "stopping") else set())
        allowed |= {-number} if phase == "starting" else set()  # it could not hear yet
        if status not in allowed:
            note(came, f"{name}: it ended with {status}")
        with Target(folder, host=ground.host) as target:
            clerk.goes_to(target)
            clerk.sells(1)
            for wrong in what_was_lost(clerk, target):
                came.lost += 1
                note(came, f"{name}: {wrong}")


def _while_it_starts(ground, folder, number, times):
    """Its exit status, None where it serves; the signal comes at some moment of the start."""
    with (folder / "errors").open("wb") as errors:
        child = nursery().start([*ground.host, "host", str(DAY), "--state", str(folder / "host.state")], os.environ, errors)
    time.sleep(ground.draw(f"{number} {times}").random() * 0.2)
    for _ in range(times):
        child.send_signal(number)
    try:
        status = child.wait(0.5 if None in ENDS[number] else 2.0 + 2 * ground.patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        status = None
    child.stdout.close()
    return status


def _while_it_runs(ground, target, clerk, number, phase, times):
    selling = threading.Thread(target=clerk.sells, args=(ALL_SALES,), daemon=True)
    if phase == "selling":
        selling.start()
        time.sleep(0.05)
    if phase == "stopping":
        target.send(signal.SIGTERM)
    if number is signal.SIGCONT:
        target.send(signal.SIGSTOP)
        time.sleep(STOPPED_S)
    for _ in range(times):
        target.send(number)
    if None in ENDS[number] and phase != "stopping":
        status = None if target.control_in_s() is not None else "silence"
        target.kill()
    else:
        status = target.wait()
    if selling.ident is not None:
        selling.join()
    return status


# ---- two owners ------------------------------------------------------------------------------------


def owners(ground):
    """a second host or device takes state, memory, trace, port or control port of the first, by any name"""
    came = Came(lost=0)
    with ExitStack() as stack:
        folder, second = stack.enter_context(ground.folder()), stack.enter_context(ground.folder())
        target = stack.enter_context(Target(folder, "--trace", str(folder / "trace.jsonl"), host=ground.host))
        clerk = Clerk()
        clerk.goes_to(target)
        clerk.sells(SALES)
        (second / "soft").symlink_to(target.state)
        (second / "away").symlink_to(folder)
        at_device = folder / "device"
        at_device.mkdir()
        device = stack.enter_context(DeviceTarget(at_device, target.listening, prepared=ground.host))
        tried = {
            "its state": ("--state", str(target.state)),
            "its state by a link": ("--state", str(second / "soft")),
            "its state by another way": ("--state", str(second / "away" / target.state.name)),
            "its state by a second name": ("--state", str(second / "hard")),
            "its trace": ("--state", str(second / "own"), "--trace", str(folder / "trace.jsonl")),
            "its port": ("--state", str(second / "own"), "--listen", str(target.listening)),
            "its control port": ("--state", str(second / "own"), "--control", str(target.control)),
        }
        for what in ground.chosen([*tried, "a device's memory"]):
            if "second name" in what:
                (second / "hard").hardlink_to(target.state)
            try:
                if what in tried:
                    with _Second(second, ground.host, tried[what]):
                        note(came, f"{what}: a second one has it")
                else:
                    (second / "terminal.nvm").symlink_to(device.nvm)
                    with DeviceTarget(second, target.listening, prepared=ground.host):
                        note(came, f"{what}: a second one has it")
            except TargetError as error:
                if error.status != REFUSED:
                    note(came, f"{what}: {error}")
            (second / "hard").unlink(missing_ok=True)
        for wrong in what_was_lost(clerk, target):
            came.lost += 1
            note(came, wrong)
        came.tried = f"{len(tried) + 1} seconds"
    return came


class _Second(Target):
    """A host with these options in the place of its own state."""

    def __init__(self, folder, host, options):
        self.state = folder / "own"
        super(Target, self).__init__(folder, [*host, "host", str(DAY), *options], "control")


# ---- no room ---------------------------------------------------------------------------------------


def full(ground):
    """the disk is full at some write: at once, after some sales, at a snapshot"""
    return _without_room(ground, _small_disk)


def largest(ground):
    """a file may not grow beyond some size (RLIMIT_FSIZE): state, write-ahead log or trace, at some write"""
    return _without_room(ground, None)


def _without_room(ground, disk):
    came, struck, sizes = Came(lost=0), 0, list(FULL)
    draw = ground.draw("no room")
    sizes += [draw.randrange(SMALLEST, 250_000) for _ in range(ground.count // 1_000)]
    for size in map(int, ground.chosen(list(map(str, sizes)))):
        if came.wrong or came.untried:
            break
        with ground.folder() as folder, ExitStack() as stack:
            at = folder
            if disk is not None:
                try:
                    at = stack.enter_context(disk(folder, size + 80_000))
                except OSError as error:
                    came.untried = f"a small disk cannot be made here: {error}"
                    break
            # At the smallest disk its trace has room: else whichever needs a page first finds none, and when a page
            # is needed depends on how fast the machine is.
            trace = (folder if size == FULL[0] else at) / "trace.jsonl"
            struck += _runs_full(ground, came, at, size, trace, () if disk else (f"+largest={size}",))
    came.tried = f"{len(sizes)} hosts, {struck} found no room"
    return came


def _runs_full(ground, came, folder, size, trace, prepared):
    clerk, is_full = Clerk(), False
    filler = folder / "filler"
    try:
        with Target(
            folder, "--trace", str(trace), host=(*ground.host, "+snapshots=40", *prepared),
        ) as target:
            clerk.goes_to(target)
            if clerk.sells(MANY_SALES) < MANY_SALES:
                is_full = True
                target.longest_answer_s = 2.0 + ground.patience
                status, words = target.wait(), target.words
                if status != REFUSED:
                    note(came, f"{size} bytes: it ended with {status}: {words[-200:]}")
                elif not any(word in words for word in ("room", "full", "disk")):
                    note(came, f"{size} bytes: it did not say why: {words[-200:]}")
    except TargetError as error:
        is_full = True
        if error.status != REFUSED:
            note(came, f"{size} bytes: {error}")
    filler.unlink(missing_ok=True)
    with ground.folder() as roomy:
        for each in folder.iterdir():
            if each.is_file() and not each.name.endswith((".lock", "-shm")):
                (roomy / each.name).write_bytes(each.read_bytes())
        with started(roomy, host=ground.host) as target:
            if target is None:
                note(came, f"{size} bytes: with room again it does not start")
                return is_full
            clerk.goes_to(target)
            clerk.sells(1)
            for wrong in what_was_lost(clerk, target):
                came.lost += 1
                note(came, f"{size} bytes: {wrong}")
    return is_full


# ---- what somebody else does to its files ------------------------------------------------------------


TAKEN = {  # of each file, what is done to it; of the last ones the state is whole, and the next host goes on
    "state removed": ("host.state", "remove"), "state moved": ("host.state", "move"),
    "state replaced": ("host.state", "replace"), "anchor removed": ("host.state.anchor", "remove"),
    "log removed": ("host.state-wal", "remove"), "log moved": ("host.state-wal", "move"),
    "trace removed": ("trace.jsonl", "remove"), "trace moved": ("trace.jsonl", "move"),
    "trace replaced": ("trace.jsonl", "replace")}
STAYS_WHOLE = ("log removed", "trace removed", "trace moved", "trace replaced")
OF_A_DEVICE = ("memory removed", "memory moved", "memory replaced")


def taken(ground):
    """state, log, anchor or trace of a host, or a device's memory, is removed, moved or replaced while it runs"""
    came, parts = Came(lost=0), ground.chosen([*TAKEN, *OF_A_DEVICE])
    for what in parts:
        with ground.folder() as folder:
            (_memory_taken if what in OF_A_DEVICE else _file_taken)(ground, came, folder, what)
    came.tried = f"{len(parts)} processes"
    return came


def _taken(path, how):
    if how == "remove":
        path.unlink()
        return
    path.rename(path.with_name("elsewhere"))
    if how == "replace":
        path.write_bytes(path.with_name("elsewhere").read_bytes())


def _file_taken(ground, came, folder, what):
    clerk, (name, how) = Clerk(), TAKEN[what]
    options = ("--trace", str(folder / "trace.jsonl"))
    with Target(folder, *options, host=ground.host) as target:
        clerk.goes_to(target)
        clerk.sells(SALES)
        _taken(folder / name, how)
        told = len(clerk.told.fen_of)
        clerk.sells(SALES)
        if len(clerk.told.fen_of) != told:
            note(came, f"{what}: it goes on, and nobody will find what it sells")
            return
        _note_how_it_ended(came, target, what, folder / name)
    if what in STAYS_WHOLE:
        with Target(folder, *options, host=ground.host) as target:
            clerk.goes_to(target)
            clerk.sells(1)
            for wrong in what_was_lost(clerk, target):
                came.lost += 1
                note(came, f"{what}: {wrong}")


def _memory_taken(ground, came, folder, what):
    at_host, at_device = folder / "host", folder / "device"
    at_host.mkdir()
    at_device.mkdir()
    with Target(at_host) as host, DeviceTarget(at_device, host.listening, prepared=ground.host) as device:
        device.operate("sign_on", password="0000")
        _taken(device.nvm, what.split()[1])
        if device.operate("sale", order="S1", amount_fen=101, card={"pan": PAN}).get("result") == "approved":
            note(came, f"{what}: it goes on, and nobody will find what it sold")
            return
        _note_how_it_ended(came, device, what, device.nvm)


def _note_how_it_ended(came, target, what, path):
    status, words = target.wait(), target.words
    if status != REFUSED or f"{path.name}: is not the file any more" not in words:
        note(came, f"{what}: it ended with {status}: {words[-200:]}")


@contextmanager
def _small_disk(folder, size):
    """A disk of this size in memory; needs root."""
    at = folder / "disk"
    at.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], capture_output=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace").strip()[:80])
    try:
        yield at
    finally:
        with suppress(OSError):
            subprocess.run(["umount", "-l", str(at)], capture_output=True, check=False)


