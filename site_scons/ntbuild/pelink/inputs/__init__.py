"""From paths to tables: which objects and archive members take part in a link."""
