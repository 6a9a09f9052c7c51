"""The parts of a scenario that describe terminals: profile, settings, downloads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.parts.acquirer import KeyDownload
from simulator.scenario.parts.network import LinkName
from simulator.scenario.parts.part import Operation, Part
from simulator.scenario.units import Amount, Duration

TableName = Literal[
    "capk", "aid", "contactless", "black_list", "bin_b", "bin_c", "tms", "parameters",
]

PlanName = Literal["none", "chip", "family-l", "family-p", "family-m", "family-c"]


class Download(Part):
    """What a terminal loads from its host by itself, and how it goes about it."""

    tables: Annotated[tuple[TableName, ...], Field(strict=False)] = Field(
        default=(), description="asked for after a sign-on where they are not there, in this order")
    old_list: Literal["kept_until_end", "dropped_at_first_reply", "dropped_first"] = Field(
        default="kept_until_end", description="the entries of a table while new ones are loaded")
    resumes: bool = Field(
        default=True, description="after a cut at the unfinished step; else anew after the next sign-on")
    tries: int = Field(default=3, ge=1, le=99, description="of each message")


class ProfileSettings(Part):
    """Settings of a device profile that a group of terminals has otherwise."""

    reply_timeout_ms: Duration | None = Field(default=None, alias="reply_timeout")
    reversal_tries: int | None = Field(default=None, ge=1, le=99)
    reversal_idle_ms: Duration | None = Field(default=None, alias="reversal_idle")
    after_last_try: Literal["keep", "drop"] | None = None
    reversal_after_failed_connect: bool | None = None
    reversal_after_mismatched_reply: bool | None = None
    reversal_first_reason: Literal["98", "06", "none"] | None = Field(
        default=None, description="F39 of a reversal until the wait for the reply is over")
    reversal_reason_at_reply: Literal["stays", "06"] | None = Field(
        default=None, description="F39 as soon as a reply is in, before it is looked at")
    reversal_reason_when_refused: Literal["stays", "06"] | None = Field(
        default=None, description="F39 after a 0410 that does not say done")
    reversal_not_finished_reason: Literal["96", "06"] | None = Field(
        default=None, description="F39 where the terminal could not finish what was approved")
    reversal_atc: Literal["not_finished", "always"] | None = Field(
        default=None, description="when a reversal carries 9F36 in F55")
    reversal_takes_stan: bool | None = Field(
        default=None, description="the STAN counter moves on with each 0400")
    signature_upload: bool | None = Field(
        default=None, description="customers sign card sales on the screen, and that goes up")
    qr_terminal_data: bool | None = Field(
        default=None, description="A2 of F59 before the customer's code")
    qr_capability: Literal["600", "601"] | None = Field(
        default=None, description="60.4 to 60.6 of QR messages")
    qr_field: Literal["59", "47"] | None = Field(
        default=None, description="the field that holds the tags of QR messages")
    qr_reversal_tags: Literal["sale", "none", "all"] | None = Field(
        default=None, description="the code in the reversal of a QR sale, or nothing, or the "
        "voucher in that of a void too")
    qr_refund_reference: Literal["original", "date_only"] | None = Field(
        default=None, description="F37 and F61 of a QR refund: the original's, or zeros and its date")
    unsealed_declines: Literal["believe", "reverse"] | None = None
    key_download: KeyDownload | None = None
    mac_key_length: Literal[8, 16] | None = None
    advice_tries: int | None = Field(default=None, ge=1, le=99)
    advice_with_next_online: bool | None = None
    settlement_tries: int | None = Field(default=None, ge=1, le=99)
    sign_off_after_settlement: bool | None = None
    first_stan: int | None = Field(
        default=None, ge=1, le=999_999, description="STAN counter of a new terminal; 1 follows 999999")
    batch_limit: int | None = Field(
        default=None, ge=1, le=999, description="transactions of a batch; then it must be settled")
    batch_full: Literal["refuse", "settle"] | None = Field(
        default=None, description="a full batch: it waits for the clerk, or the terminal settles by itself")
    offline_limit_fen: Amount | None = Field(default=None, alias="offline_limit")
    no_pin_limit_fen: Amount | None = Field(
        default=None, alias="no_pin_limit", description="contactless sales up to it go without PIN and "
        "signature here; the acquirer's if left out")
    disabled: Annotated[tuple[Operation, ...] | None, Field(strict=False)] = None
    supervised: Annotated[tuple[Operation, ...] | None, Field(strict=False)] = Field(
        default=None, description="kinds that need the supervisor's password (主管密码) beside the clerk")
    supervisor_password: str | None = Field(default=None, pattern=r"^[0-9]{4,8}$")
    approved_print_fails: Literal["keep", "reverse"] | None = None
    download: PlanName | Download | None = Field(
        default=None, description="a plan by its name, or table by table")
    duplicate_warning_ms: Duration | None = Field(default=None, alias="duplicate_warning")
    software: str | None = Field(default=None, pattern=r"^[0-9]{8}$")


class TerminalGroup(Part):
    """Terminals of one kind."""

    count: int = Field(default=1, ge=1, le=1_000_000)
    profile: str = "generic"
    link: LinkName | None = Field(default=None, description="the profile's first one if left out")
    tids: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=(), description="eight printable ASCII characters each; numbered from 10000001 if left out")
    clerks: dict[str, str] = Field(
        default={}, description='number and password, { "01" = "0000" }; the profile\'s if left out')
    outside: bool = Field(
        default=False, description="at a port of daozhang host, not simulated; live clock only")
    settings: ProfileSettings = ProfileSettings()
