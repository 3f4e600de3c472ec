"""Likeness of simulated to measured patterns, by what the spot finder sees of both.

    saed-trainer simulate --count 25 --seed 3 --output simulated
    python -m tests.benchmarks.likeness simulated/patterns.csv --output likeness.png --sheet sheet.png

Of every pattern that shows spots: how steeply the background falls, how wide the spots are, how
far the brightest stand out of the background, over how many decades their intensities spread, and
how many there are. The picture has the histograms, the table says how much of what is measured
lies within the simulated range (2.5 to 97.5 %). The sheet shows both kinds side by side; the
measured ones lie beside the checkout and most may not be redistributed, so it is not kept here.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from saed_desktop.errors import SaedError
from saed_desktop.network.input import edge_radius_px
from saed_desktop.pattern.filters import PolarGrid, filled
from saed_desktop.pattern.kind import PatternKind
from saed_desktop.pattern.prepare import PreparedPattern, prepare
from saed_desktop.pattern.readers import find_patterns, read_pattern
from tests.benchmarks.real_patterns import PATTERNS
from trainer.data.contact_sheet import contact_sheet
from trainer.data.manifest import read_manifest

SPOTTY = (PatternKind.SPOTS, PatternKind.MIXED)

TRAITS = {
    "background": "slope of the background, log I over log r",
    "width": "width of the spots, % of the image's side",
    "contrast": "brightest spot over background, decades",
    "spread": "intensities of the spots, standard deviation in decades",
    "spots": "number of spots",
}


def traits(prepared: PreparedPattern) -> dict[str, float] | None:
    """Return what is compared, or None for a pattern without spots."""
    spots = prepared.diffracted
    if prepared.kind not in SPOTTY or len(spots) < 4:
        return None
    image = prepared.bright_image
    edge = edge_radius_px(prepared)
    grid = PolarGrid(prepared.center.xy, edge, 180, 64)
    visible = grid.sample((~prepared.mask.masked).astype(np.float32)) > 0.9
    values = np.where(visible, grid.sample(filled(image, prepared.mask.masked)), np.nan)
    enough = visible.mean(axis=0) > 0.3
    profile = np.nanmedian(np.where(enough, values, 0.0), axis=0)
    profile = profile - float(np.percentile(image, 0.1))
    chosen = enough & (np.arange(64) >= 8) & (profile > 0)
    radius = np.arange(64)[chosen] + 0.5
    if chosen.sum() < 10:
        return None
    slope = np.polyfit(np.log(radius), np.log(profile[chosen]), 1)[0]
    bright = spots.intensity > 0
    floor = max(float(np.median(profile[chosen])), 1e-6 * float(np.ptp(image)))
    return {
        "background": float(slope),
        "width": 100 * float(np.median(spots.width_px)) / max(image.shape),
        "contrast": float(np.log10(max(spots.amplitude.max(), 1e-9) / floor)),
        "spread": float(np.log10(spots.intensity[bright]).std()),
        "spots": float(len(spots)),
    }


def measure(
    paths: Sequence[Path], what: str
) -> tuple[list[dict[str, float]], list[tuple[np.ndarray, str]]]:
    """Return the traits and pictures of all readable patterns with spots."""
    rows, pictures = [], []
    for path in paths:
        try:
            prepared = prepare(read_pattern(path))
        except SaedError:
            continue
        found = traits(prepared)
        if found is None:
            continue
        rows.append(found)
        pictures.append((prepared.pattern.image_yx.astype(np.float32), what))
    return rows, pictures


def table(measured: list[dict[str, float]], simulated: list[dict[str, float]]) -> str:
    lines = [
        f"{len(measured)} measured patterns with spots, {len(simulated)} simulated ones",
        "",
        "| trait | measured: median (10–90 %) | simulated: median (10–90 %) | measured within |",
        "|---|--:|--:|--:|",
    ]
    for name, words in TRAITS.items():
        real = np.array([row[name] for row in measured])
        drawn = np.array([row[name] for row in simulated])
        low, high = np.percentile(drawn, [2.5, 97.5])
        within = 100 * float(((real >= low) & (real <= high)).mean())
        cells = [
            "{1:.2f} ({0:.2f}–{2:.2f})".format(*np.percentile(values, [10, 50, 90]))
            for values in (real, drawn)
        ]
        lines.append(f"| {words} | {cells[0]} | {cells[1]} | {within:.0f} % |")
    return "\n".join(lines)


def histograms(
    measured: list[dict[str, float]], simulated: list[dict[str, float]], path: Path
) -> None:
    figure, axes = plt.subplots(1, len(TRAITS), figsize=(16, 3), layout="constrained")
    for axis, (name, words) in zip(axes, TRAITS.items(), strict=True):
        both = [[row[name] for row in rows] for rows in (simulated, measured)]
        bins = np.histogram_bin_edges(np.concatenate(both), bins=14)
        for values, label, color in zip(
            both, ("simulated", "measured"), ("#4477aa", "#ee6677"), strict=True
        ):
            weights = np.full(len(values), 1 / len(values))
            axis.hist(values, bins, weights=weights, alpha=0.6, label=label, color=color)
        axis.set_xlabel(words, fontsize=7)
        axis.set_yticks([])
    axes[0].legend(fontsize=7)
    figure.savefig(path, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("simulated", type=Path, help="list of simulated patterns")
    parser.add_argument("--patterns", type=Path, default=PATTERNS, help="measured ones")
    parser.add_argument("--output", type=Path, help="histograms as PNG")
    parser.add_argument("--sheet", type=Path, help="contact sheet as PNG")
    args = parser.parse_args()
    measured, real = measure(find_patterns([args.patterns], recursive=True), "measured")
    files = [file.path for file in read_manifest(args.simulated).files]
    simulated, drawn = measure(files, "simulated")
    print(table(measured, simulated))
    if args.output is not None:
        histograms(measured, simulated, args.output)
    if args.sheet is not None:
        step = max(len(drawn) // max(len(real), 1), 1)
        pairs = zip(real, drawn[::step], strict=False)
        contact_sheet([picture for pair in pairs for picture in pair], args.sheet)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
