"""One pattern as a page to keep or to send: picture, answer, candidates, scale, spots, versions."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from saed_desktop import __version__
from saed_desktop.crystal.index_symbols import symbol_html, text_html
from saed_desktop.paths import resources_dir
from saed_desktop.results.wording import SOURCE_WORDS, percent, phase_label
from saed_desktop.translation import tr
from saed_desktop.workspace.analysis_service import Answered
from saed_desktop.workspace.answer_view import CandidateRow
from saed_desktop.workspace.document import PatternState
from saed_desktop.workspace.measurements import measurement_row
from saed_desktop.workspace.spot_list import spot_rows

if TYPE_CHECKING:
    from saed_desktop.workspace.answer_view import FoundMarks


SCREEN, PAPER = "report.html", "report_paper.html"
PICTURE = "picture.png"
"""Name of the picture in the page for paper."""


@dataclass(frozen=True)
class Section:
    """A heading with a list of names and values, with a table, or with both."""

    title: str
    pairs: "Sequence[tuple[str, str | Markup]]" = ()
    titles: Sequence[str] = ()
    rows: "Sequence[Sequence[str | Markup]]" = ()


@dataclass(frozen=True)
class _Report:
    title: str
    file: str
    headline: "Markup"
    subline: str
    caution: str
    reasons: "Markup"
    label: str
    picture: str
    sections: tuple[Section, ...]


def report_page(
    answered: Answered,
    found: "FoundMarks",
    state: PatternState,
    rows: Sequence[CandidateRow],
    chosen: CandidateRow | None,
    picture_png: bytes = b"",
    *,
    template: str = SCREEN,
) -> str:
    """Return a pattern with its answer as one page of HTML that needs no other file.

    Parameters
    ----------
    answered
        The answer.
    found
        What was found in the image.
    state
        What the user decided.
    rows, chosen
        The candidates as they are listed, those by hand included, and the one that is shown.
    picture_png
        The pattern as it is shown; the page for paper names it `PICTURE` instead.
    template
        `SCREEN` for browsers, or `PAPER` for what sets pages without styles of a browser.
    """
    view = answered.view
    label = state.label.phase if state.label is not None else ""
    report = _Report(
        title=state.path.name,
        file=str(state.path) + (f" [{state.frame + 1}]" if state.frame else ""),
        headline=Markup(text_html(view.headline)),
        subline=view.subline,
        caution=view.caution,
        reasons=Markup(text_html(" ".join([*view.sentences, *view.deciding]))),
        label=phase_label(label) if label else "",
        picture=base64.b64encode(picture_png).decode("ascii"),
        sections=(
            _candidates(rows, answered.solution.none_of_these),
            _scale(answered, found, chosen),
            _spots(answered, found, state, chosen),
            *_measurements(answered, found, state),
            _versions(answered),
        ),
    )
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FileSystemLoader(resources_dir() / "templates"),
    )
    return environment.get_template(template).render(report=report, picture_name=PICTURE)


def _candidates(rows: Sequence[CandidateRow], none: float | None) -> Section:
    said = tr("Probability of none of these phases")
    return Section(
        tr("Candidates"),
        pairs=[(said, percent(none))] if none is not None else [],
        titles=(
            tr("Phase"),
            tr("Zone axis"),
            tr("Probability"),
            tr("Score"),
            tr("Spots"),
            tr("Missing"),
            tr("Off, 1/Å"),
        ),
        rows=[
            (
                tr("{label}, by hand", label=row.label) if row.is_by_hand else row.label,
                Markup(symbol_html(row.zone)),
                "" if row.probability is None else percent(row.probability),
                f"{row.score:.2f}",
                tr(
                    "{matched} of {value}", matched=row.matched, value=row.matched + row.unexplained
                ),
                str(row.missing),
                f"{row.rms_inv_angstrom:.4f}",
            )
            for row in rows
        ],
    )


def _scale(answered: Answered, found: "FoundMarks", chosen: CandidateRow | None) -> Section:
    calibration = answered.solution.calibration
    pattern = answered.solution.prepared.pattern
    scale = calibration.scale_inv_angstrom_per_px
    pairs = [
        (
            tr("Scale"),
            tr("unknown") if scale is None else tr("{scale} 1/Å per pixel", scale=f"{scale:.6f}"),
        )
    ]
    if scale is not None:
        source = calibration.source.value
        pairs.append((tr("Its source"), tr(SOURCE_WORDS.get(source, source))))
        pairs.append((tr("Its standard uncertainty"), f"{100 * calibration.relative_sigma:.2f} %"))
    if calibration.remark:
        pairs.append((tr("Remark"), calibration.remark))
    x, y = found.center_xy
    pairs.append(
        (
            tr("Direct beam"),
            f"x {x:.2f}, y {y:.2f} px ± {found.center_sigma_px:.2f}, {tr(found.center_method)}",
        )
    )
    if chosen is not None and chosen.beam:
        off = tr("{number}° off {zone}", number=f"{chosen.off_zone_deg:.1f}", zone=chosen.zone)
        pairs.append((tr("Beam direction in the crystal"), f"{chosen.beam}, {off}"))
    if pattern.energy_kev:
        pairs.append((tr("Electron energy"), f"{pattern.energy_kev:g} keV"))
    if pattern.camera_length_mm:
        pairs.append(
            (
                tr("Camera length"),
                f"{pattern.camera_length_mm:g} mm",
            )
        )
    height, width = pattern.shape_yx
    pairs.append((tr("Image"), tr("{width} × {height} pixels", width=width, height=height)))
    return Section(tr("Calibration and geometry"), pairs=pairs)


def _spots(
    answered: Answered, found: "FoundMarks", state: PatternState, chosen: CandidateRow | None
) -> Section:
    scale = answered.solution.calibration.scale_inv_angstrom_per_px
    rows = spot_rows(
        found,
        chosen.marks if chosen is not None else None,
        chosen.center_xy if chosen is not None else found.center_xy,
        scale,
        state.spots,
    )
    return Section(
        tr("Spots and the reflections of {label} on them", label=chosen.label)
        if chosen is not None
        else tr("Spots and the reflections on them"),
        titles=("hkl", "d, Å", "q, 1/Å", "off, px", "I", "x, px", "y, px", tr("Spot")),
        rows=[
            (
                Markup(symbol_html(row.hkl)),
                _number(row.d_angstrom, 3),
                _number(row.q_inv_angstrom, 4),
                _number(row.residual_px, 2),
                f"{row.intensity:.3f}",
                f"{row.xy[0]:.1f}",
                f"{row.xy[1]:.1f}",
                row.status,
            )
            for row in rows
        ],
    )


def _measurements(
    answered: Answered, found: "FoundMarks", state: PatternState
) -> tuple[Section, ...]:
    if not state.measurements:
        return ()
    scale = answered.solution.calibration.scale_inv_angstrom_per_px
    rows = [measurement_row(item, found.center_xy, scale) for item in state.measurements]
    return (
        Section(
            tr("Measurements"),
            titles=(tr("What"), "R, px", "d, Å", "R₁/R₂", tr("Angle, °"), tr("Note")),
            rows=[
                (
                    tr("spot pair") if row.kind == "pair" else tr("distance"),
                    ", ".join(f"{value:.1f}" for value in row.lengths_px),
                    ", ".join(f"{value:.3f}" for value in row.d_angstrom or ()),
                    _number(row.ratio, 4),
                    _number(row.angle_deg, 2),
                    row.note,
                )
                for row in rows
            ],
        ),
    )


def _versions(answered: Answered) -> Section:
    solution = answered.solution
    pairs = [(tr("Program"), f"SAED Desktop {__version__}")]
    if solution.network_name:
        pairs.append((tr("Network"), solution.network_name))
        pairs.append((tr("Its SHA-256"), solution.network_sha256 or ""))
    else:
        pairs.append((tr("Network"), tr("none was asked")))
    pairs.append(
        (tr("Phases considered"), ", ".join(phase_label(n) for n in solution.probabilities))
    )
    return Section(tr("How it was answered"), pairs=pairs)


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"
