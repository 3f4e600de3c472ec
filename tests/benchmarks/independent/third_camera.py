"""A third camera, for the direct beam: pictures in expected electrons, however weak the beam is.

The beam is not drawn as something apart: it is one more reflection, 0.2 to 100 times as strong as
the strongest, with the same profile and the same inelastic tails as all the others. It may stand
behind a stop of several kinds, whole or in part, and be cut off in an export. Two variants share
no formula: "a" (Fermi-edged disks, Lorentzian plasmon tails, a thermal-diffuse halo) serves to fit
weights, "b" (Moffat profiles, exponential tails, a power-law background, another detector) to
judge them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.electron import wavelength_angstrom
from saed_desktop.simulation.bloch import BlochCalculator
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone

STOPS = ("needle", "bar", "disk", "semi-transparent")
RATIOS = (0.2, 100.0)
SIDES = (512, 640, 768, 1024)
_Q_MAX = 1.5
_FEWEST_VISIBLE = 8


@dataclass
class Picture:
    """One picture with its truth."""

    image_yx: np.ndarray
    beam_xy: tuple[float, float]
    scale: float
    phase: str
    ratio: float
    stop: str
    tilt_deg: float
    offset: float
    is_export: bool
    zone: tuple[int, int, int]
    facts: dict[str, float] = field(default_factory=dict)


class Crystals:
    """Reflections of crystals in drawn orientations: half by Bloch waves, half kinematical.

    Parameters
    ----------
    phases
        The crystals.
    """

    def __init__(self, phases: list[Phase]) -> None:
        self.phases = phases
        self._bloch: dict[str, BlochCalculator] = {}
        self._points: dict[str, object] = {}

    def draw(self, rng: np.random.Generator):
        """Return phase, zone, tilt (°), Laue centre (2,), q (n, 2) in 1/Å, intensities (n,) ≤ 1."""
        while True:
            phase = self.phases[int(rng.integers(len(self.phases)))]
            zone = _zone(rng)
            tilt = float(rng.uniform(0, 3))
            orientation = orientation_of_zone(
                phase.lattice,
                zone,
                in_plane_deg=rng.uniform(0, 360),
                tilt_deg=tilt,
                tilt_azimuth_deg=rng.uniform(0, 360),
            )
            q, intensity = self._reflections(phase, orientation, rng)
            seen = intensity > 1e-4
            if (intensity[seen] > 4e-3).sum() >= 10:
                laue = _laue_center(orientation @ phase.lattice.directions(zone))
                return phase, zone, tilt, laue, q[seen], intensity[seen]

    def _reflections(self, phase, orientation, rng):
        thickness = float(np.exp(rng.uniform(np.log(80), np.log(1200))))
        if rng.random() < 0.5:
            bloch = self._bloch.setdefault(phase.name, BlochCalculator(phase, q_max=1.2))
            pattern = bloch.pattern(orientation, [thickness])
            q, intensity = pattern.q_xy[1:], pattern.intensity[0, 1:]
        else:
            points = self._points.get(phase.name) or reciprocal_points(phase, _Q_MAX)
            self._points[phase.name] = points
            found = kinematical_reflections(
                points, orientation, thickness_angstrom=min(thickness, 500.0)
            )
            spread = rng.normal(0, rng.uniform(0, 1.2), len(found))
            q, intensity = found.q_xy, found.intensity ** rng.uniform(0.4, 1.0) * np.exp(spread)
        strongest = intensity.max(initial=0.0)
        return q, intensity / strongest if strongest > 0 else intensity


def _laue_center(axis: np.ndarray) -> np.ndarray:
    """Return where the zone axis (3,) pierces the pattern, in 1/Å from the beam, at 200 kV."""
    unit = axis / np.linalg.norm(axis)
    return unit[2] * unit[:2] / wavelength_angstrom(200.0)


def _zone(rng: np.random.Generator) -> tuple[int, int, int]:
    while True:
        zone = rng.integers(-3, 4, 3)
        if np.gcd.reduce(zone) == 1 and rng.random() < np.sum(zone**2.0) ** -1.0:
            return tuple(int(i) for i in zone)


def draw(
    crystals: Crystals, seed: int, index: int, variant: str, sides: Sequence[int] = SIDES
) -> Picture:
    """Return one picture: a function of seed, index, variant and the sides (px) to choose from."""
    for attempt in range(100):
        rng = np.random.default_rng([seed, index, ord(variant), attempt])
        picture = _drawn(crystals, rng, variant, sides)
        if picture is not None:
            return picture
    raise RuntimeError("no crystal shows enough spots")


def _drawn(
    crystals: Crystals, rng: np.random.Generator, variant: str, sides: Sequence[int]
) -> Picture | None:
    """Return a picture, None where too few reflections would rise above the noise to be one."""
    phase, zone, tilt, laue, q, intensity = crystals.draw(rng)
    side = int(rng.choice(sides))
    height = side if rng.random() < 0.7 else int(side * rng.uniform(0.75, 1.0))
    offset, turn = 0.08 * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
    beam = np.array([side / 2, height / 2]) + offset * side * np.array([np.cos(turn), np.sin(turn)])
    scale = 2 * rng.uniform(0.8, 1.4) / side
    ratio = float(np.exp(rng.uniform(*np.log(RATIOS))))
    place = _distorted(np.concatenate([[[0.0, 0.0]], q / scale]), side, rng) + beam
    strength = np.concatenate([[ratio], intensity])
    shape = (height, side)
    scene = _profiles(place, strength, shape, variant, rng)
    # thermal diffuse scattering of a tilted crystal is centred on its zone axis as well
    share = rng.uniform(0, 1) if rng.random() < 0.4 else 0.0
    scene = scene + _diffuse(scene, beam, beam + share * laue / scale, scale, variant, rng)
    stop = "none"
    if rng.random() < 0.35:
        stop = str(rng.choice(STOPS))
        scene = scene * _stop(stop, beam, shape, rng)
    dose = 10 ** rng.uniform(2.2, 4.5)
    read = rng.uniform(0.5, 5)
    if _visible(scene, place[1:], intensity, dose, read) < _FEWEST_VISIBLE:
        return None
    counts = _detected(scene, dose, read, variant, rng)
    is_export = bool(rng.random() < 0.5)
    picture = _export(counts, rng) if is_export else np.clip(np.round(counts), 0, 65535)
    return Picture(
        picture.astype(np.float32),
        (float(beam[0]), float(beam[1])),
        float(scale),
        phase.name,
        ratio,
        stop,
        tilt,
        float(offset),
        is_export,
        zone,
    )


def _distorted(xy: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    axis, amount = rng.uniform(0, np.pi), abs(rng.normal(0, 0.006))
    along = np.array([np.cos(axis), np.sin(axis)])
    xy = xy + amount * (xy @ along)[:, None] * along
    return xy * (1 + rng.normal(0, 0.003) * (np.hypot(*xy.T)[:, None] / (side / 2)) ** 2)


def _profiles(place, strength, shape, variant, rng) -> np.ndarray:
    """Return all reflections with one profile, the beam among them; the strongest has peak 1."""
    scene = np.zeros(shape)
    unit = shape[1] / 768
    if variant == "a":
        radius, soft = rng.uniform(1.5, 8) * unit, rng.uniform(0.5, 1.3) * unit
        half = int(radius + 9 * soft) + 2
    else:
        core, power = rng.uniform(1.6, 5.0) * unit, rng.uniform(2.2, 4.0)
        half = int(14 * core) + 2
    for (x, y), height in zip(place, strength, strict=True):
        x0, x1 = max(0, int(x) - half), min(shape[1], int(x) + half + 1)
        y0, y1 = max(0, int(y) - half), min(shape[0], int(y) + half + 1)
        if x0 >= x1 or y0 >= y1:
            continue
        r = np.hypot(np.arange(x0, x1)[None, :] - x, np.arange(y0, y1)[:, None] - y)
        if variant == "a":
            profile = 1 / (1 + np.exp(np.clip((r - radius) / soft, -40, 40)))
            profile /= 1 / (1 + np.exp(-radius / soft))
        else:
            profile = (1 + (r / core) ** 2) ** -power
        scene[y0:y1, x0:x1] += height * profile
    return scene


def _diffuse(scene, beam, halo_xy, scale, variant, rng) -> np.ndarray:
    """Return inelastic tails of all that is there, a halo, and film rings about the beam."""
    height, width = scene.shape
    rows, columns = np.mgrid[:height, :width]
    q = np.hypot(columns - halo_xy[0], rows - halo_xy[1]) * scale
    film_q = np.hypot(columns - beam[0], rows - beam[1]) * scale
    step = 4
    small = cv2.resize(scene, (width // step, height // step), interpolation=cv2.INTER_AREA)
    pad = max(small.shape)
    fy = np.fft.fftfreq(small.shape[0] + pad)[:, None]
    fx = np.fft.rfftfreq(small.shape[1] + pad)[None, :]
    frequency = np.hypot(fx, fy)
    reach = rng.uniform(0.01, 0.05) / scale / step
    if variant == "a":
        tail = np.exp(-2 * np.pi * frequency * reach)
    else:
        tail = 1 / (1 + (2 * np.pi * frequency * reach) ** 2) ** 1.5
    spectrum = np.fft.rfft2(small, (small.shape[0] + pad, small.shape[1] + pad))
    spread = np.fft.irfft2(spectrum * tail, (small.shape[0] + pad, small.shape[1] + pad))
    spread = np.maximum(spread[: small.shape[0], : small.shape[1]], 0).astype(np.float32)
    tails = cv2.resize(spread, (width, height), interpolation=cv2.INTER_CUBIC)
    tails *= 10 ** rng.uniform(-1.0, 0.3)
    level = 10 ** rng.uniform(-3.3, -1.1)
    if variant == "a":
        halo = np.exp(-((q / rng.uniform(0.25, 0.7)) ** 2)) + 0.3 * np.exp(-q / 0.1)
    else:
        halo = 1 / (1 + (q / rng.uniform(0.06, 0.25)) ** 2) ** rng.uniform(0.7, 1.3)
    if rng.random() < 0.3:
        for _ in range(int(rng.integers(1, 3))):
            ring = rng.uniform(0.2, 0.8)
            width_q = rng.uniform(0.03, 0.1)
            halo += rng.uniform(0.05, 0.3) * np.exp(-0.5 * ((film_q - ring) / width_q) ** 2)
    lean = 1 + rng.normal(0, 0.12) * (columns - beam[0]) / width
    lean += rng.normal(0, 0.12) * (rows - beam[1]) / height
    return tails + level * halo * np.clip(lean, 0.3, 3) + level * rng.uniform(0.002, 0.1)


def _stop(kind: str, beam, shape, rng: np.random.Generator) -> np.ndarray:
    """Return the transmission of a stop; now and then it hides the beam in part only."""
    height, width = shape
    rows, columns = np.mgrid[:height, :width]
    turn = rng.uniform(0, 2 * np.pi)
    size = rng.uniform(9, 30) * width / 768
    slip = rng.normal(0, 0.35 * size, 2)
    dx, dy = columns - beam[0] - slip[0], rows - beam[1] - slip[1]
    along = dx * np.cos(turn) + dy * np.sin(turn)
    across = np.abs(-dx * np.sin(turn) + dy * np.cos(turn))
    if kind == "needle":
        tip = -rng.uniform(0.2, 2.0) * size
        inside = (along > tip) & (
            across < np.minimum(0.25 * (along - tip) + 0.2 * size, 1.3 * size)
        )
    elif kind == "disk":
        inside = np.hypot(dx, dy) < rng.uniform(0.8, 1.6) * size
        if rng.random() < 0.7:
            inside |= (along > 0) & (across < 0.25 * size)
    else:
        inside = (along > -rng.uniform(0.3, 2.5) * size) & (across < size)
        if rng.random() < 0.3:
            inside = across < size
    through = rng.uniform(0.02, 0.3) if kind == "semi-transparent" else rng.uniform(0, 0.015)
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), rng.uniform(0.8, 2.5))
    return 1 - (1 - through) * soft


def _visible(scene, place, peak, dose, read) -> int:
    """Return how many reflections stand five deviations above the noise in their brightest pixel."""
    column, row = np.round(place).astype(int).T
    inside = (column >= 0) & (column < scene.shape[1]) & (row >= 0) & (row < scene.shape[0])
    level = scene[row[inside], column[inside]]
    return int((peak[inside] * dose > 5 * np.sqrt(level * dose + read**2)).sum())


def _detected(scene, dose, read, variant, rng: np.random.Generator) -> np.ndarray:
    """Return counts: electrons, point spread, noise, gain, saturation."""
    if variant == "a":
        wide = cv2.GaussianBlur(scene, (0, 0), 6.0)
        scene = 0.93 * cv2.GaussianBlur(scene, (0, 0), 0.7) + 0.07 * wide
    else:
        scene = 0.85 * scene + 0.15 * cv2.blur(scene, (5, 5))
    electrons = rng.poisson(np.clip(scene * dose, 0, 1e8)).astype(np.float64)
    gain = rng.uniform(0.8, 6)
    counts = gain * electrons + rng.uniform(0, 150)
    counts += rng.normal(0, read, scene.shape)
    if variant == "a":
        counts *= rng.normal(1, 0.01, (1, scene.shape[1]))
    else:
        counts *= 1 + 0.03 * cv2.GaussianBlur(rng.normal(0, 1, scene.shape), (0, 0), 1.5)
    return np.minimum(counts, 10 ** rng.uniform(3.6, 4.8))


def _export(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return an 8-bit picture: clipped, with a gamma or logarithm, inverted or JPEG at times."""
    low = np.percentile(counts, rng.uniform(0, 15))
    high = np.percentile(counts, rng.uniform(98.5, 100))
    grey = np.clip((counts - low) / max(high - low, 1e-9), 0, 1)
    if rng.random() < 0.1:
        grey = np.log1p(50 * grey) / np.log(51)
    else:
        grey = grey ** rng.uniform(0.35, 1.0)
    picture = np.round(255 * grey).astype(np.uint8)
    if rng.random() < 0.1:
        picture = 255 - picture
    if rng.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(75, 96))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_GRAYSCALE)
    return picture
