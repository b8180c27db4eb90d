/*
 * ntld: loads PE images (drivers, modules) into a kernel.
 *
 * Checks an image, maps it, applies its base relocations, binds its imports by name, ordinal and
 * forwarder, sets its security cookie, protects each section and later discards what only its start
 * needed. Needs no C library, has no variables of its own, and allocates nothing but the image.
 * Images are not trusted: every number that is read from one is checked before it is used.
 *
 * docs/ntld.md explains how to put it into a kernel. License: MIT, as ntbuild.
 */
#ifndef NTLD_H
#define NTLD_H

#include <stddef.h>
#include <stdint.h>

/* Field Machine of images. */
enum ntld_machine {
    NTLD_X86 = 0x014c,
    NTLD_ARM = 0x01c4,
    NTLD_RISCV64 = 0x5064,
    NTLD_LOONGARCH64 = 0x6264,
    NTLD_X64 = 0x8664,
    NTLD_ARM64 = 0xaa64,
#if defined(__x86_64__) || defined(_M_X64)
    NTLD_OWN_MACHINE = NTLD_X64
#elif defined(__i386__) || defined(_M_IX86)
    NTLD_OWN_MACHINE = NTLD_X86
#elif defined(__aarch64__) || defined(_M_ARM64)
    NTLD_OWN_MACHINE = NTLD_ARM64
#elif defined(__arm__) || defined(_M_ARM)
    NTLD_OWN_MACHINE = NTLD_ARM
#elif defined(__riscv) && __riscv_xlen == 64
    NTLD_OWN_MACHINE = NTLD_RISCV64
#elif defined(__loongarch64)
    NTLD_OWN_MACHINE = NTLD_LOONGARCH64
#endif
};

/* Access of pages, as bits. NTLD_NONE: nobody may touch them; their memory may be used again. */
enum ntld_access { NTLD_NONE = 0, NTLD_READ = 1, NTLD_WRITE = 2, NTLD_EXECUTE = 4 };

/* Field `options` of a host. */
enum ntld_options {
    /* Take images with sections that are writable and executable; without it they are refused. */
    NTLD_ALLOW_WRITABLE_CODE = 1
};

/* Sections are multiples of this, and so are the ranges that `protect` is called with. */
enum { NTLD_PAGE = 4096, NTLD_MODULE_NAME = 64 };

/* What an image imports, or what is looked for among the exports of one. */
struct ntld_symbol {
    /* File name as the import table has it ("kernel.sys"); without suffix in a forwarder. */
    char module[NTLD_MODULE_NAME];
    /* 0: it is known by its ordinal only. Lies in an image; valid as long as that image is mapped. */
    const char *name;
    uint32_t ordinal;
    /* Set by ntld_export: this is what the export that was looked for is forwarded to. */
    int forwarded;
};

/* What the kernel does for the loader. All five functions are needed. */
struct ntld_host {
    /* Handed to each function. */
    void *self;
    uint32_t options;
    /* Any number that an attacker does not know: security cookies are made of it. */
    uint64_t seed;
    /* Memory at a page boundary that can be written; 0 when there is none. */
    void *(*allocate)(void *self, size_t bytes);
    /* Memory of `allocate` is no longer needed, whatever access it has now. */
    void (*release)(void *self, void *at, size_t bytes);
    /* Whole pages get an access (enum ntld_access); 0, or another number when that cannot be. */
    int (*protect)(void *self, void *at, size_t bytes, int access);
    /*
     * The address of a symbol; 0 when no module exports it. Usually: find the image of
     * `symbol->module` with ntld_same_module and return ntld_export(image, symbol).
     */
    const void *(*resolve)(void *self, struct ntld_symbol *symbol);
    /* Data has become code: make the instruction cache see it. Nothing to do on x86 and x64. */
    void (*flush)(void *self, void *at, size_t bytes);
};

/* A mapped image. Fields are read by the kernel and written by the loader alone. */
struct ntld_image {
    uint8_t *base;
    uint32_t size;          /* bytes from `base`, a multiple of NTLD_PAGE */
    void *entry;            /* 0: it has no entry point. Thumb code has bit 0 set */
    uint32_t machine;
    uint32_t relocations;   /* fields that were relocated */
    uint32_t imports;       /* symbols that were bound */
    uint32_t timestamp;
    /* Where parts of the mapped headers are, as offsets from `base`, after they were checked. */
    uint32_t headers, optional_header, section_table, sections;
    int wide;               /* PE32+: addresses have 64 bits */
    /*
     * Why an image is refused: what is wrong; where, as an RVA or as the value of a header's field;
     * and the section, import or module it is about, or "".
     */
    const char *why;
    uint32_t place;
    char culprit[NTLD_MODULE_NAME];
};

/*
 * Map `file` (`bytes` long, which must not change meanwhile), an image for `machine`.
 * 0: it is ready to run. Otherwise `image->why` says what is wrong, and no memory is kept.
 */
int ntld_load(const struct ntld_host *host, const void *file, size_t bytes, uint32_t machine,
              struct ntld_image *image);

/* Describe an image that somebody else has mapped, such as the kernel itself. 0, or 1 with `why`. */
int ntld_adopt(const void *mapped, uint32_t machine, struct ntld_image *image);

/* Take away the access to sections that the image marks as discardable. 0, or what `protect` said. */
int ntld_discard(const struct ntld_host *host, const struct ntld_image *image);

/* Release an image; nothing may use its code, data or names any more. */
void ntld_unload(const struct ntld_host *host, struct ntld_image *image);

/*
 * The address of an export, by name, or by ordinal when the name is 0; `module` is not looked at.
 * 0: there is none, or it is forwarded; then `*symbol` is what it is forwarded to, and `forwarded`.
 */
const void *ntld_export(const struct ntld_image *image, struct ntld_symbol *symbol);

/* The address of a symbol by way of `host->resolve`, and along at most eight forwarders; or 0. */
const void *ntld_find(const struct ntld_host *host, struct ntld_symbol *symbol);

/* Whether two file names mean the same module: letter case and what follows the first dot do not count. */
int ntld_same_module(const char *left, const char *right);

/*
 * The section that an address lies in: its name (8 bytes, not always with a NUL), "headers", or 0
 * when it is not in the image. `*offset` is the distance from the section's start.
 */
const char *ntld_section_of(const struct ntld_image *image, uintptr_t address, uint32_t *offset);

/* The access that the section of an address asks for; NTLD_NONE outside of the image. */
int ntld_access_at(const struct ntld_image *image, uintptr_t address);

#endif
