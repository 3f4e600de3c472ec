"""Additions to a record for the window's table and page: a picture, marks, a name."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import plane_label
from saed_desktop.indexing.solution import Candidate, Solution
from saed_desktop.results.record import AnswerRecord, MarkRecord, PictureRecord
from saed_desktop.workspace.display import build_pyramid, thumbnail

THUMBNAIL_PX = 88
MOST_MARKS = 60


class WindowExtras:
    """Adds the window's extras to every record of a folder run."""

    def extend_record(
        self,
        record: AnswerRecord,
        solution: Solution,
        phases: Sequence[Phase],
        priors: Mapping[str, float],
    ) -> AnswerRecord:
        """Return the record with the picture of its answer."""
        image = solution.prepared.pattern.image_yx
        jpeg = encoded_jpeg(thumbnail(build_pyramid(image), THUMBNAIL_PX))
        named = next((c for c in solution.candidates if c.phase == solution.phase), None)
        marks: tuple[MarkRecord, ...] = ()
        if named is not None:
            lattice = next(phase.lattice for phase in phases if phase.name == named.phase)
            marks = _marks(named, lattice)
        picture = PictureRecord(jpeg=jpeg, width_px=image.shape[1], marks=marks)
        return replace(record, picture=picture)


def encoded_jpeg(picture: npt.NDArray[np.uint8], quality: int = 80) -> bytes:
    """Return a grey or colour (BGR) picture as a JPEG."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(data.tobytes())


def _marks(candidate: Candidate, lattice: Lattice) -> tuple[MarkRecord, ...]:
    """Return x, y and name of the strongest matched reflections."""
    match = candidate.match
    matched = np.flatnonzero(match.is_matched)
    strongest = matched[np.argsort(-match.intensity[matched], kind="stable")][:MOST_MARKS]
    return tuple(
        MarkRecord(
            round(float(match.xy[i, 0]), 1),
            round(float(match.xy[i, 1]), 1),
            plane_label(lattice, match.hkl[i]),
        )
        for i in strongest
    )
