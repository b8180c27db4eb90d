"""What a translation unit declares, as clang tells it: layouts, constants, types, functions.

One compile dumps the layouts of records and all declarations, one the macros, and one for each
kind gives LLVM's text about names: the value of a constant, the size of a type, the signature of a
function with its calling convention. Names whose use does not compile are left out. Two header
worlds are comparable in this form, because it has neither typedefs nor macros.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from compilers.compiling import ROOT

LAYOUT = "*** Dumping AST Record Layout"
_ROW = re.compile(r"^\s*(\d+)(?::(\d+)-(\d+))? \|( +)(.*)$")
_SIZE = re.compile(r"sizeof=(\d+), (?:dsize=\d+, )?align=(\d+)")
_UNNAMED = re.compile(r"\((?:anonymous|unnamed) ")
_DECLARED = re.compile(
    r"^[|`]-(\w+Decl) 0x.*?(?:(?:col|line):[\d:]+ )?(?:(?:implicit|used|referenced|invalid) )*"
    r"(\w+) '([^']*)'(?::'([^']*)')?"
)
_MACRO = re.compile(r"^#define (\w+) (.+)$")
_STATEMENT = re.compile(r"[{};#\\]|\b(?:__declspec|__attribute__|typedef|extern|static|_Pragma)\b")
_NOISE = re.compile(
    r"%[\w.]+(?=,|$)|\b(?:dso_local|noundef|noalias|readonly|linkonce_odr|internal|weak_odr|dllimport"
    r"|local_unnamed_addr|captures\(\w+\)|range\([^)]*\)|align \d+|inreg)\s?"
)
_FUNCTION = re.compile(r'^(?:declare|define) (.*?)@("?[^"(]+"?)\((.*?)\)([^{\n]*)', re.MULTILINE)
_TAKEN = re.compile(
    r'^define [^\n]*@"?(?:\\01)?_?probe_(\w+?)(?:@0)?"?\(\)[^\n]*\n(.*?)^}',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Record:
    """Size and alignment, and of each named field its byte, bits (or None) and declared type."""

    size: int
    alignment: int
    fields: dict[str, tuple[int, tuple[int, int] | None, str]]


def records(lines):
    """Layouts by tag or, without one, by typedef; and all other lines of clang's output."""
    found, rest, rows = {}, [], None
    for line in lines:
        if line.startswith(LAYOUT):
            rows = []
        elif rows is None:
            rest.append(line)
        elif size := _SIZE.search(line):
            name = re.sub(r"^(?:struct|union) ", "", _ROW.match(rows[0])[5].strip())
            found[name] = Record(int(size[1]), int(size[2]), _fields(rows[1:]))
            rows = None
        else:
            rows.append(line)
    return found, rest


def _fields(rows):
    """Fields by path; members of named types are left to the layout of their type."""
    found, parents, hidden = {}, [(0, "")], None
    for row in filter(None, map(_ROW.match, rows)):
        depth, text = len(row[4]), row[5]
        if hidden is not None and depth > hidden:
            continue
        hidden = None
        while parents[-1][0] >= depth:
            parents.pop()
        prefix = parents[-1][1]
        is_unnamed = bool(_UNNAMED.search(text))
        if text.endswith((" ", ")")):  # an unnamed member: its fields are the parent's
            parents.append((depth, prefix))
            continue
        declared, _, name = text.rpartition(" ")
        bits = (int(row[2]), int(row[3])) if row[2] else None
        found[prefix + name] = (int(row[1]), bits, declared)
        if is_unnamed and not re.search(r"[*\[]", declared.rpartition(")")[2]):
            parents.append((depth, f"{prefix}{name}."))
        else:
            hidden = depth
    return found


def _macro(line):
    """The name of a macro that may be a number; those of compilers and C libraries begin with _."""
    found = _MACRO.match(line)
    return found[1] if found and not _STATEMENT.search(found[2]) and line[8] != "_" else ""


class Declarations:
    """The declarations of one text in one header world; `argv` ends with the source's path."""

    def __init__(self, argv, source: Path, text: str):
        self.argv = [word for word in argv if not word.startswith(("-g", "-O", "-fsyntax"))]
        self.source, self.text = source, text
        source.write_text(text)
        dump = [
            "-fsyntax-only",
            "-Xclang",
            "-fdump-record-layouts-complete",
            "-Xclang",
            "-ast-dump",
        ]
        done = self._run(dump)
        self.error = done.stderr if done.returncode else ""
        self.records, lines = records(done.stdout.splitlines())
        self.enumerators, self.functions, self.typedefs = set(), set(), {}
        for line in lines:
            self._declaration(line)
        text = self._run(["-E", "-dM"]).stdout
        self.macros = set(filter(None, map(_macro, text.splitlines())))

    def _run(self, words):
        return subprocess.run(
            [*self.argv, "-w", *words], capture_output=True, text=True, check=False, cwd=ROOT
        )

    def _declaration(self, line):
        if "EnumConstantDecl" in line:
            if found := re.search(r" (\w+) '[^']*'\s*$", line):
                self.enumerators.add(found[1])
        elif found := _DECLARED.match(line):
            kind, name, declared, meant = found.groups()
            if kind == "FunctionDecl" and not name.startswith("_"):
                self.functions.add(name)
            elif kind == "TypedefDecl":
                self.typedefs[name] = meant or declared

    def layouts(self):
        """Records by every name: tags, and typedefs of them."""
        names = {name: record for name, record in self.records.items() if " " not in name}
        for name, meant in self.typedefs.items():
            tag = re.sub(r"^(?:struct|union) ", "", meant)
            if tag in self.records:
                names[name] = self.records[tag]
        return names

    def llvm(self, lines):
        """LLVM's text of one line of C per name, without the lines that do not compile."""
        words = ["-O0", "-ferror-limit=0", "-S", "-emit-llvm", "-Xclang", "-disable-llvm-passes"]
        place = re.compile(rf"^{re.escape(str(self.source))}:(\d+):\d+: (?:fatal )?error")
        names, first = list(lines), self.text.count("\n") + 1
        while names:
            body = "\n".join(lines[name] for name in names)
            self.source.write_text(f"{self.text}{body}\n")
            done = self._run([*words, "-o", "-"])
            if done.returncode == 0:
                return done.stdout
            found = filter(None, map(place.match, done.stderr.splitlines()))
            bad = {int(each[1]) - first for each in found}
            if not bad:
                raise AssertionError(done.stderr)
            names = [name for number, name in enumerate(names) if number not in bad]
        return ""

    def constants(self, names):
        """Values of macros and enumerators that are integers."""
        text = self.llvm(
            {
                name: f"const unsigned long long value_{name} = (unsigned long long)({name});"
                for name in names
            }
        )
        found = re.findall(r"^@value_(\w+) = .*?constant i64 (-?\d+)", text, re.MULTILINE)
        return {name: int(value) for name, value in found}

    def sizes(self, names):
        """Size, alignment and, of numbers, whether the type has a sign."""
        lines = {n: f"const unsigned size_{n}[] = {{sizeof({n}), _Alignof({n})}};" for n in names}
        found = re.findall(
            r"^@size_(\w+) = .*?constant \[2 x i32\] (.*?), align", self.llvm(lines), re.MULTILINE
        )
        lines = {n: f"const unsigned sign_{n} = ({n})-1 < ({n})0;" for n, _ in found}
        signs = dict(
            re.findall(r"^@sign_(\w+) = .*?constant i32 (\d)", self.llvm(lines), re.MULTILINE)
        )
        return {name: (size, signs.get(name, "")) for name, size in found}

    def signatures(self, names):
        """Calling convention and types as LLVM has them, `noreturn`, and the decorated name."""
        text = self.llvm({n: f"void *probe_{n}(void) {{ return (void *){n}; }}" for n in names})
        attributes = dict(re.findall(r"^attributes (#\d+) = \{(.*)\}", text, re.MULTILINE))
        found = {}
        for result, name, parameters, rest in _FUNCTION.findall(text):
            words = " ".join(attributes.get(each, "") for each in re.findall(r"#\d+", rest))
            listed = [" ".join(_NOISE.sub("", each).split()) for each in parameters.split(",")]
            found[name.strip('"').replace("\\01", "")] = (
                " ".join(_NOISE.sub("", result).split()),
                tuple(listed),
                "noreturn" in words.split(),
            )
        taken = {}
        for name, body in _TAKEN.findall(text):
            if target := re.search(r'ret ptr @("?[^"\s]+"?)', body):
                symbol = target[1].strip('"').replace("\\01", "")
                if "Ntbuild" not in symbol and "Wdmlib" not in symbol and symbol in found:
                    taken[name] = (symbol, *found[symbol])
        return taken
