"""What is wrong with bytes or values of the dialect: field, offset, reason; never card data."""

from __future__ import annotations

from collections.abc import Mapping


class WireError(ValueError):
    """Bytes that are no message of the dialect, or a value that has no bytes in it.

    ``field`` names the part ("35", "60.2", "length", "tpdu", "header", "mti", "bitmap"),
    ``offset`` counts bytes from the start of the frame (digits from the start of the field where
    only a field was given), ``decoded`` holds the fields read before, already masked.
    """

    def __init__(
        self, field: str, offset: int, reason: str, decoded: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"field {field} at offset {offset}: {reason}")
        self.field = field
        self.offset = offset
        self.reason = reason
        self.decoded: dict[str, str] = dict(decoded or {})

    def __reduce__(self) -> tuple[type[WireError], tuple[str, int, str, dict[str, str]]]:
        """Errors travel between processes."""
        return type(self), (self.field, self.offset, self.reason, self.decoded)


class KeyCheckError(ValueError):
    """A downloaded key whose check value is wrong: not signed on.  Names the key, never shows it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"check value of {key} is wrong")
        self.key = key

    def __reduce__(self) -> tuple[type[KeyCheckError], tuple[str]]:
        """Errors travel between processes."""
        return type(self), (self.key,)
