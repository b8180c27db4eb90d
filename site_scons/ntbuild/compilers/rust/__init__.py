"""Rust: its compilers and targets, and the files of crates."""
