"""The ``allo`` command: one file per group of commands, no decisions of its own."""
