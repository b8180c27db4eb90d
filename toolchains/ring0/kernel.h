/*
 * The ring-0 engine: a kernel that is as much NT as a driver needs to start, answer and stop.
 *
 * It is booted by an emulator with the driver in memory (`bundle`), and reports by lines that begin
 * with @. It is for judging drivers: what a driver may not do ends the run with the reason.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <ntifs.h>

#include "cpu.h"

/* ---- report.c */

/* Parts of a line. */
void put(const char *text);
void put_quoted(const char *text, SIZE_T length);       /* bytes of a driver's: printable, one line */
void put_hex(ULONGLONG value);
void put_number(LONGLONG value);
void put_place(address at);
void put_bytes(const UCHAR *bytes, SIZE_T length);
/* A line "@why ..." is begun, continued with put and ended by finish. */
void begin_reason(const char *text);
__attribute__((noreturn)) void finish(const char *verdict);
/* The whole: a driver's fault, and a routine or service that this kernel lacks. */
__attribute__((noreturn)) void refuse(const char *why);
__attribute__((noreturn)) void unknown(const char *what);

/* ---- memory.c */

enum block_kind { POOL, DEVICE, REQUEST, OWN, BLOCK_KINDS };

void memory_start(void);
/* Guarded memory: it ends where a page does that nobody may touch. Zeroed. */
PVOID take(SIZE_T bytes, enum block_kind kind, ULONG tag);
/* `what` is the routine that frees. */
void give_back(PVOID at, enum block_kind kind, const char *what);
/* Memory of a program, with what it begins with. */
PVOID take_user(SIZE_T bytes);
/* Describes an address in or near a block; 0 when it is near none. */
int put_block(address at);
/* Refuse when blocks of a kind are left. */
void check_left(enum block_kind kind, const char *what);
BOOLEAN is_mapped(address at);
/* Whether a word can be read there: blocks, images, the kernel's stack. */
BOOLEAN is_readable(address at);

/* ---- images.c */

struct module {
    struct ntld_image image;
    const char *name;
};

extern const struct ntld_host loader_host;
extern struct module modules[];
extern ULONG module_count;
extern struct ntld_image own_image;
struct module *module_at(address at);
/* The name of the routine that a driver called last, for faults inside of it. */
const char *routine_name(ULONG stub);
BOOLEAN routine_was_called(ULONG stub);
extern ULONG last_stub, irql_checks;
/* The function behind a name that a driver asks for at run time, or 0. */
PVOID find_routine(const char *module, const char *name);
/* A function that ends the run as unknown, with a name. */
PVOID missing_routine(const char *module, const char *name);

/* The stub of a routine that no image imports by its name. */
struct routine;
PVOID served_by(const char *module, const struct routine *routine);

/* What a routine of this kernel is called by, and up to which level. */
struct routine {
    const char *name;
    PVOID function;
    UCHAR irql;
};
#define ANY_LEVEL 31
#define R(name, irql) { #name, (PVOID)(ULONG_PTR)nt_##name, irql }
#define V(name) { #name, &nt_##name, 0xff }     /* a variable */

extern const struct routine rtl_routines[], ex_routines[], ke_routines[], io_routines[], other_routines[],
    exception_routines[], filter_routines[], more_filter_routines[], file_routines[], framework_routines[],
    more_routines[], time_routines[], timer_routines[], thread_routines[], text_routines[], port_routines[],
    disk_routines[];

/* Called for each call of a routine, when it is set. */
extern void (*routine_entered)(const struct routine *routine, const struct frame *frame, address sp);
/* An argument of the routine that is entered; all before it are words, and none is in a register on x86. */
address argument_of(const struct frame *frame, address sp, ULONG index);

/* ---- threads.c */

BOOLEAN run_threads(void);
LONGLONG next_thread_time(void);
/* What is waited for: one of the objects, or all; without objects for time alone. */
struct wait {
    DISPATCHER_HEADER *const *objects;
    ULONG count;
    BOOLEAN is_all;
};
BOOLEAN is_ready(const struct wait *wait);
BOOLEAN wait_in_thread(const struct wait *wait, LONGLONG until);
BOOLEAN is_in_thread(void);
PVOID thread_object(void);
BOOLEAN close_thread(HANDLE handle);
void check_threads(void);
NTSTATUS NTAPI nt_KeWaitForSingleObject(
    PVOID object, KWAIT_REASON reason, KPROCESSOR_MODE mode, BOOLEAN alertable, PLARGE_INTEGER timeout);

/* ---- ke.c */

/* Types of dispatcher objects; a timer's is TIMER and the one of an event. */
enum { NOTIFICATION = 0, SYNCHRONIZATION = 1, MUTEX = 2, SEMAPHORE = 5, TIMER = 8 };
void start_object(DISPATCHER_HEADER *header, UCHAR type, SIZE_T bytes, LONG state);

/* ---- timers.c */

/* Work that waits: DPCs, timers, work items. Whether there was any. */
BOOLEAN run_pending(BOOLEAN with_timers);
void queue_work(PWORKER_THREAD_ROUTINE routine, PVOID context);
/* Let the timers that are set fire. */
void rest(void);
/* Timers and DPCs that are left when a driver is gone are refused. */
void check_waiting(void);

/* ---- time.c */

/* In units of 100 ns since 1601; it is changed by set_time() alone, which drivers' shared page follows. */
extern LONGLONG now;
void set_time(LONGLONG time);
void time_start(void);

/* ---- calls.c */

/* Call a driver's function with words; `what` is its name for messages. */
address call_driver(PVOID function, const char *what, ULONG count, ...);
/* Remember a function that a driver registers; whether it ran is reported. `number`: -1 for none. */
void note_callback(PVOID function, const char *kind, LONG number);
#define NOTE(owner, member) note_callback((PVOID)(owner)->member, #member, -1)
void put_callbacks(void);
/* Whether an address can be a function of a driver. */
BOOLEAN is_code(PVOID function);
extern const char *stage;
/* While DriverEntry runs. */
extern BOOLEAN is_starting;

/* ---- files.c */

/* Close a handle of a file; FALSE for any other. */
BOOLEAN close_disk_file(HANDLE handle);
/* Refuse when a file is left open. */
void check_disk_files(void);

/* ---- requests.c: the driver object and what is sent to its devices */

extern PDRIVER_OBJECT driver;
/* Send a request; returns its status. `call`: index of the plan's call or -1. */
struct request {
    const char *name;
    UCHAR major, minor;
    ULONG code;
    const UCHAR *input;
    ULONG input_bytes, output_bytes;
    LONGLONG offset;
    LONG call;
};
NTSTATUS send(PDEVICE_OBJECT device, const struct request *request);
PDEVICE_OBJECT new_physical_device(void);
void start_driver(void);
/* Set by frameworks: called instead of dispatch routines of their own. */
extern void (*framework_started)(void), (*framework_serve)(void), (*framework_stopped)(void);
/* What is asked of a device that works before it is removed; whether a second one shall be lost by surprise. */
extern BOOLEAN (*framework_exercise)(PDEVICE_OBJECT device);

struct planned_call {
    ULONG kind, code, input_bytes, output_bytes;
    ULONGLONG offset;
    ULONG input_at, unused;
};
extern const struct planned_call *planned;
extern ULONG planned_count;
extern const UCHAR *bundle;
extern BOOLEAN is_hvci;

/* ---- exceptions.c, and by machine frames.c or chain.c */

/* Make a record of a fault; FALSE when it is none that drivers may handle. */
BOOLEAN describe_exception(const struct fault *fault, PEXCEPTION_RECORD record);
/* Whether a handler of the driver wants the driver to go on with the frame. */
BOOLEAN take_exception(struct frame *frame, const struct fault *fault);
/* Refuse the driver when its frames cannot be unwound from a call of this kernel. */
void check_frames(const struct frame *frame, const char *routine);

#endif
