import logging

from saed_desktop.workspace import diagnostics
from saed_desktop.workspace.diagnostics import diagnostics as text_of

SECRETS = ("Project Chimera", "sample 12 (secret).dm3", "/data/lab/", "C:\\Users\\Müller", "Kröger")


def test_it_names_no_file_of_the_users(tmp_path, monkeypatch):
    monkeypatch.setenv("SAED_DESKTOP_HOME", str(tmp_path))
    (tmp_path / "log").mkdir()
    handler = logging.FileHandler(tmp_path / "log" / "saed-desktop.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("saed_desktop.running.batch")
    log.addHandler(handler)
    for secret in SECRETS:
        try:
            raise ValueError(f"{secret} is damaged\n{secret} on a second line\nOSError: {secret}")
        except ValueError:
            log.warning("%s could not be answered", secret, exc_info=True)
    log.removeHandler(handler)
    handler.close()
    settings = {
        "theme": "dark", "network": SECRETS[0], "phases": SECRETS, "recent_files": SECRETS,
        "figure_folder": SECRETS[2], "unknown": {"x": SECRETS[1]}, "window": {}, "jobs": 3,
    }  # fmt: skip
    text = text_of(settings)
    for secret in SECRETS:
        assert secret not in text
    assert "theme=dark" in text and "jobs=3" in text
    # what helps is there: when, where, and what kind of failure
    assert text.count("WARNING saed_desktop.running.batch:") == len(SECRETS)
    assert text.count("ValueError") == len(SECRETS)
    assert "workspace/test_diagnostics.py" in text


def test_a_log_that_is_not_there_is_none(tmp_path):
    assert diagnostics.log_tail(tmp_path / "x.log") == []
