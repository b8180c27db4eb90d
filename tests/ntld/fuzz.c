/*
 * Loads mutated images with ntld on the host: fuzz COUNT SEED MACHINE:IMAGE ...
 *
 * The first image is the module that others import from, as it was built; every image, this one
 * included, is then mutated and loaded, COUNT times in all. Meant for the address and undefined
 * behaviour sanitizers; what the loader asks of its host is checked here. Prints how many images were
 * loaded and how many refused for each reason; exit status 1 says that a check failed.
 */
#include "ntld.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what) \
    do { \
        if (!(what)) { \
            printf("check failed: %s, image %lu\n", #what, turn); \
            exit(1); \
        } \
    } while (0)
#define LARGEST 0x40000

struct file { uint8_t *data; size_t bytes; uint32_t machine; };
struct reason { const char *why; unsigned long count; };

static unsigned long turn;
static uint64_t state;
static int blocks;                      /* of memory that are allocated now */
static struct ntld_image good, now;     /* the module as it was built; the image of this turn */

static uint32_t draw(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % limit);
}

static void *allocate(void *self, size_t bytes)
{
    void *at;
    (void)self;
    CHECK(bytes && bytes % NTLD_PAGE == 0);
    if (bytes > LARGEST || !draw(500))
        return 0;
    at = aligned_alloc(NTLD_PAGE, bytes);
    CHECK(at);
    memset(at, 0xa5, bytes);
    blocks++;
    return at;
}

static void release(void *self, void *at, size_t bytes)
{
    (void)self;
    (void)bytes;
    blocks--;
    free(at);
}

static int protect(void *self, void *at, size_t bytes, int access)
{
    struct ntld_image *image = self ? self : &now;
    size_t offset = (size_t)((uint8_t *)at - image->base);
    CHECK(offset % NTLD_PAGE == 0 && bytes % NTLD_PAGE == 0 && bytes);
    CHECK(offset <= image->size && bytes <= image->size - offset);
    CHECK((access & 6) != 6 && access >= 0 && access <= 7);
    return !draw(500);
}

static const void *resolve(void *self, struct ntld_symbol *symbol)
{
    (void)self;
    CHECK(memchr(symbol->module, 0, sizeof symbol->module));
    CHECK(symbol->name || symbol->ordinal < 0x10000);
    if (ntld_same_module(symbol->module, "core"))
        return ntld_export(draw(2) && now.base ? &now : &good, symbol);
    if (symbol->name && !strcmp(symbol->name, "NobodyExportsThis"))
        return 0;
    return &good;
}

static void flush(void *self, void *at, size_t bytes)
{
    (void)self;
    (void)at;
    (void)bytes;
}

static const struct ntld_host host = {
    0, 0, 0x123456789abcdef, allocate, release, protect, resolve, flush,
};

static uint32_t get(const struct file *file, size_t at, int bytes)
{
    uint32_t value = 0;
    while (bytes--)
        if (at + (size_t)bytes < file->bytes)
            value = value << 8 | file->data[at + (size_t)bytes];
    return value;
}

static void put(struct file *file, size_t at, int bytes, uint32_t value)
{
    for (; bytes--; at++, value >>= 8)
        if (at < file->bytes)
            file->data[at] = (uint8_t)value;
}

/* File offset of an address, by the image's own section table. */
static size_t offset_of(const struct file *file, uint32_t rva)
{
    size_t start = get(file, 60, 4), table = start + 24 + get(file, start + 20, 2);
    uint32_t count = get(file, start + 6, 2) % 32, index;
    for (index = 0; index < count; index++) {
        uint32_t first = get(file, table + 40 * index + 12, 4);
        if (rva - first < get(file, table + 40 * index + 16, 4))
            return rva - first + get(file, table + 40 * index + 20, 4);
    }
    return rva;
}

/* A place that the loader reads: in the headers, in a directory, or anywhere. */
static size_t place(const struct file *file)
{
    static const int directories[] = { 0, 1, 5, 10, 12 };
    size_t start = get(file, 60, 4), first, wide = get(file, start + 24, 2) == 0x20b;
    uint32_t bytes;
    switch (draw(6)) {
    case 0: return start + draw(0x108);
    case 1: return start + 24 + get(file, start + 20, 2) + draw(40 * 9);
    case 2: return start + (wide ? 132 : 116) + draw(16 * 8 + 8);
    case 3: return draw((uint32_t)file->bytes + 1);
    default:
        do
            first = start + (wide ? 136 : 120) + 8 * (size_t)directories[draw(5)];
        while (!get(file, first, 4) && draw(20));
        bytes = draw(2) ? 0x60 : get(file, first + 4, 4) % NTLD_PAGE + 1;
        return offset_of(file, get(file, first, 4)) + draw(bytes);
    }
}

static void mutate(struct file *file)
{
    static const uint32_t numbers[] = {
        0, 1, 2, 7, 8, 0x10, 0xfff, 0x1000, 0x1001, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffff000,
        0xfffff001, 0xffffffff, 0xfffffff8, 0x20, 0xa000, 0x3000, 0x7000,
    };
    size_t at = place(file), from;
    int bytes = 1 << draw(3);
    switch (draw(10)) {
    case 0: put(file, at, 1, get(file, at, 1) ^ 1u << draw(8)); break;
    case 1: put(file, at, 1, draw(256)); break;
    case 2: case 3: put(file, at & ~(size_t)3, bytes, numbers[draw(sizeof numbers / 4)]); break;
    case 4: case 5: put(file, at & ~(size_t)3, 4, get(file, at & ~(size_t)3, 4) + draw(33) - 16); break;
    case 6: put(file, at & ~(size_t)3, 4, draw(0x9000)); break;
    case 7:
        for (from = place(file), bytes = (int)draw(64); bytes--; from++, at++)
            put(file, at, 1, get(file, from, 1));
        break;
    case 8: put(file, at & ~(size_t)3, 4, get(file, get(file, 60, 4) + 80, 4) + draw(17) - 8); break;
    default: if (!draw(8)) file->bytes = draw((uint32_t)file->bytes + 1);
    }
}

static void set_checksum(struct file *file)
{
    size_t field = (size_t)get(file, 60, 4) + 24 + 64, at;
    uint32_t sum = 0;
    put(file, field, 4, 0);
    for (at = 0; at < file->bytes; at += 2) {
        sum += get(file, at, 2);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    put(file, field, 4, sum + (uint32_t)file->bytes);
}

static void use(struct ntld_image *image)
{
    static const char *const names[] = { "CoreForward", "CoreValue", "CoreAdd", "", "CoreLoop", "zzz" };
    uint32_t index, offset = 0;
    for (index = 0; index < 40; index++) {
        struct ntld_symbol symbol = { "core", index < 6 ? names[index] : 0, index, 0 };
        const void *found = ntld_find(&host, &symbol);
        CHECK(!found || !symbol.forwarded);
    }
    for (index = 0; index < image->size + 4096; index += 1 + draw(5000)) {
        const char *name = ntld_section_of(image, (uintptr_t)image->base + index, &offset);
        CHECK(!name == (index >= image->size));
        CHECK(!name || offset <= index);
    }
    CHECK(!image->entry || (uint8_t *)image->entry - image->base < (int64_t)image->size);
    ntld_discard(&host, image);
    ntld_unload(&host, image);
}

static struct file read_file(char *word)
{
    struct file file = { 0, 0, (uint32_t)strtoul(word, &word, 16) };
    FILE *stream = fopen(word + 1, "rb");
    long bytes;
    if (!stream || fseek(stream, 0, SEEK_END) || (bytes = ftell(stream)) <= 0)
        exit(2);
    rewind(stream);
    file.data = malloc((size_t)bytes);
    file.bytes = fread(file.data, 1, (size_t)bytes, stream);
    fclose(stream);
    return file;
}

int main(int count, char **words)
{
    static struct reason reasons[64];
    unsigned long loaded = 0, turns = strtoul(words[1], 0, 10);
    struct file files[16];
    int each, kinds = count - 3;
    state = strtoul(words[2], 0, 10);
    for (each = 0; each < kinds; each++)
        files[each] = read_file(words[3 + each]);
    for (turn = 0; turn < turns; turn++) {
        const struct file *source = &files[turn / 32 % (unsigned long)kinds];
        struct file file = *source;
        int steps = 1 + (int)draw(draw(3) ? 3 : 12);
        if (!good.base || good.machine != source->machine) {
            struct ntld_host quiet = host;
            quiet.self = &good;
            for (each = 0; files[each].machine != source->machine; each++)
                ;
            if (good.base)
                ntld_unload(&host, &good);
            while (ntld_load(&quiet, files[each].data, files[each].bytes, source->machine, &good))
                CHECK(!strcmp(good.why, "no memory") || !strcmp(good.why, "protect failed"));
        }
        file.data = malloc(source->bytes);
        memcpy(file.data, source->data, source->bytes);
        while (steps--)
            mutate(&file);
        if (draw(50))
            set_checksum(&file);
        file.data = realloc(file.data, file.bytes ? file.bytes : 1);
        if (!ntld_load(&host, file.data, file.bytes, source->machine, &now)) {
            loaded++;
            CHECK(blocks == 2 && !now.why);
            use(&now);
        } else {
            CHECK(now.why && !now.base && memchr(now.culprit, 0, sizeof now.culprit));
            for (each = 0; reasons[each].why && strcmp(reasons[each].why, now.why); each++)
                ;
            reasons[each].why = now.why;
            reasons[each].count++;
        }
        CHECK(blocks == 1);
        free(file.data);
    }
    ntld_unload(&host, &good);
    for (each = 0; each < kinds; each++)
        free(files[each].data);
    printf("%lu loaded\n", loaded);
    for (each = 0; reasons[each].why; each++)
        printf("%lu %s\n", reasons[each].count, reasons[each].why);
    return 0;
}
