"""The judge against spot indexing's own posterior, on crystals and patterns that are not its trainer's.

    python -m tests.benchmarks.judge SETS [--judge FOLDER] [--trained FOLDER …] [--output FILE.md]

SETS are drawn by `tests.benchmarks.judge_sets`. Patterns of lists and pictures count a second time
without their crystal among the candidates. "Indexing" is the log posterior among the candidates,
times the probability of not being an unknown crystal. `--trained` adds trainings that were not
exported, each calibrated beforehand; one with `--without numbers --width 0` is what temperature
alone brings.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from saed_desktop.indexing.deciding.fit_features import fit_features
from saed_desktop.indexing.deciding.fit_tokens import NUMBER_FEATURES
from saed_desktop.network.judge import Judge
from saed_desktop.paths import resources_dir
from tests.benchmarks.judge_sets import SETS, load_set
from trainer.judge.calibration import prediction_sets
from trainer.judge.candidates import ORDERED, RESIZED, STRAINED
from trainer.judge.command import evidence_by, read_calibration, read_judges
from trainer.judge.examples import NOT_LISTED, Examples
from trainer.judge.scores import indexing_probabilities_of, judged, scores, share, table

Opinion = Callable[[Examples], tuple[np.ndarray, np.ndarray]]
"""Probabilities (n, candidates + 1) and sets (n, candidates)."""
DOUBLED = ("lists", "pictures")
REFUSED = 0.08


@dataclass(frozen=True)
class Named:
    """A source of probabilities."""

    name: str
    says: Opinion


def without_truth(examples: Examples) -> Examples:
    """Return the patterns whose candidates do not hold their crystal any more."""
    present = examples.present.copy()
    rows = np.flatnonzero(examples.label >= 0)
    present[rows, examples.label[rows]] = False
    values = {**vars(examples), "present": present, "label": np.full(len(examples), NOT_LISTED)}
    found = Examples(**values)
    return found[present.any(axis=1)]


def without_made(examples: Examples) -> Examples:
    """Return the patterns with candidates of the structures' own alone."""
    present = examples.present & ~np.isin(examples.kinds, (RESIZED, STRAINED, ORDERED))
    found = Examples(**{**vars(examples), "present": present})
    return found[present.any(axis=1)]


def by_judge(judge: Judge) -> Opinion:
    def says(examples: Examples) -> tuple[np.ndarray, np.ndarray]:
        found = np.zeros((len(examples), examples.present.shape[1] + 1))
        for i, mine in enumerate(examples.present):
            features = fit_features(
                examples.numbers[i, mine].astype(float),
                examples.log_posterior[i, mine].astype(float),
                examples.log_odds_unknown[i, mine].astype(float),
                examples.acceptable[i, mine],
            )
            scaled = bool(np.isfinite(examples.scale_sigma[i]))
            answer = judge.judge(
                features.values, features.behind, float(features.odds), is_scaled=scaled
            )
            found[i, :-1][mine] = answer.shares * answer.listed
            found[i, -1] = 1 - answer.listed
        inside = np.maximum(found[:, :-1].sum(axis=1, keepdims=True), 1e-12)
        return found, prediction_sets(found[:, :-1] / inside, judge.card.share_of_set)

    return says


def by_training(folders: list[Path]) -> Opinion:
    network, facts = read_judges(folders)
    calibration = read_calibration(folders[0])
    return lambda examples: judged(*evidence_by(network, facts, examples), calibration)


def area(found: np.ndarray, label: np.ndarray) -> float:
    """Return the area under the curve of the crystal being listed."""
    used = label != -2
    inside, listed = 1 - found[used, -1], label[used] >= 0
    if listed.all() or not listed.any():
        return float("nan")
    return float((inside[listed][:, None] > inside[~listed][None]).mean())


def false_names(found: np.ndarray, label: np.ndarray) -> tuple[int, int, int, int]:
    """Return absent ones named, and all; listed ones refused, and all, at the line for 8 %."""
    inside, listed = 1 - found[:, -1], label >= 0
    line = np.quantile(inside[listed], REFUSED)
    absent = label == NOT_LISTED
    named = int((inside[absent] > line).sum())
    return named, int(absent.sum()), int((inside[listed] < line).sum()), int(listed.sum())


def set_rows(name: str, parts: list[Examples], sources: list[Named]) -> tuple[list, list[str]]:
    """Return rows of scores, and of the line between listed and not."""
    rows, lines = [], []
    forms = [("", Examples.joined(parts))]
    if name in DOUBLED:
        forms.append((", none made", without_made(forms[0][1])))
    for how, examples in forms:
        both = examples
        if name in DOUBLED:
            both = Examples.joined([examples, without_truth(examples)])
        for source in sources:
            found, sets = source.says(both)
            label = f"{name}{how} ({len(examples)}), {source.name}"
            rows.append((label, scores(both, found, sets)))
            if (both.label == NOT_LISTED).any():
                named, absent, refused, listed = false_names(found, both.label)
                lines.append(
                    f"| {label} | {area(found, both.label):.3f} | {share(named, absent)} | "
                    f"{share(refused, listed)} |"
                )
    return rows, lines


def geometric_ties(examples: Examples) -> np.ndarray:
    """Return how many others (n,) no position tells from the truth, of patterns that have it.

    They explain as many spots but for one, as closely but for a tenth, on a scale within two sigmas
    of the stated one, and have hardly more places in view (a tenth) where a spot could be.
    """
    column = {name: i for i, name in enumerate(NUMBER_FEATURES)}
    rows = np.flatnonzero(examples.label >= 0)
    values = examples.numbers[rows].astype(float)
    own = values[np.arange(len(rows)), examples.label[rows]][:, None]

    def of(name: str) -> tuple[np.ndarray, np.ndarray]:
        return values[..., column[name]], own[..., column[name]]

    matched, truly = of("matched")
    alike = matched >= truly - 1.01 / np.exp(2 * of("log spots")[1])
    alike &= of("rms px")[0] <= 1.1 * of("rms px")[1]
    alike &= np.abs(of("scale deviation")[0]) <= 2
    alike &= of("shown number")[0] <= of("shown number")[1] + np.log(1.1)
    alike &= examples.present[rows]
    alike[np.arange(len(rows)), examples.label[rows]] = False
    return alike.sum(axis=1)


def ceiling_row(name: str, parts: list[Examples]) -> str:
    ties = geometric_ties(Examples.joined(parts))
    n = len(ties)
    first, five = (1 / (1 + ties)).mean(), np.minimum(5 / (1 + ties), 1).mean()
    some = share(int((ties > 0).sum()), n)
    return f"| {name} | {n} | {some} | {ties.mean():.1f} | {100 * first:.0f} | {100 * five:.0f} |"


def seeds_line(name: str, parts: list[Examples], sources: list[Named]) -> str:
    """Return the shares of each seed."""
    cells = []
    for source in sources:
        firsts = []
        for part in parts:
            found, sets = source.says(part)
            s = scores(part, found, sets)
            firsts.append(f"{100 * s.first / max(s.listed, 1):.0f} ({s.share_loss:.2f})")
        cells.append(f"{source.name} " + ", ".join(firsts))
    return f"- {name}: " + "; ".join(cells)


def measured_table(parts: list[Examples], sources: list[Named]) -> list[str]:
    lines = [
        "| pattern | " + " | ".join(f"{s.name}: place, in set, listed" for s in sources) + " |",
        "|---|" + "---|" * len(sources),
    ]
    for examples in parts:
        answers = [source.says(examples) for source in sources]
        for i, name in enumerate(examples.crystal):
            own, cells = int(examples.label[i]), []
            for found, sets in answers:
                place = "not fitted"
                if own >= 0:
                    rank = int((found[i, :-1] > found[i, own]).sum()) + 1
                    place = f"{rank}, {'yes' if sets[i, own] else 'no'} ({int(sets[i].sum())})"
                cells.append(f"{place}, {1 - found[i, -1]:.2f}")
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def report(folder: Path, sources: list[Named]) -> str:
    rows, lines, seeds, texts, ceilings = [], [], [], [], []
    for name in SETS:
        parts = load_set(folder, name)
        if not parts:
            continue
        own, listed = set_rows(name, parts, sources)
        rows += own
        lines += listed
        if len(parts) > 1:
            seeds.append(seeds_line(name, parts, sources))
            ceilings.append(ceiling_row(name, parts))
        if name.startswith("measured"):
            texts += ["", f"## {name}", "", *measured_table(parts, sources)]
    head = [
        "| | area under the curve | false names % | refused % |",
        "|---|--:|--:|--:|",
    ]
    return "\n".join(
        [
            table(rows), "", "Truth first of those listed, in per cent, and log loss among the "
            "candidates, of each seed:", "", *seeds, "", "## Listed or not", "",
            "False names: patterns whose crystal is absent and that are named, where 8 % of the "
            "others are refused.", "", *head, *lines, "", "## Ties of positions", "",
            "| | n | with ties % | ties, mean | first, ties shared % | in five % |",
            "|---|--:|--:|--:|--:|--:|", *ceilings, *texts,
        ]
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", type=Path, help="folder of the sets")
    parser.add_argument("--judge", type=Path, help="an exported judge (the bundled one)")
    parser.add_argument(
        "--trained", nargs="+", action="append", default=[], metavar=("NAME", "DIR"),
        help="a name and the folders of trainings that answer together",
    )  # fmt: skip
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    judge = Judge(options.judge or resources_dir() / "judge")
    sources = [Named("indexing", indexing_probabilities_of), Named("judge", by_judge(judge))]
    for name, *folders in options.trained:
        sources.append(Named(name, by_training([Path(f) for f in folders])))
    text = report(options.sets, sources)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
