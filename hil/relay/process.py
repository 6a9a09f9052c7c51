"""The process of a relay: what was asked is checked, then it runs until it is stopped."""

from __future__ import annotations

from contextlib import ExitStack

from hil.clock.live_clock import LiveEnvironment
from hil.control.control import ControlServer
from hil.control.live_process import clear_words, run_until_stopped, say, wall_ms
from hil.control.net import narrate
from hil.ecr.profile import Profile
from hil.ecr.profiles import ProfileError, load_profile
from hil.files.pcap_file import PcapFile
from hil.files.trace_file import TraceFile
from hil.ports.limits import (
    CONTROL_LIMITS,
    LIMITS,
    OF_CONNECTIONS,
    OF_MESSAGES,
    OF_TLS,
    PortLimits,
    limits_given,
)
from hil.ports.ports import parse_address
from hil.relay import relay_words as words
from hil.relay.asked import Asked, host_end, terminals_end
from hil.relay.commands import RelayCommands
from hil.relay.ends import RelayEnd, TcpEnd
from hil.relay.fault_text import RelayFaults, read_faults
from hil.relay.relay import NoHost
from hil.relay.relay_trace import RELAY
from hil.relay.running import RelaySettings, RunningRelay
from hil.relay.seen import Fate
from hil.relay.session_keys import MasterKey
from simulator.commands.file_kinds import ANY_TRACE, CAPTURE
from simulator.commands.inputs import ExitCode, InputError
from simulator.commands.outputs import Named, check_outputs
from simulator.scenario.key_file import KeyFileError, read_keys, warnings_about
from simulator.scenario.read import ScenarioError
from simulator.trace.recorder import Recorder
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import DialectError, dialect_named, usual_dialect
from simulator.wire.master_keys import NO_FILE
from simulator.world.time.kernel import Call, call_at, now_ms

_KEEPS_UP_MS = 200


def run_relay(asked: Asked) -> int:
    """Run one relay; the exit status.  ``InputError`` for what cannot be."""
    _check_files(asked)
    env = LiveEnvironment(wall_ms())
    with clear_words(), ExitStack() as refused:
        listen = terminals_end(asked)
        settings = RelaySettings(
            listen=listen, upstream=host_end(asked), dialect=_spoken(asked),
            faults=_faults(asked), master_key=_master_key(asked), seed=asked.seed,
            limits=_limits(asked, listen), no_host=_no_host(asked),
            drops_unknown=asked.drop_unknown)
        control_limits = limits_given(asked.control_limits, CONTROL_LIMITS, OF_MESSAGES | OF_TLS)
        recorder = Recorder()
        if asked.trace is not None:
            trace = TraceFile(asked.trace)
            refused.callback(trace.withdraw)
            recorder.listen(trace.emit)
        running = RunningRelay(env, settings, recorder, narrate)
        refused.callback(running.close)
        control = None
        if asked.control:
            control = ControlServer(
                env.first, parse_address(asked.control), RelayCommands(running).table(),
                control_limits)
            refused.callback(control.close)
        pcap = PcapFile(asked.pcap, RELAY) if asked.pcap is not None else None
        if pcap is not None:
            recorder.listen(pcap.hear)
            _keep_up(env, pcap)
        refused.pop_all()
    env.inject(lambda: _open(running, control))  # whoever has read it may stop it at once

    def close() -> None:
        running.close()
        if control is not None:
            control.close()
        if pcap is not None:
            pcap.close()

    with clear_words():
        status = run_until_stopped(env, close)
    return _ended(running, status)


def _keep_up(env: LiveEnvironment, pcap: PcapFile) -> None:
    """A capture that is looked at while it grows is never long behind."""
    def catch_up(_call: Call) -> None:
        pcap.go_on(now_ms(env))
        call_at(env, now_ms(env) + _KEEPS_UP_MS, catch_up)

    call_at(env, now_ms(env) + _KEEPS_UP_MS, catch_up)


def _open(running: RunningRelay, control: ControlServer | None) -> None:
    say(f"listening on {running.relay.where}")
    if control is not None:
        say(f"control on {control.address}")
    narrate(words.BETWEEN.say(terminals=running.relay.where, host=running.upstream))


def _ended(running: RunningRelay, status: int) -> int:
    """What went by, and the faults that never struck: their test has said nothing."""
    others = [(Fate(name), count) for name, count in sorted(running.fates.items())
              if name != Fate.PASSED]
    narrate(words.ENDED.say(
        messages=running.fates.total(),
        others=", ".join(words.OF_FATE.say(count=count, fate=words.FATES[fate])
                         for fate, count in others) or words.NONE_OTHER))
    away = running.faults.stayed_away
    for label, mode in away:
        narrate(words.STAYED_AWAY.say(label=label, mode=mode))
    return ExitCode.INCONCLUSIVE if away and status == ExitCode.PASSED else status


def _check_files(asked: Asked) -> None:
    inputs = [Named(option, path) for option, path in (
        ("--faults", asked.faults), ("--keys", asked.keys),
        ("--tls-certificate", asked.tls_certificate), ("--tls-key", asked.tls_key),
        ("--tls-client-ca", asked.tls_client_ca), ("--to-tls-ca", asked.to_tls_ca),
        ("--to-tls-certificate", asked.to_tls_certificate), ("--to-tls-key", asked.to_tls_key),
    ) if path is not None]
    check_outputs([Named(option, path, kind) for option, path, kind in (
        ("--trace", asked.trace, ANY_TRACE), ("--pcap", asked.pcap, CAPTURE),
    ) if path is not None], inputs)


def _spoken(asked: Asked) -> Dialect | Profile:
    try:
        if asked.ecr:
            return load_profile(asked.ecr)
        return dialect_named(asked.dialect) if asked.dialect else usual_dialect()
    except (DialectError, ProfileError) as error:
        raise InputError(str(error)) from error


def _faults(asked: Asked) -> RelayFaults:
    if asked.faults is None:
        return RelayFaults()
    try:
        return read_faults(
            asked.faults, wall_ms(), load_profile(asked.ecr) if asked.ecr else None)
    except ScenarioError as error:
        raise InputError(str(error)) from error


def _master_key(asked: Asked) -> MasterKey:
    try:
        keys = NO_FILE if asked.keys is None else read_keys(asked.keys)
    except KeyFileError as error:
        raise InputError(str(error)) from error
    if asked.keys is not None:
        for told in warnings_about(asked.keys, keys):
            narrate(f"daozhang relay: {told.say()}")
    return lambda tid: keys.key_of(tid).octets if tid in keys else None


def _no_host(asked: Asked) -> NoHost:
    if asked.no_host not in set(NoHost):
        raise InputError(words.NO_SUCH_WAY.say(
            given=asked.no_host, allowed=", ".join(each.value for each in NoHost)))
    return NoHost(asked.no_host)


def _limits(asked: Asked, listen: RelayEnd) -> PortLimits:
    has_tls = asked.to_tls or (isinstance(listen, TcpEnd) and listen.tls is not None)
    return limits_given(
        asked.limits, LIMITS, (frozenset() if has_tls else OF_TLS)
        | (OF_CONNECTIONS if listen.is_line else frozenset()))
