/* sddl.h - a security descriptor from its text, for the sources of this library and for tests. */
#ifndef NTBUILD_WDMSEC_SDDL_H
#define NTBUILD_WDMSEC_SDDL_H

/*
 * Count characters of Text as a self-relative SECURITY_DESCRIPTOR at Buffer, whose length is *Size.
 * *Size becomes the length that the descriptor has, and is right too when there is not enough room
 * (STATUS_BUFFER_TOO_SMALL). STATUS_INVALID_ACL, STATUS_INVALID_SID, STATUS_INVALID_PARAMETER: which
 * part of the text is wrong. Owner, group and lists lie in the order of the text.
 */
NTSTATUS NTAPI NtbuildParseSddl(const WCHAR *Text, ULONG Count, PVOID Buffer, PULONG Size);

/* What of an object such a descriptor sets: of OWNER_SECURITY_INFORMATION and its kin. */
ULONG NTAPI NtbuildDescriptorParts(const VOID *Descriptor);

#endif
