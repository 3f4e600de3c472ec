"""Bent, twinned, faulted and modulated crystals, against what textbooks say of them."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from saed_desktop.crystal.lattice import Lattice
from saed_desktop.crystal.phase import Phase, Site
from saed_desktop.crystal.symmetry import space_group_from_symbol
from saed_desktop.crystal.twin_laws import twin_laws
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.simulation.kinematical import excitation_errors
from saed_desktop.simulation.orientation import orientation_of_zone, rotation_about
from trainer.data.ranges import OrientationRanges
from trainer.judge.crystal_pattern import calculator_of, crystal_pattern, part_of, superposed
from trainer.judge.faults import (
    Fault,
    cut_by_sphere,
    draw_fault,
    fault_shift,
    with_fault,
    with_satellites,
)
from trainer.judge.imperfections import (
    PERFECT,
    ImperfectionRanges,
    draw_crystal,
    draw_tilts,
    twinned,
    with_rescattered,
)
from trainer.judge.observed import draw_pattern

THICKNESS = np.array([200.0, 400.0])


def cubic(name, symbol, a, element, xyz=(0, 0, 0)):
    return Phase(name, Lattice(a, a, a), space_group_from_symbol(symbol), (Site(element, xyz),))


AL = cubic("Al", "F m -3 m", 4.05, "Al")
SI = cubic("Si", "F d -3 m:2", 5.431, "Si", (0.125, 0.125, 0.125))
ZR = Phase(
    "Zr",
    Lattice(3.232, 3.232, 5.147, 90, 90, 120),
    space_group_from_symbol("P 63/m m c"),
    (Site("Zr", (1 / 3, 2 / 3, 0.25)),),
)


def pattern_of(phase, uvw, tilts=()):
    orientation = orientation_of_zone(phase.lattice, uvw)
    return crystal_pattern(calculator_of(phase), orientation, THICKNESS, tilts), orientation


def place_of(pattern, hkl):
    (place,) = np.flatnonzero((pattern.hkl == hkl).all(axis=1))
    return int(place)


def test_a_bent_crystal_shows_the_mean_of_its_parts_at_the_places_of_its_middle():
    flat, orientation = pattern_of(AL, (0, 0, 1))
    tilt = rotation_about([1, 0, 0], np.deg2rad(0.5))
    bent, _ = pattern_of(AL, (0, 0, 1), [tilt])
    other = crystal_pattern(calculator_of(AL), tilt @ orientation, THICKNESS)
    for hkl in ((2, 0, 0), (0, 2, 0), (2, 2, 0), (0, -4, 0)):
        i, j, k = (place_of(p, hkl) for p in (bent, flat, other))
        assert bent.q_xy[i] == pytest.approx(flat.q_xy[j])
        assert bent.intensity[:, i] == pytest.approx(
            (flat.intensity[:, j] + other.intensity[:, k]) / 2
        )
        assert bent.kinematical[i] == pytest.approx(
            (flat.kinematical[j] + other.kinematical[k]) / 2
        )
    total = (flat.intensity.sum(axis=1) + other.intensity.sum(axis=1)) / 2
    assert bent.intensity.sum(axis=1) == pytest.approx(total)


def test_parts_of_a_bent_crystal_are_tilted_by_tenths_of_a_degree():
    ranges = replace(PERFECT, bend_sigma_deg=(0.5, 0.5))
    rng = np.random.default_rng(1)
    tilts = np.array([draw_tilts(ranges, rng) for _ in range(200)]).reshape(-1, 3, 3)
    off = np.rad2deg(np.arccos(np.clip(tilts[:, 2, 2], -1, 1)))
    assert np.sqrt((off**2).mean()) == pytest.approx(0.5 * np.sqrt(2), rel=0.1)


def test_a_twin_adds_the_mirror_image_of_the_crystal_s_spots():
    crystal, orientation = pattern_of(AL, (0, 1, -1))
    law = next(one for one in twin_laws(AL) if abs(one.normal @ orientation[2]) < 1e-6)
    twin = crystal_pattern(calculator_of(AL), orientation @ law.rotation, THICKNESS)
    both = superposed(crystal, twin, 0.5)
    # the law's own calculation is not used: the twin plane's trace is a mirror of the pattern
    normal = (orientation @ law.normal)[:2]
    zone = np.abs(crystal.hkl @ [0, 1, -1]) == 0
    mirrored = crystal.q_xy - 2 * np.outer(crystal.q_xy @ normal, normal)
    for own in (crystal.q_xy[zone], mirrored[zone]):
        gap = np.linalg.norm(own[:, None] - both.q_xy[None], axis=2).min(axis=1)
        assert gap.max() < 1e-6
    # of an fcc twin along ⟨110⟩ one spot in three is the crystal's own as well
    alone = np.linalg.norm(mirrored[zone][:, None] - crystal.q_xy[None], axis=2).min(axis=1) > 0.01
    assert alone.mean() == pytest.approx(2 / 3, abs=0.07)
    assert both.intensity.sum(axis=1) == pytest.approx(
        crystal.intensity.sum(axis=1) + 0.5 * twin.intensity.sum(axis=1)
    )
    assert both.kinematical.sum() == pytest.approx(
        crystal.kinematical.sum() + 0.5 * twin.kinematical.sum()
    )


def test_a_twin_upon_a_crystal_diffracts_its_beams_once_more():
    crystal, orientation = pattern_of(AL, (0, 1, -1))
    law = next(one for one in twin_laws(AL) if abs(one.normal @ orientation[2]) < 1e-6)
    twin = crystal_pattern(calculator_of(AL), orientation @ law.rotation, THICKNESS)
    beside, upon = twinned(crystal, twin, 0.5, 0.0), twinned(crystal, twin, 0.5, 0.1)
    further = upon.q_xy[len(beside) :]
    assert len(further) > 10
    sums = (crystal.q_xy[:, None] + twin.q_xy[None]).reshape(-1, 2)
    assert np.linalg.norm(further[:, None] - sums[None], axis=2).min(axis=1).max() < 1e-9
    assert upon.kinematical[len(beside) :].max() == pytest.approx(0.1 * beside.kinematical.max())


@pytest.mark.parametrize(
    ("phase", "zone", "hkl", "is_reached"),
    [
        (SI, (0, 1, 1), (2, 0, 0), True),
        (SI, (0, 0, 1), (2, 0, 0), False),
        (ZR, (1, 0, 0), (0, 0, 1), True),
        (ZR, (1, 2, 0), (0, 0, 1), False),
    ],
)
def test_forbidden_reflections_are_reached_where_two_others_lead_to_them(
    phase, zone, hkl, is_reached
):
    # Si 200 is seen along ⟨110⟩ and not along ⟨100⟩; 0001 of hcp along ⟨11-20⟩, not ⟨10-10⟩
    pattern, _ = pattern_of(phase, zone)
    in_zone = np.abs(pattern.hkl @ np.array(zone)) == 0
    found = with_rescattered(phase, part_of(pattern, in_zone), 0.2)
    place = place_of(found, hkl)
    assert part_of(pattern, in_zone).strength[place] < 1e-9
    assert (found.strength[place] > 0.01) == is_reached
    assert found.q_xy == pytest.approx(part_of(pattern, in_zone).q_xy)


def test_the_fault_of_fcc_is_shockley_s():
    shift = fault_shift(AL, np.array([1, 1, 1]))
    assert np.linalg.norm(AL.lattice.directions(shift)) == pytest.approx(4.05 / np.sqrt(6))
    assert shift.sum() == pytest.approx(0)
    fault = Fault(np.array([1, 1, 1]), shift, 0.3, 0.05)
    hkl = AL.lattice.hkl_within(1.5)
    hkl = hkl[~AL.space_group.centring_absent(hkl)]
    # streaked unless h + k + l is a multiple of three
    third = hkl.sum(axis=1) % 3 == 0
    assert (fault.draws_out(hkl) == ~third).all()


def test_basal_faults_of_hcp_spare_reflections_with_h_minus_k_by_three():
    fault = Fault(np.array([0, 0, 1]), fault_shift(ZR, np.array([0, 0, 1])), 0.3, 0.05)
    hkl = ZR.lattice.hkl_within(1.2)
    assert (fault.draws_out(hkl) == ((hkl[:, 0] - hkl[:, 1]) % 3 != 0)).all()


def test_streaks_lie_along_the_normal_of_a_plane_on_edge():
    pattern, orientation = pattern_of(AL, (0, 1, -1))
    fault = Fault(np.array([1, 1, 1]), fault_shift(AL, np.array([1, 1, 1])), 0.4, 0.05)
    found = with_fault(pattern, AL, orientation, fault, np.random.default_rng(2))
    further = found.q_xy[len(pattern) :]
    assert len(further) >= 4
    normal = orientation @ np.ones(3) / np.sqrt(3)
    drawn = pattern.q_xy[fault.draws_out(pattern.hkl)]
    away = further[:, None] - drawn[None]
    across = np.abs(away[..., 0] * normal[1] - away[..., 1] * normal[0])
    near = np.linalg.norm(away, axis=2) < 0.2
    assert np.where(near, across, 9).min(axis=1).max() < 1e-6
    assert (found.strength[: len(pattern)] == pattern.strength).all()


def test_rods_at_an_angle_are_cut_where_the_excitation_error_vanishes():
    pattern, orientation = pattern_of(AL, (0, 0, 1))
    normal = orientation @ np.ones(3) / np.sqrt(3)
    g_lab = AL.lattice.g_vectors(AL.lattice.hkl_within(1.0)) @ orientation.T
    g_lab = g_lab[np.abs(g_lab[:, 2]) < 0.2]
    cut = g_lab + cut_by_sphere(g_lab, normal)[:, None] * normal
    assert np.abs(excitation_errors(cut, wavelength_angstrom(200.0))).max() < 1e-6
    fault = Fault(np.array([1, 1, 1]), fault_shift(AL, np.array([1, 1, 1])), 0.4, 0.08)
    found = with_fault(pattern, AL, orientation, fault, np.random.default_rng(2))
    assert len(found) > len(pattern)
    assert (found.excitation_error[len(pattern) :] == 0).all()


def test_faults_of_a_crystal_lie_on_its_close_packed_planes():
    rng = np.random.default_rng(3)
    _, orientation = pattern_of(AL, (0, 0, 1))
    planes = [draw_fault(AL, orientation, (0.1, 0.2), (0.02, 0.05), rng).plane for _ in range(9)]
    assert np.abs(planes).tolist() == [[1, 1, 1]] * 9


def test_satellites_stand_on_either_side_of_reflections():
    pattern, orientation = pattern_of(AL, (0, 0, 1))
    found = with_satellites(pattern, AL, orientation, 0.1, np.random.default_rng(6))
    further = found.q_xy[len(pattern) :]
    assert len(further) > 10
    assert found.kinematical[len(pattern) :].max() <= 0.1 * pattern.strength.max() + 1e-9
    away = (further[:, None] - pattern.q_xy[None]).reshape(-1, 2)
    away = away[np.linalg.norm(away, axis=1) < 0.24]
    # all by one vector, either way
    up = away[(away @ [1.0, 1e-3]) > 0]
    assert np.ptp(up, axis=0).max() < 2e-3


def test_shares_say_how_often_each_imperfection_is_drawn():
    drawn = OrientationRanges(random_share=0.0, thickness_angstrom=(200, 400))
    for name in ("bend", "twin", "rescattered", "fault", "satellite"):
        ranges = replace(PERFECT, **{f"{name}_share": 1.0})
        one = draw_crystal(SI, drawn, ranges, np.random.default_rng(4))
        same = draw_crystal(SI, drawn, ranges, np.random.default_rng(4))
        assert len(one.imperfections) == 1
        assert (one.pattern.intensity == same.pattern.intensity).all()
    every = replace(PERFECT, bend_share=1.0, twin_share=1.0, fault_share=1.0)
    assert len(draw_crystal(SI, drawn, every, np.random.default_rng(4)).imperfections) == 3
    assert draw_crystal(SI, drawn, PERFECT, np.random.default_rng(4)).imperfections == ()


def test_scales_that_are_misstated_are_off_by_more_than_they_say():
    wrong = ImperfectionRanges(misstated_share=1.0, misstated_sigmas=(2.0, 3.0))
    off = []
    for number in range(12):
        pair = [
            draw_pattern(SI, 3, number, picture=False, imperfections=ranges)
            for ranges in (replace(wrong, misstated_share=0.0), wrong)
        ]
        if pair[0] is None or pair[0].observation.scale is None:
            continue
        right, other = (p.observation for p in pair)
        assert other.scale_sigma == right.scale_sigma
        off.append(abs(np.log(other.scale / right.scale)) / right.scale_sigma)
    assert len(off) > 4
    assert max(off) > 1.5
