"""What a record says beyond the usual: candidates' reflections, cells, tilts to other axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import direction_label, plane_label
from saed_desktop.indexing.cell import refine_cell
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.indexing.tilt import Holder, tilt_guide


def reflections_json(candidate: Candidate, phase: Phase) -> list[dict[str, Any]]:
    """Return every reflection of a candidate that could be seen, with its spot."""
    match = candidate.match
    rows = []
    for i in range(len(match.hkl)):
        spot = int(match.spot[i])
        rows.append(
            {
                "hkl": [int(h) for h in match.hkl[i]],
                "label": plane_label(phase.lattice, match.hkl[i]),
                "xy": [round(float(v), 2) for v in match.xy[i]],
                "intensity": round(float(match.intensity[i]), 5),
                "visible": round(float(match.visible[i]), 3),
                "forbidden": bool(match.forbidden[i]),
                "spot": spot if spot >= 0 else None,
                "residual_px": round(float(match.residual_px[i]), 2) if spot >= 0 else None,
            }
        )
    return rows


def spots_json(solution: Solution) -> list[dict[str, Any]]:
    """Return the measured spots, in the numbering that reflections refer to."""
    spots = solution.prepared.diffracted
    return [
        {
            "xy": [round(float(v), 2) for v in spots.xy[i]],
            "sigma_px": round(float(spots.sigma_px[i]), 3),
            "intensity": float(f"{spots.intensity[i]:.6g}"),
            "width_px": round(float(spots.width_px[i]), 2),
        }
        for i in range(len(spots))
    ]


def tilts_json(
    candidate: Candidate, phase: Phase, holder: Holder, *, alpha_deg: float, beta_deg: float
) -> list[dict[str, Any]]:
    """Return the goniometer angles to the zone axes within reach of an indexed pattern."""
    guide = tilt_guide(phase, candidate.orientation, holder, alpha_deg=alpha_deg, beta_deg=beta_deg)
    return [
        {
            "zone_axis": list(target.zone_axis),
            "label": direction_label(phase.lattice, target.zone_axis),
            "alpha_deg": round(target.alpha_deg, 2),
            "beta_deg": round(target.beta_deg, 2),
            "distance_deg": round(target.distance_deg, 2),
        }
        for target in guide
        if target.is_reachable
    ]


@dataclass(frozen=True)
class Details:
    """What a record is to say beyond the usual.

    Parameters
    ----------
    reflections
        The measured spots, and every candidate's reflections with hkl and spot, and the rotation
        from the crystal's Cartesian frame to the image's (x right, y down, z along the beam).
    holder
        The goniometer, for the tilts to other zone axes; None leaves them out.
    alpha_deg, beta_deg
        Its angles when the pattern was taken.
    cell
        The lattice parameters of every candidate, refined.
    """

    reflections: bool = True
    holder: Holder | None = None
    alpha_deg: float = 0.0
    beta_deg: float = 0.0
    cell: bool = False

    def added_to(
        self, record: dict[str, Any], solution: Solution, phases: Sequence[Phase]
    ) -> dict[str, Any]:
        """Return a solution's record with the details."""
        by_name = {phase.name: phase for phase in phases}
        if self.reflections:
            record["spot_list"] = spots_json(solution)
        for entry, candidate in zip(record["candidates"], solution.candidates, strict=True):
            if self.reflections:
                entry["reflections"] = reflections_json(candidate, by_name[candidate.phase])
                entry["orientation"] = np.round(candidate.orientation, 6).tolist()
            if self.cell:
                phase = by_name[candidate.phase]
                entry["cell"] = refine_cell(solution.prepared, candidate, phase).to_json()
            if self.holder is not None:
                entry["tilts"] = tilts_json(
                    candidate,
                    by_name[candidate.phase],
                    self.holder,
                    alpha_deg=self.alpha_deg,
                    beta_deg=self.beta_deg,
                )
        return record
