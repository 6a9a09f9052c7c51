"""What all parts of a scenario share: strict fields, names, latencies; runs nothing.

A field ``…_ms`` or ``…_fen`` is written without that ending (``at = "2h"``).  Lists may be left
out; what is left out has the value that stands there.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulator.scenario.units import Duration

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CardKind = Literal["debit", "credit"]  # foreign is said by the number
Operation = Literal[
    "sale", "void", "refund", "balance", "preauth", "preauth_void", "completion",
    "completion_void", "completion_advice", "offline_sale", "adjust", "tip", "qr_sale", "qr_void",
    "qr_refund",
    "sign_on", "sign_off", "echo_test", "settlement",
    "status_upload", "parameter_download", "capk_download", "aid_download",
    "contactless_download", "black_list_download", "bin_b_download", "bin_c_download",
    "tms_download", "master_key_download",
]

Name = Annotated[str, Field(min_length=1, max_length=60)]


class Part(BaseModel):
    """What all parts share: no unknown key, no silent conversion, no change afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


def one_or_many(given: object) -> object:
    """A single table stands for a list of one."""
    return [given] if isinstance(given, dict) else given


def _latency(given: object) -> object:
    return {"median": given, "p95": given} if isinstance(given, str) else given


class Latency(Part):
    """How long an answer takes: log-normal with this median and 95th percentile."""

    median_ms: Duration = Field(alias="median")
    p95_ms: Duration = Field(alias="p95")


LatencyText = Annotated[Latency, BeforeValidator(_latency)]  # "200ms", or { median, p95 }


def usual_ms(median: int, p95: int) -> Latency:
    """A default, in milliseconds."""
    return Latency.model_construct(median_ms=median, p95_ms=p95)
