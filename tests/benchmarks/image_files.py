"""Image files of other programs: every pixel as those programs read it themselves.

    python -m tests.benchmarks.image_files FOLDER

where FOLDER is what tests/benchmarks/independent/files_by_others.py wrote in an environment of
its own: files, each with the array (frames, height, width) that the other program reads of it.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from saed_desktop.errors import SaedError
from saed_desktop.pattern.readers import read_pattern


def difference(path: Path, expected: np.ndarray) -> str:
    """Return in what a file differs from what is expected of it, empty where in nothing."""
    for number, frame in enumerate(expected.astype(np.float32)):
        try:
            pattern = read_pattern(path, frame=number)
        except SaedError as error:
            return error.sentence
        if pattern.n_frames != len(expected):
            return f"{pattern.n_frames} frames instead of {len(expected)}"
        if not np.array_equal(pattern.image_yx, frame):
            return f"frame {number + 1} differs"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    references = sorted(folder.glob("*.npy")) if folder.is_dir() else []
    if not references:
        print(f"{folder} holds no files: see the module's docstring")
        return 0
    outcomes: Counter[str] = Counter()
    for reference in references:
        path = reference.with_suffix("")
        what = difference(path, np.load(reference))
        outcomes["different" if what else "equal"] += 1
        if what:
            print(f"{path.name}: {what}")
    print(json.dumps({"files": len(references), **outcomes}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
