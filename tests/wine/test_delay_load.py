"""A program that loads a DLL when it calls it first, with mingw-w64's delay-load helper."""

import subprocess
from pathlib import Path

import peers
from ntbuild.pelink.commands.cli import main

PROGRAM = r"""
__declspec(dllimport) int __stdcall GetModuleHandleA(const char *);
__declspec(dllimport) void __stdcall ExitProcess(unsigned);
__declspec(dllimport) double Mix(int, double, int, double, int, int);
__declspec(dllimport) int Plain(int);
int Start(void) {
    unsigned said = GetModuleHandleA("late.dll") ? 100 : 0;  /* not loaded yet */
    for (int round = 0; round < 2; round++) {
        if (Mix(1, 2.5, 3, 4.5, 5, 6) != 1 + 2.5 * 10 + 300 + 4500 + 50000 + 600000) said += 1;
        if (Plain(20) != 22) said += 2;
    }
    if (!GetModuleHandleA("late.dll")) said += 4;
    ExitProcess(said + 40);
    return 0;
}
"""
LIBRARY = r"""
__declspec(dllexport) double Mix(int a, double b, int c, double d, int e, int f) {
    return a + b * 10 + c * 100 + d * 1000 + e * 10000 + f * 100000;
}
__declspec(dllexport) int Plain(int a) { return a + 2; }
int _fltused;
"""


def compiled(folder, name, text):
    source, out = folder / f"{name}.c", folder / f"{name}.obj"
    source.write_text(text)
    command = [peers.require("clang"), "--target=x86_64-pc-windows-msvc", "-O1", "-ffreestanding"]
    subprocess.run([*command, "-c", str(source), "-o", str(out)], check=True)
    return out


def test_a_dll_is_loaded_when_it_is_called(wine, tmp_path):
    folder = Path(peers.require_file("delay-load helper")).parent
    late = compiled(tmp_path, "late", LIBRARY)
    argv = ["/dll", "/noentry", "/nodefaultlib", f"/out:{tmp_path}/late.dll", str(late)]
    assert main(argv) == 0
    program = compiled(tmp_path, "program", PROGRAM)
    libraries = [str(folder / f"lib{name}.a") for name in ("mingwex", "kernel32", "msvcrt")]
    argv = ["/entry:Start", "/subsystem:console", "/nodefaultlib", "/delayload:late.dll"]
    argv += [f"/out:{tmp_path}/program.exe", str(program), str(tmp_path / "late.lib")]
    assert main([*argv, *libraries]) == 0
    assert wine.run(str(tmp_path / "program.exe")).returncode == 40
