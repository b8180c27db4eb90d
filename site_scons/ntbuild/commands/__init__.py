"""The ``ntbuild`` command: a module for each subcommand, of which only ``cli`` prints."""
