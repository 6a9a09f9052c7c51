"""The files that ``daozhang run`` leaves: whole or not at all; decides nothing about what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from simulator.catalogue.language import Language
from simulator.commands.file_kinds import (
    JUDGEMENT,
    JUNIT,
    NOTHING,
    NOTICES,
    STATEMENT,
    FileKind,
)
from simulator.commands.inputs import STANDARD_OUTPUT, InputError, reason_of
from simulator.commands.outputs import Named, replacing, write
from simulator.commands.sayings import CANNOT_MAKE
from simulator.judge.verdict import Judgement
from simulator.report.json_report import json_report
from simulator.report.junit import junit
from simulator.report.merchant_records import MerchantRecords
from simulator.report.pcap import Capture
from simulator.report.text import write_text
from simulator.trace.records import Listener

REPORT_FILES: dict[str, FileKind | None] = {
    "judgement.json": JUDGEMENT, "junit.xml": JUNIT,
    "summary.txt": None,  # free text: of ours if a judgement is beside it
    "bank-statement.csv": STATEMENT, "notices.csv": NOTICES,
}


@contextmanager
def capturing(path: Path) -> Iterator[Listener]:
    """What hears the records of a run and has them in a pcap, which is there when it is whole."""
    with replacing(path) as stream:
        capture = Capture(stream)
        yield capture.hear
        capture.finish()


def json_path(given: str) -> Path | None:
    """The file that ``--json`` names, None for none or standard output."""
    return Path(given) if given and given != STANDARD_OUTPUT else None


def json_of(judgements: list[Judgement]) -> bytes:
    """One judgement, or a list of several."""
    texts = [json_report(each) for each in judgements]
    return texts[0] if len(texts) == 1 else b"[\n" + b",\n".join(texts) + b"]\n"


def folder_name(scenario: Path) -> str:
    """The folder of a scenario's report: its file's name without the ending, if that is a name."""
    name = scenario.stem
    if not name.strip(". "):  # "...toml" is the parent folder, "..toml" the report's own
        raise InputError(f"{scenario}: no folder of a report can be called {name!r}; "
                         "give the scenario's file another name")
    return name


def report_files(folder: Path) -> list[Named]:
    """The files of a report that will be there already when they are written."""
    if not folder.is_dir():
        return []
    free_text = None if (folder / "judgement.json").exists() else NOTHING
    return [
        Named("--report", folder / name, kind or free_text) for name, kind in REPORT_FILES.items()
    ]


def write_report(
    folder: Path, judgement: Judgement, merchants: MerchantRecords, language: Language = "en",
) -> None:
    """A folder with everything that a person or a program may want to read afterwards."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(CANNOT_MAKE.say(folder=folder, why=reason_of(error))) from None
    contents = (
        json_report(judgement), junit(judgement, language=language), _as_text(judgement, language), merchants.statement(),
        merchants.notices(),
    )
    for name, content in zip(REPORT_FILES, contents, strict=True):
        write(folder / name, content)


def _as_text(judgement: Judgement, language: Language) -> bytes:
    text = StringIO()
    write_text(judgement, text, language=language, all_sales=True)
    return text.getvalue().encode()
