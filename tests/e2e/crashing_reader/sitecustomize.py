"""Loaded by worker processes of one test: dies when it is asked to read a certain file."""

import os
import signal

if os.environ.get("SAED_TEST_DEADLY"):
    from PIL import Image

    _open = Image.open

    def _crashing_reader(path, *args, **kwargs):
        if str(path) == os.environ["SAED_TEST_DEADLY"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return _open(path, *args, **kwargs)

    Image.open = _crashing_reader
