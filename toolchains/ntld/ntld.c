/* ntld: loads PE images into a kernel. Interface and limits: ntld.h; manual: docs/ntld.md. */
#include "ntld.h"

enum { NAME_LIMIT = 4096, FORWARDERS = 8 };
enum { EXPORTS = 0, IMPORTS = 1, RELOCATIONS = 5, THREAD_STORAGE = 9, LOAD_CONFIGURATION = 10 };
enum { RELOCATIONS_STRIPPED = 1, DISCARDABLE = 0x02000000 };
enum { HIGHLOW = 3, THUMB_MOV32 = 7, DIR64 = 10 };
/* Offsets in the optional header; the same in PE32 and PE32+ but for ImageBase. */
enum { ENTRY = 16, IMAGE_BASE = 24, IMAGE_BASE_32 = 28, ALIGNMENT = 32, IMAGE_SIZE = 56 };
enum { HEADERS_SIZE = 60, CHECKSUM = 64 };

struct span { uint32_t rva, size; };

static int fail(struct ntld_image *image, const char *why, uint64_t place)
{
    image->why = why;
    image->place = (uint32_t)place;
    return 1;
}

/* `name` ends with a NUL or after `limit` bytes. */
static int fail_about(struct ntld_image *image, const char *name, uint32_t limit, const char *why,
                      uint64_t place)
{
    uint32_t length = 0;
    for (; length < limit && length + 1 < NTLD_MODULE_NAME && name[length]; length++)
        image->culprit[length] = name[length];
    image->culprit[length] = 0;
    return fail(image, why, place);
}

/* Fields of images are little-endian and not always aligned. */
static uint32_t get16(const uint8_t *at) { return at[0] | (uint32_t)at[1] << 8; }
static uint32_t get32(const uint8_t *at) { return get16(at) | get16(at + 2) << 16; }
static uint64_t get64(const uint8_t *at) { return get32(at) | (uint64_t)get32(at + 4) << 32; }

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value);
    put16(at + 2, value >> 16);
}

static void put64(uint8_t *at, uint64_t value)
{
    put32(at, (uint32_t)value);
    put32(at + 4, (uint32_t)(value >> 32));
}

/* An address field: 64 bits in a PE32+ image, else 32. */
static uint64_t get_address(const struct ntld_image *image, const uint8_t *at)
{
    return image->wide ? get64(at) : get32(at);
}

static void put_address(const struct ntld_image *image, uint8_t *at, uint64_t value)
{
    if (image->wide)
        put64(at, value);
    else
        put32(at, (uint32_t)value);
}

static uint64_t whole_pages(uint64_t bytes)
{
    return (bytes + NTLD_PAGE - 1) & ~(uint64_t)(NTLD_PAGE - 1);
}

static int is_inside(const struct ntld_image *image, uint64_t rva, uint64_t bytes)
{
    return rva <= image->size && bytes <= image->size - rva;
}

/* Headers were checked and are not written to again: nothing that an image says reaches them. */
static int is_writable(const struct ntld_image *image, uint64_t rva, uint64_t bytes)
{
    return rva >= image->headers && is_inside(image, rva, bytes);
}

/* A text in the image that ends within NAME_LIMIT bytes, or 0. */
static const char *text_at(const struct ntld_image *image, uint64_t rva)
{
    uint32_t length = 0;
    for (; length < NAME_LIMIT && is_inside(image, rva + length, 1); length++)
        if (!image->base[rva + length])
            return (const char *)image->base + rva;
    return 0;
}

/* A data directory; nothing, when the image has fewer of them. It can lie outside of the image. */
static struct span directory(const struct ntld_image *image, const uint8_t *headers, uint32_t index)
{
    const uint8_t *first = headers + image->optional_header + (image->wide ? 112 : 96);
    struct span found;
    found.rva = found.size = 0;
    if (index < get32(first - 4)) {
        found.rva = get32(first + 8 * index);
        found.size = get32(first + 8 * index + 4);
    }
    return found;
}

static const uint8_t *section(const struct ntld_image *image, const uint8_t *headers, uint32_t index)
{
    return headers + image->section_table + 40 * index;
}

static uint32_t section_bytes(const uint8_t *header)
{
    return get32(header + 8) ? get32(header + 8) : get32(header + 16);
}

static int section_access(const uint8_t *header)
{
    uint32_t flags = get32(header + 36);
    return (flags >> 30 & 1 ? NTLD_READ : 0) | (flags >> 31 ? NTLD_WRITE : 0)
        | (flags >> 29 & 1 ? NTLD_EXECUTE : 0);
}

static int is_wide(uint32_t machine)
{
    return machine == NTLD_X64 || machine == NTLD_ARM64 || machine == NTLD_RISCV64
        || machine == NTLD_LOONGARCH64;
}

/* Find the parts of the headers, all of which lie within `bytes`. */
static int read_headers(struct ntld_image *image, const uint8_t *file, size_t bytes, uint32_t machine)
{
    const uint8_t *optional;
    uint32_t start, optional_size, fixed;
    if (bytes < 88 || get16(file) != 0x5a4d)
        return fail(image, "not a PE image", 0);
    start = get32(file + 60);
    if (start > bytes - 24 || start > 0x10000000 || get32(file + start) != 0x4550)
        return fail(image, "not a PE image", start);
    image->machine = get16(file + start + 4);
    image->wide = is_wide(machine);
    image->sections = get16(file + start + 6);
    image->timestamp = get32(file + start + 8);
    image->optional_header = start + 24;
    optional_size = get16(file + start + 20);
    image->section_table = start + 24 + optional_size;
    fixed = image->wide ? 112 : 96;
    if (image->machine != machine)
        return fail(image, "made for another machine", image->machine);
    if (optional_size < fixed || image->section_table + 40ull * image->sections > bytes)
        return fail(image, "headers are cut off", start);
    optional = file + image->optional_header;
    if (get16(optional) != (image->wide ? 0x20bu : 0x10bu))
        return fail(image, "optional header is not for this machine", get16(optional));
    if (get32(optional + fixed - 4) > (optional_size - fixed) / 8)
        return fail(image, "data directories are cut off", get32(optional + fixed - 4));
    image->size = get32(optional + IMAGE_SIZE);
    image->headers = get32(optional + HEADERS_SIZE);
    if (image->section_table + 40ull * image->sections > image->headers
        || image->headers > image->size || image->size > 0x7fffffff)
        return fail(image, "SizeOfHeaders or SizeOfImage is wrong", image->headers);
    return 0;
}

/* The 16-bit sum of a file without its own field, and the file's length. */
static uint32_t checksum(const uint8_t *file, size_t bytes, size_t field)
{
    uint32_t sum = 0;
    size_t at;
    for (at = 0; at < bytes; at += 2) {
        if (at != field && at != field + 2)
            sum += at + 1 < bytes ? get16(file + at) : file[at];
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum + (uint32_t)bytes;
}

/* Sections lie one behind the other without a gap, in the file they may lie anywhere. */
static int check_sections(const struct ntld_host *host, struct ntld_image *image,
                          const uint8_t *file, size_t bytes)
{
    uint64_t next = whole_pages(image->headers);
    uint32_t index, entry = get32(file + image->optional_header + ENTRY);
    int entry_found = entry == 0;
    for (index = 0; index < image->sections; index++) {
        const uint8_t *header = section(image, file, index);
        uint32_t rva = get32(header + 12), raw = get32(header + 16), offset = get32(header + 20);
        const char *name = (const char *)header;
        int access = section_access(header), both = NTLD_WRITE | NTLD_EXECUTE;
        if (rva != next)
            return fail_about(image, name, 8, "section is not right behind the one before it", rva);
        if (raw && (offset > bytes || raw > bytes - offset))
            return fail_about(image, name, 8, "section ends behind the end of the file", offset);
        next += whole_pages(section_bytes(header));
        if (next > image->size)
            return fail_about(image, name, 8, "section ends behind SizeOfImage", next);
        if ((access & both) == both && !(host->options & NTLD_ALLOW_WRITABLE_CODE))
            return fail_about(image, name, 8, "section is writable and executable", rva);
        if (entry - rva < section_bytes(header) && entry >= rva && (access & NTLD_EXECUTE))
            entry_found = 1;
    }
    if (next != image->size)
        return fail(image, "SizeOfImage is not the end of the last section", image->size);
    if (!entry_found)
        return fail(image, "entry point lies outside of code", entry);
    return 0;
}

static int check(const struct ntld_host *host, struct ntld_image *image, const uint8_t *file,
                 size_t bytes, uint32_t machine)
{
    const uint8_t *optional;
    if (read_headers(image, file, bytes, machine))
        return 1;
    optional = file + image->optional_header;
    if (image->headers > bytes)
        return fail(image, "SizeOfHeaders or SizeOfImage is wrong", image->headers);
    if (get16(optional - 2) & RELOCATIONS_STRIPPED)
        return fail(image, "relocations are stripped", 0);
    if (checksum(file, bytes, image->optional_header + CHECKSUM) != get32(optional + CHECKSUM))
        return fail(image, "checksum is wrong", get32(optional + CHECKSUM));
    if (get32(optional + ALIGNMENT) != NTLD_PAGE)
        return fail(image, "sections are not aligned to pages", get32(optional + ALIGNMENT));
    if (directory(image, file, THREAD_STORAGE).size)
        return fail(image, "thread-local storage is not supported", 0);
    return check_sections(host, image, file, bytes);
}

static int map(const struct ntld_host *host, struct ntld_image *image, const uint8_t *file)
{
    uint32_t index, at, entry = get32(file + image->optional_header + ENTRY);
    image->base = host->allocate(host->self, image->size);
    if (!image->base)
        return fail(image, "no memory", image->size);
    for (at = 0; at < image->size; at++)
        image->base[at] = at < image->headers ? file[at] : 0;
    for (index = 0; index < image->sections; index++) {
        const uint8_t *header = section(image, file, index);
        uint32_t raw = get32(header + 16), bytes = section_bytes(header);
        for (at = 0; at < raw && at < bytes; at++)
            image->base[get32(header + 12) + at] = file[get32(header + 20) + at];
    }
    if (entry)
        image->entry = image->base + (image->machine == NTLD_ARM ? entry | 1 : entry);
    return 0;
}

/* The 16 bits that a Thumb-2 movw or movt holds in pieces. */
static uint32_t get_thumb16(const uint8_t *at)
{
    uint32_t first = get16(at), second = get16(at + 2);
    return (first & 15) << 12 | (first & 0x400) << 1 | (second & 0x7000) >> 4 | (second & 255);
}

static void put_thumb16(uint8_t *at, uint32_t value)
{
    put16(at, (get16(at) & 0xfbf0) | (value >> 12 & 15) | (value & 0x800) >> 1);
    put16(at + 2, (get16(at + 2) & 0x8f00) | (value & 0x700) << 4 | (value & 255));
}

static int relocate_field(struct ntld_image *image, uint32_t type, uint64_t rva, uint64_t delta)
{
    uint8_t *field = image->base + rva;
    if (!is_writable(image, rva, type == HIGHLOW ? 4 : 8))
        return fail(image, "relocation lies outside of the sections", rva);
    if (type == DIR64 && image->wide) {
        put64(field, get64(field) + delta);
    } else if (type == HIGHLOW && !image->wide) {
        put32(field, get32(field) + (uint32_t)delta);
    } else if (type == THUMB_MOV32 && image->machine == NTLD_ARM) {
        uint32_t value = get_thumb16(field) | get_thumb16(field + 4) << 16;
        value += (uint32_t)delta;
        put_thumb16(field, value & 0xffff);
        put_thumb16(field + 4, value >> 16);
    } else {
        return fail(image, "relocation has an unknown type", rva);
    }
    image->relocations++;
    return 0;
}

static int relocate(struct ntld_image *image)
{
    struct span left = directory(image, image->base, RELOCATIONS);
    uint8_t *base_field = image->base + image->optional_header
        + (image->wide ? IMAGE_BASE : IMAGE_BASE_32);
    uint64_t delta = (uint64_t)(uintptr_t)image->base - get_address(image, base_field);
    if (!is_inside(image, left.rva, left.size))
        return fail(image, "relocations lie outside of the image", left.rva);
    while (left.size) {
        const uint8_t *block = image->base + left.rva;
        uint32_t page, bytes, at;
        if (left.size < 8 || (bytes = get32(block + 4)) < 8 || bytes > left.size)
            return fail(image, "relocation block has a wrong size", left.rva);
        page = get32(block);
        if (page % NTLD_PAGE)
            return fail(image, "relocation block is not for a page", page);
        for (at = 8; at + 1 < bytes; at += 2) {
            uint32_t entry = get16(block + at);
            if (entry >> 12
                && relocate_field(image, entry >> 12, (uint64_t)page + (entry & 4095), delta))
                return 1;
        }
        left.rva += bytes;
        left.size -= bytes;
    }
    put_address(image, base_field, (uintptr_t)image->base);
    return 0;
}

/* Copy the name of a module up to `end`; 0 when it is empty or too long. */
static int set_module(struct ntld_symbol *symbol, const char *name, char end)
{
    uint32_t length = 0;
    for (; name[length] && name[length] != end; length++) {
        if (length + 1 == NTLD_MODULE_NAME)
            return 0;
        symbol->module[length] = name[length];
    }
    symbol->module[length] = 0;
    return length != 0;
}

const void *ntld_find(const struct ntld_host *host, struct ntld_symbol *symbol)
{
    int step;
    for (step = 0; step <= FORWARDERS; step++) {
        const void *found;
        symbol->forwarded = 0;
        found = host->resolve(host->self, symbol);
        if (found || !symbol->forwarded)
            return found;
    }
    return 0;
}

/* One module's imports: `names` and `iat` are RVAs of lists that end with a zero. */
static int bind_module(const struct ntld_host *host, struct ntld_image *image, const char *module,
                       uint64_t names, uint64_t iat)
{
    uint32_t width = image->wide ? 8 : 4;
    for (;; names += width, iat += width) {
        struct ntld_symbol symbol;
        const char *name;
        const void *found;
        uint64_t thunk;
        if (!is_inside(image, names, width) || !is_writable(image, iat, width))
            return fail(image, "import table lies outside of the sections", iat);
        thunk = get_address(image, image->base + names);
        if (!thunk)
            return 0;
        /* Lists that overlap could otherwise keep the loader busy for days. */
        if (image->imports >= image->size / width)
            return fail(image, "import tables overlap", iat);
        symbol.name = 0;
        symbol.ordinal = (uint32_t)thunk & 0xffff;
        if (!(thunk >> (8 * width - 1)) && !(symbol.name = text_at(image, thunk + 2)))
            return fail(image, "name of an import lies outside of the image", iat);
        if (!set_module(&symbol, module, 0))
            return fail_about(image, module, NAME_LIMIT, "module has no name or a long one", iat);
        name = symbol.name ? symbol.name : module;
        found = ntld_find(host, &symbol);
        if (!found)
            return fail_about(image, name, NAME_LIMIT, "import is not exported by its module", iat);
        put_address(image, image->base + iat, (uintptr_t)found);
        image->imports++;
    }
}

static int bind(const struct ntld_host *host, struct ntld_image *image)
{
    struct span table = directory(image, image->base, IMPORTS);
    uint64_t at;
    for (at = table.rva; table.size; at += 20) {
        const uint8_t *entry = image->base + at;
        const char *module;
        uint32_t names, iat;
        if (!is_inside(image, at, 20))
            return fail(image, "import table lies outside of the sections", at);
        names = get32(entry);
        iat = get32(entry + 16);
        if (!get32(entry + 12))
            break;
        if (!(module = text_at(image, get32(entry + 12))))
            return fail(image, "name of a module lies outside of the image", at);
        if (bind_module(host, image, module, names ? names : iat, iat))
            return 1;
    }
    return 0;
}

/* Code made with stack cookies stops when its cookie still has the value that compilers give it. */
static void set_cookie(const struct ntld_host *host, struct ntld_image *image)
{
    static const uint64_t wide_default = 0x00002b992ddfa232;
    static const uint32_t narrow_default = 0xbb40e64e;
    struct span table = directory(image, image->base, LOAD_CONFIGURATION);
    uint32_t field = image->wide ? 0x58 : 0x3c, end = field + (image->wide ? 8 : 4);
    uint64_t seed = (host->seed ^ (uintptr_t)image->base ^ image->timestamp) * 0x9e3779b97f4a7c15;
    uint64_t rva;
    if (!table.size || !is_inside(image, table.rva, end) || get32(image->base + table.rva) < end)
        return;
    rva = get_address(image, image->base + table.rva + field) - (uintptr_t)image->base;
    if (!image->wide)
        rva &= 0xffffffff;
    if (!is_writable(image, rva, 8))
        return;
    /* The upper 16 bits stay zero on 64-bit machines: a string copy cannot write such a cookie. */
    if (image->wide && get64(image->base + rva) == wide_default)
        put64(image->base + rva, seed >> 16 | 1);               /* the default is even */
    else if (!image->wide && get32(image->base + rva) == narrow_default)
        put32(image->base + rva, (uint32_t)(seed >> 32) | 1);
}

static int protect(const struct ntld_host *host, struct ntld_image *image)
{
    uint32_t index;
    host->flush(host->self, image->base, image->size);
    for (index = 0; index < image->sections; index++) {
        const uint8_t *header = section(image, image->base, index);
        uint32_t rva = get32(header + 12);
        size_t bytes = (size_t)whole_pages(section_bytes(header));
        if (bytes && host->protect(host->self, image->base + rva, bytes, section_access(header)))
            return fail(image, "protect failed", rva);
    }
    if (host->protect(host->self, image->base, (size_t)whole_pages(image->headers), NTLD_READ))
        return fail(image, "protect failed", 0);
    return 0;
}

static void clear(struct ntld_image *image)
{
    uint8_t *bytes = (uint8_t *)image;
    size_t at;
    for (at = 0; at < sizeof *image; at++)
        bytes[at] = 0;
}

int ntld_load(const struct ntld_host *host, const void *file, size_t bytes, uint32_t machine,
              struct ntld_image *image)
{
    clear(image);
    if (check(host, image, file, bytes, machine) || map(host, image, file))
        return 1;
    if (!relocate(image) && !bind(host, image)) {
        set_cookie(host, image);
        if (!protect(host, image))
            return 0;
    }
    ntld_unload(host, image);
    return 1;
}

int ntld_adopt(const void *mapped, uint32_t machine, struct ntld_image *image)
{
    uint32_t entry;
    clear(image);
    if (read_headers(image, mapped, NTLD_PAGE, machine))
        return 1;
    image->base = (uint8_t *)(uintptr_t)mapped;
    entry = get32(image->base + image->optional_header + ENTRY);
    image->entry = entry ? image->base + entry : 0;
    return 0;
}

int ntld_discard(const struct ntld_host *host, const struct ntld_image *image)
{
    uint32_t index;
    for (index = 0; index < image->sections; index++) {
        const uint8_t *header = section(image, image->base, index);
        size_t bytes = (size_t)whole_pages(section_bytes(header));
        int failed;
        if (!bytes || !(get32(header + 36) & DISCARDABLE))
            continue;
        failed = host->protect(host->self, image->base + get32(header + 12), bytes, NTLD_NONE);
        if (failed)
            return failed;
    }
    return 0;
}

void ntld_unload(const struct ntld_host *host, struct ntld_image *image)
{
    if (image->base)
        host->release(host->self, image->base, image->size);
    image->base = 0;
    image->entry = 0;
}

static int compare(const char *left, const char *right)
{
    while (*left && *left == *right)
        left++, right++;
    return *(const uint8_t *)left - *(const uint8_t *)right;
}

/* The index of a name's address. The list is sorted, so half of it goes in each step. */
static int index_of_name(const struct ntld_image *image, const uint8_t *table, const char *name,
                         uint32_t *index)
{
    uint32_t low = 0, high = get32(table + 24);
    const uint8_t *names = image->base + get32(table + 32);
    const uint8_t *indices = image->base + get32(table + 36);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const char *candidate = text_at(image, get32(names + 4 * (size_t)middle));
        int order;
        if (!candidate)
            return 0;
        order = compare(candidate, name);
        if (!order) {
            *index = get16(indices + 2 * (size_t)middle);
            return 1;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* "module.name" or "module.#ordinal" becomes the symbol to look for. */
static void forward(struct ntld_symbol *symbol, const char *text)
{
    uint32_t ordinal = 0;
    if (!text || !set_module(symbol, text, '.'))
        return;
    while (*text && *text != '.')
        text++;
    if (!*text++ || !*text)
        return;
    symbol->forwarded = 1;
    symbol->name = text;
    symbol->ordinal = 0;
    if (*text != '#')
        return;
    for (text++; *text >= '0' && *text <= '9' && ordinal < 0x10000; text++)
        ordinal = ordinal * 10 + (uint32_t)(*text - '0');
    symbol->name = 0;
    symbol->ordinal = ordinal;
    symbol->forwarded = !*text && ordinal < 0x10000;
}

const void *ntld_export(const struct ntld_image *image, struct ntld_symbol *symbol)
{
    struct span where = directory(image, image->base, EXPORTS);
    const uint8_t *table = image->base + where.rva;
    uint32_t index, rva;
    if (where.size < 40 || !is_inside(image, where.rva, where.size)
        || !is_inside(image, get32(table + 28), 4ull * get32(table + 20))
        || !is_inside(image, get32(table + 32), 4ull * get32(table + 24))
        || !is_inside(image, get32(table + 36), 2ull * get32(table + 24)))
        return 0;
    index = symbol->ordinal - get32(table + 16);
    if (symbol->name && !index_of_name(image, table, symbol->name, &index))
        return 0;
    if (index >= get32(table + 20))
        return 0;
    rva = get32(image->base + get32(table + 28) + 4 * (size_t)index);
    if (rva >= where.rva && rva - where.rva < where.size)
        forward(symbol, text_at(image, rva));
    else if (rva && rva < image->size)
        return image->base + rva;
    return 0;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter + 'a' - 'A') : letter;
}

int ntld_same_module(const char *left, const char *right)
{
    while (*left && *left != '.' && lower(*left) == lower(*right))
        left++, right++;
    return (!*left || *left == '.') && (!*right || *right == '.');
}

/* The header of the section that has a distance from the image's base, or 0. */
static const uint8_t *section_at(const struct ntld_image *image, uintptr_t distance)
{
    uint32_t index;
    for (index = 0; index < image->sections; index++) {
        const uint8_t *header = section(image, image->base, index);
        uint32_t rva = get32(header + 12);
        if (distance >= rva && distance - rva < whole_pages(section_bytes(header)))
            return header;
    }
    return 0;
}

const char *ntld_section_of(const struct ntld_image *image, uintptr_t address, uint32_t *offset)
{
    uintptr_t distance = address - (uintptr_t)image->base;
    const uint8_t *header;
    if (!image->base || distance >= image->size)
        return 0;
    header = section_at(image, distance);
    *offset = (uint32_t)distance - (header ? get32(header + 12) : 0);
    return header ? (const char *)header : "headers";
}

int ntld_access_at(const struct ntld_image *image, uintptr_t address)
{
    uintptr_t distance = address - (uintptr_t)image->base;
    const uint8_t *header;
    if (!image->base || distance >= image->size)
        return NTLD_NONE;
    header = section_at(image, distance);
    return header ? section_access(header) : NTLD_READ;
}
