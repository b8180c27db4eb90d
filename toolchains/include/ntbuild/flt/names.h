/* ntbuild/flt/names.h - the names of files, parsed and in parts. */
#ifndef NTBUILD_FLT_NAMES_H
#define NTBUILD_FLT_NAMES_H

/* The low byte is the form of the name, the next one where it may come from, the rest are flags. */
#define FLT_VALID_FILE_NAME_FORMATS                 0x000000ff
#define FLT_FILE_NAME_NORMALIZED                    0x00000001
#define FLT_FILE_NAME_OPENED                        0x00000002
#define FLT_FILE_NAME_SHORT                         0x00000003
#define FLT_VALID_FILE_NAME_QUERY_METHODS           0x0000ff00
#define FLT_FILE_NAME_QUERY_DEFAULT                 0x00000100
#define FLT_FILE_NAME_QUERY_CACHE_ONLY              0x00000200
#define FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY         0x00000300
#define FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP 0x00000400
#define FLT_VALID_FILE_NAME_FLAGS                   0xff000000
#define FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER 0x01000000
#define FLT_FILE_NAME_DO_NOT_CACHE                  0x02000000
#define FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE        0x04000000

#define FltGetFileNameFormat(Options)      ((Options) & FLT_VALID_FILE_NAME_FORMATS)
#define FltGetFileNameQueryMethod(Options) ((Options) & FLT_VALID_FILE_NAME_QUERY_METHODS)

typedef USHORT FLT_FILE_NAME_PARSED_FLAGS;
#define FLTFL_FILE_NAME_PARSED_FINAL_COMPONENT 0x0001
#define FLTFL_FILE_NAME_PARSED_EXTENSION       0x0002
#define FLTFL_FILE_NAME_PARSED_STREAM          0x0004
#define FLTFL_FILE_NAME_PARSED_PARENT_DIR      0x0008

/* All strings are parts of Name, whose memory the filter manager counts references to. */
typedef struct _FLT_FILE_NAME_INFORMATION {
    USHORT Size;
    FLT_FILE_NAME_PARSED_FLAGS NamesParsed;
    FLT_FILE_NAME_OPTIONS Format;
    UNICODE_STRING Name;
    UNICODE_STRING Volume;
    UNICODE_STRING Share;
    UNICODE_STRING Extension;
    UNICODE_STRING Stream;
    UNICODE_STRING FinalComponent;
    UNICODE_STRING ParentDir;
} FLT_FILE_NAME_INFORMATION, *PFLT_FILE_NAME_INFORMATION;

EXTERN_C_START

NTSTATUS FLTAPI FltGetFileNameInformation(
    PFLT_CALLBACK_DATA CallbackData, FLT_FILE_NAME_OPTIONS NameOptions,
    PFLT_FILE_NAME_INFORMATION *FileNameInformation);
NTSTATUS FLTAPI FltGetFileNameInformationUnsafe(
    PFILE_OBJECT FileObject, PFLT_INSTANCE Instance, FLT_FILE_NAME_OPTIONS NameOptions,
    PFLT_FILE_NAME_INFORMATION *FileNameInformation);
VOID FLTAPI FltReleaseFileNameInformation(PFLT_FILE_NAME_INFORMATION FileNameInformation);
VOID FLTAPI FltReferenceFileNameInformation(PFLT_FILE_NAME_INFORMATION FileNameInformation);
NTSTATUS FLTAPI FltParseFileName(
    PCUNICODE_STRING FileName, PUNICODE_STRING Extension, PUNICODE_STRING Stream,
    PUNICODE_STRING FinalComponent);
NTSTATUS FLTAPI FltParseFileNameInformation(PFLT_FILE_NAME_INFORMATION FileNameInformation);
NTSTATUS FLTAPI FltGetTunneledName(
    PFLT_CALLBACK_DATA CallbackData, PFLT_FILE_NAME_INFORMATION FileNameInformation,
    PFLT_FILE_NAME_INFORMATION *RetTunneledFileNameInformation);
NTSTATUS FLTAPI FltGetDestinationFileNameInformation(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, HANDLE RootDirectory, PWSTR FileName,
    ULONG FileNameLength, FLT_FILE_NAME_OPTIONS NameOptions,
    PFLT_FILE_NAME_INFORMATION *RetFileNameInformation);
NTSTATUS FLTAPI FltPurgeFileNameInformationCache(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject);
NTSTATUS FLTAPI FltCheckAndGrowNameControl(PFLT_NAME_CONTROL NameCtrl, USHORT NewSize);
NTSTATUS FLTAPI FltIsDirectory(
    PFILE_OBJECT FileObject, PFLT_INSTANCE Instance, PBOOLEAN IsDirectory);

EXTERN_C_END

#endif
