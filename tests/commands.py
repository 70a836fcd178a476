"""Running the command in the tests' own process."""

import sys
from unittest import mock

import pytest

from tocsin.cli.main import main


def run(*words: str) -> int:
    """Run `tocsin` with these words; its exit status."""
    with mock.patch.object(sys, "argv", ["tocsin", *words]), pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)
