/*
 * strtoul.c - strtoul and strtol, which the WDK links from libcntpr: kernels export neither.
 *
 * As the C standard has them, for ASCII and without errno; what does not fit is the largest number.
 */
#define LARGEST 0xffffffffUL

unsigned long strtoul(const char *Text, char **End, int Base);
long strtol(const char *Text, char **End, int Base);

static int Digit(char Letter)
{
    if (Letter >= '0' && Letter <= '9')
        return Letter - '0';
    Letter |= 0x20;
    return Letter >= 'a' && Letter <= 'z' ? Letter - 'a' + 10 : 36;
}

/* The magnitude; *Negative is whether a minus precedes it. */
static unsigned long Convert(
    const char *Text, char **End, int Base, int *Negative, int *Overflow)
{
    const char *At = Text;
    unsigned long long Value = 0;
    int Any = 0;

    *Negative = *Overflow = 0;
    while (*At == ' ' || (*At >= '\t' && *At <= '\r'))
        At++;
    if (*At == '+' || *At == '-')
        *Negative = *At++ == '-';
    if ((Base == 0 || Base == 16) && At[0] == '0' && (At[1] | 0x20) == 'x' && Digit(At[2]) < 16) {
        At += 2;
        Base = 16;
    } else if (Base == 0) {
        Base = *At == '0' ? 8 : 10;
    }
    for (; Digit(*At) < Base; At++) {
        Any = 1;
        Value = Value * (unsigned)Base + (unsigned)Digit(*At);
        if (Value > LARGEST) {
            *Overflow = 1;
            Value = LARGEST;
        }
    }
    if (End != 0)
        *End = (char *)(Any ? At : Text);
    return (unsigned long)Value;
}

unsigned long strtoul(const char *Text, char **End, int Base)
{
    int Negative, Overflow;
    unsigned long Value = Convert(Text, End, Base, &Negative, &Overflow);

    return Negative && !Overflow ? 0 - Value : Value;
}

long strtol(const char *Text, char **End, int Base)
{
    int Negative, Overflow;
    unsigned long Value = Convert(Text, End, Base, &Negative, &Overflow);
    unsigned long Limit = Negative ? 0x80000000UL : 0x7fffffffUL;

    if (Overflow || Value > Limit)
        Value = Limit;
    return (long)(Negative ? 0 - Value : Value);
}
