"""Lines made by hand: messages one after the other, as a relay saw them."""

from __future__ import annotations

from hil.checks.evidence import Evidence, Step
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.message import Message

TID, MID, PAN = "10000001", "898000000000001", "6200009753180120"
PROFILE = TerminalProfile(reply_timeout_ms=2_000)


class LineMade:
    """Messages one after the other, each so long after the last."""

    def __init__(self) -> None:
        self.seen: list[SeenMessage] = []
        self.now_ms = 1_000_000.0

    def up(self, mti: str, kind: str, stan: int, after_ms: float = 10, fate: Fate = Fate.PASSED, **facts: object) -> SeenMessage:
        return self._add(Way.UP, mti, kind, stan, after_ms, fate, facts)

    def down(self, mti: str, kind: str, stan: int, code: str = "00", after_ms: float = 10, fate: Fate = Fate.PASSED,
             **facts: object) -> SeenMessage:
        return self._add(Way.DOWN, mti, kind, stan, after_ms, fate, {"response_code": code, **facts})

    def _add(self, way: Way, mti: str, kind: str, stan: int, after_ms: float, fate: Fate, facts: dict[str, object]) -> SeenMessage:
        self.now_ms += after_ms
        message = Message(mti=mti, **{"tid": TID, "mid": MID, "batch": 1, "stan": stan or None, **facts})
        each = SeenMessage(
            number=len(self.seen) + 1, at_ms=self.now_ms, way=way, link=1, mti=mti, kind=kind, tid=TID,
            batch=message.batch, stan=stan, response_code=message.response_code, fate=fate, message=message,
            frame=repr(message).encode())
        self.seen.append(each)
        return each

    def sale(self, stan: int, fen: int = 1_000, reply: Fate = Fate.PASSED, code: str = "00", **facts: object) -> SeenMessage:
        asked = self.up("0200", "sale", stan, **{**SALE, "amount_fen": fen, **facts})
        self.down("0210", "sale", stan, code, fate=reply, amount_fen=fen, rrn=f"{stan:012}")
        return asked

    def reversal(self, stan: int, fen: int = 1_000, after_ms: float = 2_000, answer: str = "00", reason: str = "98",
                 answered: Fate = Fate.PASSED, **facts: object) -> SeenMessage:
        sent = self.up("0400", "reversal", stan, after_ms, **{
            **REVERSAL, "amount_fen": fen, "response_code": reason, **facts})
        self.down("0410", "reversal", stan, answer, fate=answered)
        return sent

    def evidence(self, *steps: Step, **more: object) -> Evidence:
        return Evidence(**{  # type: ignore[arg-type]
            "seen": tuple(self.seen), "steps": steps, "profile": PROFILE,
            "struck": {"hit": tuple(each for each in self.seen if each.fate is Fate.LOST)[:1]}, **more})


SALE = {"pan": PAN, "processing_code": "000000", "condition_code": "00", "type_code": "22", "expiry": "3012",
        "entry_mode": "022", "currency": "156", "mac": b"12345678", "local_date": "0127"}
REVERSAL = {name: value for name, value in SALE.items() if name != "local_date"}
