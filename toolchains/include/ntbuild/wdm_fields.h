/*
 * ntbuild/wdm_fields.h - around mingw-w64's wdm.h: structures get the size, the alignment and the fields
 * that the kernel gives them.
 *
 * A macro with the name of a field changes how the field is declared, one with the name of a structure
 * adds an attribute to it. Each name is that of one field of mingw-w64's wdm.h; wdm_fields_end.h undoes
 * all. A field that must go becomes an array of none, which takes no room.
 */

/* Requests and devices are aligned as pool is, which their size shows. */
#define _IRP DECLSPEC_ALIGN(MEMORY_ALLOCATION_ALIGNMENT) _IRP
#define _DEVICE_OBJECT DECLSPEC_ALIGN(MEMORY_ALLOCATION_ALIGNMENT) _DEVICE_OBJECT

/* The elements follow the list; its size does not count one of them. */
#define Elements                                                                                  \
    Elements[0];                                                                                  \
    UCHAR NtbuildNoElement[0]

/* The count of an owner lost a bit to the one before it: a width is an expression. */
#define OwnerReferenced                                                                           \
    OwnerReferenced : 1;                                                                          \
    ULONG IoQoSPriorityBoosted
#define OwnerCount OwnerCount : 1 ? 29

/* A bit, in a mutant and in its header. */
#define Abandoned                                                                                 \
    NtbuildNotAbandoned[0];                                                                       \
    union {                                                                                       \
        UCHAR MutantFlags;                                                                        \
        struct {                                                                                  \
            UCHAR Abandoned : 1;                                                                  \
            UCHAR NtbuildSpare : 7;                                                               \
        };                                                                                        \
    }

/* mingw-w64's context of a completion ends too early; FILE_OBJECT has a pointer to the whole one. */
#define _IO_COMPLETION_CONTEXT NtbuildDdkIoCompletionContext
#define IO_COMPLETION_CONTEXT NTBUILD_DDK_IO_COMPLETION_CONTEXT
#define PIO_COMPLETION_CONTEXT PNTBUILD_DDK_IO_COMPLETION_CONTEXT
#define CompletionContext                                                                         \
    NtbuildNoContext[0];                                                                          \
    NtbuildIoCompletionContext *volatile CompletionContext
