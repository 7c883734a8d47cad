"""The examples in docstrings give what they say."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

import rag

APART = ("rag.integrations", "rag.training.__main__", "rag.__main__")  # of other packages; scripts
MODULES = sorted(
    module.name
    for module in walk_packages(rag.__path__, "rag.")
    if not module.name.startswith(APART)
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.failed == 0


def test_there_are_examples() -> None:
    assert doctest.testmod(import_module("rag.text")).attempted > 3
