"""Hosts and devices that are wrong on purpose: ``+built=NAME`` prepares one (``tests.attack.prepared``).

Each has one thing less than the right one, and names the attack that finds it.
"""

from __future__ import annotations

import signal
import time
from contextlib import nullcontext, suppress

from msgspec.structs import replace

import hil.host.store
from hil.control import control, live_process
from hil.control.line_log import LineLog
from hil.files import anchor, nvm_file, nvm_reading, one_owner, state_file, trace_file
from hil.files.anchor import Anchor
from hil.files.chain import ChainDamage, Linked, Place, place_of
from hil.files.one_owner import StateError
from hil.files.state_log import Beside
from hil.host import copy_of_process, keeping, snapshot
from hil.host.copy_of_process import Copy
from hil.host.group import Group
from hil.host.state import HostState
from hil.host.step_log import Steps
from hil.host.store import HostStore
from hil.ports import tcp_port
from hil.ports.newcomers import Newcomer
from hil.ports.pumped_port import PumpedPort
from hil.ports.reserve import Standby, begin
from hil.ports.tcp_port import TcpServerPort


def reads_on():
    """reads whatever comes, however much of it waits"""
    PumpedPort._wait_for_room = lambda self: None


def makes_no_room():
    """keeps whoever came first, though he says nothing"""
    TcpServerPort._who_leaves = lambda self, **_: None


def believes_in_the_other_end():
    """gives up only those whose connection was ended, though nobody may be at the other end of one that was not"""
    right = TcpServerPort._who_leaves

    def who_leaves(self, **newcomer):
        port = right(self, **newcomer)
        return port if port is not None and port.is_over else None

    TcpServerPort._who_leaves = who_leaves


def lets_nobody_overtake():
    """lets in nobody while all who stand have time left to say the rest of their message"""
    right = Newcomer.look

    def look(self, *, waits=False):
        right(self, waits=waits)
        self.speaker = None

    Newcomer.look = look


def spins():
    """keeps no descriptor free, and tries again at once where none is left"""
    tcp_port.is_for_others = lambda *_, **__: False
    tcp_port.REST_S = 0.0
    TcpServerPort._turned_away = lambda self, spare: spare


def control_last():
    """gives its control port nothing before the others"""
    right = TcpServerPort.__init__

    def built(self, *arguments, is_first=False, **named):
        del is_first
        right(self, *arguments, **named)

    control.TcpServerPort.__init__ = built


def dies_of_a_thread():
    """does not think of a thread that cannot begin"""
    TcpServerPort._staff = lambda self, name: Standby(PumpedPort.THREADS, begin, name)


def waits_for_everybody():
    """stops when the last peer has read its answers"""
    PumpedPort._time_left_s = lambda self: 600.0
    live_process.LONGEST_END_S = 600.0


def talks():
    """says each reason that it has to say something"""
    right = LineLog.__init__

    def built(self, *arguments, most, **named):
        del most
        right(self, *arguments, most=1_000_000_000, **named)

    LineLog.__init__ = built


def answers_first():
    """answers before what it has done is on the disk"""
    Group.hold = lambda self, effect: effect()


def answers_twice():
    """says what it has to say once more, to be sure"""
    right = Group.hold

    def hold(self, effect):
        right(self, effect)
        right(self, effect)

    Group.hold = hold


def notes_steps_late():
    """writes down what it does with its books when it does the next thing with them"""
    late = []
    right = Steps.step

    def step(self, *asked):
        write = self._write
        self._write = late.append
        try:
            result = right(self, *asked)
        finally:
            self._write = write
        while len(late) > 1:
            write(late.pop(0))
        return result

    Steps.step = step


def claims_more():
    """says how far its state goes before it goes so far"""
    right = hil.host.store.add_commit

    def early(database, linked):
        claims[0].moves(place_of(linked))
        right(database, linked)

    claims = [None]
    made = Anchor.__init__

    def known(self, path):
        made(self, path)
        claims[0] = self

    Anchor.__init__ = known
    hil.host.store.add_commit = early


def writes_late():
    """a device that writes a record to its memory when the next one comes"""
    right, late = nvm_file.write_all, []

    def write_late(file, data):
        late.append(data)
        if len(late) > 1:
            right(file, late.pop(0))

    nvm_file.write_all = write_late


def believes_records():
    """takes every record of its state for what was written"""
    right = state_file.followed

    def followed(records, *_, **__):
        whole = (each for each in records if each is not None)
        return (each for each in right(whole) if not isinstance(each, ChainDamage))

    state_file.followed = followed


def believes_the_end():
    """does not ask how far its state went"""
    state_file._end_known = lambda path, *, is_new: Place()


def believes_memory():
    """a device that goes on with what its memory holds, and says nothing of what is not whole"""
    right = nvm_file.read_memory
    nvm_file.read_memory = lambda *given: replace(right(*given), damage=())


def looks_at_no_checksum():
    """does not look at the checksum of a record of its state"""
    Linked.is_whole = True


def looks_at_no_checksum_of_memory():
    """a device that does not look at the checksum of a record of its memory"""
    def linked_in(line):
        of_it, before, number, body = line.split(b" ", 3)
        return Linked(int(number), int(before, 16), int(of_it, 16), body)

    nvm_reading.linked_in = linked_in
    Linked.is_whole = True


def sums_no_tables():
    """does not hold what its terminals inside remember against the sum of it"""
    class Fits(Beside, frozen=True):
        def __ne__(self, other):
            return False

    state_file.beside_log = lambda database: Fits()


def looks_at_no_index():
    """does not look whether what is to be replaced can be found"""
    state_file._OF_NOW = ()


def opens_to_look():
    """has a state open for writing before it knows that it is whole"""
    state_file.look_only = lambda path: "mode=rw"


def takes_any_scenario():
    """does not ask what its state was made with"""
    HostState.keep_identity = lambda self, *_, **__: None


def locks_nothing():
    """lets a second one have its files"""
    one_owner._lock = lambda descriptor: None


def hides_a_full_disk():
    """answers though what it did could not be written"""
    def commit(self):
        with suppress(StateError):
            self._store.commit()
        self.group.synced(0.0)

    HostState.commit = commit


def snapshot_unchecked():
    """takes up a snapshot whatever its checksum says"""
    begin = len(snapshot._TITLE) + snapshot._CHECK
    keeping.read = lambda path: snapshot._DECODER.decode(path.read_bytes()[begin:])


def goes_on_without_room():
    """goes on selling where the disk has no room for what it sold"""
    right = HostStore.commit

    def commit(self):
        try:
            right(self)
        except StateError as error:
            if "full" not in str(error):
                raise
            self._is_lost = False

    HostStore.commit = commit


def copies_for_itself():
    """has a copy pack its history for a minute, which goes on when the process has ended"""
    right = keeping.packed

    def packed(roots):
        time.sleep(60.0)
        return right(roots)

    keeping.packed = packed
    copy_of_process._ends_with_its_parent = lambda: lambda: None


def keeps_what_was_laid_down():
    """leaves what a copy of its predecessor had begun to write"""
    keeping.drop_laid_down = lambda path: None


def believes_its_copy():
    """takes for whole what a copy left that was killed"""
    right = Copy.has_done

    def has_done(self, wait_s=0.0):
        was_at_work = self.is_at_work
        return right(self, wait_s) or (was_at_work and not self.is_at_work)

    Copy.has_done = has_done


def looks_not_again():
    """writes on into the file that it has opened, wherever that is by now"""
    for module in (hil.host.store, anchor, one_owner, trace_file):
        module.still_at = lambda path, opened: None


def deaf():
    """does not hear SIGTERM"""
    live_process.stopped_by_signals = lambda env: nullcontext()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


WRONG = {  # which attack finds it
    reads_on: "flood.unread",
    makes_no_room: "crowd.idle",
    believes_in_the_other_end: "crowd.half_open",
    lets_nobody_overtake: "crowd.half_at_once",
    spins: "crowd.descriptors",
    control_last: "crowd.answered",
    dies_of_a_thread: "crowd.threads",
    waits_for_everybody: "crowd.at_the_end",
    talks: "flood.strangers",
    answers_first: "kill.host/after:note",
    answers_twice: "kill.host/after:send",
    notes_steps_late: "kill.settlement/after:write",
    claims_more: "kill.host/after:write",
    writes_late: "kill.device/after:line",
    believes_records: "damage.records/dropped",
    believes_the_end: "damage.records/the last one dropped",
    believes_memory: "damage.memory/dropped",
    looks_at_no_checksum: "damage.every/commit with one bit of its head changed",
    looks_at_no_checksum_of_memory: "damage.every/line with another digit",
    sums_no_tables: "damage.every/record of a terminal inside lost",
    looks_at_no_index: "damage.every/bit of the index of terminals inside",
    opens_to_look: "damage.every/log cut",
    takes_any_scenario: "damage.other/another seed",
    locks_nothing: "owners/its state",
    hides_a_full_disk: "disk.largest/60000",
    snapshot_unchecked: "damage.bits/bit of host.state.snapshot",
    copies_for_itself: "kill.copies/before:pack/host",
    keeps_what_was_laid_down: "kill.copies/in:lay/both",
    believes_its_copy: "kill.copies/in:lay/copy",
    goes_on_without_room: "disk.full/60000",
    looks_not_again: "disk.taken/state removed",
    deaf: "signals/SIGTERM idle",
}
BY_NAME = {each.__name__: each for each in WRONG}


def program(wrong):
    """How it is prepared."""
    return (f"+built={wrong.__name__}",)
