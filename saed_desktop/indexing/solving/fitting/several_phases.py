"""Fits of several phases as one batch, and each phase's own again.

A handful of orientations of one phase is so few numbers that calling the functions costs more than
what these do; of nine phases together it costs as much.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from saed_desktop.arrays import BoolArray
from saed_desktop.indexing.solving.fitting.likelihood import SpotLikelihood
from saed_desktop.indexing.solving.fitting.prediction import PredictedReflections
from saed_desktop.indexing.solving.fitting.refinement import RefinedOrientations
from saed_desktop.indexing.solving.fitting.spot_model import SingleScattering, SpotModel
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry


def joined_geometry(parts: Sequence[Geometry]) -> Geometry:
    """Return orientations of several phases, each its own, one after the other.

    Parameters
    ----------
    parts
        Of each phase.
    """
    return Geometry(
        np.concatenate([part.orientation for part in parts]),
        np.concatenate([part.scale for part in parts]),
        np.concatenate([part.affine for part in parts]),
        np.concatenate([part.shift_px for part in parts]),
        np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
    )


def together(parts: Sequence[RefinedOrientations]) -> RefinedOrientations:
    """Return fits of several phases as one batch.

    Parameters
    ----------
    parts
        Fits of one phase each, all to the same spots.
    """
    model = SpotModel(tuple(part.model.table for part in parts), parts[0].model.observation)
    first_row = np.cumsum([0, *(len(part) for part in parts)])
    first_point = model.joint.first_point
    return RefinedOrientations(
        model,
        joined_geometry([part.geometry for part in parts]),
        np.concatenate([part.scale_sigma for part in parts]),
        np.concatenate([part.log_prior for part in parts]),
        PredictedReflections(
            int(first_row[-1]),
            np.concatenate(
                [p.predicted.row + row for p, row in zip(parts, first_row, strict=False)]
            ),
            np.concatenate(
                [p.predicted.index + point for p, point in zip(parts, first_point, strict=False)]
            ),
            np.concatenate([part.predicted.xy_px for part in parts]),
            np.concatenate([part.predicted.log_intensity for part in parts]),
        ),
        SpotLikelihood(
            np.concatenate([part.likelihood.log_likelihood for part in parts]),
            np.concatenate([part.likelihood.visible for part in parts]),
            np.concatenate([part.likelihood.spot for part in parts]),
            np.concatenate([part.likelihood.distance_px for part in parts]),
        ),
        _single_scattering(parts),
        np.concatenate([part.tilt_sigma_deg for part in parts]),
    )


def _single_scattering(parts: Sequence[RefinedOrientations]) -> SingleScattering | None:
    if all(part.single_scattering is None for part in parts):
        return None
    found: list[BoolArray] = []
    for part in parts:
        none = np.zeros(len(part.model.table.points.length), dtype=bool)
        found += part.single_scattering or [none] * len(part)
    return tuple(found)


def by_phase(fits: RefinedOrientations) -> list[RefinedOrientations]:
    """Return the fits of each phase of a batch.

    Parameters
    ----------
    fits
        Of all phases of their model.
    """
    phase = fits.geometry.phase
    if phase is None:
        return [fits]
    found = []
    for which, table in enumerate(fits.model.tables):
        part = fits[np.flatnonzero(phase == which)]
        index = part.predicted.index - fits.model.joint.first_point[which]
        found.append(
            replace(
                part,
                model=SpotModel((table,), fits.model.observation),
                geometry=replace(part.geometry, phase=None),
                predicted=replace(part.predicted, index=index),
                single_scattering=part.single_scattering if len(table.weak) else None,
                near=None,
            )
        )
    return found
