"""The evidence of a run as people read it: who, where, by which command, and every file."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from hil.evidence.evidence_index import FileState, Index, Looked
from hil.evidence.evidence_words import FILE_STATES, KINDS, LABELS, STATES

_WIDTH = 16


def summary_of(index: Index, looked: Iterable[Looked] | None = None) -> str:
    """The whole in lines; with ``looked`` each file tells how it is now."""
    facts = index.facts
    told = {
        "title": facts.title, "device": facts.device, "kind": KINDS[facts.kind].say(),
        "firmware": facts.firmware, "serial_number": facts.serial_number,
        "station": facts.station, "tid": facts.tid, "mid": facts.mid,
        "verdict": index.verdict, "began": index.began, "ended": index.ended,
        "state": STATES[index.state].say(), "why": index.why,
        "seed": "" if facts.seed is None else str(facts.seed),
        "again": shlex.join(facts.command),
    }
    always = {"device", "kind", "firmware", "serial_number", "station", "verdict"}
    lines = [
        _line(LABELS[name].say(), text or LABELS["nothing"].say())
        for name, text in told.items() if text or name in always]
    lines += _block("versions", [f"{name} {text}" for name, text in index.versions.items()])
    lines += _block("notes", index.notes)
    if looked is None:
        looked = [Looked(each.name, FileState.AS_WRITTEN, each) for each in index.files]
        lines += _block("files", [_file(each, with_state=False) for each in looked])
    else:
        lines += _block("files", [_file(each, with_state=True) for each in looked])
    return "\n".join(lines) + "\n"


def _file(looked: Looked, *, with_state: bool) -> str:
    parts = [looked.name]
    if with_state:
        parts.append(FILE_STATES[looked.state.value].say())
    if looked.file is not None:
        parts += [f"{looked.file.size:,} B", f"sha256 {looked.file.sha256[:16]}…"]
        if looked.file.about:
            parts.append(looked.file.about)
        if looked.file.private:
            parts.append(LABELS["private"].say())
    return "  ".join(parts)


def _line(label: str, text: str) -> str:
    return f"{label}{' ' * max(1, _WIDTH - _columns(label))}{text}"


def _columns(text: str) -> int:
    return sum(1 if each.isascii() else 2 for each in text)


def _block(name: str, lines: Iterable[str]) -> list[str]:
    lines = list(lines)
    return [LABELS[name].say(), *(f"  {line}" for line in lines)] if lines else []
