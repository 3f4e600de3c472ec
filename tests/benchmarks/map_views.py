"""The steps of `event_loop` with scans, tilt maps, comparisons and differences."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks.desktop import is_answered, pump, wait_for
from tests.rendering import SCALE, save_hspy, spot_image


def draw_scan(path: Path, places: int, side: int = 128) -> Path:
    """Write a scan of places x places patterns, of two phases, beams of many brightnesses."""
    scale = SCALE * 512 / side
    drawn = [
        spot_image(name, zone, side=side, scale=scale)[0]
        for name, zone in (("delta-PuZr", (0, 0, 1)), ("PuO2", (1, 1, 0)))
    ]
    kinds = [np.clip(image / 4, 0, 65535).astype(np.uint16) for image in drawn]
    shape = (places, places, side, side)
    stored = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint16, shape=shape)
    for row in range(places):
        for column in range(places):
            stored[row, column] = kinds[column * 2 >= places] // (1 + row % 4)
    stored.flush()
    return path


def steps(desktop, home: Path, places: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield what is measured: its name, and what does it."""
    scan = draw_scan(home / "scan.npy", places)
    pairs = [
        save_hspy(home / f"pair {i}.hspy", spot_image("PuO2", zone, seed=i)[0], SCALE)
        for i, zone in enumerate(((1, 1, 0), (1, 1, 2)))
    ]

    def open_scan() -> None:
        desktop.files.open_paths([scan])
        pump(0.02)
        wait_for("an answer", lambda: is_answered(desktop))
        strip = desktop.window.frame_strip
        for frame in range(0, places * places, max(1, places * places // 12)):
            strip.slider.setValue(frame)
            wait_for("a frame", lambda f=frame: desktop.open_patterns.current.state.frame == f)
            wait_for("its answer", lambda: is_answered(desktop))

    def map_scan() -> None:
        desktop.scan.open()
        window = desktop.scan.window
        wait_for("the virtual image", lambda: not window.stop_compute.isEnabled())
        window.detector.setCurrentIndex(1)
        window.detector.activated.emit(1)
        wait_for("the dark field", lambda: not window.stop_compute.isEnabled())

    def answer_scan() -> None:
        window = desktop.scan.window
        window.index_button.click()
        wait_for("some frames", lambda: "frames indexed" in window.answers.text())
        pump(10)
        window.stop_index.click()
        window.close()

    def compare() -> None:
        desktop.open_patterns.open_files(pairs)
        wait_for("an answer", lambda: is_answered(desktop))
        desktop.comparison.open()
        window = desktop.comparison.window
        wait_for("both", lambda: all("spots" in words.text() for words in window.words))
        for factor in (1.3, 1.3, 1.3, 0.7, 0.7):
            window.views[0].zoom(factor)
            pump(0.1)
        window.close()

    def tilt() -> None:
        desktop.tilt_map.open()
        window = desktop.tilt_map.window
        wait_for("the map", lambda: bool(window.view.axes))
        for kind in (0, 1):
            window.projection.setCurrentIndex(kind)
            window.projection.activated.emit(kind)
            for alpha in range(0, 20, 4):
                window.alpha.setValue(alpha)
                pump(0.3)
        window.close()

    def difference() -> None:
        desktop.simulation.open()
        window = desktop.simulation.window
        wait_for("the simulation", lambda: window.view.pattern is not None)
        window.content.setCurrentIndex(1)
        window.content.activated.emit(1)
        wait_for("the difference", lambda: window.view.has_picture)
        for turn in range(5):
            window.turn(3.0 + turn)
            pump(0.4)
        window.close()

    yield f"a scan of {places} x {places} opened, frames chosen", open_scan
    yield f"a scan of {places} x {places} mapped twice", map_scan
    yield "its frames answered for 10 s", answer_scan
    yield "two patterns compared", compare
    yield "the tilt map, twelve times", tilt
    yield "the difference to a simulation, six times", difference
