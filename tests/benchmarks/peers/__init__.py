"""The same patterns for pyxem, py4DSTEM and us, each in an environment of its own."""
