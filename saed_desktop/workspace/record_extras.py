"""What a window's table and page show of an answer besides the record: a picture, marks, a name."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.workspace.display import build_pyramid, thumbnail

THUMBNAIL_PX = 88
MOST_MARKS = 60

EXTRA_KEYS = ("zone_label", "thumbnail", "marks", "width_px")
"""What a record of a run holds beyond what the command line prints."""


class WindowExtras:
    """What the window's folder run adds to every record; it is kept in the run's journal."""

    def added_to(
        self, record: dict[str, Any], solution: Solution, phases: Sequence[Phase]
    ) -> dict[str, Any]:
        """Return the record with the extras of its answer."""
        image = solution.prepared.pattern.image_yx
        picture = thumbnail(build_pyramid(image), THUMBNAIL_PX)
        extras: dict[str, Any] = {"thumbnail": encoded_jpeg(picture), "width_px": image.shape[1]}
        named = next((c for c in solution.candidates if c.phase == solution.phase), None)
        if named is not None:
            lattice = next(phase.lattice for phase in phases if phase.name == named.phase)
            extras["zone_label"] = named.zone_label
            extras["marks"] = _marks(named, lattice)
        return {**record, **extras}


def without_extras(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as the command line prints it."""
    return {key: value for key, value in record.items() if key not in EXTRA_KEYS}


def encoded_jpeg(picture: npt.NDArray[np.uint8], quality: int = 80) -> str:
    """Return a grey or colour (BGR) picture as text: a JPEG in base 64."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return base64.b64encode(data.tobytes()).decode("ascii")


def _marks(candidate: Candidate, lattice: Lattice) -> list[list[Any]]:
    """Return x, y and name of the strongest matched reflections."""
    match = candidate.match
    matched = np.flatnonzero(match.is_matched)
    strongest = matched[np.argsort(-match.intensity[matched], kind="stable")][:MOST_MARKS]
    return [
        [
            round(float(match.xy[i, 0]), 1),
            round(float(match.xy[i, 1]), 1),
            plane_label(lattice, match.hkl[i]),
        ]
        for i in strongest
    ]
