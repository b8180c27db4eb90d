/* Every way to refer to something: what relocations a compiler makes of them. */
#include <stdint.h>

extern uint8_t kernel_bytes[64];
extern uint16_t kernel_half;
extern uint32_t kernel_word;
extern uint64_t kernel_long;
extern void kernel_call(const void *);
extern int kernel_value(int);

static uint8_t own_bytes[300] = { 1 };
static uint16_t own_half = 2;
static uint32_t own_word = 3;
static uint64_t own_long = 4;
struct { uint64_t a, b; } own_pair = { 5, 6 };
static char zeros[9000];
static int next(int a) { return a + 1; }
static int twice(int a) { return 2 * a; }
int (*volatile steps[])(int) = { next, twice, kernel_value };
const char *volatile names[] = { "one", "two" };
void *volatile middle = &own_bytes[77];

int pick(int which)
{
    switch (which) {
    case 0: return kernel_value(3);
    case 1: return kernel_value(9) + 1;
    case 2: kernel_call(&kernel_long); return 4;
    case 3: kernel_call(names[1]); return 5;
    case 4: return steps[1](which);
    case 5: return own_word++;
    default: return kernel_value(which);
    }
}

uint64_t every(uint64_t index)
{
    uint64_t sum = kernel_bytes[index & 63] + kernel_half + kernel_word + kernel_long;
    sum += own_bytes[index & 255] + own_half++ + own_word++ + own_long++ + own_pair.b;
    kernel_half++;
    kernel_long = sum;
    kernel_bytes[3]++;
    own_bytes[5]++;
    zeros[index & 4095]++;
    kernel_call("every");
    kernel_call(zeros);
    return sum + (uint64_t)pick((int)sum);
}

int tail(int a) { return kernel_value(a + own_pair.a); }
