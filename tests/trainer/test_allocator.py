import platform
import subprocess
import sys

import pytest

from tests.trainer.conftest import trainer_environment

COUNT = """
import resource, sys
import numpy as np
from trainer.allocator import keep_freed_memory

if sys.argv[1] == "kept":
    print(keep_freed_memory())
for _ in range(3):
    np.ones(12_000_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(12_000_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(name: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", COUNT, name],
        env=trainer_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked")
def test_memory_that_was_freed_is_not_asked_for_again():
    (freed,) = page_faults("freed")
    done, kept = page_faults("kept")
    assert done == "True"
    # 96 MB are 24,000 pages, or 48 large ones, each of the twenty times
    assert int(kept) < 20 < int(freed)


def test_other_c_libraries_are_left_alone(monkeypatch):
    from trainer.allocator import keep_freed_memory

    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert not keep_freed_memory()
