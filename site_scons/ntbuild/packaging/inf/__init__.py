"""INF files: read, stamped, judged and made from declarations."""
