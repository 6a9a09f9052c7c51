"""The files that ``daozhang run`` leaves: whole or not at all; decides nothing about what is in them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO

from simulator.commands.inputs import InputError, reason_of
from simulator.judge.trace import WireCarried
from simulator.judge.verdict import Judgement
from simulator.report.json_report import json_report
from simulator.report.junit import junit
from simulator.report.merchant_records import MerchantRecords
from simulator.report.pcap import write_pcap
from simulator.report.text import write_text

STANDARD_OUTPUT = "-"


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` when it is whole, and leaves no trace otherwise."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            yield stream
            stream.flush()
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {reason_of(error)}") from None
    finally:
        part.unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """A whole file."""
    with replacing(path) as stream:
        stream.write(content)


def write_capture(path: Path, frames: list[WireCarried]) -> None:
    """A pcap of all frames."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write_pcap(part, frames)
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {reason_of(error)}") from None
    finally:
        part.unlink(missing_ok=True)


def json_path(given: str) -> Path | None:
    """The file that ``--json`` names, None for none or standard output."""
    return Path(given) if given and given != STANDARD_OUTPUT else None


def write_json(given: str, judgements: list[Judgement]) -> None:
    """One judgement, or a list of several."""
    texts = [json_report(each) for each in judgements]
    content = texts[0] if len(texts) == 1 else b"[\n" + b",\n".join(texts) + b"]\n"
    path = json_path(given)
    if path is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write(path, content)


def write_report(folder: Path, judgement: Judgement, merchants: MerchantRecords) -> None:
    """A folder with everything that a person or a program may want to read afterwards."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {reason_of(error)}") from None
    write(folder / "judgement.json", json_report(judgement))
    write(folder / "junit.xml", junit(judgement))
    write(folder / "summary.txt", _as_text(judgement))
    write(folder / "bank-statement.csv", merchants.statement())
    write(folder / "notices.csv", merchants.notices())


def _as_text(judgement: Judgement) -> bytes:
    text = StringIO()
    write_text(judgement, text, all_sales=True)
    return text.getvalue().encode()
