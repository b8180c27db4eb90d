"""``__try`` in the compiler's own text: what clang leaves unguarded, and what it need not slow."""
