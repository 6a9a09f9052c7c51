"""Why a message of JSON cannot be encoded: its number, the field, what was given, and what is allowed."""

from __future__ import annotations

from simulator.commands import sayings as say
from simulator.commands.error_words import heard
from simulator.commands.inputs import InputError, shortened
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.fields import FieldRow
from simulator.wire.generic import Decoded
from simulator.wire.masking import mask_value


def refused(name: str, number: int, decoded: Decoded, error: WireError, dialect: Dialect) -> InputError:
    """What is said of a message that cannot be encoded; card data in it is masked."""
    where = say.OF_MESSAGE.say(name=name, number=number)
    reason = heard(f"field {error.field}: {error.reason}")
    row = dialect.field.get(error.field)
    if row is not None and error.field in decoded.fields:
        given = decoded.fields[error.field]
        value = shortened(mask_value(row, given, dialect)[:row.most])  # behind its length it may be anything
        value += "…" if len(given) > row.most else ""
        more = say.GIVEN_AND_ALLOWED.say(given=repr(value), title=row.title, allowed=allowed_in(row))
    elif error.field in decoded.fields:
        numbers = sorted(row.number for row in dialect.field.values())
        more = say.FIELDS_ALLOWED.say(first=numbers[0], last=numbers[-1])
    else:
        head = {"tpdu": decoded.tpdu, "header": decoded.header, "mti": decoded.mti}.get(error.field)
        if head is None:
            return InputError(f"{where}{reason}")
        allowed = {
            "tpdu": say.HEX_DIGITS.say(count=2 * decoded.framing.tpdu_length),
            "header": say.HEX_DIGITS.say(count=2 * decoded.framing.header_length),
            "mti": say.FOUR_DIGITS.say()}[error.field]
        more = say.GIVEN_AND_ALLOWED.say(given=repr(shortened(head)), title=error.field, allowed=allowed)
    return InputError(f"{where}{reason}{more}")


def allowed_in(row: FieldRow) -> str:
    """What a field takes, in words."""
    if row.prefix:
        return say.TAKES_UP_TO[row.form].say(count=row.most)
    return say.TAKES[row.form].say(count=row.most)
