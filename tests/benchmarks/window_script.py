"""A user's work in the window that `program_reliability` kills, and what must be there then."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Tell = Callable[[str], None]
_SAVED = "saved.saedproj"


def work_in_window(folder: Path, tell: Tell) -> int:
    """Open all patterns; move the beam, label and save, one after the other; close the window."""
    from PySide6.QtCore import QTimer

    desktop_of = _observed(tell)

    def act() -> None:
        desktop = desktop_of()
        if desktop is None:
            return
        patterns = desktop.open_patterns.patterns
        if len(patterns) < _count(folder):
            return
        state["turn"] += 1
        turn = state["turn"]
        if turn == 2 * len(patterns):
            desktop.project.save_as(folder / _SAVED)
        if turn >= 2 * len(patterns):
            if not desktop.project.has_unsaved_changes:
                timer.stop()
                desktop.window.close()
                tell("closed")
            elif turn > 4 * len(patterns):
                # on a full disk: closing would ask, and the user keeps it open
                os._exit(0)
            return
        pattern = patterns[turn % len(patterns)]
        desktop.open_patterns.change(pattern, "move", center_xy=(100.0 + turn, 128.0))
        desktop.labelling.label(pattern, f"phase-{turn}")
        desktop.project.autosave()
        if turn % 3 == 0:
            desktop.project.save_as(folder / _SAVED)

    state = {"turn": 0}
    timer = QTimer()
    timer.timeout.connect(act)
    timer.start(20)
    return _program(folder)


def restored(folder: Path, tell: Tell) -> int:
    """Open the window again, open again what it offers, and note what is there."""
    from PySide6.QtCore import QElapsedTimer, QTimer

    desktop_of = _observed(lambda line: None)
    clock = QElapsedTimer()

    def look() -> None:
        desktop = desktop_of()
        if desktop is None:
            return
        if not clock.isValid():
            clock.start()
        banner = desktop.window.banner
        again = [b for b in banner._buttons if b.text() == "Open them again"]
        if again:
            again[0].click()
        states = [p.state for p in desktop.open_patterns.patterns]
        wanted = _copied(folder)
        if ((states or not wanted) and clock.elapsed() > 300) or clock.elapsed() > 20_000:
            timer.stop()
            found = {s.path.name: s.center_xy and s.center_xy[0] for s in states}
            (folder / "restored.json").write_text(json.dumps(found))
            desktop.window.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    del tell
    return _program(folder, files=False)


def labels_and_places(folder: Path) -> str:
    """Return what is missing of what was told of, nothing where all is there."""
    from saed_desktop.workspace.labels import LabelList
    from saed_desktop.workspace.project import load_project

    told = [line.partition(" ")[::2] for line in json.loads((folder / "told.json").read_text())]
    labels = [json.loads(text) for kind, text in told if kind == "label"]
    found = {p.name: item.phase for p, item in LabelList(folder / "own").read().items()}
    for name, phase in dict(labels).items():
        # a later label may have come to the disk and not to us
        if int(found.get(name, "phase-0").removeprefix("phase-")) < int(phase[6:]):
            return f"label of {name}: {found.get(name)}, told {phase}"
    saved = [json.loads(text) for kind, text in told if kind == "saved"]
    if saved:
        project = load_project(folder / _SAVED)
        places = {p.state.path.name: _x(p.state) for p in project.patterns}
        if any(places.get(name, 0.0) < x for name, x in saved[-1].items()):
            return f"project: {places}, told {saved[-1]}"
    return _missing_of_copy(folder, told)


def _missing_of_copy(folder: Path, told: list[tuple[str, str]]) -> str:
    copies = [json.loads(text) for kind, text in told if kind == "copy"]
    if not (folder / "restored.json").exists() or not copies:
        return ""
    places = json.loads((folder / "restored.json").read_text())
    if [kind for kind, _ in told][-1] == "closed":
        return ""
    late = {n: x for n, x in copies[-1].items() if (places.get(n) or 0.0) < x}
    return f"copy: {late} of {places}" if late else ""


def _copied(folder: Path) -> bool:
    told = [line.partition(" ")[0] for line in json.loads((folder / "told.json").read_text())]
    return "copy" in told and "closed" not in told


def _count(folder: Path) -> int:
    return len(list((folder / "own").glob("*.tif")))


def _x(state: Any) -> float:
    return 0.0 if state.center_xy is None else float(state.center_xy[0])


def _program(folder: Path, *, files: bool = True) -> int:
    """Run the real entry point."""
    import shutil

    from saed_desktop import __main__ as program

    own = folder / "own"
    if not own.exists():
        shutil.copytree(folder / "inputs" / "patterns", own, copy_function=os.symlink)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    names = sorted(str(p) for p in own.glob("*.tif")) if files else []
    sys.argv = ["saed-desktop"]
    return program.main(["--new-window", *names])


def _observed(tell: Tell) -> Callable[[], Any]:
    """Have the window tell what it has brought to the disk, and return how to reach it."""
    from PySide6.QtWidgets import QApplication

    from saed_desktop.gui import app as app_module
    from saed_desktop.gui.controllers import project as project_module
    from saed_desktop.workspace.labels import LabelList

    app_module.application()
    assert QApplication.instance() is not None
    made: list[Any] = []
    original, save, set_label = app_module.Desktop, project_module.save_project, LabelList.set

    def desktop(settings: Any) -> Any:
        made.append(original(settings))
        return made[-1]

    def save_project(path: Path, project: Any) -> None:
        save(path, project)
        places = {p.state.path.name: _x(p.state) for p in project.patterns}
        kind = "saved" if path.name == _SAVED else "copy"
        tell(f"{kind} {json.dumps(places)}")

    def set_one(self: LabelList, item: Any) -> None:
        set_label(self, item)
        tell(f"label {json.dumps([item.path.name, item.phase])}")

    app_module.Desktop = desktop  # type: ignore[misc, assignment]
    project_module.save_project = save_project
    LabelList.set = set_one  # type: ignore[method-assign]

    def the_one() -> Any:
        return made[0] if made else None

    return the_one
