/* ask_dbgeng.exe IMAGE FOLDER COMMAND...: what WinDbg's engine answers about an image opened as a
   dump, with the symbols of a folder.
   Each command's answer follows a line "> command". */
#include <windows.h>
#include <initguid.h>
#include <dbgeng.h>
#include <stdio.h>

class Printer : public IDebugOutputCallbacks {
public:
    STDMETHOD(QueryInterface)(REFIID id, void **found)
    {
        if (!IsEqualIID(id, IID_IUnknown) && !IsEqualIID(id, IID_IDebugOutputCallbacks)) {
            *found = NULL;
            return E_NOINTERFACE;
        }
        *found = this;
        return S_OK;
    }
    STDMETHOD_(ULONG, AddRef)() { return 1; }
    STDMETHOD_(ULONG, Release)() { return 1; }
    STDMETHOD(Output)(ULONG, PCSTR text)
    {
        fputs(text, stdout);
        return S_OK;
    }
};

static int failed(const char *what, HRESULT result)
{
    printf("%s: %08lx\n", what, (unsigned long)result);
    fflush(stdout);
    return 1;
}

int main(int count, char **words)
{
    Printer printer;
    IDebugClient *client = NULL;
    IDebugControl *control = NULL;
    IDebugSymbols *symbols = NULL;
    HMODULE library = LoadLibraryA("dbgeng.dll");
    HRESULT(WINAPI * create)(REFIID, void **) =
        library ? (HRESULT(WINAPI *)(REFIID, void **))GetProcAddress(library, "DebugCreate") : NULL;
    HRESULT result = create ? create(IID_IDebugClient, (void **)&client) : E_NOTIMPL;

    if (count < 4 || FAILED(result))
        return failed("DebugCreate", result);
    client->QueryInterface(IID_IDebugControl, (void **)&control);
    client->QueryInterface(IID_IDebugSymbols, (void **)&symbols);
    client->SetOutputCallbacks(&printer);
    symbols->SetSymbolPath(words[2]);
    symbols->SetImagePath(words[2]);
    if (FAILED(result = client->OpenDumpFile(words[1])))
        return failed("OpenDumpFile", result);
    if (FAILED(result = control->WaitForEvent(DEBUG_WAIT_DEFAULT, 60000)))
        return failed("WaitForEvent", result);
    for (int at = 3; at < count; at++) {
        printf("\n> %s\n", words[at]);
        control->Execute(DEBUG_OUTCTL_ALL_CLIENTS, words[at], DEBUG_EXECUTE_DEFAULT);
    }
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 0); /* the engine's threads do not end under Wine */
    return 0;
}
