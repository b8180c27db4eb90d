/* What is sent to a driver's device: create, the calls of the plan, cleanup and close. */
#include "kernel.h"

PIRP NTAPI nt_IoAllocateIrp(CCHAR stack, BOOLEAN quota);
VOID NTAPI nt_IoFreeIrp(PIRP irp);
PMDL NTAPI nt_IoAllocateMdl(PVOID at, ULONG bytes, BOOLEAN secondary, BOOLEAN quota, PIRP irp);
VOID NTAPI nt_IoFreeMdl(PMDL mdl);
NTSTATUS FASTCALL nt_IofCallDriver(PDEVICE_OBJECT device, PIRP irp);

enum { MOST_ROUNDS = 100 };         /* of timers that a request may wait for */

/* Buffers of one request, by the control code's method or the device's flags. */
struct buffers {
    PUCHAR input, output;
    BOOLEAN is_system;          /* one block of the pool for both */
};

static void map_mdl(PMDL mdl)
{
    mdl->MappedSystemVa = (PUCHAR)mdl->StartVa + mdl->ByteOffset;
    mdl->MdlFlags |= MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA;
}

static PUCHAR new_system_buffer(PIRP irp, const struct request *request, ULONG bytes)
{
    PUCHAR buffer = bytes ? take(bytes, OWN, 'fuBS') : NULL;
    if (request->input)
        memcpy(buffer, request->input, request->input_bytes);
    irp->AssociatedIrp.SystemBuffer = buffer;
    return buffer;
}

static PUCHAR new_user_buffer(const struct request *request, ULONG bytes)
{
    PUCHAR buffer = take_user(bytes);
    if (request->input)
        memcpy(buffer, request->input, request->input_bytes);
    return buffer;
}

static struct buffers give_control_buffers(PIRP irp, PIO_STACK_LOCATION location, const struct request *request)
{
    struct buffers made = { 0 };
    ULONG in = request->input_bytes, out = request->output_bytes;
    location->Parameters.DeviceIoControl.IoControlCode = request->code;
    location->Parameters.DeviceIoControl.InputBufferLength = in;
    location->Parameters.DeviceIoControl.OutputBufferLength = out;
    switch (request->code & 3) {
    case METHOD_BUFFERED:
        made.output = made.input = new_system_buffer(irp, request, in > out ? in : out);
        made.is_system = TRUE;
        break;
    case METHOD_NEITHER:
        location->Parameters.DeviceIoControl.Type3InputBuffer = new_user_buffer(request, in);
        irp->UserBuffer = made.output = take_user(out);
        break;
    default:
        made.input = new_system_buffer(irp, request, in);
        made.is_system = TRUE;
        if (out) {
            made.output = take_user(out);
            map_mdl(nt_IoAllocateMdl(made.output, out, FALSE, FALSE, irp));
        }
    }
    return made;
}

static struct buffers give_transfer_buffers(
    PDEVICE_OBJECT device, PIRP irp, PIO_STACK_LOCATION location, const struct request *request)
{
    struct buffers made = { 0 };
    ULONG bytes = request->major == IRP_MJ_READ ? request->output_bytes : request->input_bytes;
    location->Parameters.Read.Length = bytes;
    location->Parameters.Read.ByteOffset.QuadPart = request->offset;
    if (device->Flags & DO_BUFFERED_IO) {
        made.output = made.input = new_system_buffer(irp, request, bytes);
        made.is_system = TRUE;
    } else {
        made.output = irp->UserBuffer = new_user_buffer(request, bytes);
        if ((device->Flags & DO_DIRECT_IO) && bytes)
            map_mdl(nt_IoAllocateMdl(made.output, bytes, FALSE, FALSE, irp));
    }
    return made;
}

static void check_completion(PIRP irp, const struct request *request, NTSTATUS status)
{
    BOOLEAN done = irp->CurrentLocation > irp->StackCount + 1;
    ULONG rounds;
    for (rounds = 0; status == STATUS_PENDING && !done && rounds < MOST_ROUNDS && run_pending(TRUE); rounds++)
        done = irp->CurrentLocation > irp->StackCount + 1;
    if (!done && status == STATUS_PENDING && irp->CancelRoutine) {
        PDRIVER_CANCEL cancel = irp->CancelRoutine;
        irp->Cancel = TRUE;
        irp->CancelRoutine = NULL;
        irp->CancelIrql = PASSIVE_LEVEL;
        cpu_set_irql(DISPATCH_LEVEL);
        cpu_call((PVOID)cancel, 2, (address[CALL_ARGUMENTS]){
            (address)irp->Tail.Overlay.CurrentStackLocation->DeviceObject, (address)irp }, &(address){ 0 });
        if (cpu_irql() != PASSIVE_LEVEL)
            refuse("a cancel routine does not release the cancel spin lock");
        run_pending(TRUE);
        done = irp->CurrentLocation > irp->StackCount + 1;
    }
    if (done)
        return;
    begin_reason(request->name);
    put(status == STATUS_PENDING ? ": the request stays pending and is never completed; status "
                                 : ": the request is not completed; status ");
    put_hex((ULONG)status);
    finish("refused");
}

static void report_request(PIRP irp, const struct request *request, const struct buffers *buffers)
{
    SIZE_T bytes = (SIZE_T)irp->IoStatus.Information;
    put("@irp ");
    put(request->name);
    put(" ");
    put_hex((ULONG)irp->IoStatus.Status);
    put(" ");
    put_number((LONGLONG)bytes);
    put(" ");
    put_number(request->call);
    put(" ");
    if (NT_ERROR(irp->IoStatus.Status) || !buffers->output || request->major == IRP_MJ_WRITE)
        bytes = 0;
    if (bytes > request->output_bytes) {
        begin_reason(request->name);
        put(": IoStatus.Information is larger than the output buffer");
        finish("refused");
    }
    put_bytes(buffers->output, bytes);
    put("\n");
}

NTSTATUS send(PDEVICE_OBJECT device, const struct request *request)
{
    static FILE_OBJECT *file;
    PIRP irp = nt_IoAllocateIrp(device->StackSize, FALSE);
    PIO_STACK_LOCATION location = irp->Tail.Overlay.CurrentStackLocation - 1;
    struct buffers buffers = { 0 };
    NTSTATUS status, final;
    if (!file) {
        file = take(sizeof *file, OWN, 'eliF');
        file->Type = 5;
        file->Size = sizeof *file;
    }
    file->DeviceObject = device;
    location->MajorFunction = request->major;
    location->MinorFunction = request->minor;
    location->FileObject = request->major == IRP_MJ_PNP ? NULL : file;
    irp->Tail.Overlay.OriginalFileObject = location->FileObject;
    irp->RequestorMode = request->major == IRP_MJ_PNP ? KernelMode : UserMode;
    irp->IoStatus.Status = request->major == IRP_MJ_PNP ? STATUS_NOT_SUPPORTED : STATUS_SUCCESS;
    if (request->major == IRP_MJ_CREATE) {
        static IO_SECURITY_CONTEXT security;
        location->Parameters.Create.SecurityContext = &security;
        location->Parameters.Create.Options = FILE_OPEN << 24;
        location->Parameters.Create.ShareAccess = 3;
    } else if (request->major == IRP_MJ_DEVICE_CONTROL) {
        buffers = give_control_buffers(irp, location, request);
    } else if (request->major == IRP_MJ_READ || request->major == IRP_MJ_WRITE) {
        buffers = give_transfer_buffers(device, irp, location, request);
    }
    status = nt_IofCallDriver(device, irp);
    check_completion(irp, request, status);
    final = irp->IoStatus.Status;
    if (status != STATUS_PENDING && status != final) {
        begin_reason(request->name);
        put(": the dispatch routine returns ");
        put_hex((ULONG)status);
        put(", IoStatus.Status is ");
        put_hex((ULONG)final);
        finish("refused");
    }
    report_request(irp, request, &buffers);
    if (irp->MdlAddress)
        nt_IoFreeMdl(irp->MdlAddress);
    if (buffers.is_system && buffers.input)
        give_back(buffers.input, OWN, request->name);
    nt_IoFreeIrp(irp);
    run_pending(FALSE);
    return final;
}
