/* GUIDs of storage, defined by a second inclusion after initguid.h. */
#include <ntifs.h>
#include <ntdddisk.h>
#include <ntddcdrm.h>
#include <initguid.h>
#include <ntddstor.h>
#include <ntddstor.h>

const GUID *Volume = &GUID_DEVINTERFACE_VOLUME;
