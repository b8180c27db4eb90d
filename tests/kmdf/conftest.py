"""NTBUILD_WDF is for the tests that compare: all others are about ntbuild's own headers."""

import pytest


@pytest.fixture(autouse=True)
def own_headers_by_default(monkeypatch):
    monkeypatch.delenv("NTBUILD_WDF", raising=False)
