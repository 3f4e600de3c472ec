"""A fourth camera: pictures as people hand them on, more than as a detector gives them.

Reflections are kinematical ones, evened out by a power and scattered; the profile is a Gaussian
with a faint skirt; the background falls as two exponentials; scintillator screens bloom, cameras
saturate, films have a shoulder. Half of the pictures are exports: cropped off centre, stretched by
a gamma or a logarithm to 8 bits, resized, compressed, with a scale bar, its number and a label
burnt in. It shares no formula with the other cameras.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from saed_desktop.crystal.phase import Phase
from saed_desktop.crystal.zone_axis import zone_axes
from saed_desktop.simulation.kinematical import (
    kinematical_reflections,
    reciprocal_points,
    sinc_squared,
)
from saed_desktop.simulation.orientation import orientation_of_zone

_Q_MAX = 2.0
_FEWEST_SEEN = 10


@dataclass
class Picture:
    """One picture with its truth."""

    image_yx: np.ndarray
    beam_xy: tuple[float, float]
    scale: float
    phase: str
    zone: tuple[int, int, int]
    tilt_deg: float
    is_export: bool


def draw(phase: Phase, rng: np.random.Generator) -> Picture:
    """Return one picture of a crystal near a zone axis that people tilt to."""
    zones = zone_axes(phase, max_index=3)
    length = np.linalg.norm(phase.lattice.directions(np.array(zones)), axis=1)
    chance = length**-2.0 / (length**-2.0).sum()
    points = reciprocal_points(phase, _Q_MAX)
    while True:
        zone = zones[int(rng.choice(len(zones), p=chance))]
        tilt = float(abs(rng.normal(0, 1.2)))
        if (found := _picture(phase, points, zone, tilt, rng)) is not None:
            return found


def _picture(phase, points, zone, tilt, rng: np.random.Generator) -> Picture | None:
    orientation = orientation_of_zone(
        phase.lattice,
        zone,
        in_plane_deg=rng.uniform(0, 360),
        tilt_deg=tilt,
        tilt_azimuth_deg=rng.uniform(0, 360),
    )
    shown = kinematical_reflections(
        points,
        orientation,
        thickness_angstrom=float(np.exp(rng.uniform(np.log(60), np.log(600)))),
        max_excitation_error=0.03,
        shape_factor=sinc_squared,
    )
    side = int(rng.choice((600, 900, 1200, 2000)))
    scale = 2 * rng.uniform(0.7, 1.7) / side
    shape = (side, int(side * rng.choice((1.0, 1.0, 1.25))))
    beam = np.array(shape[::-1]) / 2 + rng.normal(0, 0.03 * side, 2)
    squeeze = np.eye(2) + rng.normal(0, 0.006, (2, 2))
    place = (shown.q_xy / scale) @ squeeze + beam
    strength = shown.intensity / max(shown.intensity.max(initial=0.0), 1e-12)
    strength = strength ** rng.uniform(0.4, 1.0) * np.exp(rng.normal(0, 0.5, len(strength)))
    ratio = float(np.exp(rng.uniform(np.log(0.7), np.log(40))))
    scene = _spots(np.vstack([beam, place]), np.append(ratio, strength), shape, rng)
    rows, columns = np.indices(shape)
    radius = np.hypot(columns - beam[0], rows - beam[1]) * scale
    level = 10 ** rng.uniform(-2.6, -0.7)
    scene += level * np.exp(-radius / rng.uniform(0.05, 0.12))
    scene += 0.2 * level * np.exp(-radius / rng.uniform(0.3, 0.8)) + 0.01 * level
    if rng.random() < 0.4:
        scene *= _stop(shape, beam, rng)
    dose = 10 ** rng.uniform(2.0, 4.3)
    counts = rng.poisson(scene * dose) + rng.normal(0, rng.uniform(0.5, 4), shape)
    # what stands well above its surroundings in the brightest pixel
    inside = ((place > 8) & (place < np.array(shape[::-1]) - 8)).all(axis=1)
    column, row = place[inside].astype(int).T
    if (strength[inside] * dose > 6 * np.sqrt(scene[row, column] * dose + 9)).sum() < _FEWEST_SEEN:
        return None
    image = _camera(counts, rng)
    is_export = bool(rng.random() < 0.5)
    if is_export:
        image, beam, scale = _export(image, beam, scale, rng)
    return Picture(image, (float(beam[0]), float(beam[1])), scale, phase.name,
                   tuple(int(i) for i in zone), tilt, is_export)  # fmt: skip


def _spots(place, strength, shape, rng: np.random.Generator) -> np.ndarray:
    """Return astigmatic Gaussians with a faint skirt."""
    scene = np.zeros(shape)
    unit = shape[0] / 800
    wide, narrow = rng.uniform(1.2, 5.0) * unit * np.array([1, rng.uniform(0.75, 1)])
    turn, skirt = rng.uniform(0, np.pi), rng.uniform(0, 0.03)
    half = int(9 * wide) + 3
    for (x, y), height in zip(place, strength, strict=True):
        x0, x1 = max(0, int(x) - half), min(shape[1], int(x) + half + 1)
        y0, y1 = max(0, int(y) - half), min(shape[0], int(y) + half + 1)
        if x0 >= x1 or y0 >= y1:
            continue
        dx, dy = np.arange(x0, x1)[None, :] - x, np.arange(y0, y1)[:, None] - y
        along = dx * np.cos(turn) + dy * np.sin(turn)
        across = dy * np.cos(turn) - dx * np.sin(turn)
        core = np.exp(-0.5 * ((along / wide) ** 2 + (across / narrow) ** 2))
        scene[y0:y1, x0:x1] += height * (core + skirt * np.exp(-np.hypot(dx, dy) / wide))
    return scene


def _stop(shape, beam, rng: np.random.Generator) -> np.ndarray:
    """Return the transmission of a blade from one edge of the picture to the beam, or past it."""
    rows, columns = np.indices(shape)
    turn = rng.choice((0, 0.5, 1, 1.5)) * np.pi + rng.normal(0, 0.15)
    dx, dy = columns - beam[0], rows - beam[1]
    along = dx * np.cos(turn) + dy * np.sin(turn)
    across = np.abs(dy * np.cos(turn) - dx * np.sin(turn))
    width = rng.uniform(0.012, 0.035) * shape[0]
    covered = (along > -rng.uniform(0.3, 2) * width) & (across < width)
    covered = cv2.GaussianBlur(covered.astype(np.float64), (0, 0), rng.uniform(0.6, 3))
    return 1 - covered * (1 - rng.uniform(0, 0.02))


def _camera(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what one of four detectors makes of the counts."""
    kind = rng.choice(("plain", "bloom", "saturated", "film"))
    if kind == "bloom":
        full = np.percentile(counts, 99.9)
        over = np.maximum(counts - full, 0)
        column = np.zeros((41, 41))
        column[:, 20] = np.exp(-np.abs(np.arange(-20, 21)) / 6.0)
        spilt = cv2.filter2D(over, -1, column / column.sum())
        counts = np.minimum(counts, full) + 0.5 * spilt
    elif kind == "saturated":
        counts = np.minimum(counts, np.percentile(counts, rng.uniform(98.8, 99.9)))
    elif kind == "film":
        counts = np.percentile(counts, 99.5) * (1 - np.exp(-counts / np.percentile(counts, 99.5)))
    return np.clip(np.round(counts + 20), 0, 65535).astype(np.float32)


def _export(image, beam, scale, rng: np.random.Generator):
    """Return an 8-bit picture as handed on, with the beam and the scale in it."""
    height, width = image.shape
    cut = (rng.uniform(0, 0.12, 4) * np.array([width, width, height, height])).astype(int)
    image = image[cut[2] : height - cut[3], cut[0] : width - cut[1]]
    beam = beam - cut[[0, 2]]
    low, high = np.percentile(image, (rng.uniform(0, 20), rng.uniform(99, 100)))
    grey = np.clip((image - low) / max(high - low, 1e-9), 0, 1)
    grey = np.log1p(200 * grey) / np.log(201) if rng.random() < 0.2 else grey ** rng.uniform(0.4, 1)
    factor = rng.uniform(0.6, 1.0)
    grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    beam, scale = (beam + 0.5) * factor - 0.5, scale / factor
    picture = np.round(255 * grey).astype(np.uint8)
    if rng.random() < 0.6:
        _bar(picture, scale, rng)
    if rng.random() < 0.2:
        picture = 255 - picture
    if rng.random() < 0.4:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(60, 95))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_GRAYSCALE)
    return picture.astype(np.float32), beam, float(scale)


def _bar(picture: np.ndarray, scale: float, rng: np.random.Generator) -> None:
    """Burn a scale bar, its number and now and then a label in."""
    height, width = picture.shape
    length = 0.5 / scale if 0.5 / scale < 0.4 * width else 0.2 / scale
    words = "5 1/nm" if 0.5 / scale < 0.4 * width else "2 1/nm"
    x, y = int(0.05 * width), int(0.94 * height)
    thick = max(2, height // 150)
    cv2.rectangle(picture, (x, y), (x + int(length), y + thick), 255, -1)
    size = height / 900
    cv2.putText(picture, words, (x, y - 2 * thick), cv2.FONT_HERSHEY_SIMPLEX, size, 255, thick)
    if rng.random() < 0.4:
        place = (int(0.04 * width), int(0.1 * height))
        cv2.putText(picture, "(b)", place, cv2.FONT_HERSHEY_DUPLEX, 1.5 * size, 255, thick)
