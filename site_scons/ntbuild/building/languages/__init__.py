"""Build steps of what clang and gcc do not compile: Microsoft's assembler and Rust."""
