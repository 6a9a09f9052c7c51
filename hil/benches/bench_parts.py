"""The parts of a bench file, field by field, as people write them; opens nothing.

A field ``…_ms`` is written without that ending (``answer = "90s"``).  What is left out has the value
that stands here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.local_time import MINUTE_MS, SECOND_MS
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.parts.banks import CardPart
from simulator.scenario.parts.part import Part
from simulator.scenario.parts.terminals import ProfileSettings
from simulator.scenario.profiles import devices
from simulator.scenario.schema import titled
from simulator.scenario.units import Duration

DeviceKind = Literal["virtual", "emulated", "real"]
ScreenName = Annotated[str, Field(min_length=1, max_length=60)]
LineText = Annotated[str, Field(min_length=1, max_length=4096)]


class DevicePart(Part):
    """The terminal on the bench."""

    kind: DeviceKind = Field(description="a process of our own, its firmware on an emulator or a board, or itself")
    name: ScreenName = Field(default="terminal", description="as every report names it")
    firmware: str = Field(default="", max_length=60)
    serial_number: str = Field(default="", max_length=60)
    profile: str = Field(default="generic", description="what it can do: a device profile, as in a scenario")
    settings: ProfileSettings = Field(
        default=ProfileSettings(), description="how it is set up; as settings of a scenario's terminals")
    clerk: str = Field(default="01", pattern=r"^[0-9A-Za-z]{1,3}$", description="who signs on")
    password: str = Field(default="0000", pattern=r"^[0-9]{0,8}$", description="the clerk's")


class TerminalPart(Part):
    """One TID; the first of a file is the one that is driven, the others are known to the host."""

    tid: str = Field(description="eight printable ASCII characters")
    mid: str = Field(description="fifteen printable ASCII characters")


class BoardPart(Part):
    """A board in an emulator, which the bench starts, cuts off and injects; of kind emulated only."""

    firmware: LineText = Field(
        default="out/board/terminal.elf", description="what make board builds; a path from here, else from this file on")


class EndPart(Part):
    """Where the terminal finds its host; the framing is found by its first bytes."""

    listen: LineText = Field(
        default="tcp:127.0.0.1:0", examples=["tcp:0.0.0.0:8583", "tls:0.0.0.0:8583", "serial:/dev/ttyUSB0?9600 8N1"],
        description="tcp:HOST:PORT, tls:HOST:PORT or serial:DEVICE?LINE")
    certificate: str = Field(default="", max_length=4096, description="of tls: a PEM file, a path from this file on")
    key: str = Field(default="", max_length=4096, description="its key in PEM; a test key")
    client_ca: str = Field(default="", max_length=4096, description="terminals must show what this authority signed")


class EcrPart(Part):
    """The link by which the bench drives it as a till does."""

    profile: str = Field(min_length=1, max_length=4096, description="one that is shipped, or the path of a file")
    line: LineText = Field(
        default="pty:", examples=["pty:", "serial:/dev/ttyUSB1?115200 8N1", "tcp:192.168.0.20:20007"],
        description="pty:, tcp:HOST:PORT, rfc2217:HOST:PORT, tls:HOST:PORT or serial:DEVICE?LINE")


    def profile_at(self, folder: Path) -> str:
        """Its profile as another process finds it."""
        return str(folder / self.profile) if self.profile.endswith(".toml") else self.profile


class PowerPart(Part):
    """What the terminal runs on."""

    driver: str = Field(default="process", description="a row of the table of power drivers")
    settings: dict[str, Any] = Field(default={}, description="of the driver")


class HandsPart(Part):
    """Who presses keys and presents cards."""

    driver: str = Field(description="a row of the table of hands")
    settings: dict[str, Any] = Field(default={}, description="of the driver")


class CapturePart(Part):
    """What is sniffed beside the trace."""

    interface: str = Field(default="", max_length=15, description="a network interface of this machine")
    serial: bool = Field(default=True, description="the bytes of the ECR line are kept, card data masked")


class LimitsPart(Part):
    """How long the bench waits, and what it forgives."""

    answer_ms: Duration = Field(
        default=2 * MINUTE_MS, alias="answer", description="for the end of an operation")
    boot_ms: Duration = Field(default=MINUTE_MS, alias="boot", description="from power to the first message")
    rest_ms: Duration = Field(
        default=2 * MINUTE_MS, alias="rest", description="for what is pending to end")
    quiet_ms: Duration = Field(
        default=2 * SECOND_MS, alias="quiet", description="a line without a message for so long is at rest")
    tolerance_ms: Duration = Field(
        default=500, alias="tolerance", description="of what is measured against a limit")


class BenchPart(Part):
    """One bench: a terminal and all that touches it."""

    station: str = Field(default="", max_length=60, description="this machine's name if empty")
    device: DevicePart
    terminals: Annotated[tuple[TerminalPart, ...], Field(strict=False, min_length=1, max_length=100)]
    acquirer: Acquirer = Field(
        default=Acquirer(), description="as in a scenario: dialect, key_file and all else; tls stands in [end]")
    cards: Annotated[tuple[CardPart, ...], Field(strict=False)] = Field(
        default=(CardPart(name="card.customer"),), description="as in a scenario; the first is the usual customer's")
    end: EndPart = EndPart()
    ecr: EcrPart | None = Field(default=None, description="none: the control port of a virtual device, or hands")
    board: BoardPart | None = Field(default=None, description="the emulator that an emulated terminal runs in, fresh for each case")
    power: PowerPart | None = Field(default=None, description="none: process for a virtual device, else none at all")
    hands: HandsPart | None = None
    capture: CapturePart = CapturePart()
    limits: LimitsPart = LimitsPart()


def bench_schema() -> dict[str, Any]:
    """The schema of what ``read_bench`` takes, with descriptions and examples, for editors."""
    schema = BenchPart.model_json_schema(by_alias=True)
    schema["$defs"]["DevicePart"]["properties"]["profile"]["enum"] = list(devices())
    for name in ("acquirer", "end", "capture", "limits"):
        schema["properties"][name].pop("default", None)
    return titled("Daozhang bench", schema)
