"""Files of several datasets in the window: the pattern first, the others by one key."""

import h5py
import numpy as np
import pytest

from saed_desktop.gui.commands import Act
from saed_desktop.pattern.readers import read_pattern
from saed_desktop.workspace.state_file import state_from_json, state_to_json


@pytest.fixture
def two_datasets(tmp_path, pattern_files):
    """A plain HDF5 file of a drawn pattern and a picture of other pixels."""
    path = tmp_path / "two.h5"
    with h5py.File(path, "w") as file:
        file["scan/image"] = np.random.default_rng(0).integers(0, 99, (400, 300)).astype(np.uint8)
        file["scan/saed"] = read_pattern(pattern_files["delta"]).image_yx.astype(np.uint16)
    return path


def test_the_next_dataset_is_one_key_away_and_named(make_desktop, answered, two_datasets, qtbot):
    desktop = make_desktop(two_datasets)
    pattern = answered(desktop)
    assert pattern.name == "two.h5: scan/saed"
    assert desktop.window.pattern_view.image.size_px == (512, 512)
    desktop.actions[Act.NEXT_DATASET].trigger()
    qtbot.waitUntil(lambda: desktop.window.pattern_view.image.size_px == (300, 400), timeout=20_000)
    assert desktop.open_patterns.current.name == "two.h5: scan/image"
    desktop.actions[Act.NEXT_DATASET].trigger()
    qtbot.waitUntil(lambda: desktop.window.pattern_view.image.size_px == (512, 512), timeout=20_000)
    state = desktop.open_patterns.current.state
    assert state_from_json(state_to_json(state)) == state
    assert state.dataset == "scan/saed"
