"""Loaded by processes of some tests: a file that kills, or holds up, whoever reads it."""

import os
import signal
import time

if os.environ.get("SAED_TEST_DEADLY") or os.environ.get("SAED_TEST_HANGING"):
    from PIL import Image

    _open = Image.open

    def _crashing_reader(path, *args, **kwargs):
        if str(path) == os.environ.get("SAED_TEST_DEADLY"):
            os.kill(os.getpid(), signal.SIGKILL)
        if str(path) == os.environ.get("SAED_TEST_HANGING"):
            time.sleep(1000)
        return _open(path, *args, **kwargs)

    Image.open = _crashing_reader
