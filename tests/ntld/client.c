/* Imports from core by name, by ordinal and by forwarder, and a variable of it. */
__attribute__((dllimport)) extern int CoreValue;
__attribute__((dllimport)) int CoreRun(int a);
__attribute__((dllimport)) int CoreByNumber(int a);
__attribute__((dllimport)) int CoreForward(int a);

int Start(void *driver, void *path)
{
    return CoreRun(1) + CoreByNumber(2) + CoreForward(3) + CoreValue + (driver == path);
}
