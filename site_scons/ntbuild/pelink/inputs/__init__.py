"""From paths to tables: which objects and archive members are part of a link."""
