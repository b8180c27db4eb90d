/* checks.h - CHECK counts what is right and prints what is not; FINISH prints both counts. */
#ifndef CHECKS_H
#define CHECKS_H

static ULONG Right, Wrong;

#define CHECK(Condition)                                                   \
    do {                                                                   \
        if (Condition) {                                                   \
            Right++;                                                       \
        } else {                                                           \
            Wrong++;                                                       \
            DbgPrint(PROGRAM ": line %d: %s\n", __LINE__, #Condition);     \
        }                                                                  \
    } while (0)

static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    UNREFERENCED_PARAMETER(Driver);
}

#define FINISH(Driver) \
    ((Driver)->DriverUnload = Unload, \
     DbgPrint(PROGRAM ": %lu right, %lu wrong\n", Right, Wrong), STATUS_SUCCESS)

#endif
