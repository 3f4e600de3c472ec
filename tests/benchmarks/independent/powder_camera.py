"""Ring patterns drawn apart from the product: own scattering factors, own powder, own camera.

Structure factors come from X-ray form factors by the Mott-Bethe relation (the product tabulates
electron factors); every grain of a coarse powder is a dot of its own, texture gathers them. What
is shared with the product: the structures' cells and atoms, and nothing of the road to the image.
"""

from dataclasses import dataclass, field

import gemmi
import numpy as np

from tests.benchmarks.independent.camera import bar, beam, camera, export, glow

SIDE = 640
_SMOOTH_FROM = 700


@dataclass
class Powder:
    """Grains of one phase.

    Parameters
    ----------
    phase
        The crystal.
    grain_angstrom
        Size of the grains.
    grains
        How many there are in the beam.
    share
        Of the electrons that all phases diffract.
    """

    phase: object
    grain_angstrom: float
    grains: float
    share: float = 1.0


@dataclass
class RingShot:
    """One picture with its truth."""

    image: np.ndarray
    scale: float
    center_xy: tuple[float, float]
    kind: str
    powders: list[Powder] = field(default_factory=list)


def families(phase, q_max: float):
    """Return lengths q (n,) in 1/Å, multiplicities and |F|² of the planes of a phase."""
    cell = np.array(phase.lattice.direct)
    reciprocal = np.linalg.inv(cell).T
    span = [int(np.ceil(q_max * np.linalg.norm(row))) for row in cell]
    grid = np.stack(np.meshgrid(*[np.arange(-n, n + 1) for n in span], indexing="ij"), -1).reshape(
        -1, 3
    )
    g = grid @ reciprocal
    q = np.linalg.norm(g, axis=1)
    inside = (q > 1e-6) & (q < q_max)
    grid, q = grid[inside], q[inside]
    elements, places, occupancies, b_iso = phase.cell_atoms
    factor = np.zeros(len(q), complex)
    for element in set(elements):
        mine = [i for i, e in enumerate(elements) if e == element]
        own = _mott_bethe(element, q)
        for i in mine:
            debye = np.exp(-b_iso[i] * q**2 / 4)
            factor += occupancies[i] * own * debye * np.exp(2j * np.pi * (grid @ places[i]))
    strength = np.abs(factor) ** 2
    order = np.argsort(q)
    q, strength = q[order], strength[order]
    group = np.concatenate([[0], np.cumsum(np.diff(q) > 2e-4)])
    count = np.bincount(group)
    mean_q = np.bincount(group, q) / count
    mean_f = np.bincount(group, strength) / count
    keep = mean_f * count / mean_q > 1e-4 * (mean_f * count / mean_q).max()
    return mean_q[keep], count[keep], mean_f[keep]


def _mott_bethe(element: str, q: np.ndarray) -> np.ndarray:
    symbol = gemmi.Element(element)
    s2 = np.maximum(q**2 / 4, 1e-4)
    x_ray = np.array([symbol.it92.calculate_sf(float(v)) for v in s2])
    return 0.0239336 * (symbol.atomic_number - x_ray) / s2


def texture_of(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return factors (n,) by which rings of a textured film are brighter or weaker."""
    spread = rng.choice([0.15, 0.5, 0.9], p=[0.5, 0.35, 0.15])
    return np.exp(rng.normal(0, spread, n))


def draw_powder(powder: Powder, scale, center, ellipse, rng, side) -> np.ndarray:
    """Return the image of one powder, its strongest ring about 1."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    dx, dy = x - center[0], y - center[1]
    theta = np.arctan2(dy, dx)
    r = np.hypot(dx, dy) / (1 + ellipse[0] * np.cos(2 * (theta - ellipse[1])))
    q, count, strength = families(powder.phase, min(scale * side * 0.75, 1.9))
    electrons = strength * count / q
    electrons *= texture_of(len(q), rng)
    fwhm = np.hypot(0.9 / powder.grain_angstrom / scale, rng.uniform(1.5, 3.5))
    lean = rng.uniform(0, 0.8) if rng.random() < 0.4 else rng.uniform(0, 0.15)
    turn = rng.uniform(0, np.pi)
    along = 1 + lean * np.cos(2 * (theta - turn))
    eta = rng.uniform(0.1, 0.7)
    image = np.zeros((side, side), np.float32)
    # even rings depend on the radius alone: drawn along it, then looked up
    radii = np.arange(0, float(r.max()) + 0.1, 0.05)
    even = np.zeros(len(radii))
    for q_i, n, total in zip(q, count, electrons, strict=True):
        radius = q_i / scale
        height = total / (2 * np.pi * radius * fwhm)
        # a grain diffracts a plane while it is within 0.5/size of the sphere
        dots = powder.grains * n * 0.5 / (powder.grain_angstrom * q_i)
        if dots > _SMOOTH_FROM:
            off = ((radii - radius) / (0.5 * fwhm)) ** 2
            even += height * (eta / (1 + off) + (1 - eta) * np.exp(-0.693 * off))
            continue
        where = _azimuths(rng.poisson(dots), lean, turn, rng)
        bright = rng.exponential(total / max(dots, 1e-9), len(where)) / fwhm**2
        for angle, top in zip(where, bright, strict=True):
            stretch = 1 + ellipse[0] * np.cos(2 * (angle - ellipse[1]))
            place = radius * stretch
            _dot(image, center[0] + place * np.cos(angle), center[1] + place * np.sin(angle),
                 0.42 * fwhm, top)  # fmt: skip
    image += along * np.interp(r, radii, even)
    return image / max(float(np.percentile(image, 99.9)), 1e-9)


def _azimuths(count: int, lean: float, turn: float, rng) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi, count)
    kept = rng.uniform(0, 1 + lean, count) < 1 + lean * np.cos(2 * (angle - turn))
    return angle[kept]


def _dot(image, x, y, sigma, top) -> None:
    half = int(np.ceil(4 * sigma))
    x0, x1 = max(0, int(x) - half), min(image.shape[1], int(x) + half + 1)
    y0, y1 = max(0, int(y) - half), min(image.shape[0], int(y) + half + 1)
    if x0 >= x1 or y0 >= y1:
        return
    columns, rows = np.arange(x0, x1)[None, :] - x, np.arange(y0, y1)[:, None] - y
    image[y0:y1, x0:x1] += top * np.exp(-0.5 * (columns**2 + rows**2) / sigma**2)


def halo(center, scale, rng, side) -> np.ndarray:
    """Return the halo of an amorphous film: two or three broad maxima."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    q = np.hypot(x - center[0], y - center[1]) * scale
    first = rng.uniform(0.22, 0.48)
    image = np.exp(-0.5 * ((q - first) / (first * rng.uniform(0.11, 0.2))) ** 2)
    image += 0.35 * np.exp(-0.5 * ((q - 1.75 * first) / (first * rng.uniform(0.2, 0.35))) ** 2)
    return image


def shoot_rings(
    powders: list[Powder], rng: np.random.Generator, *, kind: str = "rings", side: int = SIDE
) -> RingShot:
    """Return a picture of powders, or of an amorphous film where there are none."""
    scale = 2 * rng.uniform(0.75, 1.25) / side
    far = 0.03 if rng.random() < 0.75 else 0.12
    center = side / 2 + rng.normal(0, far * side, 2)
    ellipse = (abs(rng.normal(0, 0.006)), rng.uniform(0, np.pi))
    electrons = 10 ** rng.uniform(1.4, 3.2)
    scene = np.zeros((side, side))
    for powder in powders:
        scene += powder.share * draw_powder(powder, scale, center, ellipse, rng, side)
    if kind == "halo":
        scene += halo(center, scale, rng, side)
    elif rng.random() < 0.3:
        scene += rng.uniform(0.05, 0.4) * halo(center, scale, rng, side)
    scene *= electrons
    scene += glow(center, scale, side, rng) * electrons * 10 ** rng.uniform(-1.2, 0.0)
    scene += beam(center, side, rng) * electrons * 10 ** rng.uniform(0.3, 1.5)
    if rng.random() < 0.5:
        scene *= bar(center, side, rng)
    image = camera(scene, rng)
    if rng.random() < 0.3:
        image = export(image, rng)
    return RingShot(image.astype(np.float32), scale, tuple(center), kind, powders)
