"""Operators new and delete of drivers: every form, both ABIs, and a driver's own before ours."""

import pytest

from compilers.cxx.kernel import CELLS, SUCCESS, kernel

OPERATORS = """
#include <ntddk.h>
namespace std {
struct nothrow_t {};
extern const nothrow_t nothrow;
enum class align_val_t : decltype(sizeof 0) {};
}
using Size = decltype(sizeof 0);
void *__cdecl operator new(Size, const std::nothrow_t &) noexcept;
void *__cdecl operator new[](Size, const std::nothrow_t &) noexcept;
void *__cdecl operator new(Size, std::align_val_t, const std::nothrow_t &) noexcept;
void *__cdecl operator new[](Size, std::align_val_t, const std::nothrow_t &) noexcept;
inline void *operator new(Size, void *place) noexcept { return place; }
struct Plain { int value; ~Plain() {} };
struct alignas(64) Wide { int value; ~Wide() {} };
OWN
extern "C" DRIVER_INITIALIZE DriverEntry;
template <typename T> static NTSTATUS one()
{
    T *single = new T;
    if (!single)
        return STATUS_NO_MEMORY;
    T *again = new (single) T;
    delete again;
    T *several = new T[3];
    DbgPrint((SIZE_T)several % alignof(T) ? "astray" : "aligned");
    delete[] several;
    T *quiet = new (std::nothrow) T;
    delete quiet;
    T *array = new (std::nothrow) T[2];
    delete[] array;
    return STATUS_SUCCESS;
}
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING)
{
    NTSTATUS status = one<Plain>();
    return NT_SUCCESS(status) ? one<Wide>() : status;
}
"""
OWN = """
void *__cdecl operator new(Size) { DbgPrint("own new"); return nullptr; }
void __cdecl operator delete(void *) noexcept { DbgPrint("own delete"); }
"""


SIZED = ("-fsized-deallocation",)


@pytest.mark.parametrize("flavor", ["debug", "release"])
@pytest.mark.parametrize("cell", CELLS[:6])
def test_every_form_of_new_and_delete_is_there(built, cell, flavor):
    flags = SIZED
    found = kernel(built, *cell, sources=[OPERATORS.replace("OWN", "")], flavor=flavor, flags=flags)
    assert found.start() == SUCCESS
    assert found.events == ["aligned", "aligned"]
    assert not found.given


@pytest.mark.parametrize("cell", CELLS[:2])
def test_what_is_out_of_memory_is_null_and_not_constructed(built, cell):
    found = kernel(built, *cell, sources=[OPERATORS.replace("OWN", "")], pool=0)
    assert found.start() == 0xC0000017


@pytest.mark.parametrize("cell", CELLS[:6])
def test_a_drivers_own_operators_serve_the_forms_that_it_lacks(built, cell):
    flags = (*SIZED, "-Wno-new-returns-null")
    text = OPERATORS.replace("OWN", OWN).replace("return STATUS_NO_MEMORY", 'DbgPrint("null")')
    text = text.replace("T *again = new (single) T", "T *again = single")
    found = kernel(built, *cell, sources=[text], flavor="debug", flags=flags)
    found.start()
    assert found.events[:3] == ["own new", "null", "own new"]
    assert not found.given


VECTORS = """
#include <ntddk.h>
#if defined(_M_IX86) || defined(__i386__)
#define METHOD __attribute__((thiscall))
#define NAME(x64, x86) __asm__(x86)
#else
#define METHOD
#define NAME(x64, x86) __asm__(x64)
#endif
typedef void *(METHOD *CONSTRUCT)(void *);
typedef void (METHOD *DESTROY)(void *);
extern "C" {
void NTAPI construct(void *, SIZE_T, SIZE_T, CONSTRUCT)
    NAME("??_H@YAXPEAX_K1P6APEAX0@Z@Z", "??_H@YGXPAXIIP6EPAX0@Z@Z");
void NTAPI construct_eh(void *, SIZE_T, int, CONSTRUCT, DESTROY)
    NAME("??_L@YAXPEAX_KHP6AX0@Z2@Z", "??_L@YGXPAXIHP6EX0@Z1@Z");
void NTAPI destroy(void *, SIZE_T, int, DESTROY)
    NAME("??_I@YAXPEAX_KHP6AX0@Z@Z", "??_I@YGXPAXIHP6EX0@Z@Z");
void NTAPI destroy_eh(void *, SIZE_T, SIZE_T, DESTROY)
    NAME("??_M@YAXPEAX_K1P6AX0@Z@Z", "??_M@YGXPAXIIP6EX0@Z@Z");
DRIVER_INITIALIZE DriverEntry;
}
static const char *names[] = {"one", "two", "three", "four"};
static int at;
static void *METHOD make(void *object)
{
    *(const char **)object = names[at++];
    DbgPrint("+%s", *(const char **)object);
    return object;
}
static void METHOD drop(void *object) { DbgPrint("-%s", *(const char **)object); }
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING)
{
    const char *first[2], *second[2];
    construct(first, sizeof first[0], 2, make);
    construct_eh(second, sizeof second[0], 2, make, drop);
    destroy(second, sizeof second[0], 2, drop);
    destroy_eh(first, sizeof first[0], 2, drop);
    return STATUS_SUCCESS;
}
"""


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_arrays_of_cls_objects_come_and_go_in_order(built, machine):
    found = kernel(built, "zig", machine, sources=[VECTORS])
    assert found.start() == SUCCESS
    coming = ["+one", "+two", "+three", "+four"]
    assert found.events == [*coming, "-four", "-three", "-two", "-one"]
    assert not found.given
