"""The whole job through `main()`: open, calibrate, index a folder, correct, export, carry on."""

import csv
import json
import shutil

from saed_desktop.gui.commands import Act


def test_open_calibrate_index_correct_export(run_main, pattern_files, tmp_path, home):
    folder = tmp_path / "specimen A"
    folder.mkdir()
    for name in ("delta-no-scale", "rings"):
        shutil.copy(pattern_files[name], folder)
    table, answers = tmp_path / "results.csv", tmp_path / "results.jsonl"
    seen = {}

    def answered(desktop):
        def is_answered():
            current = desktop.open_patterns.current
            return current is not None and current.answered is not None

        return is_answered

    def script(desktop):
        window = desktop.window
        yield answered(desktop)
        seen["notice"] = window.verdict_card._notice.text()
        # a scale, kept as a profile for the folder
        panel = window.calibrate_panel
        panel.scale.setText("0.065")
        panel.sigma.setText("1")
        panel.scale.editingFinished.emit()
        yield answered(desktop)
        seen["headline"] = window.verdict_card.headline
        desktop.calibration.save_profile("scope")
        page = window.folder_page
        page.show_scales(["scope"])
        page.scale.setCurrentIndex(page.scale.count() - 1)
        desktop.folder.start(folder)
        yield lambda: not desktop.folder.is_running and page.model.rowCount() == 2
        # one answer is accepted by key, the other one corrected
        page.select(0)
        desktop.actions[Act.ACCEPT].trigger()
        yield lambda: sum(bool(row.label) for row in page.model.rows) == 1
        rings = next(row for row in page.model.rows if row.path.name == "rings.tif")
        desktop.labelling.label_row(rings, "gold")
        yield lambda: all(row.label for row in page.model.rows)
        for target in (table, answers):
            desktop.folder.export(target)
            yield target.exists
        desktop.project.save_as(tmp_path / "work.saedproj")
        yield lambda: "is saved" in window.banner.sentence

    assert run_main([folder / "delta.tif", "--new-window"], script) == 0
    assert "scale of this pattern is unknown" in seen["notice"]
    assert seen["headline"] == "δ-PuZr along [100]"
    with table.open(newline="", encoding="utf-8") as stream:
        rows = {row["file"].rpartition("/")[2]: row for row in csv.DictReader(stream)}
    assert rows["delta.tif"]["phase"] == "delta-PuZr" and rows["rings.tif"]["status"] == "unknown"
    records = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert {record["calibration"]["source"] for record in records} == {"profile"}
    labels = (folder / "saed-labels.csv").read_text(encoding="utf-8")
    assert "delta.tif,delta-PuZr" in labels and "rings.tif,gold" in labels

    def go_on(desktop):
        yield answered(desktop)
        pattern = desktop.open_patterns.current
        seen["again"] = (desktop.window.verdict_card.headline, pattern.state.calibration.source)
        yield lambda: pattern.state.label is not None

    assert run_main([tmp_path / "work.saedproj", "--new-window"], go_on) == 0
    assert seen["again"] == ("δ-PuZr along [100]", "user")
