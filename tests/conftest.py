"""What all tests share: which of them run when."""

import os
import sys

import pytest

# before anything imports Qt or numpy
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser):
    parser.addoption("--runslow", action="store_true", help="run the tests marked slow as well")


def pytest_collection_modifyitems(config, items):
    is_root = sys.platform != "win32" and os.geteuid() == 0
    may_be_root = is_root and os.environ.get("SAED_RUN_ROOT") == "1"
    for item in items:
        if "slow" in item.keywords and not config.getoption("--runslow"):
            item.add_marker(pytest.mark.skip(reason="slow: run with --runslow"))
        if "root" in item.keywords and not may_be_root:
            item.add_marker(pytest.mark.skip(reason="needs root and SAED_RUN_ROOT=1"))
