"""A test CA for all tests of packaging: keys take half a second to make."""

import datetime as dt

import pytest

from ntbuild.packaging.project_authority import find_or_make
from ntbuild.packaging.signers import certificates_of
from ntbuild.packaging.verify import Trust

DAY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory):
    """The user's data folder, with the test CA of the project ``demo`` in it."""
    folder = tmp_path_factory.mktemp("data")
    find_or_make("demo", folder, DAY)
    return folder


@pytest.fixture(scope="session")
def authority(data_folder):
    return find_or_make("demo", data_folder, DAY)


@pytest.fixture(scope="session")
def signer(authority):
    return authority.signer()


@pytest.fixture(scope="session")
def trust(authority):
    return Trust(certificates_of([str(authority.ca)]), DAY.date())
