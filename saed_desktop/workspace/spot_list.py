"""All spots of a pattern as rows: where they are, what they mean, what explains them."""

from dataclasses import dataclass

import numpy as np

from saed_desktop.pattern.spot_edits import SpotEdits
from saed_desktop.translation import tr
from saed_desktop.workspace.answer_view import FoundMarks, ReflectionMarks


@dataclass(frozen=True)
class SpotRow:
    """One measured spot.

    Parameters
    ----------
    xy
        Position in pixels of the pattern.
    q_inv_angstrom, d_angstrom
        Length of its scattering vector and lattice spacing, None without a scale.
    radius_px
        Distance from the direct beam.
    intensity
        Above the background; the strongest spot has 1.
    hkl
        The reflection on it, "" where the candidate has none.
    residual_px
        Distance from that reflection, None without one.
    is_added
        Whether a person put it there.
    """

    xy: tuple[float, float]
    radius_px: float
    q_inv_angstrom: float | None
    d_angstrom: float | None
    intensity: float
    hkl: str
    residual_px: float | None
    is_added: bool

    @property
    def status(self) -> str:
        """Kind of the spot in a word or two."""
        if self.is_added:
            return tr("matched, by hand") if self.hkl else tr("unmatched, by hand")
        return tr("matched") if self.hkl else tr("unmatched")


def spot_rows(
    found: FoundMarks,
    marks: ReflectionMarks | None,
    center_xy: tuple[float, float],
    scale_inv_angstrom_per_px: float | None,
    edits: SpotEdits | None,
) -> tuple[SpotRow, ...]:
    """Return the spots of a pattern in the order in which they were found.

    Parameters
    ----------
    found
        What was found in the image.
    marks
        The reflections of the candidate that is shown, None without one.
    center_xy
        The direct beam, as the candidate has it where there is one.
    scale_inv_angstrom_per_px
        The scale under which the pattern is shown.
    edits
        What a person changed about the spots.
    """
    added = set(edits.added) if edits is not None else set()
    on: dict[int, int] = {}
    if marks is not None:
        on = {int(spot): i for i, spot in enumerate(marks.spot) if spot >= 0}
    radius = np.hypot(*(found.spots_xy - np.array(center_xy)).T) if len(found.spots_xy) else []
    strongest = float(found.spot_intensity.max(initial=0.0)) or 1.0
    rows = []
    for i, (x, y) in enumerate(found.spots_xy):
        r = float(radius[i])
        q = r * scale_inv_angstrom_per_px if scale_inv_angstrom_per_px is not None else None
        at = on.get(i)
        rows.append(
            SpotRow(
                xy=(float(x), float(y)),
                radius_px=r,
                q_inv_angstrom=q,
                d_angstrom=1 / q if q else None,
                intensity=float(found.spot_intensity[i]) / strongest,
                hkl=marks.labels[at] if marks is not None and at is not None else "",
                residual_px=(
                    float(marks.residual_px[at]) if marks is not None and at is not None else None
                ),
                is_added=(float(x), float(y)) in added,
            )
        )
    return tuple(rows)
