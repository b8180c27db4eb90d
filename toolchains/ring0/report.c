/* Lines for the engine that reads them: @stage, @why, @verdict, @say and others. */
#include "kernel.h"

enum { MOST_PRINTED = 256 * 1024 };

const char *stage = "none";
BOOLEAN is_starting;
static ULONG printed;

void put(const char *text)
{
    while (*text)
        cpu_put(*text++);
}

void put_quoted(const char *text, SIZE_T length)
{
    SIZE_T at;
    for (at = 0; at < length; at++) {
        UCHAR letter = (UCHAR)text[at];
        if (letter >= ' ' && letter < 127 && letter != '\\') {
            cpu_put((char)letter);
        } else {
            put("\\x");
            cpu_put("0123456789abcdef"[letter >> 4]);
            cpu_put("0123456789abcdef"[letter & 15]);
        }
    }
}

void put_hex(ULONGLONG value)
{
    char digits[17];
    int at = 16;
    digits[16] = 0;
    do {
        digits[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value);
    put("0x");
    put(digits + at);
}

void put_number(LONGLONG value)
{
    char digits[24];
    int at = 23;
    /* No division of 64 bits: it would be a library call on 32-bit machines. */
    ULONG rest = (ULONG)(value < 0 ? -value : value);
    digits[23] = 0;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        digits[--at] = '-';
    put(digits + at);
}

void put_bytes(const UCHAR *bytes, SIZE_T length)
{
    SIZE_T at;
    for (at = 0; at < length; at++) {
        cpu_put("0123456789abcdef"[bytes[at] >> 4]);
        cpu_put("0123456789abcdef"[bytes[at] & 15]);
    }
}

static void put_section(const struct ntld_image *image, const char *file, address at)
{
    ULONG length = 0;
    uint32_t offset = 0;
    const char *section = ntld_section_of(image, at, &offset);
    put(file);
    put(" ");
    while (length < 8 && section[length])
        length++;
    put_quoted(section, length);
    put("+");
    put_hex(offset);
}

void put_place(address at)
{
    extern const char stack_guard[], stack_end[];
    struct module *module = module_at(at);
    ULONG stub = (ULONG)((at - FIRST_STUB) / STUB_SIZE);
    if (module)
        put_section(&module->image, module->name, at);
    else if (at - FIRST_STUB < STUBS * STUB_SIZE && routine_name(stub))
        put(routine_name(stub));
    else if (at - (address)stack_guard < (address)(stack_end - stack_guard))
        put(at - (address)stack_guard < 4096 ? "what is below the stack" : "the stack");
    else if (at - (address)stack_end < 4096)
        put("what is above the stack");
    else if (at - (address)own_image.base < own_image.size)
        put("the kernel");
    else if (!put_block(at))
        put_hex(at);
}

void begin_reason(const char *text)
{
    put("\n@why ");
    put(text);
}

void finish(const char *verdict)
{
    ULONG stub;
    put("\n");
    for (stub = 0; stub < STUBS && routine_name(stub); stub++)
        if (routine_was_called(stub)) {
            put("@called ");
            put(routine_name(stub));
            put("\n");
        }
    put_callbacks();
    put("@verdict ");
    put(verdict);
    put("\n");
    cpu_off();
    for (;;)
        ;
}

void refuse(const char *why)
{
    begin_reason(why);
    finish("refused");
}

void unknown(const char *what)
{
    begin_reason("calls ");
    put(what);
    put(", which this kernel does not have");
    finish("unknown");
}

/* ---- DbgPrint: what a driver prints, a line each */

/* A line of what is printed; with `to` a text of at most `most` letters instead, and what it would need. */
struct printer {
    char line[512];
    ULONG length;
    char *to;
    SIZE_T most;
};

static void flush_line(struct printer *printer)
{
    printed += printer->length + 6;
    if (printed < MOST_PRINTED) {
        put("@say ");
        put_quoted(printer->line, printer->length);
        put("\n");
    }
    printer->length = 0;
}

static void print_letter(struct printer *printer, char letter)
{
    if (printer->to) {
        if (printer->length < printer->most)
            printer->to[printer->length] = letter;
        printer->length++;
        return;
    }
    if (letter == '\r')
        return;
    if (letter == '\n' || printer->length == sizeof printer->line)
        flush_line(printer);
    if (letter != '\n')
        printer->line[printer->length++] = letter;
}

struct format {
    BOOLEAN left, zero, alternate, plus, space, has_precision, wide;
    int width, precision, size;     /* size: 4 or 8 bytes */
};

static void print_padded(struct printer *printer, const struct format *format, const char *prefix,
                         const char *text, int length, int zeros)
{
    int prefix_length = 0, pad;
    while (prefix[prefix_length])
        prefix_length++;
    pad = format->width - length - prefix_length - zeros;
    if (format->zero && !format->left && !format->has_precision && pad > 0) {
        zeros += pad;
        pad = 0;
    }
    for (; !format->left && pad > 0; pad--)
        print_letter(printer, ' ');
    while (*prefix)
        print_letter(printer, *prefix++);
    while (zeros-- > 0)
        print_letter(printer, '0');
    while (length--)
        print_letter(printer, *text++);
    for (; format->left && pad > 0; pad--)
        print_letter(printer, ' ');
}

/* Divide by ten without a library call. */
static ULONGLONG tenth(ULONGLONG value, ULONG *digit)
{
    ULONGLONG result = 0, rest = 0;
    int bit;
    for (bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (value >> bit & 1);
        if (rest >= 10) {
            rest -= 10;
            result |= 1ull << bit;
        }
    }
    *digit = (ULONG)rest;
    return result;
}

static void print_number(struct printer *printer, const struct format *format, ULONGLONG value, char kind)
{
    char digits[24];
    int at = 24, zeros;
    const char *prefix = "";
    if (kind == 'd' || kind == 'i') {
        LONGLONG number = format->size == 8 ? (LONGLONG)value : (LONG)value;
        prefix = number < 0 ? "-" : format->plus ? "+" : format->space ? " " : "";
        value = number < 0 ? 0 - (ULONGLONG)number : (ULONGLONG)number;
    } else if (format->size != 8) {
        value = (ULONG)value;
    }
    while (value) {
        ULONG digit;
        if (kind == 'x' || kind == 'X' || kind == 'p') {
            digit = (ULONG)value & 15;
            value >>= 4;
        } else if (kind == 'o') {
            digit = (ULONG)value & 7;
            value >>= 3;
        } else {
            value = tenth(value, &digit);
        }
        digits[--at] = (kind == 'x' ? "0123456789abcdef" : "0123456789ABCDEF")[digit];
    }
    if (format->alternate && (kind == 'x' || kind == 'X') && at < 24)
        prefix = kind == 'x' ? "0x" : "0X";
    zeros = (format->has_precision ? format->precision : 1) - (24 - at);
    print_padded(printer, format, prefix, digits + at, 24 - at, zeros > 0 ? zeros : 0);
}

static void print_string(struct printer *printer, const struct format *format, const void *text, BOOLEAN wide,
                         int length)
{
    int at, pad, most = format->has_precision ? format->precision : 0x7fffffff;
    if (!text) {
        text = "(null)";
        wide = FALSE;
        length = 6;
    }
    if (length < 0)
        for (length = 0; length < most; length++)
            if (!(wide ? ((const USHORT *)text)[length] : ((const UCHAR *)text)[length]))
                break;
    if (length > most)
        length = most;
    pad = format->width - length;
    for (; !format->left && pad > 0; pad--)
        print_letter(printer, ' ');
    for (at = 0; at < length; at++) {
        USHORT letter = wide ? ((const USHORT *)text)[at] : ((const UCHAR *)text)[at];
        print_letter(printer, letter < 256 ? (char)letter : '?');
    }
    for (; format->left && pad > 0; pad--)
        print_letter(printer, ' ');
}

static const char *read_flags(const char *text, struct format *format)
{
    for (;; text++) {
        if (*text == '-')
            format->left = TRUE;
        else if (*text == '0')
            format->zero = TRUE;
        else if (*text == '#')
            format->alternate = TRUE;
        else if (*text == '+')
            format->plus = TRUE;
        else if (*text == ' ')
            format->space = TRUE;
        else
            return text;
    }
}

static const char *read_size(const char *text, struct format *format)
{
    format->size = sizeof(int);
    for (;; text++) {
        if (text[0] == 'I' && text[1] == '6' && text[2] == '4') {
            format->size = 8;
            text += 2;
        } else if (text[0] == 'I' && text[1] == '3' && text[2] == '2') {
            text += 2;
        } else if (text[0] == 'l' && text[1] == 'l') {
            format->size = 8;
            text++;
        } else if (*text == 'I' || *text == 'z' || *text == 't') {
            format->size = sizeof(PVOID);
        } else if (*text == 'w' || *text == 'l') {
            format->wide = TRUE;
        } else if (*text != 'h') {
            return text;
        }
    }
}

static const char *read_number(const char *text, int *value, va_list *arguments)
{
    if (*text == '*') {
        *value = va_arg(*arguments, int);
        return text + 1;
    }
    for (*value = 0; *text >= '0' && *text <= '9' && *value < 4096; text++)
        *value = *value * 10 + (*text - '0');
    return text;
}

static void print_argument(struct printer *printer, struct format *format, char kind, va_list *arguments)
{
    char letter;
    PUNICODE_STRING string;
    switch (kind) {
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
        if (format->size == 8)
            print_number(printer, format, va_arg(*arguments, ULONGLONG), kind);
        else
            print_number(printer, format, va_arg(*arguments, ULONG), kind);
        break;
    case 'p':
        format->size = sizeof(PVOID);
        format->has_precision = TRUE;
        format->precision = 2 * sizeof(PVOID);
        print_number(printer, format, (ULONG_PTR)va_arg(*arguments, PVOID), kind);
        break;
    case 's': case 'S':
        print_string(printer, format, va_arg(*arguments, PVOID), format->wide || kind == 'S', -1);
        break;
    case 'c': case 'C':
        letter = (char)va_arg(*arguments, int);
        print_padded(printer, format, "", &letter, 1, 0);
        break;
    case 'Z':
        string = va_arg(*arguments, PUNICODE_STRING);
        print_string(printer, format, string ? string->Buffer : 0, format->wide,
                     string ? string->Length / (format->wide ? 2 : 1) : 0);
        break;
    default:
        print_letter(printer, kind);
    }
}

static void print_to(struct printer *printer, const char *text, va_list *arguments)
{
    for (; *text; text++) {
        struct format format = { 0 };
        if (*text != '%') {
            print_letter(printer, *text);
            continue;
        }
        text = read_flags(text + 1, &format);
        text = read_number(text, &format.width, arguments);
        if (*text == '.') {
            format.has_precision = TRUE;
            text = read_number(text + 1, &format.precision, arguments);
        }
        text = read_size(text, &format);
        if (!*text)
            break;
        print_argument(printer, &format, *text, arguments);
    }
}

static void print(const char *text, va_list *arguments)
{
    struct printer printer = { .length = 0 };
    print_to(&printer, text, arguments);
    if (printer.length)
        flush_line(&printer);
}

/* As the C library of old: no zero behind a text that fills the buffer, -1 when it does not fit. */
int __cdecl nt__vsnprintf(char *to, size_t most, const char *text, va_list arguments)
{
    struct printer printer = { .to = to, .most = most };
    va_list copy;
    va_copy(copy, arguments);
    print_to(&printer, text, &copy);
    va_end(copy);
    if (printer.length < most)
        to[printer.length] = 0;
    return printer.length <= most ? (int)printer.length : -1;
}

int __cdecl nt__snprintf(char *to, size_t most, const char *text, ...)
{
    va_list arguments;
    int count;
    va_start(arguments, text);
    count = nt__vsnprintf(to, most, text, arguments);
    va_end(arguments);
    return count;
}

ULONG nt_DbgPrint(PCSTR text, ...)
{
    va_list arguments;
    va_start(arguments, text);
    print(text, &arguments);
    va_end(arguments);
    return STATUS_SUCCESS;
}

ULONG nt_DbgPrintEx(ULONG component, ULONG level, PCSTR text, ...)
{
    va_list arguments;
    (void)component;
    (void)level;
    va_start(arguments, text);
    print(text, &arguments);
    va_end(arguments);
    return STATUS_SUCCESS;
}

ULONG NTAPI nt_vDbgPrintEx(ULONG component, ULONG level, PCCH text, va_list arguments)
{
    (void)component;
    (void)level;
    print(text, &arguments);
    return STATUS_SUCCESS;
}

const struct routine text_routines[] = {
    R(_vsnprintf, ANY_LEVEL), R(_snprintf, ANY_LEVEL),
    { 0 },
};
