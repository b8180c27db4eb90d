"""The subcommands of ``pecheck``: each takes words and gives an ``Answer``; only the cli prints."""
