"""The parts of a scenario that describe access lines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from simulator.scenario.parts.part import LatencyText, Part
from simulator.scenario.units import Duration, Share

LinkName = Literal["dial_up", "ethernet", "wifi", "mobile"]


class LinkQuality(Part):
    """One kind of access line, one way."""

    latency: LatencyText
    loss: Share = 0.0
    bytes_per_second: int = Field(default=0, ge=0, description="0: no bound")
    connect_ms: Duration = Field(default=0, alias="connect", description="dialling")


USUAL_LINKS: dict[LinkName, dict[str, object]] = {
    "dial_up": {
        "latency": {"median": "180ms", "p95": "400ms"}, "bytes_per_second": 1_200, "connect": "8s",
    },
    "ethernet": {"latency": {"median": "14ms", "p95": "35ms"}},
    "wifi": {"latency": {"median": "22ms", "p95": "90ms"}},
    "mobile": {"latency": {"median": "60ms", "p95": "220ms"}},
}


def _usual(kind: LinkName) -> BeforeValidator:
    """What a file leaves out of this kind is as usual."""
    return BeforeValidator(
        lambda given: USUAL_LINKS[kind] | given if isinstance(given, dict) else given,
    )


def _link(kind: LinkName) -> LinkQuality:
    return LinkQuality.model_validate(USUAL_LINKS[kind])


class Network(Part):
    """The kinds of access lines, and what is shared."""

    dial_up: Annotated[LinkQuality, _usual("dial_up")] = _link("dial_up")
    ethernet: Annotated[LinkQuality, _usual("ethernet")] = _link("ethernet")
    wifi: Annotated[LinkQuality, _usual("wifi")] = _link("wifi")
    mobile: Annotated[LinkQuality, _usual("mobile")] = _link("mobile")
    router_bytes_per_second: int = Field(
        default=0, ge=0, description="of each shop's router; 0: no bound",
    )
    isp_bytes_per_second: int = Field(default=0, ge=0, description="of each ISP; 0: no bound")
