"""docs/features.md and its Chinese twin hold the catalogue of sentences, and their first feature is green."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hil.gherkin.page import PAGES, with_sentences
from tests.nursery_on_demand import daozhang

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("language", PAGES)
def test_the_page_holds_all_sentences(language):
    page = (DOCS / PAGES[language]).read_text("utf-8")
    assert page == with_sentences(page, language), "python -m hil.gherkin.page docs"


@pytest.mark.parametrize("language", PAGES)
def test_the_first_feature_is_green_as_it_stands_there(language, tmp_path):
    page = (DOCS / PAGES[language]).read_text("utf-8")
    feature = re.search(r"```gherkin\n(.*?)```", page, re.DOTALL)[1]
    (tmp_path / "first.feature").write_text(feature, "utf-8")
    done = daozhang(["behave", "first.feature"], tmp_path, {})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 scenario passed" in done.stdout
