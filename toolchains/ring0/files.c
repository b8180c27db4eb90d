/*
 * Files by handles: ZwCreateFile and its kin. The disk is empty when a run begins, and what a driver
 * writes is there until the run ends. Names are compared without case, and nothing is below a folder.
 *
 * Reads and writes end at once. What is not done here ends the run as unknown, with its name.
 */
#include "kernel.h"

enum { FILES = 8, OPEN_FILES = 16, LARGEST = 16384, LONGEST = 256, FILE_HANDLE = 0x80001000 };

struct disk_file {
    BOOLEAN is_there, is_deleted;
    USHORT bytes_of_name;
    ULONG bytes;
    WCHAR name[LONGEST];
    UCHAR content[LARGEST];
};

static struct disk_file files[FILES];
static struct {
    struct disk_file *file;
    ULONG position;
    BOOLEAN deletes;
} opened[OPEN_FILES];

static WCHAR lower(WCHAR letter)
{
    return letter >= 'A' && letter <= 'Z' ? (WCHAR)(letter + 32) : letter;
}

static BOOLEAN has_name(const struct disk_file *file, const UNICODE_STRING *name)
{
    USHORT at;
    if (!file->is_there || file->is_deleted || file->bytes_of_name != name->Length)
        return FALSE;
    for (at = 0; at < name->Length / sizeof(WCHAR); at++)
        if (lower(file->name[at]) != lower(name->Buffer[at]))
            return FALSE;
    return TRUE;
}

static struct disk_file *file_named(const OBJECT_ATTRIBUTES *attributes)
{
    ULONG index;
    if (attributes->RootDirectory)
        unknown("ZwCreateFile with a RootDirectory");
    for (index = 0; index < FILES; index++)
        if (has_name(&files[index], attributes->ObjectName))
            return &files[index];
    return NULL;
}

static struct disk_file *new_file(const UNICODE_STRING *name)
{
    ULONG index;
    if (name->Length > sizeof(files->name))
        unknown("ZwCreateFile of a name with more than 256 characters");
    for (index = 0; index < FILES; index++)
        if (!files[index].is_there) {
            struct disk_file *file = &files[index];
            *file = (struct disk_file){ .is_there = TRUE, .bytes_of_name = name->Length };
            RtlCopyMemory(file->name, name->Buffer, name->Length);
            return file;
        }
    unknown("ZwCreateFile of more than 8 files");
}

static NTSTATUS open_handle(PHANDLE handle, struct disk_file *file, ULONG options)
{
    ULONG index;
    for (index = 0; index < OPEN_FILES; index++)
        if (!opened[index].file) {
            opened[index].file = file;
            opened[index].position = 0;
            opened[index].deletes = (options & FILE_DELETE_ON_CLOSE) != 0;
            *handle = (HANDLE)(ULONG_PTR)(FILE_HANDLE + 4 * index);
            return STATUS_SUCCESS;
        }
    unknown("ZwCreateFile with more than 16 open files");
}

static LONG index_of(HANDLE handle)
{
    ULONG_PTR index = ((ULONG_PTR)handle - FILE_HANDLE) / 4;
    return index < OPEN_FILES && opened[index].file ? (LONG)index : -1;
}

NTSTATUS NTAPI nt_ZwCreateFile(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, PIO_STATUS_BLOCK status,
                               PLARGE_INTEGER size, ULONG kind, ULONG share, ULONG disposition, ULONG options,
                               PVOID extended, ULONG extended_bytes)
{
    struct disk_file *file = file_named(attributes);
    BOOLEAN is_new = !file;
    (void)access;
    (void)size;
    (void)kind;
    (void)share;
    (void)extended;
    (void)extended_bytes;
    if (disposition > FILE_OVERWRITE_IF)
        return STATUS_INVALID_PARAMETER;
    if (is_new && (disposition == FILE_OPEN || disposition == FILE_OVERWRITE)) {
        status->Information = FILE_DOES_NOT_EXIST;
        return status->Status = STATUS_OBJECT_NAME_NOT_FOUND;
    }
    if (!is_new && disposition == FILE_CREATE) {
        status->Information = FILE_EXISTS;
        return status->Status = STATUS_OBJECT_NAME_COLLISION;
    }
    if (is_new)
        file = new_file(attributes->ObjectName);
    status->Information = is_new ? FILE_CREATED : FILE_OPENED;
    if (!is_new && disposition != FILE_OPEN && disposition != FILE_OPEN_IF) {
        file->bytes = 0;
        status->Information = disposition == FILE_SUPERSEDE ? FILE_SUPERSEDED : FILE_OVERWRITTEN;
    }
    return status->Status = open_handle(handle, file, options);
}

NTSTATUS NTAPI nt_ZwOpenFile(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, PIO_STATUS_BLOCK status,
                             ULONG share, ULONG options)
{
    return nt_ZwCreateFile(handle, access, attributes, status, NULL, 0, share, FILE_OPEN, options, NULL, 0);
}

/* Where a read or write begins; -1 for what is no offset. */
static LONGLONG begins_at(LONG index, const LARGE_INTEGER *offset, BOOLEAN is_write)
{
    if (!offset || (offset->HighPart == -1 && offset->LowPart == FILE_USE_FILE_POINTER_POSITION))
        return opened[index].position;
    if (is_write && offset->HighPart == -1 && offset->LowPart == FILE_WRITE_TO_END_OF_FILE)
        return opened[index].file->bytes;
    return offset->QuadPart < 0 ? -1 : offset->QuadPart;
}

NTSTATUS NTAPI nt_ZwReadFile(HANDLE handle, HANDLE event, PIO_APC_ROUTINE routine, PVOID context, PIO_STATUS_BLOCK status,
                             PVOID buffer, ULONG bytes, PLARGE_INTEGER offset, PULONG key)
{
    LONG index = index_of(handle);
    struct disk_file *file;
    LONGLONG from;
    (void)context;
    (void)key;
    if (index < 0)
        return STATUS_INVALID_HANDLE;
    if (event || routine)
        unknown("ZwReadFile with an event or an APC");
    from = begins_at(index, offset, FALSE);
    if (from < 0)
        return STATUS_INVALID_PARAMETER;
    file = opened[index].file;
    status->Information = 0;
    if (from >= file->bytes)
        return status->Status = bytes ? STATUS_END_OF_FILE : STATUS_SUCCESS;
    bytes = bytes < file->bytes - (ULONG)from ? bytes : file->bytes - (ULONG)from;
    RtlCopyMemory(buffer, file->content + from, bytes);
    opened[index].position = (ULONG)from + bytes;
    status->Information = bytes;
    return status->Status = STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ZwWriteFile(HANDLE handle, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                              PIO_STATUS_BLOCK status, PVOID buffer, ULONG bytes, PLARGE_INTEGER offset, PULONG key)
{
    LONG index = index_of(handle);
    struct disk_file *file;
    LONGLONG from;
    (void)context;
    (void)key;
    if (index < 0)
        return STATUS_INVALID_HANDLE;
    if (event || routine)
        unknown("ZwWriteFile with an event or an APC");
    from = begins_at(index, offset, TRUE);
    if (from < 0)
        return STATUS_INVALID_PARAMETER;
    file = opened[index].file;
    if (bytes > LARGEST || from > LARGEST - (LONGLONG)bytes)
        unknown("ZwWriteFile beyond 16 KiB");
    if (from > file->bytes)
        RtlZeroMemory(file->content + file->bytes, (SIZE_T)from - file->bytes);
    RtlCopyMemory(file->content + from, buffer, bytes);
    opened[index].position = (ULONG)from + bytes;
    if (opened[index].position > file->bytes)
        file->bytes = opened[index].position;
    status->Information = bytes;
    return status->Status = STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ZwQueryInformationFile(HANDLE handle, PIO_STATUS_BLOCK status, PVOID to, ULONG bytes,
                                         FILE_INFORMATION_CLASS kind)
{
    LONG index = index_of(handle);
    FILE_STANDARD_INFORMATION *standard = to;
    if (index < 0)
        return STATUS_INVALID_HANDLE;
    if (kind != FileStandardInformation && kind != FilePositionInformation)
        unknown("ZwQueryInformationFile of another class than FileStandardInformation and FilePositionInformation");
    status->Information = kind == FileStandardInformation ? sizeof(*standard) : sizeof(FILE_POSITION_INFORMATION);
    if (bytes < status->Information)
        return STATUS_INFO_LENGTH_MISMATCH;
    RtlZeroMemory(to, status->Information);
    if (kind == FilePositionInformation) {
        ((FILE_POSITION_INFORMATION *)to)->CurrentByteOffset.QuadPart = opened[index].position;
    } else {
        standard->EndOfFile.QuadPart = opened[index].file->bytes;
        standard->AllocationSize.QuadPart = (opened[index].file->bytes + 4095) & ~4095u;
        standard->NumberOfLinks = 1;
        standard->DeletePending = opened[index].deletes;
    }
    return status->Status = STATUS_SUCCESS;
}

static NTSTATUS set_end(struct disk_file *file, LONGLONG end)
{
    if (end < 0)
        return STATUS_INVALID_PARAMETER;
    if (end > LARGEST)
        unknown("ZwSetInformationFile beyond 16 KiB");
    if (end > file->bytes)
        RtlZeroMemory(file->content + file->bytes, (SIZE_T)end - file->bytes);
    file->bytes = (ULONG)end;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ZwSetInformationFile(HANDLE handle, PIO_STATUS_BLOCK status, PVOID from, ULONG bytes,
                                       FILE_INFORMATION_CLASS kind)
{
    LONG index = index_of(handle);
    LONGLONG value;
    if (index < 0)
        return STATUS_INVALID_HANDLE;
    status->Information = 0;
    if (kind == FileDispositionInformation) {
        if (!bytes)
            return STATUS_INFO_LENGTH_MISMATCH;
        opened[index].deletes = *(const UCHAR *)from;
        return status->Status = STATUS_SUCCESS;
    }
    if (kind != FilePositionInformation && kind != FileEndOfFileInformation)
        unknown("ZwSetInformationFile of another class than a position, an end and a disposition");
    if (bytes < sizeof(value))
        return STATUS_INFO_LENGTH_MISMATCH;
    value = ((const LARGE_INTEGER *)from)->QuadPart;
    if (kind == FileEndOfFileInformation)
        return status->Status = set_end(opened[index].file, value);
    if (value < 0 || value > LARGEST)
        return STATUS_INVALID_PARAMETER;
    opened[index].position = (ULONG)value;
    return status->Status = STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ZwFlushBuffersFile(HANDLE handle, PIO_STATUS_BLOCK status)
{
    if (index_of(handle) < 0)
        return STATUS_INVALID_HANDLE;
    status->Information = 0;
    return status->Status = STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ZwDeleteFile(POBJECT_ATTRIBUTES attributes)
{
    struct disk_file *file = file_named(attributes);
    if (!file)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    file->is_deleted = TRUE;
    return STATUS_SUCCESS;
}

BOOLEAN close_disk_file(HANDLE handle)
{
    LONG index = index_of(handle);
    if (index < 0)
        return FALSE;
    if (opened[index].deletes)
        opened[index].file->is_deleted = TRUE;
    opened[index].file = NULL;
    return TRUE;
}

void check_disk_files(void)
{
    ULONG index;
    for (index = 0; index < OPEN_FILES; index++)
        if (opened[index].file)
            refuse("a handle of a file is left open");
}

#define BOTH(name) { "Zw" #name, nt_Zw##name, 0 }, { "Nt" #name, nt_Zw##name, 0 }

const struct routine disk_routines[] = {
    BOTH(CreateFile), BOTH(OpenFile), BOTH(ReadFile), BOTH(WriteFile), BOTH(QueryInformationFile),
    BOTH(SetInformationFile), R(ZwFlushBuffersFile, 0), R(ZwDeleteFile, 0),
    { 0 },
};
