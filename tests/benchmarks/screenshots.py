"""Pictures of the real window for the help pages: `python -m tests.benchmarks.screenshots OUT`.

Every picture is taken at 100 % and 200 %, dark and light, of the program as it is, with a home of
its own. What it shows are the bundled examples; a gold standard and a crystal that is none of the
phases are drawn here, as in the tests. Run it under a display (`xvfb-run -a -s "-screen 0
3400x2200x24"`, QT_QPA_PLATFORM=xcb) or offscreen.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.screenshot_patterns import draw_patterns, example_files, stated_scales

SCALES, THEMES = (100, 200), ("dark", "light")
SCENES = (
    "first-start", "calibrated", "unknown", "folder", "wizard", "frames", "scan", "tilt-map",
    "compare", "difference",
)  # fmt: skip
SIZE = (1360, 860)
SCAN_FRAME = 18
LARGEST_BYTES = 250_000
_PATIENCE_S = 900


class Stage:
    """One program, and the pictures taken of it."""

    def __init__(self, output: Path, examples: Path, suffix: str) -> None:
        from saed_desktop.gui.app import application
        from saed_desktop.gui.assembly import Desktop
        from saed_desktop.gui.settings import SettingsStore

        self.output, self.examples, self.suffix = output, examples, suffix
        self.app = application()
        self.settings = SettingsStore()
        self.make = lambda: Desktop(self.settings)
        self.desktop = None

    def open(self, *paths: Path):
        self.close()
        self.desktop = self.make()
        self.desktop.window.resize(*SIZE)
        self.desktop.window.show()
        self.desktop.start(list(paths))
        return self.desktop

    def close(self) -> None:
        if self.desktop is not None:
            self.desktop.close()
            self.desktop.window.deleteLater()
            self.desktop.deleteLater()
            self.desktop = None
            self.pump(0.1)

    def pump(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.01)

    def wait_for(self, what: str, condition) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"waited in vain: {what}")
            self.pump(0.02)
        self.pump(0.4)

    def answered(self):
        open_patterns = self.desktop.open_patterns

        def is_answered():
            current = open_patterns.current
            return current is not None and bool(current.answered or current.message)

        self.wait_for("an answer", is_answered)
        return open_patterns.current

    def grab(self, name: str, widget=None) -> None:
        self.pump(0.4)
        picture = (widget or self.desktop.window).grab().toImage()
        path = _saved(picture, self.output / f"{name}-{self.suffix}.png")
        print(
            f"{path.name}: {picture.width()} x {picture.height()}, {path.stat().st_size // 1000} kB"
        )


def _saved(picture, path: Path) -> Path:
    """Save a picture small: with few colours where that loses nothing, else as a JPEG."""
    import numpy as np
    from PIL import Image

    picture = picture.convertToFormat(picture.Format.Format_RGB888)
    lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1)
    pixels = lines[:, : 3 * picture.width()].reshape(picture.height(), picture.width(), 3)
    whole = Image.fromarray(pixels)
    few = whole.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    if path.stat().st_size <= LARGEST_BYTES:
        return path
    path.unlink()
    path = path.with_suffix(".jpg")
    for quality in (90, 85, 80, 75, 70):
        whole.save(path, quality=quality, subsampling=0, optimize=True)
        if path.stat().st_size <= LARGEST_BYTES:
            break
    return path


# ---- scenes ---------------------------------------------------------------------------------


def first_start(stage: Stage, _folder: Path) -> None:
    stage.settings.change(has_started_before=False)
    desktop = stage.open()
    if desktop.open_patterns.current is not None:
        stage.answered()
    stage.grab("first-start")


def calibrated(stage: Stage, _folder: Path) -> None:
    """Show the example that explains the most spots."""
    table = stated_scales(stage.examples)
    most, best = 0, None
    for file in example_files(stage.examples):
        desktop = stage.open(file)
        pattern = stage.answered()
        if pattern.state.calibration is None and not pattern.loaded.pattern.calibration.is_known:
            if file.name not in table:
                continue
            desktop.calibration.set_scale(table[file.name], 0.01)
            pattern = stage.answered()
        if pattern.view is None:
            continue
        matched = desktop.window.answer_panel.chosen.matched if pattern.view.phase else 0
        if matched > most:
            most, best = matched, (file, pattern.state.calibration)
    if best is None:
        raise SystemExit(f"no example of {stage.examples} has a scale and an answer")
    desktop = stage.open(best[0])
    pattern = stage.answered()
    desktop.open_patterns.change(pattern, "calibrate", calibration=best[1])
    stage.answered()
    stage.grab("calibrated")


def unknown(stage: Stage, folder: Path) -> None:
    stage.open(folder / "decagonal.hspy")
    stage.answered()
    stage.grab("unknown")


def folder(stage: Stage, folder: Path) -> None:
    desktop = stage.open()
    desktop.folder.start(folder)
    stage.wait_for("the folder", lambda: not desktop.folder.is_running)
    page = desktop.window.folder_page
    page.select(max(page.model.next_to_review(-1) or 0, 0))
    stage.grab("folder")


def wizard(stage: Stage, folder: Path) -> None:
    from saed_desktop.gui.commands import Act

    desktop = stage.open(folder / "gold rings.tif")
    stage.answered()
    desktop.actions[Act.CALIBRATE].trigger()
    shown = desktop.calibration_wizard.wizard
    stage.wait_for("the standard's fit", shown.use_button.isEnabled)
    stage.grab("wizard", shown)
    shown.close()


def frames(stage: Stage, folder: Path) -> None:
    """Show a frame of a scan with the strip below it."""
    _open_scan(stage, folder)
    stage.pump(2)
    stage.grab("frames")


def scan(stage: Stage, folder: Path) -> None:
    """Show the phases of a scan, all frames indexed."""
    desktop = _open_scan(stage, folder)
    desktop.scan.open()
    window = desktop.scan.window
    stage.wait_for("the virtual image", lambda: not window.stop_compute.isEnabled())
    window.index_button.click()
    stage.wait_for("the frames", window.index_button.isEnabled)
    window.shade.setCurrentIndex(window.shade.findData("intensity"))
    window.shade.activated.emit(2)
    window.view.pointed.emit(SCAN_FRAME)
    stage.grab("scan", window)
    window.close()


def _open_scan(stage: Stage, folder: Path):
    from saed_desktop.pattern.calibration import Calibration, ScaleSource
    from saed_desktop.workspace.document import PatternState
    from tests.rendering import SCALE

    stage.settings.change(phases=("delta-PuZr", "PuO2", "alpha-Zr"), network="none")
    desktop = stage.open()
    stated = Calibration.known(2 * SCALE, ScaleSource.USER)
    file = folder.parent / "scan" / "scan.npy"
    desktop.open_patterns.open([PatternState(file, frame=SCAN_FRAME, calibration=stated)])
    stage.answered()
    return desktop


def tilt_map(stage: Stage, folder: Path) -> None:
    desktop = stage.open(folder / "delta 011.hspy")
    stage.answered()
    desktop.tilt_map.open()
    window = desktop.tilt_map.window
    stage.wait_for("the map", lambda: bool(window.view.axes))
    window.azimuth.setValue(25.0)
    window.alpha.setValue(4.0)
    stage.wait_for("these tilts", lambda: window.view.projection.now.alpha_deg == 4)
    stage.grab("tilt-map", window)
    window.close()


def compare(stage: Stage, folder: Path) -> None:
    desktop = stage.open(folder / "delta 011.hspy", folder / "delta 112.hspy")
    stage.answered()
    desktop.comparison.open()
    window = desktop.comparison.window
    stage.wait_for("both", lambda: all("spots" in words.text() for words in window.words))
    window.views[0].zoom(1.4)
    stage.grab("compare", window)
    window.close()


def difference(stage: Stage, folder: Path) -> None:
    desktop = stage.open(folder / "delta 011.hspy")
    stage.answered()
    desktop.simulation.open()
    window = desktop.simulation.window
    stage.wait_for("the simulation", lambda: window.view.pattern is not None)
    window.content.setCurrentIndex(window.content.findData("difference"))
    window.content.activated.emit(1)
    stage.wait_for("the difference", lambda: window.view.has_picture)
    stage.grab("difference", window)
    window.close()


def take(
    output: Path, examples: Path, patterns: Path, scale: int, theme: str, scenes: list[str]
) -> None:
    """Take all pictures in this process."""
    stage = Stage(output, examples, f"{theme}-{scale}")
    stage.settings.change(theme=theme)
    try:
        for name in scenes:
            globals()[name.replace("-", "_")](stage, patterns)
    finally:
        stage.close()  # threads that are left would keep the process alive


def main() -> int:
    from saed_desktop.paths import resources_dir

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--examples", type=Path, default=resources_dir() / "patterns")
    parser.add_argument("--scales", type=int, nargs="+", default=SCALES)
    parser.add_argument("--themes", nargs="+", default=THEMES)
    parser.add_argument("--scenes", nargs="+", choices=SCENES, default=list(SCENES))
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    if options.here:
        take(
            options.output,
            options.examples,
            options.here,
            options.scales[0],
            options.themes[0],
            options.scenes,
        )
        return 0
    if not example_files(options.examples):
        print(f"there are no example patterns in {options.examples}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        patterns = Path(temporary) / "specimen A"
        patterns.mkdir()
        draw_patterns(patterns, options.examples)
        for scale in options.scales:
            for theme in options.themes:
                home = Path(temporary) / f"home-{theme}-{scale}"
                environment = {
                    **os.environ,
                    "SAED_DESKTOP_HOME": str(home),
                    "QT_SCALE_FACTOR": str(scale / 100),
                }
                command = [
                    sys.executable, "-m", "tests.benchmarks.screenshots", str(options.output),
                    "--here", str(patterns), "--examples", str(options.examples),
                    "--scales", str(scale), "--themes", theme, "--scenes", *options.scenes,
                ]  # fmt: skip
                subprocess.run(command, env=environment, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
