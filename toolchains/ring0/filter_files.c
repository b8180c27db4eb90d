/*
 * Operations on one file through a minifilter: create, the plan's reads and writes, query and set
 * information, cleanup, close. The file system below keeps the file's bytes.
 *
 * Buffers are a program's, without an MDL. What a filter completes itself does not get to the file;
 * what it keeps pending gets time, and FltCompletePendedPreOperation ends it.
 */
#include "filter.h"

enum { LARGEST = 4096 };

static WCHAR name[] = L"\\file.txt";
static FILE_OBJECT file;
static UCHAR content[LARGEST] = "what is in the file";
static ULONG content_bytes = 19;

/* An operation that a filter kept pending, and how it ended it. */
static struct {
    PFLT_CALLBACK_DATA data;
    FLT_PREOP_CALLBACK_STATUS status;
    PVOID context;
} ended;

struct operation {
    const char *name;
    FLT_IO_PARAMETER_BLOCK parameters;
    NTSTATUS (*serve)(FLT_IO_PARAMETER_BLOCK *parameters, ULONG_PTR *information);
    PUCHAR output;          /* what is shown of a read */
    LONG call;
};

VOID FLTAPI nt_FltCompletePendedPreOperation(
    PFLT_CALLBACK_DATA data, FLT_PREOP_CALLBACK_STATUS status, PVOID context)
{
    ended.data = data;
    ended.status = status;
    ended.context = context;
}

static ULONG before(
    const FLT_OPERATION_REGISTRATION *row, PFLT_CALLBACK_DATA data, PFLT_RELATED_OBJECTS objects, PVOID *context)
{
    ULONG answer;
    if (!row->PreOperation)
        return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    ended.data = NULL;
    answer = (ULONG)call_driver((PVOID)row->PreOperation, "a pre-operation callback", 3, (address)data,
                                (address)objects, (address)context);
    if (answer == FLT_PREOP_PENDING) {
        run_pending(TRUE);
        if (ended.data != data)
            refuse("a pre-operation callback keeps its operation pending");
        answer = (ULONG)ended.status;
        *context = ended.context;
    }
    if (answer > FLT_PREOP_DISALLOW_FSFILTER_IO)
        refuse("a pre-operation callback returns no FLT_PREOP_CALLBACK_STATUS");
    return answer;
}

static void report(const struct operation *operation, const IO_STATUS_BLOCK *status)
{
    put("@irp ");
    put(operation->name);
    put(" ");
    put_hex((ULONG)status->Status);
    put(" ");
    put_number((LONGLONG)status->Information);
    put(" ");
    put_number(operation->call);
    put(" ");
    if (operation->output && NT_SUCCESS(status->Status)
        && status->Information <= operation->parameters.Parameters.Read.Length)
        put_bytes(operation->output, (SIZE_T)status->Information);
    put("\n");
}

/* One operation by the rows of its major function: the filter, the file, the filter again. */
static NTSTATUS operate(const FLT_OPERATION_REGISTRATION *rows, struct operation *operation, ULONG_PTR information)
{
    FLT_IO_PARAMETER_BLOCK *parameters = &operation->parameters;
    FLT_CALLBACK_DATA data = { .Flags = FLTFL_CALLBACK_DATA_IRP_OPERATION, .Iopb = parameters };
    FLT_RELATED_OBJECTS objects = filter_objects(&file);
    UCHAR major = parameters->MajorFunction;
    BOOLEAN is_served = FALSE;
    data.RequestorMode = UserMode;
    data.IoStatus.Information = 0;
    for (; rows && rows->MajorFunction != IRP_MJ_OPERATION_END; rows++) {
        PVOID context = NULL;
        ULONG answer;
        if (rows->MajorFunction != major)
            continue;
        answer = before(rows, &data, &objects, &context);
        if (answer == FLT_PREOP_COMPLETE) {
            report(operation, &data.IoStatus);
            return data.IoStatus.Status;
        }
        if (!is_served) {
            data.IoStatus.Information = information;
            data.IoStatus.Status = operation->serve ? operation->serve(parameters, &data.IoStatus.Information) : 0;
        }
        is_served = TRUE;
        if (rows->PostOperation && (answer == FLT_PREOP_SUCCESS_WITH_CALLBACK || answer == FLT_PREOP_SYNCHRONIZE))
            call_driver((PVOID)rows->PostOperation, "a post-operation callback", 4, (address)&data,
                        (address)&objects, (address)context, (address)0);
    }
    if (!is_served) {
        data.IoStatus.Information = information;
        data.IoStatus.Status = operation->serve ? operation->serve(parameters, &data.IoStatus.Information) : 0;
    }
    report(operation, &data.IoStatus);
    return data.IoStatus.Status;
}

static struct operation begin(const char *what, UCHAR major, PFLT_INSTANCE instance, LONG call)
{
    struct operation made = { .name = what, .call = call };
    made.parameters.MajorFunction = major;
    made.parameters.TargetFileObject = &file;
    made.parameters.TargetInstance = instance;
    return made;
}

/* ---- the file */

static NTSTATUS read_file(FLT_IO_PARAMETER_BLOCK *parameters, ULONG_PTR *information)
{
    ULONG count = parameters->Parameters.Read.Length;
    LONGLONG at = parameters->Parameters.Read.ByteOffset.QuadPart;
    if (at >= content_bytes)
        count = 0;
    else if (count > content_bytes - (ULONG)at)
        count = content_bytes - (ULONG)at;
    memcpy(parameters->Parameters.Read.ReadBuffer, content + (ULONG)at, count);
    *information = count;
    return STATUS_SUCCESS;
}

static NTSTATUS write_file(FLT_IO_PARAMETER_BLOCK *parameters, ULONG_PTR *information)
{
    ULONG count = parameters->Parameters.Write.Length;
    LONGLONG at = parameters->Parameters.Write.ByteOffset.QuadPart;
    if (at > LARGEST || count > LARGEST - (ULONG)at)
        return STATUS_DISK_FULL;
    memcpy(content + (ULONG)at, parameters->Parameters.Write.WriteBuffer, count);
    if (content_bytes < (ULONG)at + count)
        content_bytes = (ULONG)at + count;
    *information = count;
    return STATUS_SUCCESS;
}

static NTSTATUS query_file(FLT_IO_PARAMETER_BLOCK *parameters, ULONG_PTR *information)
{
    PFILE_STANDARD_INFORMATION found = parameters->Parameters.QueryFileInformation.InfoBuffer;
    found->AllocationSize.QuadPart = LARGEST;
    found->EndOfFile.QuadPart = content_bytes;
    found->NumberOfLinks = 1;
    *information = sizeof *found;
    return STATUS_SUCCESS;
}

/* ---- what a program does with it */

static void transfer(
    const FLT_OPERATION_REGISTRATION *rows, PFLT_INSTANCE instance, const struct planned_call *call, LONG index)
{
    static const char text[] = "sixteen bytes ..";
    BOOLEAN is_read = call->kind == 1;
    ULONG bytes = is_read ? call->output_bytes : call->input_bytes;
    struct operation made = begin(is_read ? "read" : "write", is_read ? IRP_MJ_READ : IRP_MJ_WRITE, instance, index);
    PUCHAR buffer = take_user(bytes);
    if (!is_read && bytes)
        memcpy(buffer, index < 0 ? (const UCHAR *)text : bundle + call->input_at, bytes);
    made.parameters.Parameters.Read.Length = bytes;
    made.parameters.Parameters.Read.ByteOffset.QuadPart = (LONGLONG)call->offset;
    made.parameters.Parameters.Read.ReadBuffer = buffer;
    made.serve = is_read ? read_file : write_file;
    made.output = is_read ? buffer : NULL;
    operate(rows, &made, 0);
}

static void transfer_all(const FLT_OPERATION_REGISTRATION *rows, PFLT_INSTANCE instance)
{
    static const struct planned_call own[] = { { 2, 0, 16, 0, 0, 0, 0 }, { 1, 0, 0, 64, 0, 0, 0 } };
    ULONG index;
    for (index = 0; index < planned_count; index++) {
        if (!planned[index].kind)
            refuse("calls: a minifilter's file takes Read and Write, and no Ioctl");
        transfer(rows, instance, &planned[index], (LONG)index);
    }
    for (index = 0; !planned_count && index < 2; index++)
        transfer(rows, instance, &own[index], -1);
}

static void ask_and_cut(const FLT_OPERATION_REGISTRATION *rows, PFLT_INSTANCE instance)
{
    static FILE_STANDARD_INFORMATION found;
    static FILE_END_OF_FILE_INFORMATION end = { { { 8, 0 } } };
    struct operation query = begin("query information", IRP_MJ_QUERY_INFORMATION, instance, -1);
    struct operation set = begin("set information", IRP_MJ_SET_INFORMATION, instance, -1);
    query.parameters.Parameters.QueryFileInformation.Length = sizeof found;
    query.parameters.Parameters.QueryFileInformation.FileInformationClass = FileStandardInformation;
    query.parameters.Parameters.QueryFileInformation.InfoBuffer = &found;
    query.serve = query_file;
    operate(rows, &query, 0);
    set.parameters.Parameters.SetFileInformation.Length = sizeof end;
    set.parameters.Parameters.SetFileInformation.FileInformationClass = FileEndOfFileInformation;
    set.parameters.Parameters.SetFileInformation.InfoBuffer = &end;
    operate(rows, &set, 0);
}

void use_file(const FLT_OPERATION_REGISTRATION *rows, PFLT_INSTANCE instance)
{
    static IO_SECURITY_CONTEXT security;
    struct operation create = begin("create-file", IRP_MJ_CREATE, instance, -1);
    struct operation cleanup = begin("cleanup", IRP_MJ_CLEANUP, instance, -1);
    struct operation close = begin("close", IRP_MJ_CLOSE, instance, -1);
    file.Type = 5;
    file.Size = sizeof file;
    file.FileName.Buffer = name;
    file.FileName.Length = sizeof name - sizeof(WCHAR);
    file.FileName.MaximumLength = sizeof name;
    create.parameters.Parameters.Create.SecurityContext = &security;
    create.parameters.Parameters.Create.Options = FILE_CREATE << 24;
    if (!NT_SUCCESS(operate(rows, &create, FILE_CREATED)))
        return;
    transfer_all(rows, instance);
    ask_and_cut(rows, instance);
    operate(rows, &cleanup, 0);
    operate(rows, &close, 0);
}

const struct routine file_routines[] = {
    R(FltCompletePendedPreOperation, 2),
    { 0 },
};
