import hashlib
import json
import zipfile

import numpy as np
import pytest

from saed_desktop.errors import BundleError
from saed_desktop.network import store
from saed_desktop.network.bundle import open_bundle, write_bundle
from saed_desktop.network.input import InputKind, InputSpec, network_inputs
from saed_desktop.network.labels import OTHER, PAPER_LABELS, Labels
from saed_desktop.network.session import NetworkSession, prediction_set, softmax
from saed_desktop.pattern.calibration import Calibration, ScaleSource
from saed_desktop.pattern.pattern import Pattern
from saed_desktop.pattern.prepare import prepare
from tests.bundles import linear_graph, nine_phase_cifs, small_bundle
from tests.drawing import net_pattern

ALL_KINDS = (
    InputSpec("image", InputKind.IMAGE, 64, crop_px=400, channels=3, center="beam", gamma=0.5),
    InputSpec("polar", InputKind.POLAR, 96),
    InputSpec("profile", InputKind.PROFILE, 128),
    InputSpec("spots", InputKind.SPOTS, 64),
    InputSpec("context", InputKind.CONTEXT, 4),
)


@pytest.fixture(scope="module")
def prepared():
    image, _ = net_pattern()
    return prepare(Pattern(image, Calibration.known(0.005, ScaleSource.USER)))


def test_what_is_written_is_read_back(tmp_path):
    bundle = small_bundle(
        tmp_path / "small.saednet",
        temperature=1.7,
        set_thresholds={"PuO": 0.2},
        groups=(("PuO", "PuO2"),),
    )
    card = open_bundle(tmp_path / "small.saednet").card
    assert card.temperature == 1.7
    assert card.set_thresholds == {"PuO": 0.2}
    assert card.groups == (("PuO", "PuO2"),)
    assert card.labels.names == PAPER_LABELS
    assert {phase.name for phase in bundle.phases} == set(PAPER_LABELS)


def test_the_same_content_gives_the_same_file(tmp_path):
    first = small_bundle(tmp_path / "one" / "n.saednet")
    second = small_bundle(tmp_path / "two" / "n.saednet")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


def test_members_are_stored_uncompressed_and_no_pickle_is_among_them(tmp_path):
    bundle = small_bundle(tmp_path / "n.saednet")
    with zipfile.ZipFile(bundle.path) as archive:
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}
        assert not any(name.endswith((".pkl", ".pt", ".pth")) for name in archive.namelist())


def test_a_changed_byte_is_found_out(tmp_path):
    bundle = small_bundle(tmp_path / "n.saednet")
    content = bytearray(bundle.path.read_bytes())
    place = content.find(b"_cell_length_a")
    content[place + 16] ^= 1
    bundle.path.write_bytes(bytes(content))
    with pytest.raises(BundleError, match="damaged"):
        open_bundle(bundle.path)


def test_a_foreign_member_is_found_out(tmp_path):
    bundle = small_bundle(tmp_path / "n.saednet")
    with zipfile.ZipFile(bundle.path, "a") as archive:
        archive.writestr("phases/evil.cif", "data_x")
    with pytest.raises(BundleError, match="manifest"):
        open_bundle(bundle.path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all"])
def test_what_is_no_bundle_gives_one_sentence(tmp_path, content):
    path = tmp_path / "n.saednet"
    path.write_bytes(content)
    with pytest.raises(BundleError, match="damaged or no network bundle") as caught:
        open_bundle(path)
    assert "\n" not in caught.value.sentence


def test_another_format_version_says_what_to_do(tmp_path):
    bundle = small_bundle(tmp_path / "n.saednet")
    card = {**bundle.card.to_json(), "format": 99}
    members = {"card.json": json.dumps(card).encode(), "network.onnx": b"x"}
    manifest = {k: hashlib.sha256(v).hexdigest() for k, v in members.items()}
    path = tmp_path / "other.saednet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(BundleError, match="format 99"):
        open_bundle(path)


def test_a_bundle_needs_a_structure_for_every_phase(tmp_path):
    cifs = nine_phase_cifs()
    del cifs["PuO.cif"]
    good = small_bundle(tmp_path / "n.saednet")
    with pytest.raises(BundleError, match="PuO"):
        write_bundle(tmp_path / "m.saednet", network=b"x", card=good.card, cif_files=cifs)
    assert not (tmp_path / "m.saednet").exists()


@pytest.mark.parametrize("spec", ALL_KINDS, ids=lambda s: s.kind.value)
def test_every_kind_of_input_has_its_shape_and_finite_numbers(prepared, spec):
    array = network_inputs(prepared, [spec])[spec.name]
    assert array.shape == spec.shape
    assert array.dtype == np.float32
    assert np.isfinite(array).all()
    assert array.any()


def test_input_specs_survive_a_round_trip():
    for spec in ALL_KINDS:
        assert InputSpec.from_json(spec.to_json()) == spec
    with pytest.raises(BundleError):
        InputSpec.from_json({"name": "x", "kind": "smell", "size": 3})
    with pytest.raises(BundleError):
        InputSpec.from_json({"name": "x", "kind": "image", "size": 10**9, "crop_px": 5})


def test_networks_of_all_inputs_run(tmp_path, prepared):
    bundle = small_bundle(tmp_path / "n.saednet", specs=ALL_KINDS)
    prediction = NetworkSession(bundle).predict(prepared)
    assert sum(prediction.probabilities.values()) == pytest.approx(1)
    assert prediction.best in PAPER_LABELS
    assert prediction.best in prediction.prediction_set


def test_inputs_of_card_and_graph_must_be_the_same(tmp_path):
    spots = small_bundle(tmp_path / "n.saednet")
    other = write_bundle(
        tmp_path / "m.saednet",
        network=linear_graph((InputSpec("else", InputKind.PROFILE, 9),), 9),
        card=spots.card,
        cif_files=nine_phase_cifs(),
    )
    with pytest.raises(BundleError, match="inputs"):
        NetworkSession(other)


def test_a_graph_that_cannot_run_is_refused(tmp_path):
    good = small_bundle(tmp_path / "n.saednet")
    bad = write_bundle(
        tmp_path / "m.saednet", network=b"no graph", card=good.card, cif_files=nine_phase_cifs()
    )
    with pytest.raises(BundleError, match="cannot be run"):
        NetworkSession(bad)


def test_other_class_priors_and_temperature(tmp_path):
    labels = (*PAPER_LABELS, OTHER)
    bias = [0.0] * 9 + [3.0]
    bundle = small_bundle(
        tmp_path / "n.saednet", labels=labels, bias=bias, open_set_threshold=0.5, temperature=2.0
    )
    session = NetworkSession(bundle)
    logits = np.array(bias)
    prediction = session.prediction(logits)
    expected = np.exp(1.5) / (9 + np.exp(1.5))
    assert prediction.in_distribution == pytest.approx(1 - expected)
    assert set(prediction.probabilities) == set(PAPER_LABELS)
    strong = session.prediction(np.array([0.0] * 9 + [9.0]))
    assert not strong.is_known
    favoured = session.prediction(logits, priors={"PuO": 8, "PuO2": 0})
    assert favoured.best == "PuO"
    # seven others are as likely as nobody said anything of them
    assert favoured.probabilities["PuO"] == pytest.approx(8 / 15)
    assert favoured.probabilities["PuO2"] == 0


def test_prediction_sets_are_never_empty():
    names = ("a", "b", "c")
    assert prediction_set(names, np.array([0.5, 0.3, 0.2]), {"a": 0.4, "b": 0.25, "c": 0.9}) == (
        "a",
        "b",
    )
    assert prediction_set(names, np.array([0.5, 0.3, 0.2]), dict.fromkeys(names, 0.95)) == ("a",)


def test_softmax_is_stable():
    assert softmax(np.array([1e4, 0.0]))[0] == pytest.approx(1)


def test_labels_must_differ():
    with pytest.raises(BundleError):
        Labels(("a", "a"))


def test_networks_are_installed_found_and_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    bundle = small_bundle(tmp_path / "mine.saednet")
    installed = store.install_network(bundle.path)
    assert store.find_network("mine").sha256 == bundle.sha256
    assert installed.path != bundle.path
    store.remove_network("mine")
    with pytest.raises(BundleError, match="no network 'mine'"):
        store.find_network("mine")
    with pytest.raises(BundleError, match="cannot be removed"):
        store.remove_network("mine")
    damaged = tmp_path / "bad.saednet"
    damaged.write_bytes(b"x")
    with pytest.raises(BundleError):
        store.install_network(damaged)
    assert "bad" not in store.available_networks()


HOSTILE_NAMES = (
    "", ".", "..", "...", "../../../x", "/anywhere/x", "a/b", "a\\b", "C:x", "x\0y", "x\ny", "x\u2028y",
    "x" * 5000, "ß" * 60, " x", "x ", "x.", "CON", "nul.tar", "LPT1", "com¹", "a*", "none", "NONE",
    "\u202egnp",
)  # fmt: skip


def named(path, name):
    """Write a bundle whose card bears any name, past the checks of the writer."""
    bundle = small_bundle(path)
    with zipfile.ZipFile(bundle.path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members["card.json"] = json.dumps({**json.loads(members["card.json"]), "name": name}).encode()
    manifest = json.loads(members["manifest.json"])
    manifest["card.json"] = hashlib.sha256(members["card.json"]).hexdigest()
    members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:20])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    file = named(tmp_path / "n.saednet", name)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BundleError, match="calls itself") as caught:
        store.install_network(file)
    assert "\n" not in caught.value.sentence
    assert len(caught.value.sentence) < 200
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", [None, 5, ["x"], {"a": 1}])
def test_a_name_that_is_no_text_is_refused(tmp_path, name):
    with pytest.raises(BundleError, match="no name"):
        open_bundle(named(tmp_path / "n.saednet", name))


@pytest.mark.parametrize("name", ["mine", "Zr oxides 2026", "Ü-netz", "a.b"])
def test_a_plain_name_is_installed_in_the_folder(tmp_path, monkeypatch, name):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    installed = store.install_network(named(tmp_path / "n.saednet", name))
    assert installed.path == tmp_path / "home" / "data" / "networks" / f"{name}.saednet"
    assert store.find_network(name).sha256 == installed.sha256
    assert len(list((tmp_path / "home").rglob("*.*"))) == 1


@pytest.mark.parametrize("name", [store.DEFAULT_NETWORK, store.DEFAULT_NETWORK.upper()])
def test_the_programs_own_network_is_never_replaced(tmp_path, monkeypatch, name):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    own = store.find_network()
    with pytest.raises(BundleError, match="program's own"):
        store.install_network(named(tmp_path / "n.saednet", name))
    assert store.install_network(own.path).path == own.path
    # nor is it by a file that got there in another way
    folder = tmp_path / "home" / "data" / "networks"
    folder.mkdir(parents=True)
    small_bundle(folder / f"{store.DEFAULT_NETWORK}.saednet")
    assert store.find_network().sha256 == own.sha256


def test_another_network_of_the_same_name_does_not_replace_the_first(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    first = small_bundle(tmp_path / "mine.saednet")
    other = small_bundle(tmp_path / "other" / "mine.saednet", temperature=2.0)
    store.install_network(first.path)
    assert store.install_network(first.path).sha256 == first.sha256
    with pytest.raises(BundleError, match="another network 'mine'"):
        store.install_network(other.path)
    assert store.find_network("mine").sha256 == first.sha256
    store.remove_network("mine")
    assert store.install_network(other.path).sha256 == other.sha256


def test_a_disk_that_takes_nothing_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(BundleError, match="cannot be installed"):
        store.install_network(small_bundle(tmp_path / "n.saednet").path)


def test_a_crop_is_said_in_pixels_or_as_a_share():
    pixels = InputSpec("image", InputKind.IMAGE, 64, crop_px=400)
    share = InputSpec("image", InputKind.IMAGE, 64, crop_share=0.5)
    # a version that does not know shares reads the card of a network that does without them
    assert "crop_share" not in pixels.to_json()
    for spec in (pixels, share):
        assert InputSpec.from_json(spec.to_json()) == spec
    assert share.crop_side_px((300, 512)) == 150
    assert pixels.crop_side_px((300, 512)) == 400
    for impossible in ({"crop_px": 400, "crop_share": 0.5}, {}, {"crop_share": 3.0}):
        with pytest.raises(BundleError, match="impossible"):
            InputSpec.from_json({"name": "image", "kind": "image", "size": 64, **impossible})
