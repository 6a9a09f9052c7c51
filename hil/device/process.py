"""The process of a virtual device: what was asked is checked, then it runs until it is stopped."""

from __future__ import annotations

import re
import ssl
from functools import partial
from pathlib import Path

import msgspec

from hil.clock.live_clock import LAST_MS, LiveEnvironment
from hil.control.live_process import clear_words, run_until_stopped, say, wall_ms
from hil.control.net import narrate
from hil.device.device import Device, DeviceSettings, TerminalClass
from hil.device.ecr_defects import ALL_DEFECTS, ecr_built, is_of_device
from hil.device.ecr_memory import BESIDE as BESIDE_ECR
from hil.device.ecr_port import EcrSetting
from hil.device.uplink import SerialUplink, TcpUplink, Uplink
from hil.ecr.ecr_words import HEARD
from hil.ecr.profiles import ProfileError, load_profile
from hil.files.apart import check_files
from hil.files.nvm_file import BESIDE
from hil.ports.limits import (
    CLIENT_LIMITS,
    CONTROL_LIMITS,
    OF_MESSAGES,
    OF_SERVERS,
    OF_TLS,
    limits_given,
)
from hil.ports.line_server import served
from hil.ports.ports import parse_address
from hil.ports.serial_line import USUAL_LINE, serial_line
from hil.ports.tls import client_context
from simulator.commands.inputs import InputError
from simulator.commands.outputs import Named
from simulator.machines.terminal.machine import TABLE, Terminal
from simulator.machines.terminal.profile import DOWNLOAD_PLANS, TerminalIdentity, TerminalProfile
from simulator.scenario.acquirer_dialect import dialect_of
from simulator.scenario.key_file import KeyFileError, read_keys_for, warnings_about
from simulator.scenario.parts.terminals import TerminalGroup
from simulator.scenario.places import places_of
from simulator.scenario.profiles import devices, profile_of
from simulator.scenario.read import ScenarioError, load_scenario
from simulator.scenario.scenario import Scenario
from simulator.scenario.units import duration_ms
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import USUAL, DialectError, dialect_named
from simulator.wire.identifiers import MID_LENGTH, TID_LENGTH, listed, unfit
from simulator.wire.master_keys import TEST_MASTER_KEY
from simulator.world.bodies.terminal_body import UPDATE_MS
from simulator.world.defects import DEFECTS
from simulator.world.workshop import Workshop

_SOFTWARE = re.compile("[0-9]{8}", re.ASCII)
LONGEST_STORE_MS = 1_000


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The command line, not checked yet."""

    tid: str
    mid: str
    host: str
    nvm: Path
    control: str
    profile: str
    scenario: Path | None
    trace: Path | None
    defects: tuple[str, ...]
    ahead_ms: int
    limits: tuple[str, ...] = ()
    control_limits: tuple[str, ...] = ()
    dialect: str = ""  # "": the scenario's, or else the usual one
    tls: bool = False
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    serial: str = ""
    line: str = ""
    download: str = ""  # "": the scenario's or the profile's, or else as a chip terminal
    offers: str = ""  # software that an update brings; "": what the scenario's host demands
    update_takes: str = ""  # a duration; "": as in the world
    store_takes: str = ""  # a duration; "": as fast as the disk
    first_stan: int = 1
    keys: Path | None = None  # None: the scenario's, or else the published test key
    ecr: str = ""  # PROFILE@LINE


def run_device(asked: Asked) -> int:
    """Run one device; the exit status.  ``InputError`` for what cannot be."""
    ecr = _ecr(asked.ecr)
    beside = BESIDE if ecr is None else (*BESIDE, *BESIDE_ECR)
    check_files(Named("--nvm", asked.nvm), beside, asked.trace, asked.scenario)
    with clear_words():
        uplink = _uplink(asked)
        settings = DeviceSettings(
            identity=TerminalIdentity(
                tid=_exactly("--tid", asked.tid, TID_LENGTH), mid=_exactly("--mid", asked.mid, MID_LENGTH),
                master_key=_key(asked),
            ),
            profile=_profile(asked), host=uplink,
            control=parse_address(asked.control), nvm=asked.nvm, ecr=ecr, trace=asked.trace,
            limits=limits_given(
                asked.limits, CLIENT_LIMITS,
                OF_SERVERS if isinstance(uplink, TcpUplink) and uplink.tls else OF_SERVERS | OF_TLS),
            control_limits=limits_given(
                asked.control_limits, CONTROL_LIMITS, OF_MESSAGES | OF_TLS),
            offers=_offers(asked), update_ms=_update_ms(asked),
            store_ms=_store_ms(asked), first_stan=asked.first_stan,
            terminal=_terminal(asked.defects), build=ecr_built(asked.defects), dialect=_dialect(asked),
        )
        env = LiveEnvironment(_start_ms(asked.ahead_ms))
        running = Device(env, settings)
    if running.nvm.recovered:
        narrate(f"daozhang device: {asked.nvm} was damaged: {running.nvm.recovered}")
    running.narrate = narrate
    running.start()  # queued before anything that a reader of the next line may ask for
    if running.ecr is not None:
        say(f"ecr on {running.ecr.where}")
    say(f"control on {running.control_address}")
    with clear_words():
        return run_until_stopped(env, running.close)


def _ecr(text: str) -> EcrSetting | None:
    if not text:
        return None
    profile, at, line = text.partition("@")
    if not (profile and at and line):
        raise InputError(f"--ecr {text!r}: write PROFILE@LINE, such as transbank@pty: or "
                         "transbank@rfc2217:127.0.0.1:0")
    with clear_words():
        served(line)
    try:
        return EcrSetting(load_profile(profile), line)
    except ProfileError as error:
        raise InputError(f"--ecr: {HEARD.say(str(error))}") from None


def _uplink(asked: Asked) -> Uplink:
    if bool(asked.host) == bool(asked.serial):
        raise InputError(
            "--host or --serial is needed, one of the two: HOST:PORT, or a serial device")
    if asked.serial:
        if asked.tls:
            raise InputError("--tls: there is no TLS on a serial line; leave it out, or use --host")
        uplink: Uplink = SerialUplink(asked.serial, serial_line(asked.line or USUAL_LINE))
    elif asked.line:
        raise InputError("--line is of a serial line: use it with --serial")
    else:
        uplink = TcpUplink(parse_address(asked.host), _tls(asked))
    _refuse_without_tls(asked)
    return uplink


def _refuse_without_tls(asked: Asked) -> None:
    for option, path in (("--tls-ca", asked.tls_ca), ("--tls-certificate", asked.tls_certificate),
                         ("--tls-key", asked.tls_key)):
        if path is not None and not asked.tls:
            raise InputError(f"{option} has no effect without --tls")


def _tls(asked: Asked) -> ssl.SSLContext | None:
    if not asked.tls:
        by_scenario = asked.scenario is not None and _scenario(asked.scenario).acquirer.tls is not None
        return client_context() if by_scenario else None
    if (asked.tls_certificate is None) != (asked.tls_key is None):
        raise InputError("--tls-certificate and --tls-key belong together: give both or none")
    return client_context(asked.tls_ca, asked.tls_certificate, asked.tls_key)


def _start_ms(ahead_ms: int) -> int:
    start_ms = wall_ms() + ahead_ms
    if not 0 <= start_ms <= LAST_MS:
        raise InputError(f"--ahead-ms {ahead_ms}: the calendar goes from 1970 to the end of 2199")
    return start_ms


def _offers(asked: Asked) -> str:
    if asked.offers and not _SOFTWARE.fullmatch(asked.offers):
        raise InputError(f"--offers {asked.offers!r} is no software; eight digits are needed, version and sub-version")
    if not asked.offers and asked.scenario is not None:
        return _scenario(asked.scenario).acquirer.minimum_software
    return asked.offers


def _update_ms(asked: Asked) -> int:
    if not asked.update_takes:
        return UPDATE_MS
    try:
        return duration_ms(asked.update_takes)
    except ValueError as error:
        raise InputError(f"--update-takes {asked.update_takes!r}: {error}") from None


def _store_ms(asked: Asked) -> int:
    if not asked.store_takes:
        return 0
    try:
        takes_ms = duration_ms(asked.store_takes)
    except ValueError as error:
        raise InputError(f"--store-takes {asked.store_takes!r}: {error}") from None
    if takes_ms > LONGEST_STORE_MS:
        raise InputError(f"--store-takes {asked.store_takes!r}: no memory is as slow as that; at most {LONGEST_STORE_MS} ms")
    return takes_ms


def _exactly(option: str, text: str, length: int) -> str:
    if why := unfit(text, length):
        raise InputError(f"{option} {text!r}: {why.say()}")
    return text


def _dialect(asked: Asked) -> Dialect:
    """The named one, or that of the scenario with all that its acquirer says otherwise."""
    try:
        if asked.scenario is not None and not asked.dialect:
            return dialect_of(_scenario(asked.scenario).acquirer)
        return dialect_named(asked.dialect or USUAL)
    except DialectError as error:
        raise InputError(f"--dialect: {error}") from None


def _key(asked: Asked) -> bytes:
    """The terminal's own key, or the one for all; what is to be known of the file is told."""
    path = asked.keys
    if path is None and asked.scenario is not None:
        named = _scenario(asked.scenario).acquirer.key_file
        path = Path(named) if named else None
    if path is None:
        return TEST_MASTER_KEY
    try:
        keys = read_keys_for(path, None, (asked.tid,))
    except KeyFileError as error:
        raise InputError(str(error)) from None
    for told in warnings_about(path, keys):
        narrate(f"daozhang device: {told.say()}")
    return keys.key_of(asked.tid).octets


CHIP, NO_DOWNLOAD = DOWNLOAD_PLANS["chip"], DOWNLOAD_PLANS["none"]


def _profile(asked: Asked) -> TerminalProfile:
    """With the tables that it is to load: a terminal alone at a host asks as one for chip cards does."""
    profile = _built(asked)
    if asked.download:
        plan = DOWNLOAD_PLANS.get(asked.download)
        if plan is None:
            raise InputError(f"--download {asked.download!r} is unknown; "
                             f"allowed: {', '.join(DOWNLOAD_PLANS)}")
        return msgspec.structs.replace(profile, download=plan)
    if asked.scenario is None and profile.download == NO_DOWNLOAD:
        return msgspec.structs.replace(profile, download=CHIP)
    return profile


def _built(asked: Asked) -> TerminalProfile:
    if asked.scenario is not None:
        return _profile_in(asked.scenario, asked.tid)
    if asked.profile not in devices():
        raise InputError(
            f"--profile {asked.profile!r} is unknown; allowed: {', '.join(devices())}")
    return profile_of(TerminalGroup(profile=asked.profile))


def _profile_in(path: Path, tid: str) -> TerminalProfile:
    places = places_of(_scenario(path))
    profiles = {each.tid: each.profile for shop in places.merchants for each in shop.terminals}
    if tid not in profiles:
        raise InputError(f"--tid {tid!r} is not in {path}; there are: {listed(profiles)}")
    return profiles[tid]


def _terminal(defects: tuple[str, ...]) -> TerminalClass:
    allowed = [name for name in ALL_DEFECTS if is_of_device(name)]
    for defect in defects:
        if defect not in allowed:
            raise InputError(
                f"--defect {defect!r} is no defect of terminals; allowed: {', '.join(allowed)}")
    return partial(Terminal, table=Workshop(name for name in defects if name in DEFECTS).table(TABLE))


def _scenario(path: Path) -> Scenario:
    try:
        return load_scenario(path)
    except ScenarioError as error:
        raise InputError(str(error)) from error

