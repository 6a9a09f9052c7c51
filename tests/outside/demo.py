"""A host, a terminal of another kin, a lost reply, a verdict: shown in under a minute.

Exit: 0 passed, 1 a sum or the verdict is wrong, 130 interrupted.  Nothing is left behind.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import textwrap
import unicodedata
from pathlib import Path
from types import FrameType

from tests.outside.day import MASTER_KEY, MID, STRIPE_CARD, TAP_CARD, counter
from tests.outside.host import Host, HostError
from tests.outside.keys import check_value
from tests.outside.kinds import Outcome
from tests.outside.line import Line
from tests.outside.logbook import Logbook
from tests.outside.till import Till
from tests.outside.verdict import NotJudgedError, judge

SCENARIO = Path(__file__).with_name("demo.toml")
TID = "10000001"
ACCOUNT = f"account:bank.a/{MID}"
NET_FEN = 990 + 12000  # S2 and S4; S1 was voided, S3 reversed
FEE_FEN = 6 + 72  # 0.6 % of each, to the fen
WORDS = {
    "title": ("A terminal that shares no line of code with the host", "与主机没有一行共同代码的终端"),
    "host": ("host on {0}, terminal {1}, key check value {2}", "主机 {0}，终端 {1}，密钥校验值 {2}"),
    "sign_on": ("sign-on", "签到"),
    "sign_off": ("sign-off", "签退"),
    "sale": ("sale", "消费"),
    "tap": ("sale, contactless", "消费（挥卡）"),
    "void": ("void of the first sale", "撤销第一笔"),
    "lost": ("the reply to the next sale is lost on the line", "下一笔消费的应答在线路上丢失"),
    "reversal": ("reversal first, then the sale again", "先冲正，再做消费"),
    "settlement": ("settlement", "批结算"),
    "balanced": ("balanced", "平账"),
    "unbalanced": ("not balanced", "不平账"),
    "approved": ("approved", "成功"),
    "declined": ("declined {0}", "拒绝 {0}"),
    "unknown": ("unknown: to be reversed", "结果未知：待冲正"),
    "refused": ("not sent", "未发送"),
    "yes": ("done", "完成"),
    "no": ("failed", "失败"),
    "payout": ("the calendar jumps to the payout of the next working day", "日历跳到下一工作日的到账"),
    "sums": ("Sums by hand, and what the host's books say:", "手工加总与主机账簿："),
    "debit": ("cardholder paid", "持卡人支付"),
    "batch": ("batch, by the terminal", "终端批次"),
    "arrived": ("arrived at the merchant, less the fee", "商户到账（扣除手续费）"),
    "judge": ("The judge, from the host's trace and the terminal's log:", "裁判（主机记录与终端日志）："),
    "held": ("held", "成立"),
    "violated": ("violated", "违反"),
    "not_exercised": ("no case", "无此情形"),
    "not_observable": ("not observable", "不可观察"),
    "findings": ("findings", "发现"),
    "wrong": ("WRONG", "不符"),
}


def say(key: str, *parts: object) -> str:
    return WORDS[key][is_chinese()].format(*parts)


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def show(what: str, result: str = "") -> None:
    tell(f"  {what}{' ' * (52 - columns(what))}{result}".rstrip())


def columns(text: str) -> int:
    """How wide a terminal shows it: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def outcome_of(outcome: Outcome) -> str:
    return say(outcome.told, outcome.code)


def run_day(host: Host, till: Till) -> int:
    """The day; what the terminal counted of its batch, in fen."""
    show(say("sign_on"), say("yes") if till.sign_on() else say("no"))
    first = till.sale("S1", 6800, STRIPE_CARD)
    show(f"S1 {say('sale')} {yuan(6800)}", outcome_of(first))
    show(f"S2 {say('tap')} {yuan(990)}", outcome_of(till.sale("S2", 990, TAP_CARD)))
    tell(f"  -- {say('lost')}")
    host.fault(till.tid, "network.outage", how="dropped", on="reply", mti="0210")
    show(f"S3 {say('sale')} {yuan(12000)}", outcome_of(till.sale("S3", 12000, STRIPE_CARD)))
    tell(f"  -- {say('reversal')}")
    show(f"S4 {say('sale')} {yuan(12000)}", outcome_of(till.sale("S4", 12000, STRIPE_CARD)))
    if first.record:
        show(f"S1 {say('void')}", outcome_of(till.void(first.record)))
    counted = till.totals()
    result = till.settle()
    show(say("settlement"), say("balanced") if result == "1" else say("unbalanced"))
    show(say("sign_off"), say("yes") if till.sign_off() else say("no"))
    return int(counted[:12]) - int(counted[15:27])


def judged(trace: Path, log: Path) -> bool:
    """The verdict of ``daozhang judge``, shown: each invariant, each finding."""
    try:
        verdict = judge(trace, "--terminal-log", log)
    except NotJudgedError as error:
        tell(str(error))
        return False
    chinese = "_zh" if is_chinese() else ""
    for rule in verdict.said["invariants"]:
        show(f"{rule['number']:>2} {rule['name' + chinese]}", say(rule["state"]))
    for finding in verdict.findings:
        tell(textwrap.fill(finding["what" + chinese], 78, initial_indent="  ",
                           subsequent_indent="  "))
    show(say("findings"), str(len(verdict.findings)))
    return verdict.exit_code == 0 and not verdict.findings


def is_chinese() -> bool:
    return os.environ.get("DAOZHANG_LANG") == "zh"


def spent_fen(before: dict[str, int], after: dict[str, int]) -> int:
    return sum(fen - after.get(name, 0) for name, fen in before.items()
               if name.startswith("cardholder:"))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="daozhang-outside-") as folder:
        log = Path(folder) / "terminal.jsonl"
        with Host(SCENARIO, Path(folder)) as host:
            before = host.balances()
            tell(say("title"))
            show(say("host", f"{host.address[0]}:{host.address[1]}", TID,
                     check_value(MASTER_KEY).hex().upper()))
            with (Logbook(log) as logbook,
                  counter(host, TID, line=Line(host.address), log=logbook.of(TID)) as till):
                counted = run_day(host, till)
            tell(f"  -- {say('payout')}")
            host.tell("jump", to="cut_over")
            host.tell("jump", to="payout")
            after = host.balances()
            host.finish()
        tell(say("sums"))
        right = True
        for what, fen, meant in (("batch", counted, NET_FEN),
                                 ("debit", spent_fen(before, after), NET_FEN),
                                 ("arrived", after.get(ACCOUNT, 0), NET_FEN - FEE_FEN)):
            right = right and fen == meant
            show(f"{say(what)}: {yuan(meant)}",
                 yuan(fen) if fen == meant else f"{yuan(fen)} {say('wrong')}")
        tell(say("judge"))
        right = judged(host.trace, log) and right
    tell(f"{'PASS' if right else 'FAIL'} {yuan(NET_FEN)} - {yuan(FEE_FEN)} = {yuan(NET_FEN - FEE_FEN)}")
    return 0 if right else 1


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    except HostError as error:
        sys.stderr.write(f"{error}\n")
        code = 1
    sys.exit(code)
