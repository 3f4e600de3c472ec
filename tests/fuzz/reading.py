"""Makes the files and reads them, in a process with little memory."""

import logging
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LIMIT_S = 5.0
"""Processor time, which a busy machine does not change."""

HANGING_S = 30.0
"""Seconds after which a file counts as one that hangs."""

LIMIT_BYTES = 1_000_000_000

Case = tuple[str, int]


def work(case: Case, reader: "Reader") -> Iterator[str]:
    """Read one file and say what is wrong with how that went."""
    yield reader.problem(case)


def dead(_case: Case, seconds: float | None) -> str:
    return "the process died" if seconds is None else f"took more than {seconds:g} s"


class Reader:
    """Makes files and reads them, in a folder of its own and with little memory."""

    def __init__(self) -> None:
        from tests.fuzz.targets import targets

        logging.disable()  # what is set aside is logged, and here it is nearly everything
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        os.environ["SAED_DESKTOP_HOME"] = str(self._folder / "home")
        (self._folder / "seeds").mkdir()
        self._targets = targets(self._folder / "seeds")
        warm = self._folder / "warm"
        warm.mkdir()
        for target in self._targets.values():  # whatever is imported counts before the limit
            path = warm / target.file_name
            path.write_bytes(target.seeds[0])
            target.read(path)
        used = int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_DATA, (used + LIMIT_BYTES,) * 2)

    def problem(self, case: Case) -> str:
        """Return what is wrong with how a case is read, nothing where all is well."""
        from saed_desktop.errors import SaedError

        start = time.process_time()
        try:
            self.read(case)
        except SaedError as error:
            sentence = error.sentence
            if "\n" in sentence or not sentence.strip():
                return f"no sentence: {sentence!r}"
        except BaseException as error:
            return f"{type(error).__name__}: {str(error)[:200]}"
        seconds = time.process_time() - start
        return f"took {seconds:.1f} s" if seconds > LIMIT_S else ""

    def read(self, case: Case) -> None:
        """Make a case's file and read it."""
        name, number = case
        target = self._targets[name]
        draw = random.Random(f"{name} {number}")
        folder = self._folder / "case"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        path = folder / target.file_name
        path.write_bytes(target.change(draw.choice(target.seeds), draw))
        target.read(path)
