/* ucmtcpci.c - UcmTcpciCx 1.0, the class extension for USB Type-C port controllers. */
#include "../class_extension.h"

CLASS_EXTENSION(Ucmtcpci, L"UcmTcpciCx", 1, 0, 7);
