/*
 * An EFI program that prints two lines and switches the machine off. Its texts are found by way of
 * addresses in data: what an image must have relocations for.
 *
 * Source of the tables: UEFI Specification 2.10, chapter 4.
 */
#include <stdint.h>

struct console {
    void *reset;
    uint64_t (*output_string)(struct console *console, const uint16_t *text);
};

struct runtime_services {
    char header[24];
    void *others[10];
    void (*reset_system)(uint32_t kind, uint64_t status, uint64_t bytes, void *data);
};

struct system_table {
    char header[24];
    const uint16_t *vendor;
    uint32_t revision;
    void *input_handle, *input, *output_handle;
    struct console *output;
    void *error_handle, *error;
    struct runtime_services *runtime;
};

enum { SHUTDOWN = 2 };

static const uint16_t first[] = u"boot: hello from an ELF program\r\n";
static const uint16_t second[] = u"boot: relocated\r\n";
static const uint16_t *const volatile texts[] = { first, second };

uint64_t efi_main(void *image, struct system_table *system)
{
    unsigned index;
    for (index = 0; index < sizeof texts / sizeof *texts; index++)
        system->output->output_string(system->output, texts[index]);
    system->runtime->reset_system(SHUTDOWN, 0, 0, 0);
    return 0;
}
