"""What reads files, each with seeds that are drawn or written here."""

import importlib.util
import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from saed_desktop.paths import resources_dir
from tests.fuzz.format_seeds import detector_files, structure_texts
from tests.fuzz.mutations import changed_bytes, changed_json, changed_lines
from tests.pattern_files import WRITABLE, written

Change = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Target:
    """One reader.

    Parameters
    ----------
    file_name
        What the changed file is called.
    seeds
        Whole files.
    read
        Reads a changed file as the program does; may raise `SaedError` and nothing else.
    change
        How files are changed.
    """

    file_name: str
    seeds: tuple[bytes, ...]
    read: Callable[[Path], None]
    change: Change = changed_bytes


# ---- readers -----------------------------------------------------------------------------------


def _read_pattern(path: Path) -> None:
    from saed_desktop.pattern.readers import PatternFile

    file = PatternFile(path)
    file.read(0)
    if file.n_frames > 1:
        file.read(file.n_frames - 1)


def _read_cif(path: Path) -> None:
    from saed_desktop.crystal.cif import read_phase

    read_phase(path)


def _read_bundle(path: Path) -> None:
    from saed_desktop.network.bundle import open_bundle
    from saed_desktop.network.graph_check import check_graph

    bundle = open_bundle(path)
    check_graph(bundle.network_bytes())
    _ = bundle.phases


def _read_graph(path: Path) -> None:
    from saed_desktop.network.graph_check import check_graph

    check_graph(path.read_bytes())


def _read_card(path: Path) -> None:
    from saed_desktop.network.card import ModelCard

    ModelCard.from_json(path.read_bytes())


def _read_project(path: Path) -> None:
    from saed_desktop.workspace.project import load_project

    for item in load_project(path).patterns:
        for mask in (item.state.drawn, item.state.cleared):
            if mask is not None:
                mask.unpacked()


def _read_settings(path: Path) -> None:
    from saed_desktop.gui.settings import SettingsStore

    store = SettingsStore(path)
    store.change(theme="dark" if store.value.theme != "dark" else "light")


def _read_profiles(path: Path) -> None:
    from saed_desktop.workspace.profiles import ProfileStore

    for profile in ProfileStore(path).read().values():
        profile.calibration_for(1024)


def _read_sets(path: Path) -> None:
    from saed_desktop.workspace.phase_sets import PhaseSetStore

    PhaseSetStore(path).read()


def _read_labels(path: Path) -> None:
    from saed_desktop.workspace.labels import LabelList

    LabelList(path.parent).read()


def _read_store(path: Path) -> None:
    from saed_desktop.results.store import AnswerStore
    from saed_desktop.workspace.folder_row import row_of

    store = AnswerStore(path)
    store.head()
    store.answered()
    for record in store.latest():
        row_of(record)


def _resume(path: Path) -> None:
    from saed_desktop.results.output import OutputFile

    with OutputFile(path, {}, resume=True) as output:
        output.is_answered(Path("a.png"), None)


def _read_library(path: Path) -> None:
    from saed_desktop.library.collection import FileCollection
    from saed_desktop.library.library_index import index_of_file

    library = FileCollection(path)
    try:
        for structure in library.all():
            structure.phase.structure_factors([[1, 1, 1]])
            structure.describe()
        library.file.skipped()
    finally:
        library.file.close()
        path.with_name(path.name + ".zones").unlink(missing_ok=True)
    _look_up(index_of_file(path))


def _read_zones(path: Path) -> None:
    from saed_desktop.library.zone_index import load_index

    _look_up(load_index(path))


def _look_up(index) -> None:
    from saed_desktop.library.zone_lookup import look_up
    from tests.fuzz.own_files import measured_square

    look_up(index, [measured_square()], np.ones(index.n_structures, dtype=bool))


def _read_prototypes(path: Path) -> None:
    from saed_desktop.library.table import read_prototypes

    read_prototypes(path.read_text(encoding="utf-8", errors="replace"))


def _read_entries(path: Path) -> None:
    from saed_desktop.library.bundled import bundled_prototypes
    from saed_desktop.library.table import read_entries

    text = path.read_text(encoding="utf-8", errors="replace")
    for entry in read_entries(text, bundled_prototypes(), subject="fuzz")[:3]:
        entry.phase.structure_factors([[1, 1, 1]])


def _read_weights(path: Path) -> None:
    from trainer.weights_file import load_weights

    load_weights(path)


def _read_run(path: Path) -> None:
    """Read what `evaluate`, `export`, `report` and a training that goes on read of a run."""
    from trainer.run_folder import summarise
    from trainer.weights_file import choice_of_repeat, find_weights

    with tempfile.TemporaryDirectory() as name:
        run = Path(name)
        for repeat in ("repeat-00", "repeat-01"):
            (run / repeat).mkdir()
            shutil.copy(path, run / repeat / "result.json")
        choice_of_repeat(run, find_weights(run))
        summarise(run)


def _read_claim(path: Path) -> None:
    from trainer.config import make_config
    from trainer.run_folder import check_run_folder

    check_run_folder(path.parent, make_config({}))


def _read_table(path: Path) -> None:
    from trainer.predictions import read_table

    _ = read_table(path).scores


def _read_search(path: Path) -> None:
    from trainer.search.settings import load_settings

    for index in (0, len(load_settings(path.parent).space) - 1):
        load_settings(path.parent).space.at(index)


def _read_members(path: Path) -> None:
    from trainer.search.rung_trials import known_trials

    rung = path.parent / "rung-0"
    with tempfile.TemporaryDirectory() as name:
        rung = Path(name) / "rung-0"
        rung.mkdir()
        shutil.copy(path, rung / "members.json")
        known_trials(Path(name), 0)


def _read_trials(path: Path) -> None:
    from trainer.search.results import merge
    from trainer.search.rung_trials import ranked_architectures

    ranked_architectures(merge([path]).by_key.values())


# ---- seeds -------------------------------------------------------------------------------------


def targets(folder: Path) -> dict[str, Target]:
    """Return all targets by name; a folder is needed to write the seeds in."""
    found: dict[str, Target] = {}
    for name in WRITABLE:
        path, image = written(folder, name)
        found[path.suffix[1:]] = Target(path.name, (path.read_bytes(),), _read_pattern)
    for name in ("b.jpg", "b.gif", "b.webp", "b.pgm"):
        Image.fromarray(image.astype(np.uint8)).save(folder / name)
        found[name[2:]] = Target(name, ((folder / name).read_bytes(),), _read_pattern)
    np.save(folder / "b.npy", image)
    found["npy"] = Target("b.npy", ((folder / "b.npy").read_bytes(),), _read_pattern)
    cifs = tuple(p.read_bytes() for p in sorted((resources_dir() / "phases").glob("*.cif")))
    found["cif"] = Target("a.cif", cifs, _read_cif)
    for name, path in detector_files(folder).items():
        found[name] = Target(path.name, (path.read_bytes(),), _read_pattern)
    for name, (file_name, text) in structure_texts().items():
        found[name] = Target(file_name, (text,), _read_cif)
    found |= _network_targets(folder) | _own_files(folder)
    # the trainer is an extra
    return found | _trainer_targets(folder) if importlib.util.find_spec("torch") else found


def _network_targets(folder: Path) -> dict[str, Target]:
    from tests.bundles import small_bundle

    bundle = small_bundle(folder / "n.saednet", temperature=1.5, groups=(("PuO", "PuO2"),))
    card = bundle.path.read_bytes()
    start, end = card.find(b'{\n "format"'), card.find(b"PK\x03\x04", 1000)
    card = card[start : card.find(b"PK\x03\x04", start)] if start >= 0 else card[:end]
    return {
        "bundle": Target("n.saednet", (bundle.path.read_bytes(),), _read_bundle),
        "graph": Target("n.onnx", (bundle.network_bytes(),), _read_graph),
        "card": Target("card.json", (card,), _read_card, changed_json),
    }


def _trainer_targets(folder: Path) -> dict[str, Target]:
    from tests.fuzz.trainer_files import trainer_files

    seeds = trainer_files(folder)
    return {
        "weights": Target("weights.pt", seeds["weights"], _read_weights),
        "run": Target("result.json", seeds["run"], _read_run, changed_json),
        "claim": Target("config.json", seeds["claim"], _read_claim, changed_json),
        "table": Target("predictions.csv", seeds["table"], _read_table),
        "search": Target("search.json", seeds["search"], _read_search, changed_json),
        "members": Target("members.json", seeds["members"], _read_members, changed_json),
        "trials": Target("results.jsonl", seeds["trials"], _read_trials, changed_lines),
    }


def _own_files(folder: Path) -> dict[str, Target]:
    from tests.fuzz.own_files import own_files

    seeds = own_files(folder)
    return {
        "project": Target("p.saedproj", seeds["project"], _read_project, changed_json),
        "settings": Target("window.json", seeds["settings"], _read_settings, changed_json),
        "profiles": Target("profiles.json", seeds["profiles"], _read_profiles, changed_json),
        "sets": Target("sets.json", seeds["sets"], _read_sets, changed_json),
        "labels": Target("saed-labels.csv", seeds["labels"], _read_labels),
        "store": Target("answers.jsonl", seeds["store"], _read_store, changed_lines),
        "json": Target("o.json", seeds["json"], _resume, changed_lines),
        "csv": Target("o.csv", seeds["csv"], _resume),
        "library": Target("l.saedlib", seeds["library"], _read_library),
        "zones": Target("l.zones", seeds["zones"], _read_zones),
        "prototypes": Target("prototypes.txt", seeds["prototypes"], _read_prototypes),
        "table": Target("phases.txt", seeds["table"], _read_entries),
    }
