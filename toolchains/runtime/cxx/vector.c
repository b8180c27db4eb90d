/*
 * vector.c - arrays of objects, one after the other, as objects of cl.exe call for it; clang and gcc
 * write these loops out. An array is destroyed from its end.
 */

#include "cxx.h"

#if defined(__i386__)
# define THISCALL __attribute__((thiscall))
#else
# define THISCALL
#endif

typedef void *(THISCALL *CONSTRUCT)(void *Object);
typedef void (THISCALL *DESTROY)(void *Object);

void NTAPI NtbuildVectorConstruct(char *Memory, SIZE_T Size, SIZE_T Count, CONSTRUCT Construct);
void NTAPI NtbuildVectorConstructInt(char *Memory, SIZE_T Size, int Count, CONSTRUCT Construct);
void NTAPI NtbuildVectorDestroy(char *Memory, SIZE_T Size, SIZE_T Count, DESTROY Destroy);
void NTAPI NtbuildVectorDestroyInt(char *Memory, SIZE_T Size, int Count, DESTROY Destroy);
void NTAPI NtbuildVectorConstructEh(
    char *Memory, SIZE_T Size, SIZE_T Count, CONSTRUCT Construct, DESTROY Destroy);
void NTAPI NtbuildVectorConstructEhInt(
    char *Memory, SIZE_T Size, int Count, CONSTRUCT Construct, DESTROY Destroy);

void NTAPI NtbuildVectorConstruct(char *Memory, SIZE_T Size, SIZE_T Count, CONSTRUCT Construct)
{
    for (; Count; Count--, Memory += Size)
        Construct(Memory);
}

void NTAPI NtbuildVectorConstructInt(char *Memory, SIZE_T Size, int Count, CONSTRUCT Construct)
{
    NtbuildVectorConstruct(Memory, Size, (SIZE_T)Count, Construct);
}

void NTAPI NtbuildVectorDestroy(char *Memory, SIZE_T Size, SIZE_T Count, DESTROY Destroy)
{
    while (Count--)
        Destroy(Memory + Count * Size);
}

void NTAPI NtbuildVectorDestroyInt(char *Memory, SIZE_T Size, int Count, DESTROY Destroy)
{
    NtbuildVectorDestroy(Memory, Size, (SIZE_T)Count, Destroy);
}

/* The destructor is for a constructor that throws, which none does here. */
void NTAPI NtbuildVectorConstructEh(
    char *Memory, SIZE_T Size, SIZE_T Count, CONSTRUCT Construct, DESTROY Destroy)
{
    UNREFERENCED_PARAMETER(Destroy);
    NtbuildVectorConstruct(Memory, Size, Count, Construct);
}

void NTAPI NtbuildVectorConstructEhInt(
    char *Memory, SIZE_T Size, int Count, CONSTRUCT Construct, DESTROY Destroy)
{
    UNREFERENCED_PARAMETER(Destroy);
    NtbuildVectorConstruct(Memory, Size, (SIZE_T)Count, Construct);
}
