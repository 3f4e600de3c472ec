"""Diffraction patterns rendered for tests: a crystal, a zone axis, a background, noise, a file."""

from functools import cache
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from saed_desktop.crystal.cif import read_phase
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.kinematical import kinematical_reflections, reciprocal_points
from saed_desktop.simulation.orientation import orientation_of_zone

SCALE = 0.0065


@cache
def _bundled(name):
    phase = read_phase(resources_dir() / "phases" / f"{name}.cif")
    return phase, reciprocal_points(phase, 1.6)


def _points(phase):
    return _bundled(phase) if isinstance(phase, str) else (phase, reciprocal_points(phase, 1.6))


def spot_image(
    phase="delta-PuZr",
    zone=(0, 0, 1),
    *,
    side=512,
    scale=SCALE,
    in_plane_deg=14.0,
    center=None,
    seed=1,
    noise=1.0,
):
    """Return a pattern (side, side) in counts of a bundled phase, or of any other crystal, and its
    beam's position."""
    crystal, points = _points(phase)
    orientation = orientation_of_zone(
        crystal.lattice, zone, in_plane_deg=in_plane_deg, tilt_deg=0.3, tilt_azimuth_deg=40
    )
    reflections = kinematical_reflections(
        points, orientation, thickness_angstrom=200, max_excitation_error=0.02
    )
    return image_of(
        reflections.q_xy,
        reflections.intensity,
        side=side,
        scale=scale,
        center=center,
        seed=seed,
        noise=noise,
    )


def image_of(q_xy, intensity, *, side=512, scale=SCALE, center=None, seed=1, noise=1.0):
    """Return a pattern (side, side) in counts of reflections (n, 2) in 1/Å with intensities (n,),
    and its beam's position."""
    x0, y0 = center or (side / 2 + 3.4, side / 2 - 2.2)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    q = np.hypot(x - x0, y - y0) * scale
    image = 40 + 900 / (1 + (q / 0.06) ** 2) ** 1.2
    image += 60000 * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * 3.0**2))
    for (qx, qy), value in zip(q_xy, intensity / intensity.max(), strict=True):
        px, py = x0 + qx / scale, y0 + qy / scale
        if value < 2e-4 or not (-20 < px < side + 20 and -20 < py < side + 20):
            continue
        if np.hypot(qx, qy) < 0.02:
            continue
        amplitude = 14000 * value**0.45 * np.exp(-0.6 * (qx**2 + qy**2))
        box = np.s_[
            max(0, int(py) - 14) : max(0, int(py) + 15), max(0, int(px) - 14) : max(0, int(px) + 15)
        ]
        image[box] += amplitude * np.exp(-((x[box] - px) ** 2 + (y[box] - py) ** 2) / (2 * 2.2**2))
    rng = np.random.default_rng(seed)
    counted = rng.poisson(np.clip(image * 0.3, 0, None)) / 0.3
    return (image + noise * (counted - image)).astype(np.float32), (x0, y0)


def ring_image(radii_px=(60, 85, 120, 142), *, side=512, center=None, seed=2):
    """Return a ring pattern (side, side) and its centre."""
    x0, y0 = center or (side / 2 - 4.0, side / 2 + 5.0)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    r = np.hypot(x - x0, y - y0)
    image = 100 + 3000 / (1 + (r / 22) ** 2)
    for i, radius in enumerate(radii_px):
        image += 900 / (1 + 0.4 * i) * np.exp(-((r - radius) ** 2) / (2 * 2.2**2))
    image += 30000 * np.exp(-(r**2) / (2 * 4.0**2))
    return np.random.default_rng(seed).poisson(image).astype(np.float32), (x0, y0)


def save_tiff(path: Path, image):
    """Write 16-bit counts that state no scale."""
    tifffile.imwrite(path, np.clip(image, 0, 65535).astype(np.uint16))
    return path


def save_png(path: Path, image):
    """Write an 8-bit picture with a stretched contrast, as exports are."""
    low, high = np.percentile(image, [0.5, 99.9])
    grey = np.clip((image - low) / (high - low), 0, 1) ** 0.5
    Image.fromarray((255 * grey).astype(np.uint8)).save(path)
    return path


def save_hspy(path: Path, image, scale, instrument=None):
    """Write counts with a scale (1/Å per px) that the program reads from the file."""
    from rsciio.hspy import file_writer

    axes = [
        {
            "_type": "UniformDataAxis",
            "name": name,
            "units": "1/nm",
            "scale": 10 * scale,
            "offset": 0.0,
            "size": image.shape[i],
            "navigate": False,
            "index_in_array": i,
        }
        for i, name in enumerate("yx")
    ]
    signal = {
        "data": np.clip(image, 0, 65535).astype(np.uint16),
        "axes": axes,
        "metadata": {
            "General": {"title": ""},
            **({"Acquisition_instrument": instrument} if instrument else {}),
            "Signal": {"signal_type": ""},
            "_HyperSpy": {},
        },
        "original_metadata": {},
        "attributes": {"_lazy": False},
        "package_info": {},
        "learning_results": {},
        "models": {},
        "tmp_parameters": {},
    }
    file_writer(str(path), signal)
    return path
