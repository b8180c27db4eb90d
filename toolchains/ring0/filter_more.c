/*
 * The filter manager: files, streams and the volume that filters ask about. There is one of each:
 * \file.txt on \Device\HarddiskVolume1, which can be written.
 */
#include "filter.h"

#define NAME L"\\file.txt"
#define VOLUME L"\\Device\\HarddiskVolume1"

PVOID FLTAPI nt_FltGetRoutineAddress(PCSTR name)
{
    return find_routine("fltmgr.sys", name);
}

NTSTATUS FLTAPI nt_FltSetFileContext(
    PFLT_INSTANCE instance, PFILE_OBJECT file, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context,
    PFLT_CONTEXT *old)
{
    (void)instance;
    (void)file;
    return set_context(FLT_FILE_CONTEXT, operation, context, old);
}

NTSTATUS FLTAPI nt_FltGetFileContext(PFLT_INSTANCE instance, PFILE_OBJECT file, PFLT_CONTEXT *found)
{
    (void)instance;
    (void)file;
    return get_context(FLT_FILE_CONTEXT, found);
}

NTSTATUS FLTAPI nt_FltSetStreamContext(
    PFLT_INSTANCE instance, PFILE_OBJECT file, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context,
    PFLT_CONTEXT *old)
{
    (void)instance;
    (void)file;
    return set_context(FLT_STREAM_CONTEXT, operation, context, old);
}

NTSTATUS FLTAPI nt_FltGetStreamContext(PFLT_INSTANCE instance, PFILE_OBJECT file, PFLT_CONTEXT *found)
{
    (void)instance;
    (void)file;
    return get_context(FLT_STREAM_CONTEXT, found);
}

NTSTATUS FLTAPI nt_FltSetStreamHandleContext(
    PFLT_INSTANCE instance, PFILE_OBJECT file, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context,
    PFLT_CONTEXT *old)
{
    (void)instance;
    (void)file;
    return set_context(FLT_STREAMHANDLE_CONTEXT, operation, context, old);
}

NTSTATUS FLTAPI nt_FltGetStreamHandleContext(PFLT_INSTANCE instance, PFILE_OBJECT file, PFLT_CONTEXT *found)
{
    (void)instance;
    (void)file;
    return get_context(FLT_STREAMHANDLE_CONTEXT, found);
}

BOOLEAN FLTAPI nt_FltSupportsFileContexts(PFILE_OBJECT file)
{
    (void)file;
    return TRUE;
}

NTSTATUS FLTAPI nt_FltGetVolumeName(PFLT_VOLUME volume, PUNICODE_STRING name, PULONG needed)
{
    (void)volume;
    if (needed)
        *needed = sizeof VOLUME - sizeof(WCHAR);
    if (!name || name->MaximumLength < sizeof VOLUME - sizeof(WCHAR))
        return STATUS_BUFFER_TOO_SMALL;
    name->Length = sizeof VOLUME - sizeof(WCHAR);
    memcpy(name->Buffer, VOLUME, name->Length);
    return STATUS_SUCCESS;
}

NTSTATUS FLTAPI nt_FltIsVolumeWritable(PVOID volume, PBOOLEAN writable)
{
    (void)volume;
    *writable = TRUE;
    return STATUS_SUCCESS;
}

NTSTATUS FLTAPI nt_FltGetDiskDeviceObject(PFLT_VOLUME volume, PDEVICE_OBJECT *disk)
{
    (void)volume;
    *disk = NULL;
    return STATUS_FLT_NO_DEVICE_OBJECT;
}

static UNICODE_STRING part(WCHAR *at, ULONG letters)
{
    UNICODE_STRING made = { (USHORT)(letters * sizeof(WCHAR)), (USHORT)(letters * sizeof(WCHAR)), at };
    return made;
}

/* A block of the information and the name; what is parsed is filled in by FltParseFileNameInformation. */
NTSTATUS FLTAPI nt_FltGetFileNameInformation(
    PFLT_CALLBACK_DATA data, FLT_FILE_NAME_OPTIONS options, PFLT_FILE_NAME_INFORMATION *found)
{
    PFLT_FILE_NAME_INFORMATION made = take(sizeof *made, REQUEST, 'nFlF');
    static WCHAR name[] = VOLUME NAME;
    (void)data;
    (void)options;
    made->Size = sizeof *made;
    made->Format = FLT_FILE_NAME_NORMALIZED;
    made->Name = part(name, sizeof name / sizeof(WCHAR) - 1);
    made->Volume = part(name, sizeof VOLUME / sizeof(WCHAR) - 1);
    *found = made;
    return STATUS_SUCCESS;
}

NTSTATUS FLTAPI nt_FltParseFileNameInformation(PFLT_FILE_NAME_INFORMATION information)
{
    WCHAR *at = information->Name.Buffer + sizeof VOLUME / sizeof(WCHAR) - 1;
    information->ParentDir = part(at, 1);
    information->FinalComponent = part(at + 1, sizeof NAME / sizeof(WCHAR) - 2);
    information->Extension = part(at + sizeof NAME / sizeof(WCHAR) - 4, 3);
    information->NamesParsed = 15;
    return STATUS_SUCCESS;
}

VOID FLTAPI nt_FltReleaseFileNameInformation(PFLT_FILE_NAME_INFORMATION information)
{
    give_back(information, REQUEST, "FltReleaseFileNameInformation");
}

VOID FLTAPI nt_FltObjectDereference(PVOID object)
{
    (void)object;
}

NTSTATUS FLTAPI nt_FltObjectReference(PVOID object)
{
    (void)object;
    return STATUS_SUCCESS;
}

ULONG FLTAPI nt_FltGetRequestorProcessId(PFLT_CALLBACK_DATA data)
{
    (void)data;
    return 4;
}

const struct routine more_filter_routines[] = {
    R(FltGetRoutineAddress, 0), R(FltSetFileContext, 1), R(FltGetFileContext, 1), R(FltSetStreamContext, 1),
    R(FltGetStreamContext, 1), R(FltSetStreamHandleContext, 1), R(FltGetStreamHandleContext, 1),
    R(FltSupportsFileContexts, 1), R(FltGetVolumeName, 0), R(FltIsVolumeWritable, 1),
    R(FltGetDiskDeviceObject, 1), R(FltGetFileNameInformation, 1), R(FltParseFileNameInformation, 1),
    R(FltReleaseFileNameInformation, 1), R(FltObjectReference, 2), R(FltObjectDereference, 2),
    R(FltGetRequestorProcessId, 1),
    { 0 },
};
