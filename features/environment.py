"""The hooks of the program: which target the features run on; see docs/features.md."""

from hil.gherkin.hooks import *  # noqa: F403
