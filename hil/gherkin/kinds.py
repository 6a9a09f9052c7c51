"""All kinds of values in one table."""

from __future__ import annotations

from hil.gherkin.phrases import PHRASES
from hil.gherkin.references import REFERENCES
from hil.gherkin.value import Value
from hil.gherkin.values import PLAIN

VALUES: dict[str, Value] = {**PLAIN, **PHRASES, **REFERENCES}
