"""Casts in the place of objects: what is rewritten, and the same words where C allows them."""

import subprocess

import pytest

import peers
from ntbuild.headers.casts import assigning_macros, rewritten

SET_FLAG = {"SetFlag": frozenset({0})}

REWRITTEN = {
    "(PUCHAR)Entry += 4;": "(*(PUCHAR *)&(Entry)) += 4;",
    "if (x) (ULONG_PTR) Srb->Data[2] = 1;": "if (x) (*(ULONG_PTR *) &(Srb->Data[2])) = 1;",
    "f(&((PVOID)(State)));": "f(&((*(PVOID *)&((State)))));",
    "f(& (LONG)Flow->Count);": "f(& (*(LONG *)&(Flow->Count)));",
    "f(&(struct list *)Head);": "f(&(*(struct list * *)&(Head)));",
    "y = *((PULONG)Buffer)++;": "y = *((*(PULONG *)&(Buffer)))++;",
    "if (x && ((ULONG)(ULONG_PTR)p->Count)--) {": (
        "if (x && ((*(ULONG *)&((*(ULONG_PTR *)&(p->Count)))))--) {"
    ),
    "for (; ; ++(PCHAR)p) ;": "for (; ; ++(*(PCHAR *)&(p))) ;",
    "while (((T)x) = next()) ;": "while (((*(T *)&(x))) = next()) ;",
    "SetFlag( ((ULONG_PTR) File->Context), 4 );": (
        "SetFlag( ((*(ULONG_PTR *) &(File->Context))), 4 );"
    ),
    "SetFlag( (ULONG_PTR) *Ccb, 4 );": "SetFlag( (*(ULONG_PTR *) &(*Ccb)), 4 );",
    "#define NEXT(P) \\\n    (PUCHAR)P += 4\nint x;": (
        "#define NEXT(P) \\\n    (*(PUCHAR *)&(P)) += 4\nint x;"
    ),
    "{ (T)a = 1; (T)b = 2; }": "{ (*(T *)&(a)) = 1; (*(T *)&(b)) = 2; }",
}


@pytest.mark.parametrize("text", REWRITTEN)
def test_a_cast_where_an_object_belongs_becomes_a_pointer(text):
    assert rewritten(text, SET_FLAG) == REWRITTEN[text]
    assert rewritten(REWRITTEN[text], SET_FLAG) is None


@pytest.mark.parametrize(
    "text",
    [
        "*(PULONG)Buffer = 4;",
        "*((PULONG)Buffer) = 4;",
        "((PHEADER)Buffer)->Size = 4;",
        "((PHEADER)Buffer)[2] = h;",
        "x = &((PHEADER)Buffer)->Size;",
        "(VOID) f(a, b = c);",
        "(Pointer) = 4;",
        "(Pointer)->Size = 4;",
        "y = Flags &(MASK);",
        "y = Flags & (ULONG)Mask;",
        "y = x++ + (ULONG)z;",
        "if ((PVOID)x == y) z = 1;",
        "for (p = (PUCHAR)a; p < b; p++) ;",
        "f((PUCHAR)a + b, c = d);",
        "return (ULONG)x;",
        "sizeof(T)x = 4;",
        "/* (T)x = 4; */",
        "// (T)x = 4;",
        'f("(T)x = 4;");',
        "#pragma (T)x = 4;",
        "SetFlag(Flags, (ULONG)4);",
        "SetFlag(*(PULONG)Flags, 4);",
        "SetFlag(((PHEADER)Buffer)->Flags, 4);",
    ],
)
def test_what_c_allows_is_left_alone(text):
    assert rewritten(text, SET_FLAG) is None


def test_macros_that_assign_to_an_argument():
    text = (
        "#define SetFlag(F, Bits) ((F) |= (Bits))\n"
        "#define Free(P) { ExFreePool(P); P = NULL; }\n"
        "#define Zero(A, B) \\\n    Fill(&(B), 0)\n"
        "#define Store(A, V) (*((PULONG)(A)) = (V))\n"
        "#define Mask(A, B) ((A) & (B))\n"
        "#define Same(A, B) ((A) == (B))\n"
    )
    assert assigning_macros(text) == {
        "SetFlag": frozenset({0}),
        "Free": frozenset({0}),
        "Zero": frozenset({1}),
    }


def test_what_is_put_in_means_the_same(tmp_path):
    """Both halves of a 64-bit number are written, at run time, by way of casts."""
    source = """
        #include <stdio.h>
        #define SetFlag(F, Bits) ((F) |= (Bits))
        typedef unsigned char *PUCHAR; typedef unsigned int UINT; typedef unsigned long long U64;
        int main(void)
        {
            U64 words[2] = {0, 0}, *at = words, back;
            void *context = 0;
            (PUCHAR)at += 8;
            (UINT)*at = 5;
            SetFlag((U64)context, 3);
            back = *((PUCHAR)at)++;
            printf("%d %llu %llu %llu\\n", (int)((PUCHAR)at - (PUCHAR)words), words[1],
                   (U64)context, back);
            return 0;
        }
    """
    assert rewritten(source, assigning_macros(source)) is not None
    path = tmp_path / "casts.c"
    path.write_text(rewritten(source, assigning_macros(source)))
    program = tmp_path / "casts"
    argv = [peers.require("gcc"), "-w", "-fno-strict-aliasing", "-o", str(program), str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = subprocess.run([str(program)], capture_output=True, text=True, check=True).stdout
    assert said == "9 5 3 5\n"
