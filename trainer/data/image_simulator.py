"""The image simulator: spots become the picture that a camera, and often an export, makes of them.

Batched on any device. What is random is drawn on the CPU from one seeded generator, so the same
seed gives the same picture on every machine up to the arithmetic of the device; only shot noise
is drawn on the device.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trainer.data.detector import apply_camera, export_as_picture
from trainer.data.ranges import ImageRanges
from trainer.data.sample_rng import SampleRng
from trainer.data.spot_simulator import SpotBatch

REFERENCE_SIDE_PX = 800
_HIDDEN_BELOW = 0.6


@dataclass(frozen=True, eq=False)
class ImageBatch:
    """Pictures with what is true of them.

    Parameters
    ----------
    image
        Intensities (b, side, side): counts of a camera, or 0 to 255 of an export.
    is_export
        Whether each is an 8-bit export (b,).
    center_xy
        The beam (b, 2) in pixels.
    scale
        True 1/Å per pixel (b,).
    stated_scale
        The scale that the pattern states (b,), NaN where none.
    scale_sigma
        Its relative uncertainty (b,).
    label
        Class indices (b,).
    hidden
        What lies behind a beam stop (b, side, side), bool.
    """

    image: Tensor
    is_export: npt.NDArray[np.bool_]
    center_xy: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    stated_scale: npt.NDArray[np.float64]
    scale_sigma: npt.NDArray[np.float64]
    label: npt.NDArray[np.int64]
    hidden: Tensor


@dataclass(frozen=True)
class ImageSimulator:
    """Draws spot lists as images.

    Parameters
    ----------
    ranges
        What is drawn from.
    side_px
        Side of the square images.
    device
        Where they are drawn.
    """

    ranges: ImageRanges
    side_px: int = REFERENCE_SIDE_PX
    device: str = "cpu"

    def draw(self, spots: SpotBatch, sample_rng: SampleRng) -> ImageBatch:
        """Return the pictures of a batch of spot lists.

        The spot simulator decides which spots exist and how bright they are; its own losses of
        detection (missed spots, positions) are for lists and are better switched off here.
        """
        with torch.no_grad():
            # what happens to few patterns is drawn one by one, from a generator of their own
            own = [np.random.default_rng(seed) for seed in sample_rng.seeds()]
            center, scale = self._camera(spots, sample_rng)
            peak = sample_rng.log_uniform(*self.ranges.spot_counts)
            scene = self._spots(spots, center, scale, peak, sample_rng)
            median = _median_peak(spots) * peak
            scene += self._diffuse(center, scale, median, sample_rng, own)
            scene += self._direct_beam(center, peak, sample_rng, own)
            transmission = self._shadow(center, sample_rng)
            scene *= transmission
            counts = apply_camera(scene, self.ranges, own)
            picture, is_export = export_as_picture(counts, scale, self.ranges, own)
        return ImageBatch(
            picture,
            is_export,
            center,
            scale,
            spots.believed_scale * scale,
            spots.scale_sigma,
            spots.label,
            transmission < _HIDDEN_BELOW,
        )

    @property
    def _zoom(self) -> float:
        return self.side_px / REFERENCE_SIDE_PX

    def _camera(
        self, spots: SpotBatch, sample_rng: SampleRng
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the beam's place (b, 2) and the true scale (b,)."""
        side = self.side_px
        reach = sample_rng.uniform(*self.ranges.center_offset) * side
        azimuth = sample_rng.uniform(0, 2 * np.pi)
        middle = (side - 1) / 2
        center = middle + np.stack([reach * np.cos(azimuth), reach * np.sin(azimuth)], axis=1)
        farthest = np.maximum(center, side - 1 - center).max(axis=1)
        return center, spots.edge_q / farthest

    def _spots(
        self,
        spots: SpotBatch,
        center: npt.NDArray[np.float64],
        scale: npt.NDArray[np.float64],
        peak: npt.NDArray[np.float64],
        sample_rng: SampleRng,
    ) -> Tensor:
        """Return the spots alone (b, side, side), in counts."""
        count, side = len(spots), self.side_px
        sigma = sample_rng.uniform(*self.ranges.spot_sigma) * self._zoom
        aspect = sample_rng.uniform(*self.ranges.spot_aspect)
        azimuth = sample_rng.uniform(0, np.pi)
        is_disk = sample_rng.random() < self.ranges.disk_share
        radius = sample_rng.uniform(*self.ranges.disk_radius) * self._zoom
        reach = int(np.ceil(max(3.2 * (sigma * aspect).max(), 1.4 * radius.max()))) + 1
        pattern, spot = np.nonzero(spots.present)
        xy = spots.q_xy[pattern, spot] / scale[pattern, None] + center[pattern]
        inside = np.all((xy > -reach) & (xy < side + reach), axis=1)
        pattern, spot, xy = pattern[inside], spot[inside], xy[inside]
        height = np.exp(spots.log_intensity[pattern, spot]) * peak[pattern]
        profile = _Profile(sigma, aspect, azimuth, is_disk, radius)
        return self._splatted(pattern, xy, height, profile, reach, count)

    def _splatted(
        self,
        pattern: npt.NDArray[np.int64],
        xy: npt.NDArray[np.float64],
        height: npt.NDArray[np.float64],
        profile: "_Profile",
        reach: int,
        count: int,
    ) -> Tensor:
        side, device = self.side_px, self.device
        canvas = torch.zeros(count * side * side, device=device)
        offset = torch.arange(-reach, reach + 1, device=device)
        for start in range(0, len(pattern), 4096):
            part = slice(start, start + 4096)
            owner = pattern[part]
            whole = np.round(xy[part]).astype(np.int64)
            rest = torch.as_tensor(xy[part] - whole, dtype=torch.float32, device=device)
            dx = offset[None, None, :] - rest[:, 0, None, None]
            dy = offset[None, :, None] - rest[:, 1, None, None]
            value = profile.values(dx, dy, owner)
            value = (
                value
                * torch.as_tensor(height[part], dtype=torch.float32, device=device)[:, None, None]
            )
            corner = torch.as_tensor(whole, device=device)
            column = corner[:, 0, None, None] + offset[None, None, :]
            row = corner[:, 1, None, None] + offset[None, :, None]
            inside = (column >= 0) & (column < side) & (row >= 0) & (row < side)
            page = torch.as_tensor(owner, device=device)[:, None, None] * (side * side)
            index = (page + row * side + column).expand(-1, len(offset), len(offset))
            canvas.index_add_(0, index[inside.expand_as(index)], value[inside.expand_as(value)])
        return canvas.reshape(count, side, side)

    def _radius(
        self, center: npt.NDArray[np.float64], scale: npt.NDArray[np.float64]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return q (b, side, side) in 1/Å and the pixel offsets from the beam."""
        grid = torch.arange(self.side_px, dtype=torch.float32, device=self.device)
        beam = torch.as_tensor(center, dtype=torch.float32, device=self.device)
        dx = grid[None, None, :] - beam[:, 0, None, None]
        dy = grid[None, :, None] - beam[:, 1, None, None]
        per_px = torch.as_tensor(scale, dtype=torch.float32, device=self.device)[:, None, None]
        return torch.sqrt(dx * dx + dy * dy) * per_px, dx, dy

    def _diffuse(
        self,
        center: npt.NDArray[np.float64],
        scale: npt.NDArray[np.float64],
        median: npt.NDArray[np.float64],
        sample_rng: SampleRng,
        own: Sequence[np.random.Generator],
    ) -> Tensor:
        """Return inelastic background, amorphous halo, rings and Kikuchi bands, in counts."""
        ranges = self.ranges
        q, dx, dy = self._radius(center, scale)
        q0 = self._column(sample_rng.uniform(*ranges.lorentz_q0))
        power = self._column(sample_rng.uniform(*ranges.lorentz_power))
        level = self._column(sample_rng.log_uniform(*ranges.background) * median)
        # the height is the one at 0.25 1/Å, where the first spots stand
        diffuse = ((0.0625 + q0 * q0) / (q * q + q0 * q0)) ** power * level
        slow = self._column(sample_rng.uniform(0, 0.3))
        diffuse = diffuse + slow * level * torch.exp(-q / 0.6)
        lean = self._column(
            np.where(sample_rng.random() < ranges.asymmetry_share, sample_rng.uniform(0, 0.6), 0)
        )
        azimuth = self._column(sample_rng.uniform(0, 2 * np.pi))
        along = (dx * torch.cos(azimuth) + dy * torch.sin(azimuth)) / self.side_px
        diffuse = diffuse * (1 + lean * along).clamp_min(0.2)
        diffuse = diffuse + self._halos(q, level, sample_rng, own)
        return diffuse * self._kikuchi(dx, dy, own)

    def _halos(
        self, q: Tensor, level: Tensor, sample_rng: SampleRng, own: Sequence[np.random.Generator]
    ) -> Tensor:
        ranges = self.ranges
        shown = sample_rng.random() < ranges.halo_share
        strength = np.where(shown, sample_rng.uniform(0.1, 1.2), 0.0)
        place, width = sample_rng.uniform(*ranges.halo_q), sample_rng.uniform(*ranges.halo_width)
        halo = (
            self._column(strength)
            * level
            * torch.exp(-0.5 * ((q - self._column(place)) / self._column(width)) ** 2)
        )
        for i in np.flatnonzero(sample_rng.random() < ranges.ring_share).tolist():
            rng = own[i]
            for radius in rng.uniform(0.2, 1.0, int(rng.integers(2, 6))):
                fine = float(rng.uniform(0.004, 0.015))
                ring = torch.exp(-0.5 * ((q[i] - float(radius)) / fine) ** 2)
                halo[i] += float(rng.uniform(0.1, 1.0)) * level[i] * ring
        return halo

    def _kikuchi(self, dx: Tensor, dy: Tensor, own: Sequence[np.random.Generator]) -> Tensor:
        """Return a factor: bright bands with a dark rim across the diffuse background."""
        factor = torch.ones(len(dx), self.side_px, self.side_px, device=self.device)
        for i, rng in enumerate(own):
            if rng.random() >= self.ranges.kikuchi_share:
                continue
            for _ in range(int(rng.integers(1, 5))):
                azimuth = float(rng.uniform(0, np.pi))
                across = dx[i] * np.cos(azimuth) + dy[i] * np.sin(azimuth)
                middle = float(rng.normal(0, 0.12)) * self.side_px
                half = float(rng.uniform(0.02, 0.1)) * self.side_px
                soft = float(rng.uniform(1.5, 5)) * self._zoom
                band = torch.sigmoid((half - (across - middle).abs()) / soft)
                factor[i] *= 1 + float(rng.uniform(0.02, 0.2)) * (band - 0.3)
        return factor

    def _direct_beam(
        self,
        center: npt.NDArray[np.float64],
        peak: npt.NDArray[np.float64],
        sample_rng: SampleRng,
        own: Sequence[np.random.Generator],
    ) -> Tensor:
        ranges, count = self.ranges, len(center)
        r, dx, dy = self._radius(center, np.ones(count))
        radius = self._column(sample_rng.uniform(*ranges.beam_radius) * self._zoom)
        counts = self._column(sample_rng.log_uniform(*ranges.beam_counts) * peak)
        soft = (0.12 * radius).clamp_min(0.8)
        beam = torch.sigmoid((radius - r) / soft) + 0.04 / (1 + (r / radius) ** 2) ** 1.5
        for i in np.flatnonzero(sample_rng.random() < ranges.bloom_share).tolist():
            rng = own[i]
            width = float(rng.uniform(1, 6)) * self._zoom
            length = float(rng.uniform(0.1, 1.0)) * self.side_px
            across, along = (dx[i], dy[i]) if rng.random() < 0.5 else (dy[i], dx[i])
            beam[i] += 0.3 * torch.exp(-0.5 * (across / width) ** 2 - along.abs() / length)
        return beam * counts

    def _shadow(self, center: npt.NDArray[np.float64], sample_rng: SampleRng) -> Tensor:
        """Return the transmission (b, side, side) of a needle-shaped beam stop."""
        ranges, count = self.ranges, len(center)
        _, dx, dy = self._radius(center, np.ones(count))
        azimuth = self._column(sample_rng.uniform(0, 2 * np.pi))
        along = dx * torch.cos(azimuth) + dy * torch.sin(azimuth)
        across = -dx * torch.sin(azimuth) + dy * torch.cos(azimuth)
        half = self._column(sample_rng.uniform(*ranges.stop_width) / 2 * self._zoom)
        tip = self._column(sample_rng.uniform(*ranges.stop_length) * self._zoom)
        taper = self._column(sample_rng.uniform(0, 0.12))
        edge = self._column(sample_rng.uniform(0.8, 3.0) * self._zoom)
        wide = half + taper * (along + tip).clamp_min(0)
        rounded = torch.sqrt(across**2 + (-(along + tip)).clamp_min(0) ** 2)
        inside = torch.sigmoid((wide - rounded) / edge)
        depth = self._column(
            np.where(sample_rng.random() < ranges.stop_share, sample_rng.uniform(0.93, 0.999), 0.0)
        )
        return 1 - depth * inside

    def _column(self, values: npt.NDArray[np.float64]) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32, device=self.device)[:, None, None]


@dataclass(frozen=True, eq=False)
class _Profile:
    """The shape of the spots of each pattern: an elliptical Gaussian or a small disk."""

    sigma: npt.NDArray[np.float64]
    aspect: npt.NDArray[np.float64]
    azimuth: npt.NDArray[np.float64]
    is_disk: npt.NDArray[np.bool_]
    radius: npt.NDArray[np.float64]

    def values(self, dx: Tensor, dy: Tensor, owner: npt.NDArray[np.int64]) -> Tensor:
        """Return profiles (n, w, w) of peak 1 at offsets from the spots' centres."""

        def of(values: npt.NDArray[np.float64]) -> Tensor:
            return torch.as_tensor(values[owner], dtype=torch.float32, device=dx.device)[
                :, None, None
            ]

        azimuth = of(self.azimuth)
        u = dx * torch.cos(azimuth) + dy * torch.sin(azimuth)
        v = -dx * torch.sin(azimuth) + dy * torch.cos(azimuth)
        wide = of(self.sigma * self.aspect)
        gauss = torch.exp(-0.5 * ((u / wide) ** 2 + (v / of(self.sigma)) ** 2))
        r = torch.sqrt(dx * dx + dy * dy)
        disk = torch.sigmoid((of(self.radius) - r) / 0.8)
        return torch.where(of(self.is_disk.astype(np.float64)) > 0.5, disk, gauss)


def _median_peak(spots: SpotBatch) -> npt.NDArray[np.float64]:
    """Return the median spot's height relative to the brightest (b,)."""
    log_i = np.where(spots.present, spots.log_intensity, np.nan)
    empty = ~spots.present.any(axis=1)
    log_i[empty, 0] = -2.0
    return np.exp(np.nanmedian(log_i, axis=1))
