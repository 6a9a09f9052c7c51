"""The host's replies against the sample replies of the dialect, through the real codec and MAC."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from simulator.local_time import moment_ms
from simulator.machines.acquirer.events import AskIssuer, IssuerAnswered, Reply, RequestReceived
from simulator.machines.acquirer.machine import Acquirer
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.keys import WorkingKeys
from simulator.wire.mac import WireSealer
from simulator.wire.message import Message

MINTED = json.loads((Path(__file__).parents[2] / "fixtures/vectors/minted.json").read_text())
FRAMES = {row["id"]: bytes.fromhex(row["hex"]) for row in MINTED["vectors"]}
KEYS = {name: bytes.fromhex(text) for name, text in MINTED["keys"].items()}
CODEC = Codec(usual_dialect())


class VectorHost:
    """A host with the keys of the vectors, on the day of the vectors."""

    def __init__(self) -> None:
        keys = WorkingKeys(KEYS["PIK"], KEYS["MAK_single"], KEYS["TDK"])
        self.host = Acquirer(
            AcquirerSettings(
                settlement_date="2026-07-15", issuer_ids=(("bank.issuer", "03080000"),),
            ),
            [TerminalEntry(tid="10000001", mid="898000000000001", master_key=KEYS["TMK"])],
            WireSealer(Codec(usual_dialect())), lambda _tid, _serial, _download: keys,
        )

    def reply(self, request: str, at: str, answer: str = "00") -> Message:
        """What a sample request gets at a time of 15 July, after the bytes of both."""
        now_ms = moment_ms(datetime.fromisoformat(f"2026-07-15T{at}+08:00"))
        effects = self.host.handle(RequestReceived("l", CODEC.decode(FRAMES[request])), now_ms)
        for effect in list(effects):
            if isinstance(effect, AskIssuer):
                effects += self.host.handle(IssuerAnswered(
                    ref=effect.ref, response_code=answer,
                    auth_code="654321" if answer == "00" else "",
                ), now_ms)
        (sent,) = [effect.message for effect in effects if isinstance(effect, Reply)]
        return CODEC.decode(CODEC.encode(sent))


def without_numbers(message: Message) -> Message:
    """F37 is the host's own choice, and F64 depends on it."""
    return msgspec.structs.replace(
        message, rrn="x" if message.rrn else "", mac=b"" if message.mac else None,
    )


def shown(message: Message) -> dict[str, object]:
    return msgspec.structs.asdict(without_numbers(message))


@pytest.fixture
def host() -> VectorHost:
    made = VectorHost()
    made.reply("signin_req", "10:15:00")
    return made


@pytest.mark.parametrize(("request_id", "at", "answer", "reply_id"), [
    ("signin_req", "10:15:00", "", "signin_resp_40"),
    ("sale_req", "10:15:30", "00", "sale_resp_00"),
    ("sale_req", "10:15:30", "51", "sale_resp_51"),
    ("sale_req", "10:15:30", "55", "sale_resp_55"),
    ("echo_req", "10:10:00", "", "echo_resp"),
    ("signoff_req", "23:59:59", "", "signoff_resp"),
])
def test_replies_carry_the_fields_of_the_samples(
    host: VectorHost, request_id: str, at: str, answer: str, reply_id: str,
) -> None:
    if request_id == "signin_req":
        host = VectorHost()
    reply = host.reply(request_id, at, answer)
    assert shown(reply) == shown(CODEC.decode(FRAMES[reply_id]))


def test_reversal_of_a_sale_is_answered_as_in_the_sample(host: VectorHost) -> None:
    host.reply("sale_req", "10:15:30")
    reply = host.reply("reversal_req_98", "10:16:05")
    assert shown(reply) == shown(CODEC.decode(FRAMES["reversal_resp_00"]))


def test_settlement_and_upload_are_answered_as_in_the_samples(host: VectorHost) -> None:
    host.reply("sale_req", "10:15:30")
    balanced = host.reply("settle_req", "23:59:00")
    expected = shown(CODEC.decode(FRAMES["settle_resp_balanced"]))
    assert shown(balanced) == expected


def test_unbalanced_batch_goes_up_as_in_the_samples(host: VectorHost) -> None:
    reply = host.reply("settle_req", "23:59:00")
    assert reply.details[30] == "2"
    reply = host.reply("batch_upload_mag_req", "23:59:05")
    assert shown(reply) == shown(CODEC.decode(FRAMES["batch_upload_mag_resp"]))
    reply = host.reply("batch_end_unbalanced_req", "23:59:10")
    assert shown(reply) == shown(CODEC.decode(FRAMES["batch_end_resp"]))


def test_void_and_refund_of_the_samples_find_their_sale(host: VectorHost) -> None:
    sale = host.reply("sale_req", "10:15:30")
    void = CODEC.decode(FRAMES["void_req"])
    made = msgspec.structs.replace(void, rrn=sale.rrn, mac=None)
    sealed = WireSealer(Codec(usual_dialect())).seal(made, KEYS["MAK_single"])
    effects = host.host.handle(RequestReceived("l", sealed), 1_784_000_000_000)
    assert [effect.request.value for effect in effects if isinstance(effect, AskIssuer)] == [
        "credit",
    ]


def test_approval_bears_a_mac_that_the_terminal_can_check(host: VectorHost) -> None:
    reply = host.reply("sale_req", "10:15:30")
    assert WireSealer(Codec(usual_dialect())).is_sealed(reply, KEYS["MAK_single"])


def test_unknown_terminal_is_told_97_without_keys() -> None:
    stranger = Acquirer(
        AcquirerSettings(settlement_date="2026-07-15"), [], WireSealer(Codec(usual_dialect())),
        lambda _tid, _serial, _download: WorkingKeys(bytes(16), bytes(8)),
    )
    effects = stranger.handle(RequestReceived("l", CODEC.decode(FRAMES["signin_req"])), 0)
    (reply,) = [effect.message for effect in effects if isinstance(effect, Reply)]
    assert (reply.response_code, reply.private) == ("97", None)
