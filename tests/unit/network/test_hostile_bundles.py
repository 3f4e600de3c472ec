import time

import pytest

from saed_desktop.errors import BundleError
from saed_desktop.network import store, trial
from saed_desktop.network.network_name import NO_NETWORK
from tests.bundles import small_bundle
from tests.hostile_bundles import ALL, write_hostile


@pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{k}: {n}" for k, n in ALL])
def test_a_hostile_bundle_is_one_sentence_and_is_not_installed(tmp_path, monkeypatch, kind, name):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    path = tmp_path / "made" / "hostile.saednet"
    path.parent.mkdir()
    write_hostile(path, kind, name)
    before = sorted(tmp_path.rglob("*"))
    start = time.monotonic()
    with pytest.raises(BundleError) as caught:
        store.install_network(path)
    assert time.monotonic() - start < 30
    sentence = caught.value.sentence
    assert sentence.endswith(".")
    assert len(sentence) < 400 and sentence.isprintable(), sentence
    # the cache may say that ONNX Runtime was cleaned up after; nothing else is new
    cache = {tmp_path / "home", *(tmp_path / "home" / "cache").rglob("*"), tmp_path / "home/cache"}
    assert sorted(set(tmp_path.rglob("*")) - cache) == before
    assert not (tmp_path / "home" / "cache" / "tried-networks").exists()


def test_there_are_enough_of_them():
    assert len(ALL) >= 60


def test_a_network_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(trial, "TIME_LIMIT_S", 0.001)
    with pytest.raises(BundleError, match="needs more than"):
        store.install_network(small_bundle(tmp_path / "slow.saednet").path)
    assert store.installed_networks() == []


def test_what_passed_once_is_not_tried_again(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path / "home"))
    path = small_bundle(tmp_path / "good.saednet").path
    store.find_network(str(path))
    monkeypatch.setattr(trial, "_tried_apart", lambda bundle: "tried twice")
    store.find_network(str(path))
    with pytest.raises(BundleError, match="tried twice"):
        store.find_network(str(small_bundle(tmp_path / "other.saednet").path))


def test_no_network_is_no_name():
    with pytest.raises(BundleError):
        store.find_network(NO_NETWORK + ".saednet")
