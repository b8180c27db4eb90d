"""The subcommands that sign, stamp, judge, verify and deliver packages."""
