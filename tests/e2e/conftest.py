"""The program as it is started: through `main()`, with a home of its own."""

import numpy as np
import pytest
from PIL import Image

from saed_desktop import cli
from saed_desktop.crystal.cif import read_phase
from saed_desktop.paths import resources_dir
from saed_desktop.simulation.orientation import orientation_of_zone
from tests.gui.conftest import answered, home, no_leaks, pattern_files, qapp_cls  # noqa: F401
from tests.kinematical_images import draw


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder with a good pattern, noise, a damaged file and one that is no image."""
    root = tmp_path_factory.mktemp("patterns")
    phase = read_phase(resources_dir() / "phases" / "PuO2.cif")
    image = draw(phase, orientation_of_zone(phase.lattice, (1, 1, 0), in_plane_deg=23))
    high = np.percentile(image, 99.9)
    Image.fromarray((255 * np.clip(image / high, 0, 1)).astype(np.uint8)).save(root / "a_good.png")
    noise = np.random.default_rng(0).poisson(20, (256, 256)).astype(np.uint8)
    Image.fromarray(noise).save(root / "b_noise.tif")
    (root / "c_broken.png").write_bytes((root / "a_good.png").read_bytes()[:3000])
    (root / "d_text.dm3").write_text("this is no image")
    return root


@pytest.fixture
def index(capsys):
    """Returns a function that runs `saed-index` and returns its status and what it printed."""

    def run(*arguments):
        status = cli.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def run_main(qapp, home, monkeypatch):  # noqa: F811
    """Returns a function that runs `main()` with arguments and a script of what the user does.

    The script is a generator: it yields callables that tell when to go on.
    """
    import sys

    from PySide6.QtCore import QElapsedTimer, QTimer
    from PySide6.QtWidgets import QApplication

    from saed_desktop import __main__ as program
    from saed_desktop.gui import app as app_module

    def run(arguments, script, timeout_ms=90_000):
        made = []
        original = app_module.Desktop

        def remembered(settings):
            made.append(original(settings))
            return made[-1]

        monkeypatch.setattr(app_module, "Desktop", remembered)
        monkeypatch.setattr(sys, "argv", ["saed-desktop", *map(str, arguments)])
        clock, failure = QElapsedTimer(), []
        clock.start()
        state = {"script": None, "until": lambda: bool(made)}

        def step():
            try:
                if clock.elapsed() > timeout_ms:
                    raise TimeoutError("the script waited too long")
                if not state["until"]():
                    return
                if state["script"] is None:
                    state["script"] = script(made[0])
                state["until"] = next(state["script"])
            except StopIteration:
                timer.stop()
                made[0].window.close()
                QApplication.quit()
            except BaseException as error:
                failure.append(error)
                timer.stop()
                QApplication.quit()

        timer = QTimer()
        timer.setInterval(20)
        timer.timeout.connect(step)
        timer.start()
        status = program.main()
        timer.stop()
        for desktop in made:
            desktop.window.deleteLater()
            desktop.deleteLater()
        made.clear()
        _forget_the_quit(qapp)
        if failure:
            raise failure[0]
        return status

    return run


def _forget_the_quit(app):
    """Let a quit that is still on its way arrive: later event loops would end as they start."""
    from PySide6.QtCore import QCoreApplication, QTimer

    QCoreApplication.processEvents()
    # only `exec` takes the wish to quit back
    QTimer.singleShot(0, app.quit)
    app.exec()
