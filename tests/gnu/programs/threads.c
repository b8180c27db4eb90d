/* Compiler-managed thread-local data with its own initialiser, in two threads. */
#include <stdio.h>
#include <windows.h>

__thread int mine = 5;
__thread char blank[64];

static DWORD WINAPI run(void *unused)
{
    (void)unused;
    mine += 2;
    return (DWORD)(mine + blank[3]);
}

int main(void)
{
    DWORD result = 0;
    mine = 100;
    HANDLE thread = CreateThread(NULL, 0, run, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &result);
    printf("%d %d\n", mine, (int)result);
    return 0;
}
