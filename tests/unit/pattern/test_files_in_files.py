"""Files that want to be read from others: those beside them are read, nothing else is touched."""

import errno
import os
import time

import h5py
import numpy as np
import pytest
import tifffile

from saed_desktop.errors import UnreadablePatternError
from saed_desktop.pattern.loaders.hdf5_links import foreign_place, own_items
from saed_desktop.pattern.readers import files_left_out, find_patterns, read_pattern
from tests.pattern_files import upright

IMAGE = upright()


def link(file, place):
    file["entry/data"] = h5py.ExternalLink(place, "/x")


def storage(file, place):
    shape = IMAGE.shape
    file.create_dataset("data", shape=shape, dtype="u1", external=[(place, 0, IMAGE.size)])


def virtual(file, place):
    layout = h5py.VirtualLayout(shape=IMAGE.shape, dtype="u1")
    layout[:, :] = h5py.VirtualSource(place, "x", shape=IMAGE.shape)
    file.create_virtual_dataset("data", layout)


def velox(file, place):
    file["Version"] = b"{}"
    file["Data"] = h5py.ExternalLink(place, "/x")


def hyperspy(file, place):
    file["Experiments"] = h5py.ExternalLink(place, "/x")


@pytest.fixture
def elsewhere(tmp_path):
    """Return a folder, and an image in a file that is in another one."""
    folder, other = tmp_path / "folder", tmp_path / "other" / "image.h5"
    folder.mkdir()
    other.parent.mkdir()
    with h5py.File(other, "w") as file:
        file["x"] = IMAGE
    return folder, other


@pytest.mark.parametrize("name_it", [link, storage, virtual, velox, hyperspy])
@pytest.mark.parametrize("is_relative", [False, True])
def test_a_file_in_another_folder_is_not_read(elsewhere, name_it, is_relative):
    folder, other = elsewhere
    path = folder / "a.h5"
    with h5py.File(path, "w") as file:
        name_it(file, "../other/image.h5" if is_relative else str(other))
    with pytest.raises(UnreadablePatternError, match=r"from image\.h5, which is no file beside it"):
        read_pattern(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are Unix's")
@pytest.mark.parametrize("name_it", [link, storage, virtual, velox, hyperspy])
def test_a_pipe_beside_it_is_not_waited_for(tmp_path, name_it):
    os.mkfifo(tmp_path / "pipe")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        name_it(file, "pipe")
    with pytest.raises(UnreadablePatternError, match="from pipe, which is no file beside it"):
        read_pattern(tmp_path / "a.h5")


def test_nor_are_those_that_a_file_beside_it_names(elsewhere):
    folder, other = elsewhere
    with h5py.File(folder / "beside.h5", "w") as file:
        virtual(file, str(other))
    with h5py.File(folder / "a.h5", "w") as file:
        link(file, "beside.h5")
    assert foreign_place(folder / "a.h5") == str(other)


@pytest.mark.parametrize("name_it", [link, virtual])
def test_what_lies_beside_it_is_read(tmp_path, name_it):
    with h5py.File(tmp_path / "part.h5", "w") as file:
        file["x"] = IMAGE
    with h5py.File(tmp_path / "a.h5", "w") as file:
        name_it(file, "part.h5")
    assert np.array_equal(read_pattern(tmp_path / "a.h5").image_yx, IMAGE)


def test_a_server_is_not_asked(tmp_path):
    # on Windows opening such a name sends the user's name to whichever machine it states
    with h5py.File(tmp_path / "a.h5", "w") as file:
        link(file, "//192.0.2.1/share/x.h5")
    with pytest.raises(UnreadablePatternError, match="no file beside it"):
        read_pattern(tmp_path / "a.h5")


def test_groups_in_groups_take_no_minutes(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        group = file
        for _ in range(1000):
            group = group.create_group("g")
        group["data"] = IMAGE
        group["top"] = file["/"]  # and round again
    start = time.process_time()
    assert np.array_equal(read_pattern(tmp_path / "a.h5").image_yx, IMAGE)
    assert time.process_time() - start < 3
    with h5py.File(tmp_path / "a.h5") as file:
        assert sum(1 for _ in own_items(file)) == 1001


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are Unix's")
def test_a_tiff_file_opens_no_other_that_its_description_names(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pixels = (
        '<Pixels DimensionOrder="XYZCT" Type="uint8" SizeX="{1}" SizeY="{0}" SizeZ="1" SizeC="1" '
        'SizeT="1"><TiffData IFD="0"><UUID FileName="{2}">urn:uuid:1</UUID></TiffData></Pixels>'
    ).format(*IMAGE.shape, pipe)
    text = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        f'<Image ID="Image:0">{pixels}</Image></OME>'
    )
    tifffile.imwrite(tmp_path / "a.ome.tif", IMAGE, description=text, metadata=None)
    assert np.array_equal(read_pattern(tmp_path / "a.ome.tif").image_yx, IMAGE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are Unix's")
def test_a_folder_says_what_is_no_file(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", IMAGE)
    os.mkfifo(tmp_path / "pipe.tif")
    (tmp_path / "gone.tif").symlink_to("nothing.tif")
    (tmp_path / "loop.tif").symlink_to("loop.tif")
    (tmp_path / "folder.tif").mkdir()
    assert [path.name for path in find_patterns([tmp_path])] == ["a.tif"]
    (reason,) = files_left_out([tmp_path])
    names = {path.name for path in files_left_out([tmp_path])[reason]}
    assert "pipe" in reason
    assert names == {"pipe.tif", "gone.tif", "loop.tif"}


def test_a_dead_mount_in_a_folder_is_named(tmp_path, monkeypatch):
    tifffile.imwrite(tmp_path / "a.tif", IMAGE)
    (tmp_path / "dead.tif").mkdir()
    stat = type(tmp_path).stat

    def refused(path, **options):
        if path.name == "dead.tif":
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return stat(path, **options)

    monkeypatch.setattr(type(tmp_path), "stat", refused)
    assert [path.name for path in find_patterns([tmp_path])] == ["a.tif"]
    ((reason, files),) = files_left_out([tmp_path]).items()
    assert "cannot be reached" in reason
    assert [path.name for path in files] == ["dead.tif"]
