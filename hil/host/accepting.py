"""Going on with a state that is not as its host left it, because somebody said so by name.

What is accepted is what is there: a name that does not fit is refused, and nothing is changed.  It is
written into the state's own trace, so that whoever judges the run knows of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from hil.files import accepting_words as say
from hil.files.damage import Damage, Kind
from hil.files.one_owner import OneOwner, StateError
from hil.files.state_file import BESIDE
from hil.files.state_findings import StateLook, look_at_state
from hil.files.state_log import Entry, EntryKind, head_of
from hil.files.state_mending import put_back, rebuild, set_aside, stands_after, whole_beginning
from hil.host.made_with import MOST_TOLD, NOTE, MadeWith
from simulator.catalogue.language import Told
from simulator.trace.records import StateAccepted, to_line
from simulator.world.network.link import HOST


class Accepts(StrEnum):
    """What somebody may go on with."""

    DAMAGED = "damaged"  # as far as it is whole
    OLDER = "older"  # whole, and another copy than the one that was left
    FOREIGN = "foreign"  # of another scenario, seed or version


_OF_A_COPY = frozenset({
    Kind.CUT, Kind.OLDER, Kind.FOREIGN, Kind.WAL_MISSING, Kind.WAL_FOREIGN, Kind.SNAPSHOT_FOREIGN, Kind.ANCHOR})
_CAPTURE = "acquirer.capture:"
_NEEDS_NONE = frozenset({Kind.SNAPSHOT_CHANGED, Kind.SNAPSHOT_FOREIGN})  # a start does without it


class Went(msgspec.Struct, frozen=True):
    """What a host goes on with."""

    path: Path
    aside: Path  # where the state is kept as it was
    told: Told

    def undo(self) -> None:
        """The start is refused: the state is as it was."""
        put_back(self.path, self.aside)


def accepts_of(given: Sequence[str]) -> tuple[Accepts, ...]:
    """What was said on the command line; ``StateError`` for what is none of it."""
    for each in given:
        if each not in list(Accepts):
            raise StateError(say.NO_KIND.both(given=each, allowed=", ".join(Accepts)).en)
    return tuple(each for each in Accepts if each in given)


def go_on(path: Path, accepts: tuple[Accepts, ...], made: MadeWith) -> Went | None:
    """Make a state one that a host can go on with; None where nothing was said.

    ``StateError`` where what is wrong with it is something else, or nothing: then nothing is changed.
    """
    if not accepts:
        return None
    owner = OneOwner(path, "host", BESIDE)
    try:
        return _go_on(owner, path, accepts, made)
    except OSError as error:
        owner.withdraw()
        raise StateError(f"{path}: {error.strerror or error}") from error
    except BaseException:
        owner.withdraw()
        raise
    finally:
        owner.release()


def _go_on(owner: OneOwner, path: Path, accepts: tuple[Accepts, ...], made: MadeWith) -> Went:
    look = look_at_state(owner.path, keep=True, is_ours=True)
    damage = [each for each in look.damage if each.kind not in _NEEDS_NONE]
    differences = _differences(look, made)
    needed = (*_of_file(damage, look), *((Accepts.FOREIGN,) if differences else ()))
    if set(needed) != set(accepts):
        raise StateError(_refused(path, needed, accepts, damage, differences).en)
    if any(each.startswith(_CAPTURE) for each in differences):
        raise StateError(say.CAPTURE.both(path=path).en)
    beginning = whole_beginning(look)
    if not beginning:
        raise StateError(say.NOTHING_LEFT.both(path=path).en)
    stands = stands_after(beginning)
    known = max(stands.place.number, look.known_end.number if look.known_end else 0, look.end.number)
    missing = known - stands.place.number
    aside = set_aside(owner.path)
    detail = "; ".join([each.told.en for each in damage] + differences[:MOST_TOLD])
    record = StateAccepted(stands.head.last_ms, HOST, tuple(needed), missing, detail)
    if differences:
        notes = tuple((name, body) for name, body in look.notes if name != NOTE)
        look = msgspec.structs.replace(look, notes=(*notes, (NOTE, msgspec.json.encode(made))))
    rebuild(owner, look, beginning, [Entry(EntryKind.TRACE, to_line(record))])
    return Went(owner.path, aside, say.WENT_ON.both(
        path=path, accepted=", ".join(needed), number=stands.place.number, missing=missing, aside=aside.name))


def _of_file(damage: Sequence[Damage], look: StateLook) -> tuple[Accepts, ...]:
    if not damage:
        return ()
    is_copy = all(each.kind in _OF_A_COPY for each in damage) and len(whole_beginning(look)) == look.commits
    has_anchor = all(each.kind is not Kind.ANCHOR for each in damage)
    return (Accepts.OLDER if is_copy and has_anchor and _fits(look) else Accepts.DAMAGED,)


def _fits(look: StateLook) -> bool:
    """Whether what lies beside the log is of its last commit."""
    beginning = whole_beginning(look)
    return bool(beginning) and head_of(beginning[-1].body).beside.rows == len(look.memories) + len(look.notes)


def _differences(look: StateLook, made: MadeWith) -> list[str]:
    note = dict(look.notes).get(NOTE)
    if note is None:
        return []
    try:
        return msgspec.json.decode(note, type=MadeWith).differences(made)
    except msgspec.DecodeError:
        return [NOTE]


def _refused(
    path: Path, needed: Sequence[Accepts], accepts: Sequence[Accepts], damage: Sequence[Damage],
    differences: Sequence[str],
) -> Told:
    found = [each.told for each in damage] + [Told(each, each) for each in differences[:MOST_TOLD]]
    if not found:
        return say.NOTHING_WRONG.both(path=path, accepted=", ".join(accepts))
    told = Told("; ".join(each.en for each in found), "；".join(each.zh for each in found))
    return say.OTHERWISE.both(path=path, found=told, needed=" ".join(f"--accept {each}" for each in needed))
