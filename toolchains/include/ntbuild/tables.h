/*
 * ntbuild/tables.h - after ntddk.h: RTL_USE_AVL_TABLES, which names the AVL tables as the splay tables,
 * and the routines of both as function types.
 */
#ifndef NTBUILD_TABLES_H
#define NTBUILD_TABLES_H

EXTERN_C_START
typedef RTL_GENERIC_COMPARE_RESULTS NTAPI RTL_AVL_COMPARE_ROUTINE(
    struct _RTL_AVL_TABLE *Table, PVOID FirstStruct, PVOID SecondStruct);
typedef PVOID NTAPI RTL_AVL_ALLOCATE_ROUTINE(struct _RTL_AVL_TABLE *Table, CLONG ByteSize);
typedef VOID NTAPI RTL_AVL_FREE_ROUTINE(struct _RTL_AVL_TABLE *Table, PVOID Buffer);
#if !defined(RTL_USE_AVL_TABLES)
typedef RTL_GENERIC_COMPARE_RESULTS NTAPI RTL_GENERIC_COMPARE_ROUTINE(
    struct _RTL_GENERIC_TABLE *Table, PVOID FirstStruct, PVOID SecondStruct);
typedef PVOID NTAPI RTL_GENERIC_ALLOCATE_ROUTINE(
    struct _RTL_GENERIC_TABLE *Table, CLONG ByteSize);
typedef VOID NTAPI RTL_GENERIC_FREE_ROUTINE(struct _RTL_GENERIC_TABLE *Table, PVOID Buffer);
#endif

typedef NTSTATUS NTAPI RTL_QUERY_REGISTRY_ROUTINE(
    PWSTR ValueName, ULONG ValueType, PVOID ValueData, ULONG ValueLength, PVOID Context,
    PVOID EntryContext);
EXTERN_C_END

#if defined(RTL_USE_AVL_TABLES)
# define RTL_GENERIC_TABLE                        RTL_AVL_TABLE
# define PRTL_GENERIC_TABLE                       PRTL_AVL_TABLE
# define RTL_GENERIC_COMPARE_ROUTINE              RTL_AVL_COMPARE_ROUTINE
# define PRTL_GENERIC_COMPARE_ROUTINE             PRTL_AVL_COMPARE_ROUTINE
# define RTL_GENERIC_ALLOCATE_ROUTINE             RTL_AVL_ALLOCATE_ROUTINE
# define PRTL_GENERIC_ALLOCATE_ROUTINE            PRTL_AVL_ALLOCATE_ROUTINE
# define RTL_GENERIC_FREE_ROUTINE                 RTL_AVL_FREE_ROUTINE
# define PRTL_GENERIC_FREE_ROUTINE                PRTL_AVL_FREE_ROUTINE
# define RtlInitializeGenericTable                RtlInitializeGenericTableAvl
# define RtlInsertElementGenericTable             RtlInsertElementGenericTableAvl
# define RtlInsertElementGenericTableFull         RtlInsertElementGenericTableFullAvl
# define RtlDeleteElementGenericTable             RtlDeleteElementGenericTableAvl
# define RtlLookupElementGenericTable             RtlLookupElementGenericTableAvl
# define RtlLookupElementGenericTableFull         RtlLookupElementGenericTableFullAvl
# define RtlEnumerateGenericTable                 RtlEnumerateGenericTableAvl
# define RtlEnumerateGenericTableWithoutSplaying  RtlEnumerateGenericTableWithoutSplayingAvl
# define RtlGetElementGenericTable                RtlGetElementGenericTableAvl
# define RtlNumberGenericTableElements            RtlNumberGenericTableElementsAvl
# define RtlIsGenericTableEmpty                   RtlIsGenericTableEmptyAvl
#endif

#endif
