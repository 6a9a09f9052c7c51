"""Features in any folder: behave's own runner, which needs neither steps nor hooks beside them.

``behave --runner=hil.gherkin.runner:AnyFolder FOLDER`` does the same as ``daozhang behave FOLDER``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from behave.runner import ConfigError, Runner

from hil.gherkin import hooks
from hil.gherkin.matching import install

Hook = Callable[..., None]
_OURS: dict[str, Hook] = {
    "before_all": hooks.before_all, "before_feature": hooks.before_feature, "before_scenario": hooks.before_scenario,
    "before_step": hooks.before_step, "after_step": hooks.after_step, "after_scenario": hooks.after_scenario,
}


class AnyFolder(Runner):  # type: ignore[misc]
    """Our sentences and hooks, and beside them whatever lies beside the features."""

    def setup_paths(self) -> None:
        """Where features lie without steps of their own, their folder is enough."""
        try:
            super().setup_paths()
        except ConfigError:
            first = Path(str(self.config.paths[0])) if self.config.paths else Path()
            folder = (first if first.is_dir() else first.parent).resolve()
            self.base_dir = self.config.base_dir = str(folder)
            self.path_manager.add(self.base_dir)

    def load_hooks(self, filename: str | None = None) -> None:
        """Ours first on the way in, theirs first on the way out."""
        super().load_hooks(filename)
        for name, ours in _OURS.items():
            theirs = self.hooks.get(name)
            if theirs is None or theirs == self.before_all_default_hook:
                self.hooks[name] = ours
            elif vars(theirs).get("__wrapped__", theirs).__module__ != hooks.__name__:
                self.hooks[name] = _both(ours, theirs) if name.startswith("before") else _both(theirs, ours)

    def load_step_definitions(self, extra_step_paths: Any = None) -> None:
        """Our sentences, and steps of their own where there are any."""
        install()
        if (Path(self.base_dir) / self.config.steps_dir).is_dir():
            super().load_step_definitions(extra_step_paths)


def _both(first: Hook, second: Hook) -> Hook:
    def hook(*arguments: Any) -> None:
        first(*arguments)
        second(*arguments)

    return hook
