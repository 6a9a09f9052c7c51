"""The examples in the docstrings of the books are true."""

import doctest
import importlib
import pkgutil

import pytest

import simulator.money

MODULES = [module.name for module in pkgutil.iter_modules(simulator.money.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"simulator.money.{name}")
    assert doctest.testmod(module).failed == 0
