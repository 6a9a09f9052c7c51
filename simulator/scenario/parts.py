"""The parts of a scenario, field by field, as people write them; runs nothing.

A field ``…_ms`` or ``…_fen`` is written without that ending (``at = "2h"``).  Lists may be left
out; what is left out has the value that stands here.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
)

from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from simulator.scenario.units import (
    MOMENT_PATTERN,
    TIME_OF_DAY_PATTERN,
    Amount,
    Duration,
    FeePercent,
    IsoDate,
    Moment,
    Share,
    SharePercent,
    TimeOfDay,
    UnfitError,
    moment_of,
    time_of_day_ms,
)
from simulator.wire.subfields import DOMESTIC_PREFIXES

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CardKind = Literal["debit", "credit"]  # foreign is said by the number
LinkName = Literal["dial_up", "ethernet", "wifi", "mobile"]
Operation = Literal[
    "sale", "void", "refund", "balance", "preauth", "preauth_void", "completion",
    "completion_void", "completion_advice", "offline_sale", "adjust", "tip", "qr_sale", "qr_void",
    "qr_refund",
    "sign_on", "sign_off", "echo_test", "settlement",
    "status_upload", "parameter_download", "capk_download", "aid_download",
    "contactless_download", "black_list_download", "bin_b_download", "bin_c_download",
    "tms_download", "master_key_download",
]
TEST_PIN = "123456"  # of every card that has none of its own
Name = Annotated[str, Field(min_length=1, max_length=60)]


class Part(BaseModel):
    """What all parts share: no unknown key, no silent conversion, no change afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _one_or_many(given: object) -> object:
    return [given] if isinstance(given, dict) else given


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


def _latency(given: object) -> object:
    return {"median": given, "p95": given} if isinstance(given, str) else given


class Latency(Part):
    """How long an answer takes: log-normal with this median and 95th percentile."""

    median_ms: Duration = Field(alias="median")
    p95_ms: Duration = Field(alias="p95")


LatencyText = Annotated[Latency, BeforeValidator(_latency)]  # "200ms", or { median, p95 }


def _ms(median: int, p95: int) -> Latency:
    return Latency.model_construct(median_ms=median, p95_ms=p95)


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
    cut_over_ms: TimeOfDay = Field(default=23 * HOUR_MS, alias="cut_over")
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
    first_batch: int = Field(
        default=1, ge=1, le=999_999, description="batch number of a terminal that signs on for the first time")
    domestic_prefixes: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{1,12}$")], ...], Field(strict=False, min_length=1, max_length=20),
    ] = Field(default=DOMESTIC_PREFIXES, description="of card numbers, at host and terminals; others count as foreign in F48")
    minimum_software: str = Field(default="", pattern=r"^([0-9]{8})?$", description="n2 + n6 of the header")
    no_pin_limit_fen: Amount = Field(
        default=1_000_00, alias="no_pin_limit", description="contactless sales up to it need no PIN and no "
        'signature, for issuers and for terminals without a setting of their own; "0.00": none')
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
    latency: LatencyText = _ms(15, 60)
    servers: int = Field(default=0, ge=0, le=10_000, description="requests at a time; 0: no bound")
    advance_pool_fen: Amount | None = Field(
        default=None, alias="advance_pool", description="垫资池, of which instant payouts are advanced until the "
        "next cut-over; one that is dry leaves a sale to its other terms. If left out it is never dry",
    )
    restart_takes_ms: Duration = Field(
        default=2 * MINUTE_MS, alias="restart_takes", description="after an outage without off_for or window",
    )


class Limits(Part):
    """The most that may be taken; what is left out has no bound."""

    single_fen: Amount | None = Field(default=None, alias="single", description="one sale; above it 61")
    day_fen: Amount | None = Field(
        default=None, alias="day", description="all of a calendar day; above it 61")
    month_fen: Amount | None = Field(
        default=None, alias="month", description="all of a calendar month; above it 61")


class CardLimits(Limits):
    """What an issuer lets a card spend."""

    times_a_day: int | None = Field(
        default=None, ge=1, le=9999, description="uses in a calendar day; above it 65")


class MerchantLimits(Limits):
    """What an acquirer lets a merchant take, over all its terminals."""

    debit: Limits | None = Field(default=None, description="by debit cards alone, beside the others")
    credit: Limits | None = None
    foreign: Limits | None = Field(
        default=None, description="by cards that are not of the acquirer's domestic_prefixes")
    qr: Limits | None = Field(default=None, description="by wallets' codes")

    def by_kind(self) -> tuple[tuple[str, Limits | None], ...]:
        """The bounds of each kind of card."""
        return (("debit", self.debit), ("credit", self.credit), ("foreign", self.foreign), ("qr", self.qr))


class Bank(Part):
    """An issuer that is also a merchant's bank."""

    name: str = Field(pattern=r"^bank\.[a-z0-9_-]{1,30}$", examples=["bank.a"])
    title: str = ""
    latency: LatencyText = _ms(120, 400)
    servers: int = Field(default=0, ge=0, le=10_000, description="authorisations at a time; 0: no bound")
    payout_from_ms: TimeOfDay = Field(default=0, alias="payout_from")
    payout_until_ms: TimeOfDay = Field(
        default=DAY_MS, alias="payout_until", description="payouts after this wait for the next morning",
    )
    pan_prefix: str = Field(default="", pattern=r"^(62[0-9]{4})?$", description="test prefix; given if empty")
    opening_balance_fen: Amount = Field(
        default=100_000_00, alias="opening_balance", description="of each card without one of its own",
    )
    limits: CardLimits = Field(
        default=CardLimits(), description="of each card without limits of its own",
        examples=[{"single": "5000.00", "day": "20000.00", "times_a_day": 10}])
    preauth_days: int = Field(
        default=30, ge=1, le=365, description="calendar days after its own on which a pre-authorisation may "
        "still be completed; then the hold is given back, and a completion is refused by 25")
    unknown_cards: Literal["accept", "refuse"] = Field(
        default="accept", description="numbers of its prefix that no [[cards]] names; refused by 14",
    )
    card_kind: CardKind = Field(
        default="debit", description="of cards of its prefix; a [[cards]] row may say otherwise of one")
    share: float = Field(default=1.0, ge=0.0, allow_inf_nan=False, description="weight among the cards")


class Wallet(Part):
    """A wallet channel for QR payments."""

    name: str = Field(pattern=r"^wallet\.[a-z0-9_-]{1,30}$", examples=["wallet.a"])
    title: str = ""
    latency: LatencyText = _ms(200, 900)
    pending_share: Share = Field(default=0.0, description="payments that are pending at first")
    pending_for_ms: Duration = Field(default=20 * SECOND_MS, alias="pending_for")
    fail_share: Share = Field(default=0.0, description="pending payments that fail in the end")


Script = Annotated[str, Field(pattern=r"^7[12]([0-9A-Fa-f]{2})+$", max_length=256)]


class CardPart(Part):
    """A customer's card that a script or a fault names; other cards are made up."""

    name: str = Field(pattern=r"^card\.[a-z0-9_-]{1,30}$", examples=["card.li"])
    bank: str = Field(default="", description="the first bank if empty")
    balance_fen: Amount | None = Field(default=None, alias="balance")
    kind: CardKind | None = Field(default=None, description="its bank's card_kind if left out")
    entry: Literal["keyed", "stripe", "chip", "contactless"] = "stripe"
    pin: str = Field(
        default="", pattern=r"^([0-9]{4,12})?$",
        description=f"test PIN; the customer types it. If empty none is typed, and the bank knows {TEST_PIN}",
    )
    expiry: str = Field(
        default="", pattern=r"^([0-9]{2}(0[1-9]|1[0-2]))?$",
        description="YYMM; if empty 3012, and December four years later for a start from 2027 on",
    )
    service_code: str = Field(default="201", pattern=r"^[0-9]{3}$", description="in its track 2")
    limits: CardLimits | None = Field(default=None, description="instead of those of its bank")
    pin_required: bool = Field(
        default=True, description="of a card with a pin: without it a sale above no_pin_limit, or not contactless, is declined (55)")
    approves_in_part: bool = Field(
        default=False, description="a sale beyond what it may spend is approved for what is there (10)")
    chip_key: str = Field(
        default="", pattern=r"^([0-9A-Fa-f]{32})?$",
        description="test key of the issuer in hex, by which the cryptograms of the chip are checked",
    )
    issuer_proof: Literal["right", "wrong", "none"] = Field(
        default="right", description="the ARPC (91) that the issuer answers to such a cryptogram")
    scripts: Annotated[tuple[Script, ...], Field(strict=False, max_length=4)] = Field(
        default=(), description="issuer scripts in hex, tag 71 or 72, sent with each answer to the chip")


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


class Account(Part):
    """The account that a merchant is paid to."""

    status: Literal["open", "frozen", "closed"] = "open"
    name_matches: bool = Field(default=True, description="the name check at the bank")


class FeeBounds(Part):
    """What the acquirer takes of each sale: a rate rounded to the fen, its bounds, a sum on top."""

    cap_fen: Amount = Field(default=0, alias="cap", description='"0.00": no cap')
    minimum_fen: Amount = Field(default=0, alias="minimum", description="of each sale, below the cap")
    plus_fen: Amount = Field(
        default=0, alias="plus", description="on top, for each sale; never more in all than the sale")


class KindFee(FeeBounds):
    """The fee of sales by one kind of card."""

    basis_points: FeePercent = Field(alias="percent")


class Fee(FeeBounds):
    """The fee of a merchant's sales; a kind of card with a row of its own has that alone."""

    basis_points: FeePercent = Field(default=60, alias="percent")
    debit: KindFee | None = None
    credit: KindFee | None = None
    foreign: KindFee | None = Field(
        default=None, description="of cards that are not of the acquirer's domestic_prefixes")
    qr: KindFee | None = Field(default=None, description="of sales by a wallet's code")


DATE_TERMS_PATTERN = r"^[TD]\+([0-9]|[12][0-9]|30)$"
DATE_TERMS_FORM = '"T+n" (working days) or "D+n" (days), n from 0 to 30'
TERMS_PATTERN = r"^([TD]\+([0-9]|[12][0-9]|30)|instant)$"
TERMS_FORM = '"T+n" (working days), "D+n" (days), n from 0 to 30, or "instant" (each sale at once)'
AT_ONCE = "instant"


def _terms_of(pattern: str, form: str) -> BeforeValidator:
    def fits(given: object) -> object:
        if isinstance(given, str) and re.fullmatch(pattern, given) is None:
            raise UnfitError(form)
        return given

    return BeforeValidator(fits)


def _payout(given: object) -> object:
    if isinstance(given, str) and re.fullmatch(TERMS_PATTERN, given) is None:
        raise UnfitError(TERMS_FORM)
    return {"terms": given} if isinstance(given, str) else given


Terms = Annotated[
    str, _terms_of(TERMS_PATTERN, TERMS_FORM),
    WithJsonSchema({"type": "string", "pattern": TERMS_PATTERN, "description": TERMS_FORM}),
]
DateTerms = Annotated[
    str, _terms_of(DATE_TERMS_PATTERN, DATE_TERMS_FORM),
    WithJsonSchema({"type": "string", "pattern": DATE_TERMS_PATTERN, "description": DATE_TERMS_FORM}),
]


class PayoutFeePart(Part):
    """What the acquirer takes for each payout, off the payout itself."""

    basis_points: FeePercent = Field(default=0, alias="percent", description="of what is paid, rounded to the fen")
    plus_fen: Amount = Field(default=0, alias="plus", description="on top; never more in all than the payout")


class Payout(Part):
    """When and on what terms a merchant is paid."""

    terms: Terms = "T+1"
    fee: PayoutFeePart = Field(
        default=PayoutFeePart(), description="D+0 or instant fee (秒到手续费): of each payout; of instant "
        "terms only of what is paid at once")
    first_after_days: int = Field(
        default=0, ge=0, le=60,
        description="of a new merchant: no payout before so many days after the start (新商户首次结算)")
    deposit_fen: Amount = Field(
        default=0, alias="deposit", description="押金, taken from the first sales until it is paid")
    sim_fee_fen: Amount = Field(
        default=0, alias="sim_fee", description="流量费, taken from the first sales after the deposit")
    from_ms: TimeOfDay | None = Field(
        default=None, alias="from", description="instant: the window of the day; the whole day if left out")
    until_ms: TimeOfDay | None = Field(default=None, alias="until", description="may be after midnight")
    sale_limit_fen: Amount = Field(
        default=0, alias="sale_limit", description='instant: of one sale; "0.00": none')
    day_limit_fen: Amount = Field(
        default=0, alias="day_limit", description='instant: of all sales of a day together; "0.00": none')
    rest: DateTerms | None = Field(
        default=None, description='instant: terms of what is not paid at once; "T+1" if left out')


PayoutText = Annotated[Payout, BeforeValidator(_payout)]  # "T+1", or a table


class Hours(Part):
    """When a merchant sells."""

    from_ms: TimeOfDay = Field(default=8 * HOUR_MS, alias="from")
    until_ms: TimeOfDay = Field(default=22 * HOUR_MS, alias="until", description="may be after midnight")
    days: Annotated[tuple[Day, ...], Field(strict=False, min_length=1)] = (
        "mon", "tue", "wed", "thu", "fri", "sat", "sun")


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


class AmountSpread(Part):
    """What customers pay: log-normal, whole fen, at least 0.01."""

    median_fen: Amount = Field(default=68_00, alias="median")
    p95_fen: Amount = Field(default=400_00, alias="p95")


class Mix(Part):
    """Which share of a merchant's business is what; the rest are card sales."""

    void: Share = 0.0
    refund: Share = 0.0
    balance: Share = 0.0
    preauth: Share = 0.0
    qr: Share = 0.0
    offline: Share = 0.0


class Mistakes(Part):
    """How often a clerk errs, for each sale."""

    duplicate_entry: Share = 0.0
    wrong_amount: Share = 0.0
    void_by_mistake: Share = 0.0


class Sales(Part):
    """Sales that chance makes, for the whole merchant."""

    per_hour: float = Field(ge=0.0, le=1e9, allow_inf_nan=False)
    amount: AmountSpread = AmountSpread()
    from_ms: Moment | None = Field(default=None, alias="from")
    until_ms: Moment | None = Field(default=None, alias="until")
    peaks_ms: Annotated[tuple[TimeOfDay, ...], Field(strict=False)] = Field(
        default=(), alias="peaks", description="times of day at which twice as many come")
    customers: int = Field(default=50, ge=1, le=10_000_000, description="number of cards")
    mix: Mix = Mix()
    mistakes: Mistakes = Mistakes()


class ScriptedStep(Part):
    """One thing that a clerk does at a set time."""

    at_ms: Moment = Field(alias="at")
    do: Operation = "sale"
    sale: str = Field(default="", max_length=30, description="id of what is sold; given if empty")
    of: str = Field(default="", description="id of the sale that is voided, refunded, completed")
    amount_fen: Amount | None = Field(default=None, alias="amount")
    card: str = Field(default="", description="name of a card; one of the merchant's customers if empty")
    wallet: str = Field(default="", description="name of a wallet; the first if empty")
    terminal: int = Field(default=1, ge=1, description="of this merchant, from 1")
    clerk: str = Field(default="01", pattern=r"^[0-9]{2,3}$")
    signed: bool = Field(
        default=False, description="the customer signs on the screen; signature_upload is needed")


SETTLES_FORM = 'a time of day such as "22:30", "never", or a list of times'


def _settles(given: object, info: ValidationInfo) -> object:
    if isinstance(given, list):
        return Settles(daily_ms=None, at_ms=tuple(moment_of(each, info) for each in given))
    if given == "never":
        return Settles(daily_ms=None)
    try:
        return Settles(daily_ms=time_of_day_ms(given))
    except UnfitError:
        raise UnfitError(SETTLES_FORM) from None


class Settles(Part):
    """When a merchant's terminals settle: every open day, at set moments, or not by themselves."""

    daily_ms: int | None = None
    at_ms: tuple[int, ...] = ()


SettlesText = Annotated[
    Settles,
    BeforeValidator(_settles),
    WithJsonSchema({
        "anyOf": [
            {"const": "never"}, {"type": "string", "pattern": TIME_OF_DAY_PATTERN},
            {"type": "array", "items": {"type": "string", "pattern": MOMENT_PATTERN}},
        ],
        "description": SETTLES_FORM, "examples": ["22:30", "never", ["2026-01-29T22:30"]],
    }),
]


class Habits(Part):
    """How clerks react."""

    after_failed_sale: Literal["repeats", "gives_up"] = "repeats"
    repeats_after_ms: Duration = Field(default=20 * SECOND_MS, alias="repeats_after")
    tries: int = Field(default=3, ge=1, le=100, description="of one sale, the first included")
    settles: SettlesText = Settles(daily_ms=22 * HOUR_MS + 30 * MINUTE_MS)
    settles_again_after_ms: Duration | None = Field(
        default=None, alias="settles_again_after", description="a settlement that failed; else not by itself",
    )
    when_batch_full: Literal["gives_up", "settles"] = Field(
        default="gives_up", description="told that the batch is full: the sale is not made, or the clerk "
        "settles and makes it then")
    goes_on_in_maintenance: bool = Field(default=False, description="sells in an announced window")


class Merchant(Part):
    """A merchant with its terminals, customers and habits."""

    name: Name
    mid: str = Field(
        default="", description="fifteen printable ASCII characters; given if empty")
    bank: str = Field(default="", description="where the account is; the first bank if empty")
    account: Account = Account()
    fee: Fee = Fee()
    fee_on_refund: Literal["given_back", "kept"] = Field(
        default="given_back", description="the fee on what is refunded; a void or a reversal gives it back always")
    merchant_class: Literal["standard", "reduced", "exempt"] = Field(
        default="standard", alias="class", description="for the shares of issuer and network: exempt, none")
    payout: PayoutText = Payout()
    refund_beyond: Literal["owed", "refused", "advanced"] = Field(
        default="owed", description="a refund of more than is still to be paid: the merchant owes it (欠款, "
        "netted against later sales), the host refuses it (61), or the acquirer advances it (垫款)")
    limits: MerchantLimits = Field(
        default=MerchantLimits(), examples=[{"day": "50000.00", "credit": {"single": "5000.00"}}],
        description="what the acquirer lets through; what was sold offline counts and is not refused")
    region: str = ""
    isp: str = Field(default="isp.a", pattern=r"^isp\.[a-z0-9_-]{1,30}$")
    router: str = Field(
        default="", pattern=r"^(router\.[a-z0-9_-]{1,30})?$", description="its own if empty",
    )
    open: Hours = Hours()
    terminals: Annotated[
        tuple[TerminalGroup, ...], Field(strict=False, min_length=1), BeforeValidator(_one_or_many),
    ]
    sales: Sales | None = None
    script: Annotated[tuple[ScriptedStep, ...], Field(strict=False)] = ()
    habits: Habits = Habits()
