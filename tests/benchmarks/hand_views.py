"""The steps of `event_loop` by hand: spots, measurements, simulation, figures, report."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.desktop import is_answered, pump, wait_for
from tests.rendering import SCALE, save_hspy, spot_image

SIDE = 2048
WIDTHS = (85.0, 180.0)


def steps(desktop, home: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield what is measured: its name, and what does it."""
    image, _ = spot_image("PuO2", (1, 1, 0), side=SIDE, scale=SCALE * 512 / SIDE)
    file = save_hspy(home / "by hand.hspy", image, SCALE * 512 / SIDE)
    patterns = desktop.open_patterns

    def spots() -> list[tuple[float, float]]:
        marks = patterns.current.prepared.marks
        return [(float(x), float(y)) for x, y in marks.spots_xy]

    def settle() -> None:
        pump(0.05)
        wait_for("an answer", lambda: is_answered(desktop))
        pump(0.1)

    def open_it() -> None:
        desktop.files.open_paths([file])
        settle()

    def edit_spots() -> None:
        desktop.window.spots_tab.show_spots()
        desktop.spot_editing.add((SIDE * 0.31, SIDE * 0.77))
        settle()
        desktop.spot_editing.move(spots()[-1], (SIDE * 0.32, SIDE * 0.76))
        settle()
        desktop.spot_editing.choose(spots()[:6])
        desktop.spot_editing.remove_chosen()
        settle()
        for turn in (desktop.undo.undo, desktop.undo.redo):
            turn()
            settle()
        desktop.spot_editing.restore()
        settle()

    def index_by_two() -> None:
        panel = desktop.window.pairs_panel
        for everything in (0, 1):
            panel.phases.setCurrentIndex(everything)
            desktop.two_spots.solve(*spots()[1:3])
            wait_for("the pairs", lambda: panel.table.model().rowCount() > 0)
            wait_for("the thread", lambda: not desktop.workers["answer"].is_busy)
        for row in range(min(5, panel.table.model().rowCount())):
            panel.table.selectRow(row)
            pump(0.3)
        desktop.two_spots.use(panel.model.row_at(0))
        settle()
        desktop.two_spots.remove()
        settle()

    def measure() -> None:
        from saed_desktop.gui.views.measure_layer import Measure

        at = spots()
        for i in range(20):
            desktop.measurement.add(Measure("distance", (at[i % len(at)], at[(i + 1) % len(at)])))
            pump(0.02)
        desktop.measurement.set_note(3, "a note")
        desktop.measurement.remove([0, 5, 7])
        pump(0.2)

    def simulate() -> None:
        desktop.simulation.open()
        window = desktop.simulation.window
        wait_for("the simulation", lambda: window.view.pattern is not None)
        for _ in range(12):
            window.turn(4.0)
            pump(0.1)
        window.tilt.setValue(3.0)
        pump(0.5)
        window.method.setCurrentIndex(1)
        window.method.activated.emit(1)
        pump(0.2)
        wait_for("Bloch waves", lambda: not desktop.workers["load"].is_busy)
        desktop.simulation.fit()
        wait_for("the fit", lambda: not desktop.workers["load"].is_busy)
        pump(0.3)
        window.close()

    def draw_figures() -> None:
        desktop.figures.ask()
        pump(0.5)
        options = desktop.figures.options
        for width in WIDTHS:
            for ending in ("png", "tif", "svg", "pdf"):
                path = home / f"figure-{width:.0f}.{ending}"
                desktop.figures.save(path, type(options)(width_mm=width, dpi=600))
                wait_for("the figure", path.is_file)
        desktop.figures.save_report(home / "report.html")
        wait_for("the report", (home / "report.html").is_file)

    yield f"a pattern of {SIDE} px opened and answered", open_it
    yield "spots added, moved, removed, restored", edit_spots
    yield "indexed by two spots, of few and of all phases", index_by_two
    yield "twenty measurements", measure
    yield "simulated: turned, tilted, Bloch waves, fitted", simulate
    yield "eight figures at 600 dpi and a report", draw_figures
