/* copies.c - work that compilers like to do in floating point and vector registers. */

typedef struct {
    unsigned long long words[6];
} block;

void copy(block *to, const block *from);
void add(unsigned *to, const unsigned *from, unsigned count);
unsigned long long exchange(unsigned long long *place, unsigned long long value);

void copy(block *to, const block *from)
{
    *to = *from;
}

void add(unsigned *to, const unsigned *from, unsigned count)
{
    while (count-- != 0)
        *to++ += *from++;
}

unsigned long long exchange(unsigned long long *place, unsigned long long value)
{
    unsigned long long old = *place;

    *place = value;
    return old;
}
