import io

from trainer.progress import Progress


def test_what_was_done_is_said_where_it_is_asked_for(capsys):
    stream = io.StringIO()
    with Progress("patterns", 3, stream=stream) as progress:
        progress.advance(3)
    assert stream.getvalue().startswith("patterns: 3 done, ")
    assert capsys.readouterr().out == ""


def test_nothing_is_said_of_nothing(capsys):
    with Progress("patterns", 0):
        pass
    assert capsys.readouterr().out == ""
