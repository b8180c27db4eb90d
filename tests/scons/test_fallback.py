"""When ``zig clang`` goes away, ``zig cc`` compiles, which needs a place for its cache."""


def test_zig_cc_builds_a_driver(fresh, tmp_path):
    fresh.edit("toolchains/zig.toml", 'program = "zig"', 'program = "no-such-zig"')
    run = fresh.scons(
        "-j2", "--verbose", "drivers/hello", ZIG_GLOBAL_CACHE_DIR=str(tmp_path / "zig")
    )
    (command,) = (line for line in run.lines if line.endswith("drivers/hello/hello.c"))
    assert "/zig cc -std=gnu11 " in command
    assert fresh.files()["zig/x64/debug/drivers/hello/hello.sys"][:2] == b"MZ"
