/* A module with what the loader works on: exports of each kind, relocated data, a cookie, INIT. */
typedef __UINTPTR_TYPE__ address;
typedef int (*step)(int);

#if __SIZEOF_POINTER__ == 8
#define DEFAULT_COOKIE 0x00002b992ddfa232
#else
#define DEFAULT_COOKIE 0xbb40e64e
#endif

struct load_configuration {
    unsigned size;
    unsigned char unused[(__SIZEOF_POINTER__ == 8 ? 0x58 : 0x3c) - 4];
    address *cookie;
};

address __security_cookie = DEFAULT_COOKIE;
const struct load_configuration _load_config_used = {
    sizeof(struct load_configuration), { 0 }, &__security_cookie
};

volatile int CoreValue = 5;
int CoreAdd(int a) { return a + CoreValue; }
int CoreTwice(int a) { return 2 * a; }
static const step steps[] = { CoreAdd, CoreTwice, CoreAdd };

int CoreRun(int a)
{
    int index;
    for (index = 0; index < 3; index++)
        a = (*(const step volatile *)&steps[index])(a);
    return a;
}

int Start(void *driver, void *path) __attribute__((section("INIT")));
int Start(void *driver, void *path)
{
    return driver == path;
}
