"""Device profiles: what a terminal can do, read from fixtures/devices; nothing of a maker's own.

The devices of the field guides differ here by capability alone: link, printer, QR, keyboard.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from pydantic import Field

from simulator.machines.terminal.profile import (
    DOWNLOAD_PLANS,
    AfterLastTry,
    DownloadPlan,
    OldList,
    TerminalProfile,
)
from simulator.scenario.library import device_texts
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.parts.network import LinkName
from simulator.scenario.parts.part import Part
from simulator.scenario.parts.terminals import Download, PlanName, ProfileSettings, TerminalGroup
from simulator.wire.tables import Table

USUAL_ACQUIRER = Acquirer()


class Device(Part):
    """One file of fixtures/devices."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: str
    named_in: str = Field(description="letter of the guide about it; empty: named in passing")
    links: Annotated[tuple[LinkName, ...], Field(strict=False, min_length=1)]
    printer: bool
    qr: bool
    keyboard: Literal["keypad", "touch"]
    settings: ProfileSettings = ProfileSettings()


@lru_cache(maxsize=1)
def devices() -> dict[str, Device]:
    """Every device that comes with the program, by name."""
    found = {}
    for text in device_texts():
        device = Device.model_validate(tomllib.loads(text))
        found[device.name] = device
    return found


def profile_of(group: TerminalGroup, acquirer: Acquirer = USUAL_ACQUIRER) -> TerminalProfile:
    """The profile of a group of terminals: what its acquirer wants, device, then the group's own settings."""
    device = devices()[group.profile]
    links = device.links
    if group.link is not None:
        links = (group.link, *(link for link in links if link != group.link))
    profile = TerminalProfile(
        name=device.name, links=links, printer=device.printer, qr=device.qr,
        keyboard=device.keyboard, key_download=acquirer.key_download[0],
        mac_key_length=acquirer.mac.key_length, domestic_prefixes=acquirer.domestic_prefixes,
        no_pin_limit_fen=acquirer.no_pin_limit_fen,
    )
    changes = _changes(device.settings) | _changes(group.settings)
    if group.clerks:
        changes["clerks"] = tuple(sorted(group.clerks.items()))
    return msgspec.structs.replace(profile, **changes)


def _changes(settings: ProfileSettings) -> dict[str, object]:
    changes: dict[str, object] = {
        name: value for name, value in settings if value is not None
    }
    if settings.after_last_try is not None:
        changes["after_last_try"] = AfterLastTry(settings.after_last_try)
    if settings.download is not None:
        changes["download"] = plan_of(settings.download)
    return changes


def plan_of(said: PlanName | Download) -> DownloadPlan:
    """The plan of this name, or as it is written out."""
    if isinstance(said, str):
        return DOWNLOAD_PLANS[said]
    return DownloadPlan(
        tables=tuple(map(Table, said.tables)), old_list=OldList(said.old_list),
        resumes=said.resumes, tries=said.tries)
