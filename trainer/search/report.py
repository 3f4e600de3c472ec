"""`saed-trainer search report`: what came of a search, as one page, figures and a table."""

import csv
import html
import sys
from collections.abc import Sequence
from pathlib import Path

from saed_desktop import __version__
from saed_desktop.errors import UsageError
from saed_desktop.results.atomic import atomic_text, write_json, write_text
from trainer.html_page import html_page, picture, table
from trainer.search.analysis import (
    RungResults,
    ScoredArchitecture,
    agreement,
    main_effects,
    rung_results,
    scored_architectures,
)
from trainer.search.figures import curves_plot, effects_plot, front_plot
from trainer.search.layout import final_run
from trainer.search.settings import SearchSettings
from trainer.search.status import search_status

TOP = 20
TABLE = "ranking.csv"
WINNER = "winner.json"
PAGE = "report.html"


def write_report(folder: Path, settings: SearchSettings, output: Path) -> str:
    """Write the report and return what it says in a sentence.

    Raises
    ------
    UsageError
        If there are no results yet.
    """
    rungs = rung_results(folder, settings)
    if not rungs:
        raise UsageError(f"{folder} holds no results yet.")
    output.mkdir(parents=True, exist_ok=True)
    ranked = scored_architectures(rungs[-1])
    searched = [rung for rung in rungs if not rung.is_final]
    label = f"validation {settings.search.rank_by.replace('_', ' ')} / %"
    front_plot(searched[-1], lambda r: r.parameters, "parameters", label,
               output / "parameters.png")  # fmt: skip
    front_plot(searched[-1], lambda r: r.flops, "operations per pattern, forwards", label,
               output / "flops.png")  # fmt: skip
    effects = main_effects(settings, rungs)
    if effects:
        effects_plot(effects, label, output / "effects.png")
    curves_plot(rungs, label, output / "curves.png")
    _write_table(output / TABLE, settings, ranked)
    _write_winner(output / WINNER, folder, settings, rungs[-1], ranked[0])
    page = html_page("Architecture search", _parts(folder, settings, rungs, ranked, output))
    write_text(output / PAGE, page)
    best = ranked[0]
    return (
        f"Best of {rungs[-1].name}: architecture {best.index}, {label.removesuffix(' / %')} "
        f"{100 * best.score:.2f} %; see {output / PAGE}."
    )


def _parts(
    folder: Path,
    settings: SearchSettings,
    rungs: Sequence[RungResults],
    ranked: Sequence[ScoredArchitecture],
    output: Path,
) -> list[str]:
    effects = main_effects(settings, rungs)
    parts = [
        "<h1>Architecture search</h1>",
        f'<p class="lead">{len(settings.space):,} architectures of the space '
        f"'{html.escape(settings.space.name)}', {settings.search.strategy}, ranked by validation "
        f"{settings.search.rank_by.replace('_', ' ')}; test patterns have no say.</p>",
        _status_table(folder, settings),
        f"<h2>The best {min(TOP, len(ranked))} of {rungs[-1].name}</h2>",
        _top_table(settings, ranked[:TOP]),
        "<p><small>Intervals are 95 % Wilson intervals of the accuracy on the validation patterns; "
        "with several seeds the score is their mean. Architectures whose intervals overlap are not "
        "told apart. The best of many is chosen on these very patterns, so its score flatters "
        "it.</small></p>",
        "<h2>What size buys</h2>",
        picture(output / "parameters.png", "One dot per architecture; numbers name the front."),
        picture(output / "flops.png", "The same against the arithmetic of one pattern."),
        "<h2>Learning curves</h2>",
        picture(output / "curves.png", "Every training of each rung, the best three in colour."),
    ]
    if effects:
        parts += [
            "<h2>Effect of each variable</h2>",
            picture(
                output / "effects.png",
                "Mean score of all architectures of the first rung by value, with 95 % intervals.",
            ),
            _effects_table(settings, rungs),
        ]
    parts += [
        _agreement_words(rungs),
        f"<p><small>Made by saed-trainer {html.escape(__version__)}: "
        f"<code>{html.escape(' '.join(['saed-trainer', *sys.argv[1:]]))}</code></small></p>",
    ]
    return parts


def _status_table(folder: Path, settings: SearchSettings) -> str:
    rows = []
    for rung in search_status(folder, settings):
        total = "–" if rung.total is None else f"{rung.total:,}"
        cells = [rung.name, total, f"{rung.done:,}", f"{rung.stopped:,}", f"{rung.failed:,}",
                 f"{rung.device_hours:.2f}"]  # fmt: skip
        rows.append((cells, [""] * len(cells)))
    return table(["", "trainings", "done", "given up", "failed", "device-hours"], rows)


def _top_table(settings: SearchSettings, ranked: Sequence[ScoredArchitecture]) -> str:
    axes = [name for name, values in settings.space.axes.items() if len(values) > 1]
    head = ["place", "number", "score / %", "95 % interval", "sd of seeds", "parameters",
            "MFLOP", *(name.replace("_", " ") for name in axes)]  # fmt: skip
    rows = []
    for place, standing in enumerate(ranked, start=1):
        described = settings.space.at(standing.index).describe()
        sd = "–" if len(standing.results) < 2 else f"{100 * standing.sd:.2f}"
        low, high = standing.interval.low, standing.interval.high
        cells = [
            str(place),
            str(standing.index),
            f"{100 * standing.score:.2f}",
            f"{100 * low:.1f} – {100 * high:.1f}",
            sd,
            f"{standing.results[0].parameters:,}",
            f"{standing.results[0].flops / 1e6:,.1f}",
            *(html.escape(_word(described[name])) for name in axes),
        ]
        rows.append((cells, ["best" if place == 1 else ""] * len(cells)))
    return table(head, rows)


def _effects_table(settings: SearchSettings, rungs: Sequence[RungResults]) -> str:
    rows = []
    for name, effects in main_effects(settings, rungs).items():
        for effect in effects:
            kept = "–" if effect.kept_share is None else f"{100 * effect.kept_share:.1f}"
            cells = [
                name.replace("_", " "),
                _word(effect.value),
                f"{100 * effect.mean:.2f} ± {196 * effect.error:.2f}",
                f"{100 * effect.best:.2f}",
                kept,
            ]
            rows.append((cells, [""] * len(cells)))
    head = ["variable", "value", "mean / %", "best / %", "reach the last rung / %"]
    return table(head, rows)


def _agreement_words(rungs: Sequence[RungResults]) -> str:
    found = agreement(rungs)
    if not found:
        return ""
    words = "; ".join(
        f"{first} with {last}: {value:.2f} over {count} architectures"
        for first, last, count, value in found
    )
    return f"<p>Rank correlation (Spearman) of {words}.</p>"


def _write_table(
    path: Path, settings: SearchSettings, ranked: Sequence[ScoredArchitecture]
) -> None:
    axes = list(settings.space.axes)
    with atomic_text(path) as stream:
        writer = csv.writer(stream)
        writer.writerow(["place", "index", "score", "low_95", "high_95", "trainings", "parameters",
                         "flops", *axes])  # fmt: skip
        for place, standing in enumerate(ranked, start=1):
            described = settings.space.at(standing.index).describe()
            writer.writerow(
                [
                    place,
                    standing.index,
                    f"{standing.score:.6f}",
                    f"{standing.interval.low:.6f}",
                    f"{standing.interval.high:.6f}",
                    len(standing.results),
                    standing.results[0].parameters,
                    standing.results[0].flops,
                    *(described[name] for name in axes),
                ]
            )


def _write_winner(
    path: Path, folder: Path, settings: SearchSettings, rung: RungResults, best: ScoredArchitecture
) -> None:
    architecture = settings.space.at(best.index)
    run = final_run(folder, best.index) if rung.is_final else None
    write_json(
        path,
        {
            "index": best.index,
            "network": architecture.network,
            "description": architecture.describe(),
            "rung": rung.name,
            "score": best.score,
            "trainings": len(best.results),
            "run": None if run is None else str(run),
            "export": None if run is None else f"saed-trainer export {run} --output FILE.saednet",
        },
    )


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
