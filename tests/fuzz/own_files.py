"""Files that the program itself writes, as seeds."""

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from saed_desktop.gui.settings import Settings, SettingsStore
from saed_desktop.library.build import build
from saed_desktop.library.collection import bundled_collection, named
from saed_desktop.library.zone_fit import MeasuredLattice
from saed_desktop.library.zones import NODES
from saed_desktop.paths import resources_dir
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.distortion import Ellipse
from saed_desktop.results.output import OutputFile
from saed_desktop.results.record import Status, error_record
from saed_desktop.results.stamp import Stamp
from saed_desktop.results.store import AnswerStore
from saed_desktop.workspace.document import Label, PackedMask, PatternState
from saed_desktop.workspace.labels import LabelledPattern, LabelList
from saed_desktop.workspace.phase_sets import PhaseSetStore
from saed_desktop.workspace.profiles import Profile, ProfileStore
from saed_desktop.workspace.project import Project, ProjectPattern, save_project


def own_files(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """Write one of each and return their contents by kind."""
    save_project(folder / "p.saedproj", project(folder))
    settings = SettingsStore(folder / "window.json")
    settings.replace(Settings(theme="dark", phases=("PuO", "PuO2"), recent_files=("a.dm3",)))
    profiles = ProfileStore(folder / "profiles.json")
    profiles.save(Profile("300 kV", 0.005, 0.01, 2048, "Titan", 300.0, 500.0, 1.01, 30.0, "Au"))
    sets = PhaseSetStore(folder / "sets.json")
    sets.save("alloy", ("PuO", "alpha-Zr"))
    labels = LabelList(folder)
    labels.set(LabelledPattern(folder / "a.dm3", "PuO", "s1", 0.005))
    labels.set(LabelledPattern(folder / "b.dm3", "other"))
    store = AnswerStore(folder / "answers.jsonl")
    store.start({"network": None})
    for suffix in ("json", "csv"):
        with OutputFile(folder / f"o.{suffix}", {}) as output:
            for name in "abc":
                output.write(Path(f"{name}.png"), [record(name)], Stamp(10, 5), is_last=True)
    for name in "abc":
        store.append([record(name)], Stamp(10, 5))
    return _library_files(folder) | {
        kind: ((folder / name).read_bytes(),)
        for kind, name in {
            "project": "p.saedproj",
            "settings": "window.json",
            "profiles": "profiles.json",
            "sets": "sets.json",
            "labels": "saed-labels.csv",
            "store": "answers.jsonl",
            "json": "o.json",
            "csv": "o.csv",
        }.items()
    }


def record(name: str):
    """An answer that names nothing."""
    return replace(
        error_record(f"{name}.png", ""), status=Status.UNKNOWN, message=None, kind="spots", spots=9
    )


def project(folder: Path) -> Project:
    """Two patterns with all that a person can decide about one."""
    mask = np.zeros((64, 64), bool)
    mask[10:20, 10:20] = True
    state = PatternState(
        folder / "a.dm3",
        calibration=Calibration.known(0.005, ScaleSource.USER, 0.01),
        energy_kev=200.0,
        center_xy=(31.0, 30.5),
        drawn=PackedMask.of(mask),
        cleared=PackedMask.of(~mask),
        is_inverted=True,
        ellipse=Ellipse(1.02, 30.0),
        label=Label("PuO", is_correction=True),
        specimen="s1",
    )
    patterns = (ProjectPattern(state, record("a")), ProjectPattern(PatternState(folder / "b.dm3")))
    return Project(patterns, 1, "", ("PuO", "PuO2"))


def _library_files(folder: Path) -> dict[str, tuple[bytes, ...]]:
    """Make a small library with its index, and return them with parts of the bundled tables."""
    cifs = folder / "cifs"
    cifs.mkdir()
    for name in ("Al", "Fe3C", "alpha-Ti"):
        (cifs / f"{name}.cif").write_text(named(bundled_collection(), name).cif)
    (cifs / "broken.cif").write_text("data_nothing\n")
    build([cifs], folder / "l.saedlib")
    tables = resources_dir() / "library"
    lines = {
        name: (tables / name).read_bytes().splitlines(keepends=True)
        for name in ("prototypes.txt", "metals_light.txt")
    }
    return {
        "library": ((folder / "l.saedlib").read_bytes(),),
        "zones": ((folder / "l.saedlib.zones").read_bytes(),),
        "prototypes": (b"".join(lines["prototypes.txt"][:40]),),
        "table": (b"".join(lines["metals_light.txt"][:40]),),
    }


def measured_square() -> MeasuredLattice:
    """Return a square lattice of 2 Å, every spot of it seen, on a scale that is hardly known."""
    n = len(NODES)
    return MeasuredLattice(
        basis_px=np.array([[100.0, 0.0], [0.0, 100.0]]),
        points=NODES,
        spot=np.ones((n, 2), dtype=bool),
        seen=np.ones((n, 2), dtype=bool),
        log_intensity=np.zeros((n, 2)),
        limit=np.full((n, 2), -5.0),
        scale=None,
        scale_sigma=np.inf,
        scale_range=(0.0005, 0.05),
    )
