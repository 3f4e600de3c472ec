"""Indexing by two spots against the tables of textbooks and against computed patterns."""

import numpy as np
import pytest

from saed_desktop.calibration.standards import STANDARDS
from saed_desktop.crystal.zone_axis import zone_axis_of
from saed_desktop.indexing.manual.two_spots import PairTolerance, candidate_of_pair, pair_solutions
from saed_desktop.indexing.pipeline import bundled_phases
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.rendering import SCALE, spot_image

TIGHT = PairTolerance(0.01, 0.005, 0.4)


def _standard(name):
    return next(s for s in STANDARDS if s.name.startswith(name)).phase()


# ratio of the lengths and angle, as the tables of zone axes give them (Edington 1976,
# appendix 5; Williams and Carter 2009, section 18.11), with both reflections and the axis' family
TABLE = [
    ("Gold", 1.155, 54.74, "111", "200", (0, 1, 1)),
    ("Gold", 1.414, 45.0, "200", "220", (0, 0, 1)),
    ("Gold", 1.000, 60.0, "220", "220", (1, 1, 1)),
    ("Gold", 1.633, 90.0, "111", "220", (1, 1, 2)),
    ("Silicon", 1.633, 90.0, "111", "220", (1, 1, 2)),
]


@pytest.mark.parametrize(("name", "ratio", "angle", "first", "second", "axis"), TABLE)
def test_ratio_and_angle_give_the_zone_axis_of_the_tables(name, ratio, angle, first, second, axis):
    phase = _standard(name)
    turn = np.deg2rad(17.0)
    one = 100 * np.array([np.cos(turn), np.sin(turn)])
    two = (
        100 * ratio * np.array([np.cos(turn + np.deg2rad(angle)), np.sin(turn + np.deg2rad(angle))])
    )
    found = pair_solutions(phase, tuple(one), tuple(two), Calibration.unknown(), TIGHT)
    families = {
        (_family(s.labels[0]), _family(s.labels[1]), _family("".join(map(str, s.zone_axis))))
        for s in found
        if not s.is_forbidden
    }
    assert (_family(first), _family(second), _family("".join(map(str, axis)))) in families


def _family(text):
    return "".join(sorted(c for c in text if c.isdigit()))


def test_lengths_and_angle_are_those_of_the_crystal():
    """Checked with d and angle of a cubic crystal, written out."""
    phase, a = _standard("Aluminium"), 4.0495
    one, two = (80.0, 10.0), (-20.0, 95.0)
    scale = 0.005
    for solution in pair_solutions(
        phase,
        one,
        two,
        Calibration.known(scale, ScaleSource.USER, 0.01),
        PairTolerance(0.2, 0.2, 15),
    ):
        h1, h2 = (np.array(hkl, float) for hkl in solution.hkl)
        q1, q2 = np.linalg.norm(h1) / a, np.linalg.norm(h2) / a
        angle = np.rad2deg(np.arccos(h1 @ h2 / np.linalg.norm(h1) / np.linalg.norm(h2)))
        measured = np.rad2deg(np.arccos(np.dot(one, two) / np.hypot(*one) / np.hypot(*two)))
        assert solution.angle_off_deg == pytest.approx(measured - angle, abs=1e-6)
        assert solution.length_off[0] == pytest.approx(np.hypot(*one) * scale / q1 - 1, abs=1e-9)
        assert solution.length_off[1] == pytest.approx(np.hypot(*two) * scale / q2 - 1, abs=1e-9)
        zone = np.array(solution.zone_axis)
        assert h1 @ zone == 0 and h2 @ zone == 0


@pytest.mark.parametrize("seed", range(6))
def test_the_right_pair_of_any_phase_is_listed_first_or_ties(seed):
    rng = np.random.default_rng(seed)
    phases = bundled_phases()
    phase = phases[seed % len(phases)]
    zone = tuple(int(v) for v in rng.integers(-2, 3, 3))
    zone = zone if any(zone) else (0, 0, 1)
    orientation = orientation_of_zone(phase.lattice, zone, in_plane_deg=float(rng.uniform(0, 360)))
    reflections = kinematical_reflections(reciprocal_points(phase, 1.2), orientation)
    strong = [i for i in range(len(reflections)) if np.hypot(*reflections.q_xy[i]) > 0.1][:12]
    scale = 0.004
    q = reflections.q_xy
    i, j = next(
        (a, b)
        for a in strong
        for b in strong
        if abs(_area(q[a], q[b])) > 0.3 * np.linalg.norm(q[a]) * np.linalg.norm(q[b])
    )
    known = Calibration.known(scale, ScaleSource.USER, 0.01)
    found = pair_solutions(phase, tuple(q[i] / scale), tuple(q[j] / scale), known)
    best = found[0]
    assert best.misfit < 0.05
    group = phase.space_group
    equals = [
        s
        for s in found
        if s.misfit < best.misfit + 0.02
        and _is_equivalent(group, s.hkl[0], reflections.hkl[i])
        and _is_equivalent(group, s.hkl[1], reflections.hkl[j])
    ]
    assert equals
    true_zone = zone_axis_of(reflections.hkl[i], reflections.hkl[j])
    named = {group.canonical_uvw(np.array(s.zone_axis)) for s in equals}
    assert named & {
        group.canonical_uvw(np.array(true_zone)),
        group.canonical_uvw(-np.array(true_zone)),
    }


def _area(one, other):
    return one[0] * other[1] - one[1] * other[0]


def _is_equivalent(group, one, other):
    return any(tuple(row) == tuple(other) for row in group.equivalent_hkl(one).tolist())


def test_a_pair_indexes_the_whole_pattern_on_its_own_axes():
    phase = next(p for p in bundled_phases() if p.name == "PuO2")
    image, _ = spot_image("PuO2", (1, 1, 0), seed=3)
    prepared = prepare(Pattern(image, Calibration.known(SCALE, ScaleSource.FILE)))
    center = np.array(prepared.center.xy)
    spots = prepared.diffracted.xy
    radius = np.hypot(*(spots - center).T)
    order = np.argsort(radius)
    first = order[0]
    second = next(
        k for k in order[1:] if abs(_area(spots[first] - center, spots[k] - center)) > 500
    )
    pair = (tuple(spots[first]), tuple(spots[second]))
    best = pair_solutions(
        phase,
        tuple(spots[first] - center),
        tuple(spots[second] - center),
        Calibration.known(SCALE, ScaleSource.FILE),
    )[0]
    candidate = candidate_of_pair(prepared, phase, best.hkl, pair)
    assert candidate.matched > 0.8 * len(spots)
    for hkl, xy in zip(best.hkl, pair, strict=True):
        at = np.flatnonzero((candidate.match.hkl == np.array(hkl)).all(axis=1))
        assert np.hypot(*(candidate.match.xy[at[0]] - np.array(xy))) < 3
    # every reflection that lies on a spot obeys the zone law with the axis that is named
    matched = candidate.match.hkl[candidate.match.is_matched]
    assert (matched @ np.array(candidate.zone_axis) == 0).mean() > 0.9


def test_two_spots_on_one_line_or_on_the_beam_give_nothing():
    phase = _standard("Gold")
    assert pair_solutions(phase, (50.0, 0.0), (100.0, 0.0), Calibration.unknown(), TIGHT) == []
    assert pair_solutions(phase, (0.0, 0.0), (100.0, 0.0), Calibration.unknown()) == []
