/* A module that imports from a module. */
__declspec(dllimport) void greeter_greet(int which);

int module_start(void)
{
    greeter_greet(0);
    return 0;
}
