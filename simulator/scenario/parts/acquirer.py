"""The part of a scenario that describes the acquirer: host, messages, clearing, disputes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from simulator.scenario.parts.part import LatencyText, Name, Part, usual_ms
from simulator.scenario.units import (
    Amount,
    Duration,
    FeePercent,
    IsoDate,
    SharePercent,
    TimeOfDay,
    UnfitError,
)
from simulator.wire.subfields import DOMESTIC_PREFIXES


def _key_download(given: object) -> object:
    if given in {"005", "006"}:
        raise UnfitError(KEY_DOWNLOAD_FORM)
    return given


KEY_DOWNLOAD_FORM = (
    '"001", "003" or "004"; 005 and 006 are SM4 keys by one host only, with no public source for their PIN block '
    "and MAC that two agree on, and are not built; to answer a terminal outside by DES keys all the same: "
    '[acquirer] key_download_as = { "005" = "003" }')


KeyDownload = Annotated[Literal["001", "003", "004"], BeforeValidator(_key_download)]
NetworkCode = Annotated[str, Field(pattern=r"^[0-9]{3}$")]
KeyDownloads = Annotated[
    tuple[KeyDownload, ...], Field(strict=False),
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
]


class Tls(Part):
    """TLS at the port of a live host."""

    certificate: str = Field(min_length=1, max_length=4096, description="a PEM file, a path from this file on")
    key: str = Field(min_length=1, max_length=4096, description="its key in PEM; a test key")
    client_ca: str = Field(
        default="", max_length=4096,
        description="a PEM file: terminals must show a certificate that it signed",
    )


class MacPart(Part):
    """What F64 is made by; what is left out is as the dialect has it."""

    algorithm: Literal["", "CUP-ECB", "X9.19"] = ""
    form: Literal["", "raw", "hex"] = Field(default="", description="eight bytes, or eight characters of hex")
    key_length: Literal[8, 16] = Field(
        default=8, description="bytes of the MAC key of 003 and 004; mac_key_length of a group goes first")


class ShareRow(Part):
    """What issuer and network have of sales by one kind of card, each rounded to the fen."""

    issuer_per_million: SharePercent = Field(default=0, alias="issuer", description="of the acquirer, in percent")
    issuer_cap_fen: Amount = Field(default=0, alias="issuer_cap", description='of a sale; "0.00": no cap')
    network_per_million: SharePercent = Field(
        default=0, alias="network", description="of issuer and acquirer each, in percent")
    network_cap_fen: Amount = Field(default=0, alias="network_cap", description='of a sale and side; "0.00": no cap')


def _share(issuer: int, issuer_cap: int) -> ShareRow:
    return ShareRow.model_construct(
        issuer_per_million=issuer, issuer_cap_fen=issuer_cap, network_per_million=325, network_cap_fen=325)


class FeeShares(Part):
    """Who has what of a fee, see docs/money.md; the acquirer has the rest, or pays what is missing.

    A row that is given has what it says and nothing else.
    """

    debit: ShareRow = _share(3500, 13_00)
    credit: ShareRow = _share(4500, 0)
    foreign: ShareRow = Field(default=ShareRow.model_construct(), description="nobody published any")
    qr: ShareRow = Field(default=ShareRow.model_construct(), description="nobody published any")
    reduced_basis_points: FeePercent = Field(
        default=7800, alias="reduced", description="what merchants of class reduced have of these rates and caps, in percent; "
        "a setting without a claim")


class DisputeTerms(Part):
    """How long each stage of a dispute waits for whoever has the turn; a setting without a claim."""

    answer_within_ms: Duration = Field(
        default=20 * DAY_MS, alias="answer_within", description="the merchant, asked for the slip")
    chargeback_within_ms: Duration = Field(
        default=30 * DAY_MS, alias="chargeback_within", description="the bank, answered with evidence")
    representment_within_ms: Duration = Field(
        default=30 * DAY_MS, alias="representment_within", description="the acquirer, after a chargeback")
    second_chargeback_within_ms: Duration = Field(
        default=30 * DAY_MS, alias="second_chargeback_within", description="the bank, after a re-presentment")


class Acquirer(Part):
    """The acquirer host and clearing."""

    name: Name = "acquirer"
    dialect: str = Field(
        default="unionpay-pos", min_length=1, max_length=4096, examples=["my-acquirer.toml"],
        description="of ISO 8583: one that is shipped, or the path of a TOML file of one's own",
    )
    tls: Tls | None = Field(
        default=None, description="at the port of daozhang host; none: without TLS",
        examples=[{"certificate": "host.crt", "key": "host.key"}],
    )
    tpdu: Literal["", "swap", "echo"] = Field(
        default="", description="of replies: addresses swapped, or as they were heard; the dialect's if empty")
    header: str = Field(
        default="", pattern=r"^(none|[0-9]{5}0[0-9]{6})?$", examples=["none", "603100311004"],
        description='"none": there is none behind the TPDU; twelve digits with a 0 for the '
        "processing request: every reply has these; that of the request if empty",
    )
    mac: MacPart = MacPart()
    key_download: KeyDownloads = Field(
        default=("003", "001", "004"), min_length=1,
        description="F60.3 of a sign-on that the host answers, one or a list; a simulated terminal without a "
        "setting of its own uses the first",
    )
    key_download_as: dict[NetworkCode, KeyDownload] = Field(
        default={}, max_length=20, examples=[{"005": "003", "006": "004"}],
        description="further codes in F60.3 of a sign-on, and the form in which its keys are answered; "
        "others get 40 (005) or are of no kind",
    )
    key_file: str = Field(
        default="", max_length=4096, examples=["keys.toml"],
        description="master keys of the terminals, a path from this file on (daozhang keys new); "
        "if empty all have the one test key of docs/live.md",
    )
    capture: Literal["batch", "host"] = Field(
        default="batch", description="by what an approved item is cleared: by the settlement of its batch, or "
        "by its approval (then batches only reconcile)")
    shares: FeeShares = FeeShares()
    cut_over_ms: Annotated[TimeOfDay, AfterValidator(lambda of_day_ms: of_day_ms or DAY_MS)] = Field(
        default=23 * HOUR_MS, alias="cut_over", description="ends the settlement date of the day on which it is; "
        '"00:00": that of the day that ends then, so settlement dates are calendar days')
    payout_at_ms: TimeOfDay = Field(
        default=9 * HOUR_MS, alias="payout_at", description="when payouts leave on their due day",
    )
    closed_days: Annotated[tuple[IsoDate, ...], Field(strict=False, max_length=366)] = Field(
        default=(), description="no working days of banks, beside the holidays that are announced")
    opened_days: Annotated[tuple[IsoDate, ...], Field(strict=False, max_length=366)] = Field(
        default=(), description="working days, beside the make-up workdays that are announced")
    force_settlement_after_ms: Duration = Field(
        default=7 * DAY_MS, alias="force_settlement_after",
        description='the host closes a batch that nobody settled; "0s": never',
    )
    refunds_across_tills: bool = Field(
        default=True, description="a refund finds its sale by RRN at any till of the merchant; else 25",
    )
    missing_from_upload: Literal["hold", "settle"] = Field(
        default="hold", description="what the host captured and a terminal's batch upload lacks",
    )
    held_for_ms: Duration = Field(
        default=7 * DAY_MS, alias="held_for", description="then it is ended, at a cut-over; 1d to 30d",
    )
    after_held: Literal["settle", "give_back"] = Field(
        default="settle", description="how it is ended: paid to the merchant, or undone at the issuer",
    )
    suspense_days: int | None = Field(
        default=None, ge=1, le=365, description="calendar days after its own by whose end money has left "
        "suspense; what stands there longer is a finding. No term if left out")
    first_batch: int = Field(
        default=1, ge=1, le=999_999, description="batch number of a terminal that signs on for the first time")
    domestic_prefixes: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{1,12}$")], ...], Field(strict=False, min_length=1, max_length=20),
    ] = Field(default=DOMESTIC_PREFIXES, description="of card numbers, at host and terminals; others count as foreign in F48")
    minimum_software: str = Field(default="", pattern=r"^([0-9]{8})?$", description="n2 + n6 of the header")
    no_pin_limit_fen: Amount = Field(
        default=1_000_00, alias="no_pin_limit", description="contactless sales up to it need no PIN and no "
        'signature, for issuers and for terminals without a setting of their own; "0.00": none')
    tip_limit: int = Field(
        default=100, ge=1, le=1000, description="in percent of the sale: the most that one tip or adjustment may "
        "add; above it the host refuses it (64) when it is delivered")
    chip_fallback: Literal["accept", "refuse"] = Field(
        default="accept", description="a chip card (service code 2xx, 6xx) that is swiped; refused by 45",
    )
    tables: str = Field(
        default="test-tables", min_length=1, max_length=4096, examples=["my-tables.toml"],
        description="what terminals may load (CAPK, AID, contactless, black list, BIN, TMS, "
        "parameters, RSA key): tables that are shipped, or the path (from the working directory) of a TOML file",
    )
    black_list: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{1,14}$")], ...],
        Field(strict=False, max_length=900),
    ] = Field(default=(), description="leading digits of further cards on the black list of the tables")
    entries_in_message: int = Field(
        default=0, ge=0, le=99, description="of a table, in one reply; 0: as many as fit")
    wallet_timeout_ms: Duration = Field(
        default=25 * SECOND_MS, alias="wallet_timeout",
        description="a QR sale waits so long for its wallet, then it is called off",
    )
    wallet_query_every_ms: Duration = Field(
        default=5 * SECOND_MS, alias="wallet_query_every",
        description="pause before a wallet that does not know is asked again",
    )
    qr_voucher: bool = Field(
        default=True, description="the reply to a QR sale holds a voucher (F59 A4), and its void and refund "
        "must (else 30); false: F61 and F37 name the sale",
    )
    unknown_kind_answer: str = Field(
        default="12", pattern=r"^[0-9A-Z]{2}$",
        description="response code to a request of no kind of the dialect",
    )
    issuer_timeout_ms: Duration = Field(default=25 * SECOND_MS, alias="issuer_timeout")
    issuer_reversal_every_ms: Duration = Field(default=MINUTE_MS, alias="issuer_reversal_every")
    disputes: DisputeTerms = DisputeTerms()
    latency: LatencyText = usual_ms(15, 60)
    servers: int = Field(default=0, ge=0, le=10_000, description="requests at a time; 0: no bound")
    advance_pool_fen: Amount | None = Field(
        default=None, alias="advance_pool", description="垫资池, of which instant payouts are advanced until the "
        "next cut-over; one that is dry leaves a sale to its other terms. If left out it is never dry",
    )
    restart_takes_ms: Duration = Field(
        default=2 * MINUTE_MS, alias="restart_takes", description="after an outage without off_for or window",
    )
