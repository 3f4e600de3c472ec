import saed_desktop.one_thread  # noqa: F401, as the programs that are measured
