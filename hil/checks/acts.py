"""What is done in checks: pieces that rows put a kind, a message or a moment into.

Each leaves the terminal with a good line and power; what came of it is in the evidence.
"""

from __future__ import annotations

from typing import Any

from hil.bench.line import Place
from hil.checks.check import Act
from hil.checks.stage import Stage
from hil.relay.decisions import HANG_UP, LOSE, PASS, Decision, Mac, change, hold, repeat
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.local_time import DAY_MS, HOUR_MS, SECOND_MS, datetime_at
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import MTI, Kind, mti_of_reply

FIRST, NEXT, SETTLED = "first", "next", "settlement"
HIT = "hit"  # the usual name of a disturbance
PAUSE_S = 0.3
RESTRICTED = 'mode = "policy.restricted"\nmay_stay_away = true'


def request(kind: Kind, nth: int = 1) -> Match:
    """The nth request of a kind from now on."""
    return Match(way=Way.UP, mti=MTI[kind], nth=nth)


def reply(kind: Kind, nth: int = 1) -> Match:
    """The nth reply to a kind from now on."""
    return Match(way=Way.DOWN, mti=mti_of_reply(MTI[kind]), nth=nth)


# ---- the usual course ------------------------------------------------------------------------


def goes_on(stage: Stage) -> None:
    """The next customer, and the end of the day: what is wrong by then shows in the totals."""
    stage.do(NEXT, Kind.SALE)
    stage.rest()
    stage.settle()
    stage.rest()


def reply_is(kind: Kind, decision: Decision, *, match: Match | None = None, times: int = 1, **more: Any) -> Act:
    """The reply to one transaction is struck; then the day goes on."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind, **more)
        stage.disturb(HIT, match or reply(kind), decision, times)
        stage.do(FIRST, kind, **asked)
        stage.rest()
        goes_on(stage)

    return act


def request_is(kind: Kind, decision: Decision, **more: Any) -> Act:
    """The request of one transaction is struck; then the day goes on."""
    return reply_is(kind, decision, match=request(kind), **more)


def reply_lost(kind: Kind, **more: Any) -> Act:
    """The reply never comes."""
    return reply_is(kind, LOSE, **more)


def undisturbed(*kinds: Kind, **more: Any) -> Act:
    """One of each, with all that must go before it; then the day goes on."""
    def act(stage: Stage) -> None:
        for kind in kinds:
            stage.disturb(kind.value, request(kind), PASS)
            stage.ask(kind.value, kind, **more)
        goes_on(stage)

    return act


def undisturbed_marked(kind: Kind) -> Act:
    """One transaction that is answered in time, marked; then the day goes on."""
    return reply_is(kind, PASS)


def then(*acts: Act) -> Act:
    """One after the other."""
    def act(stage: Stage) -> None:
        for each in acts:
            each(stage)

    return act


# ---- reversals -------------------------------------------------------------------------------


def reversal_is(decision: Decision, *, times: int = 1, nth: int = 1) -> Act:
    """The reply to a sale is lost, and the answer to its reversal is struck."""
    def act(stage: Stage) -> None:
        stage.lose_reply(HIT, Kind.SALE)
        stage.disturb("0410", Match(way=Way.DOWN, mti="0410", nth=nth if times == 1 else 0), decision, times)
        stage.do(FIRST, Kind.SALE)
        _wait_for_reversals(stage, times + 1)
        stage.rest()
        goes_on(stage)

    return act


def _wait_for_reversals(stage: Stage, times: int) -> None:
    patience_s = (times + 1) * (stage.profile.reply_timeout_ms + stage.profile.reversal_idle_ms) / SECOND_MS + 2
    stage.wait_for(lambda: stage.struck("0410") >= min(times - 1, stage.profile.reversal_tries), patience_s)


def all_tries_fail(stage: Stage) -> None:
    """No reversal is answered; a sale is wanted after the last try; then the line is good again."""
    stage.lose_reply(HIT, Kind.SALE)
    stage.disturb("0410", Match(way=Way.DOWN, mti="0410"), LOSE, times=0)
    stage.do(FIRST, Kind.SALE)
    tries = stage.profile.reversal_tries
    patience_s = (tries + 1) * (stage.profile.reply_timeout_ms + SECOND_MS) / SECOND_MS + 2
    stage.wait_for(lambda: stage.struck("0410") >= tries, patience_s)
    stage.wait_for(lambda: False, stage.profile.reply_timeout_ms / SECOND_MS + PAUSE_S)  # the last wait is over
    stage.do("after the last try", Kind.SALE)
    stage.end("0410")
    stage.rest()
    goes_on(stage)


def wanted_meanwhile(kind: Kind) -> Act:
    """Something else is wanted while the reversal has not been answered."""
    def act(stage: Stage) -> None:
        stage.lose_reply(HIT, Kind.SALE)
        stage.lose_reply("0410", Kind.REVERSAL)
        stage.do(FIRST, Kind.SALE)
        stage.do("meanwhile", kind)
        stage.rest()
        goes_on(stage)

    return act


def two_in_a_row(stage: Stage) -> None:
    """Two customers one after the other whose replies are lost."""
    for name in (HIT, "second"):
        stage.lose_reply(name, Kind.SALE)
        stage.do(f"sale of {name}", Kind.SALE)
    stage.rest()
    goes_on(stage)


def across_midnight(stage: Stage) -> None:
    """The reply is lost before midnight, and the reversal leaves after it."""
    now_ms = stage.rig.host.report().now_ms
    today = datetime_at(now_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    midnight_ms = int(today.timestamp() * SECOND_MS) + DAY_MS
    stage.rig.host.jump(by_ms=midnight_ms - now_ms - 60 * SECOND_MS)
    stage.rest()
    stage.must("before midnight", Kind.SALE)
    stage.lose_reply(HIT, Kind.SALE)
    stage.lose_request("0400", Kind.REVERSAL)
    stage.do(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck("0400") > 0, stage.profile.reply_timeout_ms / SECOND_MS + 5)
    stage.rig.host.jump(by_ms=2 * HOUR_MS)
    stage.rest()
    goes_on(stage)


def pending_over_a_cut(stage: Stage) -> None:
    """The power goes while a reversal is pending."""
    stage.lose_reply(HIT, Kind.SALE)
    stage.lose_reply("0410", Kind.REVERSAL, times=0)
    stage.do(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck("0410") > 0, stage.profile.reply_timeout_ms / SECOND_MS + 5)
    stage.power_off()
    stage.end("0410")
    stage.power_back()
    goes_on(stage)


# ---- replies ---------------------------------------------------------------------------------


def late_reply(stage: Stage) -> None:
    """The reply comes when the terminal has given up."""
    after_ms = stage.profile.reply_timeout_ms + 400
    stage.lose_reply("0410", Kind.REVERSAL)
    stage.disturb(HIT, reply(Kind.SALE), hold(after_ms))
    stage.do(FIRST, Kind.SALE)
    stage.rest()
    goes_on(stage)


def late_during_reversal(stage: Stage) -> None:
    """The reply comes between the reversal and its answer."""
    stage.disturb(HIT, reply(Kind.SALE), hold(until=Match(way=Way.UP, mti="0400")))
    stage.disturb("0410", Match(way=Way.DOWN, mti="0410"), hold(600))
    stage.do(FIRST, Kind.SALE)
    stage.rest()
    goes_on(stage)


def late_during_next(kind: Kind = Kind.SALE) -> Act:
    """The reply to what was reversed comes while the next transaction waits; that one is declined."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, reply(kind), hold(until=Match(way=Way.UP, mti=MTI[kind])))
        stage.do(FIRST, kind)
        stage.rest()
        stage.rig.host.fault(RESTRICTED)
        stage.disturb("declined", reply(kind), hold(500))
        stage.do("second", kind)
        stage.rest()
        stage.rig.host.heal()
        goes_on(stage)

    return act


def copy_during_next(stage: Stage) -> None:
    """A copy of an approval comes while the next transaction waits; that one is declined."""
    stage.disturb(HIT, reply(Kind.SALE), repeat(1, 400))
    stage.must(FIRST, Kind.SALE)
    stage.rig.host.fault('mode = "acquirer.risk_hold"\nmay_stay_away = true')
    stage.disturb("declined", reply(Kind.SALE), hold(900))
    stage.do("second", Kind.SALE)
    stage.rest()
    stage.rig.host.heal()
    goes_on(stage)


def changed_reply(field: str, value: str, mac: Mac = Mac.RIGHT) -> Act:
    """One field of the reply to a sale is another's."""
    return reply_is(Kind.SALE, change(field, value, mac))


def decline_changed(stage: Stage) -> None:
    """The host declines, and somebody on the line makes an approval of that."""
    stage.rig.host.fault(RESTRICTED)
    stage.disturb(HIT, reply(Kind.SALE), change("39", "00", Mac.KEPT))
    stage.do(FIRST, Kind.SALE)
    stage.rig.host.heal()
    stage.rest()
    goes_on(stage)


def refused(stage: Stage) -> None:
    """The line ends after an echo test, and nobody is let in again for one sale."""
    stage.disturb(HIT, reply(Kind.ECHO_TEST), HANG_UP)
    stage.do("echo test", Kind.ECHO_TEST)
    stage.rig.line.line(refuse=True)
    stage.do(FIRST, Kind.SALE)
    stage.rig.line.line()
    stage.rest()
    goes_on(stage)


def on_a_line(**line: Any) -> Act:
    """One sale on a line that is as it should not be, and a good one after it."""
    def act(stage: Stage) -> None:
        stage.rig.line.line(**line)
        stage.do(FIRST, Kind.SALE)
        stage.rig.line.line()
        stage.rest()
        goes_on(stage)

    return act


# ---- power -----------------------------------------------------------------------------------


def cut_at(kind: Kind, match: Match, *, lose: bool = False, delay_ms: int = 0, place: Place = "before",
           **more: Any) -> Act:
    """The power goes in the middle of one transaction, and comes back."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind, **more)
        stage.cut(HIT, match, lose=lose, delay_ms=delay_ms, place=place)
        stage.do(FIRST, kind, **asked)
        stage.power_back(HIT)
        stage.rest()
        goes_on(stage)

    return act


def cut_in_reversal(match: Match, *, lose: bool = False, place: Place = "before") -> Act:
    """The reply is lost, and the power goes in the reversal."""
    def act(stage: Stage) -> None:
        stage.lose_reply("lost", Kind.SALE)
        stage.cut(HIT, match, lose=lose, place=place)
        stage.do(FIRST, Kind.SALE)
        stage.power_back(HIT)
        stage.rest()
        goes_on(stage)

    return act


def cut_in_settlement(match: Match, *, lose: bool = False, place: Place = "before", unbalanced: bool = False,
                      sales: int = 2) -> Act:
    """The power goes in the middle of a settlement; afterwards the clerk settles once more."""
    def act(stage: Stage) -> None:
        for number in range(sales):
            stage.must(f"sale {number + 1}", Kind.SALE)
        if unbalanced:
            make_unbalanced(stage)
        stage.cut(HIT, match, lose=lose, place=place)
        stage.settle(FIRST)
        stage.power_back(HIT)
        stage.rest()
        stage.settle("settled again")
        stage.rest()
        goes_on(stage)

    return act


def cut_twice(stage: Stage) -> None:
    """The power goes in the sale, and again in its reversal."""
    stage.cut(HIT, request(Kind.SALE))
    stage.do(FIRST, Kind.SALE)
    stage.cut("again", request(Kind.REVERSAL))
    stage.power_back(HIT, start=False)
    stage.power_back("again")
    stage.rest()
    goes_on(stage)


def cut_when_idle(stage: Stage) -> None:
    """The power goes while nothing is under way."""
    stage.must(FIRST, Kind.SALE)
    stage.rest()
    stage.power_off()
    stage.power_back()
    goes_on(stage)


def cut_before_delivery(stage: Stage) -> None:
    """What was approved offline is not delivered yet when the power goes."""
    stage.disturb("0230", Match(way=Way.DOWN, mti="0230"), LOSE, times=0)
    stage.must(FIRST, Kind.OFFLINE_SALE)
    stage.power_off()
    stage.end("0230")
    stage.power_back(start=False)
    goes_on(stage)


def cut_in_download(kind: Kind, table_load: Kind, nth: int = 2) -> Act:
    """The power goes while a table is loaded, which is then loaded whole."""
    def act(stage: Stage) -> None:
        stage.must(FIRST, Kind.SALE)
        stage.cut(HIT, Match(way=Way.DOWN, kind=table_load.value, nth=nth))
        stage.do("download", kind)
        stage.power_back(HIT)
        stage.rest()
        stage.do("download again", kind)
        stage.rest()
        goes_on(stage)

    return act


def cut_in_sign_on(stage: Stage) -> None:
    """The power goes between a sign-on and its answer."""
    stage.must(FIRST, Kind.SALE)
    stage.cut(HIT, Match(way=Way.DOWN, kind=Kind.SIGN_ON.value))
    stage.do("sign on", Kind.SIGN_ON)
    stage.power_back(HIT)
    stage.do("with the old keys", Kind.SALE)  # the host gave new ones, which went with the power
    stage.rest()
    goes_on(stage)


def hangs(stage: Stage) -> None:
    """The terminal stops where it is while it waits for a reply, and is switched off and on."""
    stage.disturb(HIT, reply(Kind.SALE), LOSE)
    wait = stage.begin(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck(HIT) > 0, 10)
    stage.rig.power.hang()
    stage.power_off()
    wait()
    stage.power_back()
    goes_on(stage)


# ---- keys ------------------------------------------------------------------------------------


def sign_on_is(decision: Decision, match: Match | None = None, times: int = 1) -> Act:
    """A sign-on in the middle of the day is struck; a sale is wanted; then the clerk signs on."""
    def act(stage: Stage) -> None:
        stage.must(FIRST, Kind.SALE)
        stage.disturb(HIT, match or Match(way=Way.DOWN, kind=Kind.SIGN_ON.value), decision, times)
        stage.do("sign on", Kind.SIGN_ON)
        stage.do("without keys", Kind.SALE)
        stage.rest()
        stage.do("sign on again", Kind.SIGN_ON)
        stage.rest()
        goes_on(stage)

    return act


def keys_renewed(stage: Stage) -> None:
    """A sign-on in the middle of the day."""
    stage.must(FIRST, Kind.SALE)
    stage.do("sign on", Kind.SIGN_ON)
    goes_on(stage)


def signed_off(stage: Stage) -> None:
    """A sign-off, and a sale after it."""
    stage.must(FIRST, Kind.SALE)
    stage.disturb(HIT, Match(way=Way.DOWN, kind=Kind.SIGN_OFF.value), PASS)
    stage.do("sign off", Kind.SIGN_OFF)
    stage.do("after it", Kind.SALE)
    stage.do("sign on", Kind.SIGN_ON)
    stage.rest()
    goes_on(stage)


def asked_in_header(digit: str, kind: Kind = Kind.SALE) -> Act:
    """The host asks for something in the header of its reply."""
    def act(stage: Stage) -> None:
        software = stage.profile.software
        header = f"60{software[:2]}0{digit}{software[2:]}"
        asked = stage.prepared(kind)
        stage.disturb(HIT, reply(kind), change("header", header, Mac.KEPT))
        stage.do(FIRST, kind, **asked)
        stage.rest()
        goes_on(stage)

    return act


def demanded(download: str) -> Act:
    """The host wants something loaded, and says so in its replies."""
    def act(stage: Stage) -> None:
        stage.rig.host.action(f'do = "demand_download"\ndownload = "{download}"')
        stage.disturb(HIT, reply(Kind.SALE), PASS)
        stage.must(FIRST, Kind.SALE)
        stage.rest()
        goes_on(stage)

    return act


def loaded(kind: Kind) -> Act:
    """Somebody at the terminal has a table loaded."""
    def act(stage: Stage) -> None:
        stage.do("download", kind)
        stage.rest()
        goes_on(stage)

    return act


def loaded_with_a_loss(kind: Kind, of: Kind) -> Act:
    """The same, and one reply of it is lost."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, Match(way=Way.DOWN, kind=of.value, nth=2), LOSE)
        stage.do("download", kind)
        stage.rest()
        goes_on(stage)

    return act


def sold_while_loading(stage: Stage) -> None:
    """A customer comes in the middle of a download."""
    stage.disturb(HIT, Match(way=Way.DOWN, kind=Kind.CAPK_DOWNLOAD.value), hold(400))
    wait = stage.begin("download", Kind.CAPK_DOWNLOAD)
    stage.wait_for(lambda: stage.struck(HIT) > 0, 10)
    wait()
    stage.do(FIRST, Kind.SALE)
    stage.rest()
    goes_on(stage)


def listed_cards(listed: str, others: str) -> Act:
    """Offline sales with a card of the black list and with one that is not on it."""
    def act(stage: Stage) -> None:
        stage.do("download", Kind.BLACK_LIST_DOWNLOAD)
        stage.rest()
        stage.do("listed", Kind.OFFLINE_SALE, card=Card(pan=listed))
        stage.do("not listed", Kind.OFFLINE_SALE, card=Card(pan=others))
        goes_on(stage)

    return act


def listed_while_loading(listed: str) -> Act:
    """The same card while the list is loaded anew and no answer comes."""
    def act(stage: Stage) -> None:
        stage.do("download", Kind.BLACK_LIST_DOWNLOAD)
        stage.rest()
        stage.disturb(HIT, Match(way=Way.DOWN, kind=Kind.BLACK_LIST_DOWNLOAD.value), LOSE, times=0)
        stage.do("download again", Kind.BLACK_LIST_DOWNLOAD)
        stage.do("listed", Kind.OFFLINE_SALE, card=Card(pan=listed))
        stage.end(HIT)
        stage.do("sign on", Kind.SIGN_ON)  # after which what was given up is loaded
        stage.rest()
        goes_on(stage)

    return act


# ---- settlement ------------------------------------------------------------------------------


def make_unbalanced(stage: Stage) -> None:
    """The next 0500 arrives with another sum than it left with: the host finds it unbalanced."""
    stage.rig.host.fault('mode = "record.wrong_details"\nhow = "totals"\nnth = 1')


def settled_after(*kinds: Kind, unbalanced: bool = False, sales: int = 1, **more: Any) -> Act:
    """A batch with one of each kind, settled."""
    def act(stage: Stage) -> None:
        for number in range(sales):
            stage.must(f"sale {number + 1}", Kind.SALE)
        for kind in kinds:
            stage.ask(kind.value, kind, **more)
        if unbalanced:
            make_unbalanced(stage)
        stage.rest()
        stage.settle()
        stage.rest()
        stage.do(NEXT, Kind.SALE)
        stage.rest()

    return act


def settled_with(decision: Decision, match: Match, *, times: int = 1, unbalanced: bool = False,
                 sales: int = 2) -> Act:
    """A settlement of which one message is struck; the clerk settles once more."""
    def act(stage: Stage) -> None:
        for number in range(sales):
            stage.must(f"sale {number + 1}", Kind.SALE)
        if unbalanced:
            make_unbalanced(stage)
        stage.disturb(HIT, match, decision, times)
        stage.settle(FIRST)
        stage.rest()
        stage.settle("settled again")
        stage.rest()
        stage.do(NEXT, Kind.SALE)
        stage.rest()

    return act


def upload_interrupted(stage: Stage) -> None:
    """No answer to the second details at all; the clerk settles once more, and the line is good."""
    for number in range(9):
        stage.must(f"sale {number + 1}", Kind.SALE)
    make_unbalanced(stage)
    stage.disturb(HIT, Match(way=Way.DOWN, mti="0330", since=2), LOSE, times=0)
    stage.settle(FIRST)
    stage.end(HIT)
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def settlement_pending(stage: Stage) -> None:
    """No 0510 comes at all; a sale is wanted while the totals may be with the host."""
    stage.must("sale 1", Kind.SALE)
    stage.disturb(HIT, Match(way=Way.DOWN, mti="0510"), LOSE, times=0)
    stage.settle(FIRST)
    stage.do("meanwhile", Kind.SALE)
    stage.end(HIT)
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def settled_in_maintenance(stage: Stage) -> None:
    """The host is closed for settlements, and then it is not."""
    stage.must("sale 1", Kind.SALE)
    stage.rig.host.fault('mode = "acquirer.maintenance"\nservices = ["settlement"]')
    stage.disturb(HIT, Match(way=Way.DOWN, mti="0510"), PASS)
    stage.settle(FIRST)
    stage.rig.host.heal()
    stage.rest()
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def empty_batch(stage: Stage) -> None:
    """Two settlements one after the other."""
    stage.must("sale 1", Kind.SALE)
    stage.settle(FIRST)
    stage.rest()
    stage.settle("settled again")
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


def offline_first(stage: Stage) -> None:
    """Offline sales that could not be delivered before the clerk settles."""
    stage.must("offline 1", Kind.OFFLINE_SALE)
    stage.must("offline 2", Kind.OFFLINE_SALE)
    stage.settle()
    stage.rest()
    stage.do(NEXT, Kind.SALE)
    stage.rest()


# ---- days ------------------------------------------------------------------------------------


def over_cut_over(kind: Kind = Kind.SALE) -> Act:
    """A batch stays open over the host's cut-over, and something in it is undone the day after."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind)
        stage.rest()
        stage.rig.host.jump(to="cut_over")
        stage.rig.host.jump(by_ms=2 * HOUR_MS)
        stage.do(FIRST, kind, **asked)
        goes_on(stage)

    return act


# ---- chains ----------------------------------------------------------------------------------


def twice(kind: Kind) -> Act:
    """The same original is undone a second time."""
    def act(stage: Stage) -> None:
        asked = stage.prepared(kind)
        stage.do(FIRST, kind, **asked)
        stage.do("second", kind, **asked)
        goes_on(stage)

    return act


def undone_after_settlement(stage: Stage) -> None:
    """A void of what is settled already."""
    sold = stage.must("sale 1", Kind.SALE)
    stage.settle(FIRST)
    stage.rest()
    stage.do("second", Kind.VOID, original=sold)
    goes_on(stage)


def declined_by(fault: str, kind: Kind = Kind.SALE) -> Act:
    """The host, or a bank behind it, declines; then it does not any more."""
    def act(stage: Stage) -> None:
        stage.rig.host.fault(fault)
        stage.disturb(HIT, reply(kind), PASS)
        stage.do(FIRST, kind)
        stage.rig.host.heal()
        stage.rest()
        goes_on(stage)

    return act


def asked_for(kind: Kind, amount_fen: int = 0, **more: Any) -> Act:
    """One wish, whatever comes of it; then the day goes on."""
    def act(stage: Stage) -> None:
        stage.disturb(HIT, reply(kind), PASS)
        stage.do(FIRST, kind, amount_fen, **more)
        stage.rest()
        goes_on(stage)

    return act


# ---- till ------------------------------------------------------------------------------------


def busy(stage: Stage) -> None:
    """Something is wanted while something else is under way."""
    stage.disturb(HIT, reply(Kind.SALE), hold(900))
    wait = stage.begin(FIRST, Kind.SALE)
    stage.wait_for(lambda: stage.struck(HIT) > 0, 10)
    stage.key_in("meanwhile", Kind.SALE)
    wait()
    stage.rest()
    goes_on(stage)


def same_again(stage: Stage) -> None:
    """The same card pays the same sum twice."""
    stage.must(FIRST, Kind.SALE, 4_321)
    stage.do("second", Kind.SALE, 4_321)
    goes_on(stage)


def host_restarts(stage: Stage) -> None:
    """The host goes down between two sales and comes back."""
    stage.must(FIRST, Kind.SALE)
    stage.rest()
    stage.rig.host.crash()
    stage.do("host down", Kind.SALE)
    stage.rig.host.restart()
    stage.rest()
    goes_on(stage)


def keyed_in(kind: Kind, amount_fen: int = 0, **more: Any) -> Act:
    """One wish at the terminal's own keys, whatever comes of it; then the day goes on."""
    def act(stage: Stage) -> None:
        stage.key_in(FIRST, kind, amount_fen, **more)
        stage.rest()
        goes_on(stage)

    return act


def cut_while_updating(stage: Stage) -> None:
    """The power goes while the terminal updates, as its batch has been closed for that."""
    ask_for_newer_software(stage)
    stage.cut(HIT, Match(way=Way.DOWN, mti="0330", nth=1), place="after", delay_ms=500)
    stage.must(FIRST, Kind.SALE)
    stage.power_back(HIT)
    stage.rig.host.heal()
    goes_on(stage)


def stale_software(stage: Stage) -> None:
    """The host wants newer software, and says so in the header of its replies."""
    ask_for_newer_software(stage)
    stage.must(FIRST, Kind.SALE)
    stage.rest()
    stage.rig.host.heal()
    goes_on(stage)


def ask_for_newer_software(stage: Stage) -> None:
    """From now on the host asks for it."""
    now_ms = stage.rig.host.report().now_ms
    begins = datetime_at(now_ms + SECOND_MS).isoformat(timespec="seconds")
    stage.rig.host.fault(f'mode = "terminal.software_stale"\nat = {begins}\nfor = "12h"\nmay_stay_away = true')
    stage.wait_for(lambda: stage.rig.host.report().now_ms > now_ms + 2 * SECOND_MS, 5)
