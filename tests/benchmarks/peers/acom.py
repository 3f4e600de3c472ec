"""py4DSTEM's ACOM on the spot lists; runs in py4DSTEM's own environment.

OMP_NUM_THREADS=1 PYTHON_OF_PY4DSTEM acom.py FOLDER
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from emdfile import PointList
from py4DSTEM.process.diffraction import Crystal

STEP_DEG = 2.0


def crystal_of(phase: dict) -> Crystal:
    numbers = np.array(phase["atomic_numbers"])
    return Crystal(np.array(phase["xyz"]), numbers, np.array(phase["cell"]))


def plan_options(number: int) -> dict:
    if number >= 195:
        return {"zone_axis_range": np.array([[0, 1, 1], [1, 1, 1]])}
    if number >= 168:
        return {"zone_axis_range": "fiber", "fiber_axis": [0, 0, 1], "fiber_angles": [90, 30]}
    return {"zone_axis_range": "half"}


def main() -> None:
    folder = Path(sys.argv[1])
    facts = json.loads((folder / "patterns.json").read_text())
    start = time.process_time()
    crystals = []
    for phase in facts["phases"]:
        crystal = crystal_of(phase)
        crystal.calculate_structure_factors(facts["reach"] * 1.1)
        crystal.orientation_plan(
            **plan_options(phase["number"]),
            angle_step_zone_axis=STEP_DEG,
            angle_step_in_plane=STEP_DEG,
            accel_voltage=200e3,
            corr_kernel_size=0.04,
            progress_bar=False,
        )
        crystals.append(crystal)
    built = time.process_time() - start
    answers = []
    start = time.process_time()
    for spots in facts["spots"]:
        q = np.array(spots["xy_px"]) * facts["scale"]
        peaks = PointList(np.zeros(len(q), dtype=[(n, float) for n in ("qx", "qy", "intensity")]))
        peaks.data["qx"], peaks.data["qy"] = q.T
        peaks.data["intensity"] = spots["intensity"]
        best = (-1.0, "", [0.0, 0.0, 0.0])
        for phase, crystal in zip(facts["phases"], crystals, strict=True):
            found = crystal.match_single_pattern(peaks, num_matches_return=1)
            value = float(np.ravel(found.corr)[0])
            axis = np.asarray(found.matrix).reshape(-1, 3, 3)[0][:, 2]
            uvw = np.linalg.solve(crystal.lat_real.T, axis)
            if value > best[0]:
                best = (value, phase["name"], uvw.tolist())
        answers.append({"phase": best[1], "uvw": best[2]})
    seconds = time.process_time() - start
    result = {"tool": "py4DSTEM ACOM", "build_s": built, "seconds": seconds, "answers": answers}
    (folder / "acom.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
