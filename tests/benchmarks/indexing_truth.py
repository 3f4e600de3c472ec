"""How often the physics finds the truth: simulated spot lists of fifty crystals, spoilt on purpose.

    python -m tests.benchmarks.indexing_truth [--patterns 400] [--seed 1]

Every pattern has 30 % of its spots missing, 20 % foreign ones, positions off by 0.7 px, the
centre off by 5 px, the scale by 3 % and an ellipse of 2 %. A phase counts as distinguishable
from another in a pattern if no orientation of the other reproduces the undisturbed pattern
within those same errors (positions within 1 % of their length plus 1 px after the best scale
within 3 % and ellipse within 2 %, and no more than a tenth of the expected spots missing).
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass

import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import zone_axes
from saed_desktop.indexing.match import match_phase, seeds
from saed_desktop.indexing.observation import Observation
from saed_desktop.pattern.center import Center, center_on_net
from saed_desktop.pattern.net import find_net
from saed_desktop.pattern.spots import Spots
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.benchmarks.crystals import fifty_crystals

SIDE_PX = 800
SCALE = 0.0035


@dataclass
class Truth:
    phase: Phase
    uvw: tuple[int, int, int]
    hkl: np.ndarray
    xy: np.ndarray
    log_intensity: np.ndarray


def draw_truth(phase: Phase, rng: np.random.Generator) -> Truth | None:
    axes = zone_axes(phase, max_index=3)
    length = np.array([np.linalg.norm(phase.lattice.directions(a)) for a in axes])
    weight = (length / length.min()) ** -2.5
    uvw = axes[rng.choice(len(axes), p=weight / weight.sum())]
    orientation = orientation_of_zone(
        phase.lattice,
        uvw,
        in_plane_deg=rng.uniform(0, 360),
        tilt_deg=abs(rng.normal(0, 0.4)),
        tilt_azimuth_deg=rng.uniform(0, 360),
    )
    shown = kinematical_reflections(
        reciprocal_points(phase, 1.25),
        orientation,
        thickness_angstrom=300,
        max_excitation_error=0.02,
    )
    strong = shown.intensity > np.exp(-6) * shown.intensity.max(initial=0)
    strong &= np.hypot(*shown.q_xy.T) < 1.25
    if strong.sum() < 8:
        return None
    keep = np.flatnonzero(strong)[:120]
    return Truth(
        phase, uvw, shown.hkl[keep], shown.q_xy[keep] / SCALE, np.log(shown.intensity[keep])
    )


def spoilt(truth: Truth, rng: np.random.Generator) -> tuple[Observation, Spots, np.ndarray]:
    """Return what would be observed, as spots, and for each the true hkl (0 for foreign)."""
    n = len(truth.hkl)
    kept = np.flatnonzero(rng.random(n) > 0.30)
    if len(kept) < 6:
        kept = np.arange(min(n, 6))
    azimuth = rng.uniform(0, np.pi)
    stretch, shear = 0.01 * np.cos(2 * azimuth), 0.01 * np.sin(2 * azimuth)
    ellipse = np.array([[1 + stretch, shear], [shear, 1 - stretch]])
    factor = 1.03 if rng.random() < 0.5 else 1 / 1.03
    xy = truth.xy[kept] @ ellipse.T * factor + rng.normal(0, 0.7, (len(kept), 2))
    log_i = truth.log_intensity[kept] + rng.normal(0, 0.5, len(kept))
    n_foreign = round(0.2 * len(kept))
    reach = np.hypot(*xy.T).max()
    radius = reach * np.sqrt(rng.random(n_foreign))
    turn = rng.uniform(0, 2 * np.pi, n_foreign)
    foreign = np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
    xy = np.concatenate([xy, foreign])
    log_i = np.concatenate([log_i, rng.uniform(log_i.min(), log_i.max(), n_foreign)])
    hkl = np.concatenate([truth.hkl[kept], np.zeros((n_foreign, 3), int)])
    order = np.argsort(-log_i)
    xy, log_i, hkl = xy[order], log_i[order], hkl[order]
    middle = np.array([SIDE_PX / 2, SIDE_PX / 2])
    significance = np.clip(7 * np.exp(0.5 * (log_i - log_i.min())), 7, 200)
    ones = np.ones(len(xy))
    spots = Spots(middle + xy, 0.5 * ones, np.exp(log_i), np.exp(log_i), 2 * ones, significance)
    off = rng.uniform(0, 2 * np.pi)
    believed = middle + 5 * np.array([np.cos(off), np.sin(off)])
    center = Center((float(believed[0]), float(believed[1])), 5.0, {}, "benchmark")
    net = find_net(spots, tolerance_px=2.4)
    moved = center_on_net(center, net)
    place, sigma = moved.xy, moved.sigma_px
    observation = Observation(
        spots.xy - np.array(place),
        0.5 * ones,
        log_i,
        significance,
        place,
        sigma,
        SCALE,
        0.03,
        200.0,
        np.zeros((SIDE_PX, SIDE_PX), bool),
        np.arange(len(xy)),
    )
    return observation, spots, hkl


def hkl_right(candidate, truth: Truth, hkl: np.ndarray) -> tuple[int, int]:
    """Return how many genuine spots got an equivalent of their true hkl, and how many got any."""
    right = total = 0
    group = truth.phase.space_group
    for assigned, spot in zip(candidate.match.hkl, candidate.match.spot, strict=True):
        if spot < 0 or not hkl[spot].any():
            continue
        total += 1
        family = {tuple(h) for h in group.equivalent_hkl(hkl[spot])}
        right += tuple(assigned) in family
    return right, total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patterns", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    crystals = fifty_crystals()
    outcome = {"patterns": 0, "zone": 0, "phase": 0, "phase_or_tie": 0, "hkl": 0, "hkl_all": 0}
    seconds = []
    while outcome["patterns"] < options.patterns:
        phase = crystals[int(rng.integers(len(crystals)))]
        truth = draw_truth(phase, rng)
        if truth is None:
            continue
        observation, spots, hkl = spoilt(truth, rng)
        others = [c for c in crystals if c.name != phase.name]
        rivals = [others[i] for i in rng.choice(len(others), 9, replace=False)]
        start = time.perf_counter()
        net = find_net(spots, tolerance_px=2.4)
        starts = seeds(observation, net)
        found = [c for p in (phase, *rivals) for c in match_phase(p, observation, starts)]
        seconds.append(time.perf_counter() - start)
        outcome["patterns"] += 1
        own = [c for c in found if c.phase == phase.name]
        best = max(found, key=lambda c: c.log_posterior, default=None)
        outcome["phase"] += best is not None and best.phase == phase.name
        zone = bool(own) and own[0].zone_axis == phase.space_group.canonical_uvw(truth.uvw)
        outcome["zone"] += zone
        if own and zone:
            right, total = hkl_right(own[0], truth, hkl)
            outcome["hkl"] += right
            outcome["hkl_all"] += total
        if options.verbose and (not zone or best is None or best.phase != phase.name):
            sys.stdout.write(
                f"{phase.name} {truth.uvw} spots {len(spots)} net "
                f"{0 if net is None else int(net.members.sum())} -> "
                f"{own[0].zone_axis if own else None} {own[0].log_likelihood if own else 0:.0f}; "
                f"best {best.phase if best else None} {best.zone_axis if best else ''} "
                f"{best.log_likelihood if best else 0:.0f}\n"
            )
    n = outcome["patterns"]
    result = {
        "patterns": n,
        "zone_axis_right": outcome["zone"] / n,
        "hkl_right": outcome["hkl"] / max(outcome["hkl_all"], 1),
        "phase_right": outcome["phase"] / n,
        "median_seconds_for_10_phases": float(np.median(seconds)),
    }
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
