"""A relay with its faults, its trace and its words: what ``daozhang relay`` runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec

from hil.clock.live_clock import LiveEnvironment
from hil.control.line_log import LineLog
from hil.control.net import caught
from hil.ecr.profile import Profile
from hil.ports.limits import LIMITS, PortLimits
from hil.relay import relay_words as say
from hil.relay.effects import Tell
from hil.relay.ends import RelayEnd
from hil.relay.fault_text import RelayFaults
from hil.relay.line_faults import LineFaults
from hil.relay.relay import NoHost, Relay
from hil.relay.relay_trace import RELAY, RelayTrace
from hil.relay.seen import Fate, SeenMessage, Way
from hil.relay.session_keys import MasterKey
from hil.relay.stream_faults import LineState
from simulator.faults.schedule import Strike
from simulator.trace.recorder import Recorder
from simulator.wire.dialect import Dialect

SOMEBODY = "relay"


class RelaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a relay is built from."""

    listen: RelayEnd
    upstream: RelayEnd
    dialect: Dialect | Profile  # a profile: between a till and its terminal
    faults: RelayFaults = RelayFaults()
    master_key: MasterKey | None = None
    seed: int = 1
    limits: PortLimits = LIMITS
    no_host: NoHost = NoHost.HANG_UP
    drops_unknown: bool = False


class RunningRelay:
    """One of them; open from construction on, ``PortError`` where it cannot be."""

    def __init__(
        self, env: LiveEnvironment, settings: RelaySettings, recorder: Recorder,
        narrate: Callable[[str], None],
    ) -> None:
        self.env = env
        self.upstream = settings.upstream
        self.fates: Counter[str] = Counter()
        self._narrate = narrate
        self._log = LineLog(env, recorder, narrate, RELAY, settings.limits.log_lines)
        self._known: set[tuple[str, int]] = set()  # terminals that were told of, by link
        self.profile = settings.dialect if isinstance(settings.dialect, Profile) else None
        self.trace = RelayTrace(
            env, recorder,
            None if isinstance(settings.dialect, Profile) else settings.dialect)
        self.trace.begin()
        self.faults = LineFaults(
            env, recorder, settings.seed, self._set_line, self._struck,
            ecr=self.profile is not None)
        self.relay = Relay(
            env, settings.listen, settings.upstream, settings.dialect,
            on_message=self.faults.decide, on_decided=self._decided,
            on_arrived=self.trace.arrived, on_told=self._told,
            master_key=settings.master_key, seed=settings.seed, limits=settings.limits,
            no_host=settings.no_host, drops_unknown=settings.drops_unknown, on_failed=lambda error: caught("a message", error))
        self.faults.add(settings.faults)

    def close(self) -> None:
        """Hang up on everybody, and tell what was only counted."""
        self.relay.shut()
        self._log.close()

    def _set_line(self, state: LineState, is_open: bool) -> None:
        self.relay.set_line(state, is_open=is_open)

    def _decided(self, seen: SeenMessage) -> None:
        self.fates[seen.fate.value] += 1
        if seen.way is Way.UP and seen.tid and (seen.tid, seen.link) not in self._known:
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known.add((seen.tid, seen.link))
            self._narrate(say.CAME.say(
                tid=seen.tid, link=seen.link, framing=seen.framing.name if seen.framing else "-"))
        self.faults.decided(seen)
        self.trace.decided(seen)
        if seen.fate is not Fate.PASSED:
            self._narrate(self._fate(seen))

    def _fate(self, seen: SeenMessage) -> str:
        fate = say.FATES[seen.fate]
        if self.profile is not None:
            by = say.TILL if seen.way is Way.UP else say.TERMINAL
            return say.ECR_FATE.say(what=seen.shown, by=by, fate=fate)
        return say.FATE_OF.say(
            what=f"{seen.mti} {seen.kind}".strip(), tid=seen.tid, stan=f"{seen.stan:06}",
            fate=fate)

    def _struck(self, strike: Strike) -> None:
        self._narrate(say.STRUCK.say(label=strike.label, mode=strike.mode))

    def _told(self, told: Tell) -> None:
        who = say.LINK.say(number=told.link) if told.link else SOMEBODY
        self._log.tell(who, who, told.why, told.detail, told.data)


MOST_KNOWN = 10_000
