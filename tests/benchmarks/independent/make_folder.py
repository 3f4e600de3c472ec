"""A labelled folder of pictures by the second simulator, for `saed-trainer benchmark`.

python -m tests.benchmarks.independent.make_folder e1.npz e2 --scale 0.02 --seed 2
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from tests.benchmarks.independent.camera import shoot

PAPER_MIX = (61, 6, 47, 7, 4, 10, 2, 8, 3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reflections", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument(
        "--scale", default="0.02", help="relative error of the stated scale, or 'unknown'"
    )
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--skip", type=int, default=0, help="leave out the first of each phase")
    parser.add_argument("--limit", type=int, default=10**9, help="patterns per phase")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    with np.load(options.reflections) as data:
        q_xy, log_i, label = data["q_xy"], data["log_intensity"], data["label"]
        names = [str(n) for n in data["names"]]
    seen = dict.fromkeys(names, 0)
    with (options.output / "patterns.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["path", "phase", "specimen", "scale_inv_angstrom_per_px"])
        for i in range(len(label)):
            name = names[int(label[i])]
            seen[name] += 1
            if not options.skip < seen[name] <= options.skip + options.limit:
                continue
            shot = shoot(q_xy[i].astype(float), log_i[i].astype(float), rng)
            error = rng.normal()
            folder = options.output / name
            folder.mkdir(exist_ok=True)
            path = folder / f"{name}_{seen[name]:04d}.{'png' if shot.is_export else 'tif'}"
            if shot.is_export:
                Image.fromarray(shot.image.astype(np.uint8)).save(path)
            else:
                tifffile.imwrite(path, shot.image.astype(np.float32))
            scale = ""
            if options.scale != "unknown":
                scale = f"{shot.scale * np.exp(error * float(options.scale)):.8f}"
            table.writerow(
                [path.relative_to(options.output).as_posix(), name, f"{name}-{i}", scale]
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
