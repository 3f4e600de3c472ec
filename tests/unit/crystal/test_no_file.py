"""What goes by the name of a structure file and is none."""

import os

import pytest

from saed_desktop.crystal.cif import read_phase
from saed_desktop.errors import PhaseError


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe.cif"
    os.mkfifo(pipe)
    with pytest.raises(PhaseError, match="no regular file"):
        read_phase(pipe)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "folder.cif").mkdir()
    with pytest.raises(PhaseError, match="not a readable CIF"):
        read_phase(tmp_path / "folder.cif")
