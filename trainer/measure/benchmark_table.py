"""The figures of a benchmark as a table that people read."""

from typing import Any

_ROWS = (
    ("accuracy", "top-1 of the posterior, ties shared"),
    ("weighted_f1", "weighted F1"),
    ("balanced_accuracy", "balanced accuracy"),
    ("merged_accuracy", "top-1, groups merged"),
    ("merged_balanced_accuracy", "balanced accuracy, groups merged"),
    ("calibration_error", "expected calibration error"),
    ("calibration_error_by_chance", "…of perfectly calibrated answers"),
    ("log_loss", "log loss"),
)

_NAMED = (("right", "named right"), ("wrong", "named wrong"), ("not_named", "not named"))


def table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        f"{figures['patterns']} patterns of known phases, {figures['foreign']} of none of them, "
        f"{figures['unreadable']} unreadable; class mix: {figures['mix']}; 95 % intervals by "
        "bootstrap within classes.",
        "",
    ]
    answers = figures["answers"]
    if answers:
        lines += [
            "| the phase that the program names | |",
            "|---|---|",
            *(f"| {title} | {_cell(figures['named'][key])} |" for key, title in _NAMED),
            "",
        ]
        lines += ["| | " + " | ".join(answers) + " |", "|---|" + "---|" * len(answers)]
        lines += [
            f"| {title} | " + " | ".join(_cell(one[key]) for one in answers.values()) + " |"
            for key, title in _ROWS
        ]
        lines += ["", "| recall | " + " | ".join(answers) + " |", "|---|" + "---|" * len(answers)]
        first = next(iter(answers.values()))["recall"]
        lines += [
            f"| {name} | "
            + " | ".join(_number(one["recall"][name]) for one in answers.values())
            + " |"
            for name in first
        ]
        lines += ["", *_words(figures)]
    if "open_set" in figures:
        lines += _open_set_words(figures["open_set"])
    return "\n".join(lines) + "\n"


def _words(figures: dict[str, Any]) -> list[str]:
    lines = [
        f"- prediction sets, {which}: the truth is in {100 * one['coverage']:.1f} % of them, mean "
        f"size {one['mean_size']:.2f} ({100 * one['answered']:.1f} % of the patterns have one; "
        f"its first phase alone is right in {100 * one['first_alone']:.1f} %)"
        for which, one in figures.get("sets", {}).items()
    ]
    lines += [
        f"- verdict {verdict}: {100 * one['share']:.1f} % of the patterns, of which "
        f"{100 * one['accuracy']:.1f} % right (n = {one['n']}, "
        f"{100 * one['interval_95'][0]:.1f} to {100 * one['interval_95'][1]:.1f} unweighted)"
        for verdict, one in figures["verdicts"].items()
    ]
    ties = figures["ties"]
    lines.append(
        f"- spots that fit another phase as well as the true one: {100 * ties['share']:.1f} %; "
        "guessing at random among the tied would give "
        f"{100 * ties['bound_by_positions']:.1f} %"
    )
    lines.append(f"- median time from pixels to answer: {figures['seconds_median']:.2f} s")
    return lines


def _open_set_words(one: dict[str, Any]) -> list[str]:
    lines = [
        f"- foreign patterns: {100 * one['called_none']:.1f} % called none of the phases, "
        f"{100 * one['confident_phase']:.1f} % a phase with more than 80 %"
    ]
    if "auroc" in one:
        lines.append(
            f"- foreign against known: AUROC {one['auroc']:.3f}, false positive rate "
            f"{one['fpr_at_95']:.3f} at 95 %; known ones called none: "
            f"{100 * one['known_called_none']:.1f} %"
        )
    return lines


def _cell(value: dict[str, float]) -> str:
    return f"{value['value']:.3f} ({value['low']:.3f}–{value['high']:.3f})"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
