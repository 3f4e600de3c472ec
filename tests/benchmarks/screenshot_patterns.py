"""The patterns that the help's pictures show: the bundled examples, and what they lack."""

import csv
import itertools
import shutil
from pathlib import Path

import numpy as np


def example_files(folder: Path) -> list[Path]:
    from saed_desktop.workspace.file_kinds import PATTERN_SUFFIXES

    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in PATTERN_SUFFIXES)


def stated_scales(folder: Path) -> dict[str, float]:
    """Return the scales that a table beside the examples states, in 1/Å per pixel, by file."""
    scales = {}
    for table in folder.rglob("*.csv"):
        with table.open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                if row.get("scale_inv_angstrom_per_px"):
                    name = Path(row.get("path") or row.get("file") or "").name
                    scales[name] = float(row["scale_inv_angstrom_per_px"])
    return scales


def draw_patterns(folder: Path, examples: Path) -> None:
    """Fill a folder with the examples and with what they lack."""
    from saed_desktop.calibration.standards import STANDARDS
    from saed_desktop.simulation.powder import powder_lines
    from tests.rendering import SCALE, ring_image, save_hspy, save_tiff, spot_image

    for file in example_files(examples)[:12]:
        shutil.copy(file, folder)
    known = {standard.name: standard.phase() for standard in STANDARDS}
    save_hspy(folder / "decagonal.hspy", quasicrystal_image(), SCALE)
    image, _ = spot_image("delta-PuZr", (0, 1, 1), seed=5)
    save_hspy(folder / "delta 011.hspy", image, SCALE)
    image, _ = spot_image("delta-PuZr", (1, 1, 2), seed=6, in_plane_deg=50)
    save_hspy(folder / "delta 112.hspy", image, SCALE)
    draw_scan(folder.parent / "scan" / "scan.npy")
    lines = powder_lines(known["Gold (Au)"], 1.5)
    radii = lines.q[lines.intensity > 0.05] / 0.0047
    image, _ = ring_image(radii, side=640)
    save_tiff(folder / "gold rings.tif", image)
    (folder / "cut short.dm3").write_bytes(b"\x00\x00\x00\x03\x00\x00")


def draw_scan(path: Path) -> None:
    """Write a scan of 5 x 8: a grain of oxide in a matrix, a second phase, and a hole."""
    from tests.rendering import SCALE, spot_image

    side, scale = 256, 2 * SCALE
    zones = {"delta-PuZr": (0, 0, 1), "PuO2": (1, 1, 0), "alpha-Zr": (0, 0, 1)}
    drawn = {
        name: spot_image(name, zone, side=side, scale=scale, seed=i)[0]
        for i, (name, zone) in enumerate(zones.items())
    }
    rng = np.random.default_rng(1)
    frames = []
    for row, column in np.ndindex(5, 8):
        name = "PuO2" if np.hypot(row - 2, column - 2.4) < 1.9 else "delta-PuZr"
        name = "alpha-Zr" if row + column > 8 else name
        image = 0.25 * drawn[name] * rng.uniform(0.7, 1.0) * (1 - 0.03 * column)
        if row < 1 and column > 5:
            image = np.full((side, side), 9.0)
        frames.append(rng.poisson(image).astype(np.uint16))
    path.parent.mkdir()
    np.save(path, np.array(frames).reshape(5, 8, side, side))


def quasicrystal_image(side: int = 512):
    """Return a pattern (side, side) of a decagonal quasicrystal: no lattice explains it."""
    middle = side / 2
    y, x = np.mgrid[:side, :side].astype(float)
    radius = np.hypot(x - middle, y - middle)
    image = 60 + 1500 / (1 + (radius / 25) ** 2) ** 1.2 + 60000 * np.exp(-(radius**2) / 18)
    angles = 2 * np.pi * np.arange(5) / 10 + 0.2
    along = 70 * np.column_stack([np.cos(angles), np.sin(angles)])
    across = np.column_stack([np.cos(3 * (angles - 0.2)), np.sin(3 * (angles - 0.2))])
    # the same spot is the sum of several sets of five numbers
    spots = {}
    for numbers in itertools.product(range(-2, 3), repeat=5):
        at, off = np.array(numbers) @ along, float(np.hypot(*(np.array(numbers) @ across)))
        if off < 1.1 and 10 < np.hypot(*at) < 0.46 * side:
            spots[tuple(np.round(at))] = (at, 12000 * np.exp(-2.2 * off**2 - np.hypot(*at) / 150))
    for at, height in spots.values():
        distance = np.hypot(x - middle - at[0], y - middle - at[1])
        image += height * np.exp(-(distance**2) / (2 * 2.2**2))
    return np.random.default_rng(1).poisson(image).astype(np.float32)
