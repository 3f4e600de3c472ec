"""Virtual images and phase maps of scans."""

import tracemalloc

import numpy as np
import pytest

from saed_desktop.errors import SaedError
from saed_desktop.pattern.readers import PatternFile
from saed_desktop.workspace.folder_row import FolderRow
from saed_desktop.workspace.phase_map import (
    FAILED,
    NO_PHASE,
    NOT_ANSWERED,
    color_of,
    grey_levels,
    map_table,
    phase_map,
)
from saed_desktop.workspace.virtual_image import VirtualDetector, beam_radius_px, virtual_image


def _scan(shape_yx, side, seed=4):
    """Return a scan whose beam is as bright as its number, in a ground of noise."""
    rng = np.random.default_rng(seed)
    n = shape_yx[0] * shape_yx[1]
    y, x = np.mgrid[:side, :side]
    disc = np.hypot(x - side * 0.45, y - side * 0.55) <= 4
    frames = rng.integers(0, 20, (n, side, side)).astype(np.uint16)
    frames += (np.arange(n)[:, None, None] * disc).astype(np.uint16)
    return frames.reshape(*shape_yx, side, side), (side * 0.45, side * 0.55)


def test_bright_and_dark_field_are_the_means_on_the_detector(tmp_path):
    scan, center = _scan((6, 9), 40)
    np.save(tmp_path / "s.npy", scan)
    for inner, outer in ((0.0, 4.0), (6.0, 15.0)):
        *_, last = virtual_image(
            PatternFile(tmp_path / "s.npy"), VirtualDetector(center, inner, outer)
        )
        y, x = np.mgrid[:40, :40]
        radius = np.hypot(x - center[0], y - center[1])
        on = (radius >= inner) & (radius <= outer)
        expected = scan.reshape(54, 40, 40)[:, on].mean(axis=1)
        assert np.allclose(last.values, expected, rtol=1e-6)
        assert (last.done, last.total) == (54, 54)


def test_it_stops_between_blocks_and_tells_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("saed_desktop.pattern.frame_blocks.frame_blocks.__defaults__", (32_000,))
    scan, center = _scan((6, 9), 40)
    np.save(tmp_path / "s.npy", scan)
    stops = iter([False, False, True])
    file = PatternFile(tmp_path / "s.npy")
    steps = list(virtual_image(file, VirtualDetector(center, 0, 4), lambda: next(stops)))
    assert [step.done for step in steps] == [9, 18]
    assert np.isfinite(steps[-1].values).sum() == 18


def test_memory_does_not_grow_with_the_scan(tmp_path):
    """A scan of 200 MB is read through a window of some blocks."""
    side, shape = 128, (64, 100)
    stored = np.lib.format.open_memmap(
        tmp_path / "large.npy", mode="w+", dtype=np.uint16, shape=(*shape, side, side)
    )
    stored[:, :, 60:70, 60:70] = 7
    stored.flush()
    del stored
    tracemalloc.start()
    *_, last = virtual_image(
        PatternFile(tmp_path / "large.npy"), VirtualDetector((64.5, 64.5), 0, 3)
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.all(last.values == 7)
    # a block of 32 MB as it is stored, as numbers of twice the width, and as it is being made
    assert peak < 32e6 * 6


def test_a_detector_beside_the_pattern_says_so(tmp_path):
    scan, center = _scan((2, 3), 40)
    np.save(tmp_path / "s.npy", scan)
    with pytest.raises(SaedError, match="other radii"):
        list(virtual_image(PatternFile(tmp_path / "s.npy"), VirtualDetector(center, 90, 95)))


def test_the_disc_holds_the_beam_and_little_else():
    image = np.full((200, 200), 10, np.float32)
    y, x = np.mgrid[:200, :200]
    image[np.hypot(x - 90, y - 110) <= 12] = 900
    assert 12 <= beam_radius_px(image, (90.0, 110.0)) < 20
    # behind a stop there is no beam: a share of the image
    image[np.hypot(x - 90, y - 110) <= 12] = 0
    assert beam_radius_px(image, (90.0, 110.0)) == pytest.approx(6.0)


def _row(tmp_path, frame, phase, probability=0.9, verdict="agree"):
    return FolderRow(
        tmp_path / "s.mib", frame, verdict, phase, probability, "[001]", 0.8, "", line=1
    )


def test_a_phase_map_has_a_colour_for_each_phase_and_none_for_what_is_missing(tmp_path):
    rows = [
        _row(tmp_path, 0, "PuO2", 1.0),
        _row(tmp_path, 1, "alpha-Zr", 0.0),
        _row(tmp_path, 2, None, None, "none"),
        _row(tmp_path, 3, None, None, "error"),
        _row(tmp_path, 99, "PuO2"),
    ]
    found = phase_map(rows, 6, considered=("alpha-Zr", "PuO2"))
    assert found.index.tolist() == [1, 0, NO_PHASE, FAILED, NOT_ANSWERED, NOT_ANSWERED]
    assert found.n_answered == 4
    colors = found.colors_rgba(is_shaded=False)
    as_hex = ["#" + bytes(c[:3]).hex() for c in colors]
    assert as_hex[:2] == [color_of(1), color_of(0)]
    assert len(set(as_hex[:4])) == 4
    assert colors[:, 3].tolist() == [255] * 4 + [0] * 2
    shaded = found.colors_rgba(is_shaded=True)
    assert (shaded[0] == colors[0]).all() and shaded[1, :3].sum() < 0.5 * colors[1, :3].sum()
    legend = found.legend()
    assert [(e.count, e.share) for e in legend] == [(1, 0.25)] * 4
    assert {e.label for e in legend} == {"α-Zr", "PuO₂", "none of these", "not readable"}


def test_grey_levels_span_what_is_known():
    values = np.array([np.nan, 5, 6, 7, 8], np.float32)
    levels = grey_levels(values)
    assert levels[0] == 0 and levels[1] == 0 and levels[4] == 255
    assert (np.diff(levels[1:].astype(int)) > 0).all()
    assert grey_levels(np.full(3, 4, np.float32)).tolist() == [0, 0, 0]
    assert grey_levels(np.full(3, np.nan, np.float32)).tolist() == [0, 0, 0]


def test_the_table_has_a_line_for_each_place(tmp_path):
    rows = {1: _row(tmp_path, 1, "PuO2")}
    lines = map_table(rows, np.array([1.5, np.nan, 2, 3], np.float32), 2, 4)
    assert len(lines) == 5
    assert lines[1][:5] == ("1", "1", "1", "1.5", "")
    assert lines[2][:6] == ("1", "2", "2", "", "indexed", "PuO2")
    assert lines[4][:4] == ("2", "2", "4", "3")
    assert {len(line) for line in lines} == {len(lines[0])}
