/*
 * Pages and blocks. Each block of a driver's ends at the end of a page, and the next page is not
 * there, so that an access behind its end is an exception; nor is a block's after it was freed.
 * Addresses are used once. What lies before and behind the block in its pages is filled with a
 * pattern and looked at when it is freed.
 */
#include "kernel.h"

enum { PAGE = 4096, RECORDS = 65536, PATTERN = 0x5a, TABLES = 0x400000, IMAGES = 0x8000000 };

struct record {
    address at;             /* of the block */
    SIZE_T bytes;
    ULONG tag, pages;
    UCHAR kind, freed;
    address caller;
};

static struct record *records;      /* in the order of their addresses */
static ULONG record_count;
static address *free_frames, next_frame, next_page, next_user;
static address *frame_of;           /* the frame of each page of the region, or 0 */
static ULONG free_count;

static const char *const kind_names[BLOCK_KINDS] = { "pool", "device", "context", "kernel" };
/* What the kernel hands out of itself; what else is a REQUEST is a context of the filter manager. */
static const struct {
    ULONG tag;
    const char *name;
} request_names[] = {
    { ' prI', "IRP" }, { ' ldM', "MDL" }, { 'kroW', "work item" }, { 'nFlF', "file name information" },
    { 'dSlF', "security descriptor" },
};

static address take_frame(void)
{
    address frame;
    if (free_count)
        return free_frames[--free_count];
    frame = next_frame;
    next_frame += PAGE;
    if (frame >= memory_at + memory_bytes)
        refuse("takes more memory than there is");
    return frame;
}

static void map_new(address at, SIZE_T pages)
{
    for (; pages--; at += PAGE) {
        SIZE_T word;
        cpu_map(at, take_frame(), NTLD_READ | NTLD_WRITE);
        for (word = 0; word < PAGE / sizeof(address); word++)
            ((address *)at)[word] = 0;
    }
}

static void map_region(address at, SIZE_T pages)
{
    for (; pages--; at += PAGE) {
        SIZE_T word;
        address frame = take_frame();
        frame_of[(at - region) / PAGE] = frame;
        cpu_map(at, frame, NTLD_READ | NTLD_WRITE);
        for (word = 0; word < PAGE / sizeof(address); word++)
            ((address *)at)[word] = 0;
    }
}

static void unmap_region(address at, SIZE_T pages)
{
    for (; pages--; at += PAGE) {
        address *frame = &frame_of[(at - region) / PAGE];
        if (!*frame)
            continue;
        cpu_map(at, 0, NTLD_NONE);
        free_frames[free_count++] = *frame;
        *frame = 0;
    }
}

/* The tables of this file are the kernel's own memory, at the place that they have in the machine. */
static PVOID own_pages(SIZE_T bytes)
{
    address at = next_frame, end = at + ((bytes + PAGE - 1) & ~(SIZE_T)(PAGE - 1));
    address first = at;
    SIZE_T word;
    for (next_frame = end; at < end; at += PAGE) {
        cpu_map(at, at, NTLD_READ | NTLD_WRITE);
        for (word = 0; word < PAGE / sizeof(address); word++)
            ((address *)at)[word] = 0;
    }
    return (PVOID)first;
}

void memory_start(void)
{
    next_frame = memory_at + TABLES;
    next_page = region + IMAGES;
    next_user = 0x60000000;
    records = own_pages(RECORDS * sizeof *records);
    free_frames = own_pages(memory_bytes / PAGE * sizeof *free_frames);
    frame_of = own_pages(region_bytes / PAGE * sizeof *frame_of);
}

static void fill(address from, address to, UCHAR value)
{
    while (from < to)
        *(UCHAR *)from++ = value;
}

PVOID take(SIZE_T bytes, enum block_kind kind, ULONG tag)
{
    SIZE_T unit = 2 * sizeof(PVOID), room = (bytes + unit - 1) & ~(unit - 1);
    SIZE_T pages = (room + PAGE - 1) / PAGE;
    struct record *record = &records[record_count];
    address first = next_page, end;
    if (!pages)
        pages = 1;
    if (bytes > memory_bytes)
        return 0;
    if (record_count == RECORDS || next_page + (pages + 1) * PAGE > region + region_bytes)
        refuse("allocates more blocks than this kernel keeps apart");
    next_page += (pages + 1) * PAGE;
    record_count++;
    map_region(first, pages);
    end = first + pages * PAGE;
    record->at = bytes >= PAGE ? first : end - room;
    record->bytes = bytes;
    record->tag = tag;
    record->pages = (ULONG)pages;
    record->kind = (UCHAR)kind;
    fill(first, record->at, PATTERN);
    fill(record->at + bytes, end, PATTERN);
    return (PVOID)record->at;
}

/* The last record that begins at an address or before, counted by whole pages. */
static struct record *record_near(address at)
{
    ULONG low = 0, high = record_count;
    while (low < high) {
        ULONG middle = (low + high) / 2;
        if ((records[middle].at & ~(address)(PAGE - 1)) <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &records[low - 1] : 0;
}

static const char *name_of(const struct record *record)
{
    ULONG index;
    for (index = 0; record->kind == REQUEST && index < sizeof request_names / sizeof request_names[0]; index++)
        if (record->tag == request_names[index].tag)
            return request_names[index].name;
    return kind_names[record->kind];
}

static void put_record(const struct record *record)
{
    put(record->freed ? "a freed block of " : "a block of ");
    put_number((LONGLONG)record->bytes);
    put(" bytes (");
    put(name_of(record));
    if (record->kind == POOL) {
        put(", tag ");
        put_quoted((const char *)&record->tag, 4);
    }
    put(")");
}

int put_block(address at)
{
    const struct record *record = record_near(at);
    address first;
    if (at < region + IMAGES || at >= next_page || !record)
        return 0;
    first = record->at & ~(address)(PAGE - 1);
    if (at >= first + ((address)record->pages + 1) * PAGE)
        return 0;
    if (at < record->at) {
        put_number((LONGLONG)(record->at - at));
        put(" bytes before ");
    } else if (at >= record->at + record->bytes) {
        put_number((LONGLONG)(at - record->at - record->bytes));
        put(" bytes behind the end of ");
    } else {
        put_number((LONGLONG)(at - record->at));
        put(" bytes into ");
    }
    put_record(record);
    return 1;
}

/* What stands where only the pattern should be: bytes in a row, and where the first is. */
static void refuse_overrun(const char *what, const struct record *record, address first, address end)
{
    address last = first;
    while (last < end && last != record->at && *(UCHAR *)last != PATTERN)
        last++;
    begin_reason(what);
    put(" finds that somebody has written ");
    put_number((LONGLONG)(last - first));
    if (first == record->at + record->bytes) {
        put(last - first == 1 ? " byte behind the end of " : " bytes behind the end of ");
        put_record(record);
    } else {
        put(last - first == 1 ? " byte, " : " bytes, ");
        put_block(first);
    }
    finish("refused");
}

static void refuse_block(const char *what, const char *text, address at)
{
    begin_reason(what);
    put(text);
    if (!put_block(at))
        put_hex(at);
    finish("refused");
}

void give_back(PVOID block, enum block_kind kind, const char *what)
{
    address at = (address)block, byte, first, end;
    struct record *record = record_near(at);
    if (!record || record->at != at)
        refuse_block(what, " is given what is no block: ", at);
    if (record->freed)
        refuse_block(what, " is called again for ", at);
    if (record->kind != kind)
        refuse_block(what, " is not for ", at);
    first = at & ~(address)(PAGE - 1);
    end = first + (address)record->pages * PAGE;
    for (byte = first; byte < end; byte++)
        if ((byte < at || byte >= at + record->bytes) && *(UCHAR *)byte != PATTERN)
            refuse_overrun(what, record, byte, end);
    record->freed = TRUE;
    unmap_region(first, record->pages);
}

void check_left(enum block_kind kind, const char *what)
{
    ULONG index;
    for (index = 0; index < record_count; index++)
        if (records[index].kind == kind && !records[index].freed) {
            begin_reason(what);
            put_record(&records[index]);
            finish("refused");
        }
}

PVOID take_user(SIZE_T bytes)
{
    SIZE_T pages = (bytes + PAGE - 1) / PAGE + !bytes;
    address at = next_user;
    next_user += (pages + 1) * PAGE;
    map_new(at, pages);
    return (PVOID)at;
}

BOOLEAN is_mapped(address at)
{
    if (at >= region && at - region < region_bytes)
        return frame_of[(at - region) / PAGE] != 0;
    return (at >= 0x60000000 && at < next_user) || at - (address)own_image.base < own_image.size;
}

BOOLEAN is_readable(address at)
{
    extern const char stack_guard[], stack_end[];
    return !(at % sizeof(address)) && is_mapped(at) && at - (address)stack_guard >= PAGE
        && at - (address)stack_end >= PAGE;
}

/* ---- the loader's host */

static address next_image;

static void *allocate_image(void *self, size_t bytes)
{
    address at = region + next_image;
    (void)self;
    if (bytes > IMAGES / 2 || next_image + bytes + 0x20000 > IMAGES)
        return 0;
    next_image += (bytes + 0x1ffff) & ~(address)0xffff;     /* a hole behind each */
    map_region(at, bytes / PAGE);
    return (void *)at;
}

static void release_image(void *self, void *at, size_t bytes)
{
    (void)self;
    unmap_region((address)at, bytes / PAGE);
}

static int protect_image(void *self, void *at, size_t bytes, int access)
{
    address page = (address)at, end = page + bytes;
    (void)self;
    if (access == NTLD_NONE)
        unmap_region(page, bytes / PAGE);
    else
        for (; page < end; page += PAGE)
            cpu_map(page, frame_of[(page - region) / PAGE], access);
    return 0;
}

static void flush_image(void *self, void *at, size_t bytes)
{
    (void)self;
    cpu_flush(at, bytes);
}

const void *resolve_import(void *self, struct ntld_symbol *symbol);

const struct ntld_host loader_host = {
    0, 0, 0x5eed0000c001d00d, allocate_image, release_image, protect_image, resolve_import, flush_image,
};
