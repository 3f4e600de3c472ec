"""What an orientation would show: forbidden reflections by double diffraction, and the odds."""

import numpy as np
import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.indexing.solving.fitting.likelihood import MatchTolerance
from saed_desktop.indexing.solving.fitting.spot_model import SpotModel
from saed_desktop.indexing.solving.hypotheses.basis_pairs import find_basis_pairs
from saed_desktop.indexing.solving.hypotheses.geometry import Geometry
from saed_desktop.indexing.solving.match import match_phase
from saed_desktop.indexing.solving.observation import Observation
from saed_desktop.indexing.solving.phase_table import phase_table
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.spot_lattice import find_spot_lattice
from saed_desktop.pattern.spots import Spots
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone

SCALE = 0.004
MIDDLE = (400.0, 400.0)
ZIRCONIUM = read_phase(resources_dir() / "phases" / "alpha-Zr.cif")
SILICON = Phase(
    "Si",
    Lattice(5.431, 5.431, 5.431),
    space_group_from_symbol("F d -3 m:2"),
    (Site("Si", (0.125, 0.125, 0.125)),),
)


def observed(q_xy, intensity):
    xy = np.asarray(q_xy) / SCALE
    ones = np.ones(len(xy))
    log_intensity = np.log(intensity)
    significance = np.clip(7 * np.exp(0.5 * (log_intensity - log_intensity.min())), 7, 200)
    return Observation(
        offsets_px=xy,
        sigma_px=0.3 * ones,
        log_intensity=log_intensity,
        significance=significance,
        center_xy=MIDDLE,
        center_sigma_px=0.5,
        scale=SCALE,
        scale_sigma=0.01,
        energy_kev=200.0,
        hidden_yx=np.zeros((800, 800), bool),
        index=np.arange(len(xy)),
    )


def seen_along(phase, uvw, *, besides=()):
    """The spots along a zone axis, those of some forbidden reflections among them."""
    orientation = orientation_of_zone(phase.lattice, uvw, in_plane_deg=17.0)
    shown = kinematical_reflections(reciprocal_points(phase, 1.2), orientation)
    strong = shown.intensity > 2e-3 * shown.intensity[0]
    extra = (phase.lattice.g_vectors(np.array(besides).reshape(-1, 3)) @ orientation.T)[:, :2]
    q = np.concatenate([shown.q_xy[strong], extra])
    faint = np.full(len(extra), 0.02 * shown.intensity[0])
    return orientation, observed(q, np.concatenate([shown.intensity[strong], faint]))


def expected(phase, orientation, observation, unexcited_forbidden=None):
    model = SpotModel(phase_table(phase, 1.3), observation)
    geometry = Geometry.undistorted(orientation[None], SCALE)
    return model, model.predict(geometry, unexcited_forbidden)


@pytest.mark.parametrize(
    ("phase", "uvw", "forbidden", "is_dark"),
    [
        (ZIRCONIUM, (1, 1, 0), (0, 0, 1), False),
        (ZIRCONIUM, (2, 1, 0), (0, 0, 1), True),
        (SILICON, (0, 1, 1), (2, 0, 0), False),
        (SILICON, (0, 0, 1), (2, 0, 0), True),
    ],
)
def test_forbidden_reflections_need_a_path_of_double_diffraction(phase, uvw, forbidden, is_dark):
    orientation, observation = seen_along(phase, uvw)
    model, predicted = expected(phase, orientation, observation)
    unexcited_forbidden = model.find_unexcited_forbidden(predicted)
    point = int(np.flatnonzero((model.table.points.hkl == forbidden).all(axis=1))[0])
    assert model.table.points.absent[point]
    assert unexcited_forbidden[0, point] == is_dark
    assert point in predicted.index
    _, without = expected(phase, orientation, observation, unexcited_forbidden)
    assert (point in without.index) != is_dark


def test_phases_without_screws_and_glides_have_nothing_forbidden():
    phase = read_phase(resources_dir() / "phases" / "PuO2.cif")
    orientation, observation = seen_along(phase, (1, 1, 0))
    model, predicted = expected(phase, orientation, observation)
    assert model.find_unexcited_forbidden(predicted) is None


def test_spots_of_double_diffraction_are_named_as_forbidden():
    odd = [(0, 0, 1), (0, 0, -1), (0, 0, 3), (0, 0, -3)]
    _, observation = seen_along(ZIRCONIUM, (1, 1, 0), besides=odd)
    ones = np.ones(len(observation))
    spots = Spots(
        observation.offsets_px + np.array(MIDDLE),
        observation.sigma_px,
        np.exp(observation.log_intensity),
        ones,
        2 * ones,
        observation.significance,
    )
    basis_pairs = find_basis_pairs(observation, find_spot_lattice(spots, tolerance_px=2.0))
    best = match_phase(ZIRCONIUM, observation, basis_pairs)[0]
    assert best.zone_axis == (1, 1, 0)
    assert best.unexplained == 0
    named = best.match.hkl[best.match.is_matched & best.match.forbidden]
    assert {tuple(np.abs(hkl)) for hkl in named} == {(0, 0, 1), (0, 0, 3)}
    assert len(named) == 4


def test_a_batch_is_judged_as_its_members_one_by_one():
    orientation, observation = seen_along(SILICON, (0, 1, 1))
    rng = np.random.default_rng(0)
    model = SpotModel(phase_table(SILICON, 1.3), observation)
    turned = [
        orientation_of_zone(SILICON.lattice, uvw, in_plane_deg=17.0, tilt_deg=tilt)
        for uvw, tilt in (((0, 1, 1), 0.0), ((0, 1, 1), 1.5), ((1, 1, 1), 0.0), ((0, 0, 1), 0.3))
    ]
    orientations = np.array([orientation, *turned])
    scale = SCALE * rng.normal(1, 0.003, 5)
    shift = rng.normal(0, 0.5, (5, 2))
    affine = np.eye(2) + 0.003 * rng.normal(size=(5, 1, 1)) * np.diag([1.0, -1.0])
    geometry = Geometry(orientations, scale, affine, shift)

    def judged(rows):
        return model.evaluate(model.predict(geometry[rows]), MatchTolerance(0.006, 1.0))

    together = judged(np.arange(5)).log_likelihood
    alone = [judged(np.array([i])).log_likelihood[0] for i in range(5)]
    assert np.allclose(together, alone)
    # the truth, or the same tilted a little, is likelier than other zones
    assert together[:2].min() > together[3:].max() + 20
