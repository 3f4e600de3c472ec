import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--runslow", action="store_true", help="also run tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    may_be_root = (
        os.environ.get("SAED_RUN_ROOT") == "1" and getattr(os, "geteuid", lambda: 1)() == 0
    )
    skip_slow = pytest.mark.skip(reason="slow; run with --runslow")
    skip_root = pytest.mark.skip(reason="needs root and SAED_RUN_ROOT=1")
    for item in items:
        if "slow" in item.keywords and not config.getoption("--runslow"):
            item.add_marker(skip_slow)
        if "root" in item.keywords and not may_be_root:
            item.add_marker(skip_root)
