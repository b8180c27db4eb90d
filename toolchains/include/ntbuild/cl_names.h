/*
 * ntbuild/cl_names.h - names of cl's intrinsic functions for privileged instructions, each a macro of
 * our function; cl_names_end.h takes them away.
 */
#define __halt         NtbuildHalt
#define __sidt         NtbuildSidt
#define __lidt         NtbuildLidt
#define _sgdt          NtbuildSgdt
#define _lgdt          NtbuildLgdt
#define __readdr       NtbuildReadDr
#define __writedr      NtbuildWriteDr
#define __invlpg       NtbuildInvlpg
#define __wbinvd       NtbuildWbinvd
#define __clts         NtbuildClearTaskSwitched
#define _disable       NtbuildDisable
#define _enable        NtbuildEnable
#define __readpmc      NtbuildReadPmc
#define __segmentlimit NtbuildSegmentLimit
#if defined(__x86_64__)
# define __vmx_on       NtbuildVmxOn
# define __vmx_vmclear  NtbuildVmxClear
# define __vmx_vmptrld  NtbuildVmxLoad
# define __vmx_vmptrst  NtbuildVmxStore
# define __vmx_vmlaunch NtbuildVmxLaunch
# define __vmx_vmresume NtbuildVmxResume
# define __vmx_off      NtbuildVmxOff
# define __vmx_vmread   NtbuildVmxRead
# define __vmx_vmwrite  NtbuildVmxWrite
# define __svm_vmrun    NtbuildSvmRun
# define __svm_vmload   NtbuildSvmLoad
# define __svm_vmsave   NtbuildSvmSave
# define __svm_stgi     NtbuildSvmStgi
# define __svm_clgi     NtbuildSvmClgi
# define __svm_skinit   NtbuildSvmSkinit
# define __svm_invlpga  NtbuildSvmInvlpga
#endif
#if defined(NTBUILD_MSVC_H)
# define __readcr0        NtbuildReadCr0
# define __readcr2        NtbuildReadCr2
# define __readcr3        NtbuildReadCr3
# define __readcr4        NtbuildReadCr4
# define __writecr0       NtbuildWriteCr0
# define __writecr2       NtbuildWriteCr2
# define __writecr3       NtbuildWriteCr3
# define __writecr4       NtbuildWriteCr4
# define __readmsr        NtbuildReadMsr
# define __writemsr       NtbuildWriteMsr
# define __inbytestring   NtbuildIn_byte
# define __inwordstring   NtbuildIn_word
# define __indwordstring  NtbuildIn_dword
# define __outbytestring  NtbuildOut_byte
# define __outwordstring  NtbuildOut_word
# define __outdwordstring NtbuildOut_dword
# define _inp             NtbuildInput_byte
# define _inpw            NtbuildInput_word
# define _inpd            NtbuildInput_dword
# define _outp            NtbuildOutput_byte
# define _outpw           NtbuildOutput_word
# define _outpd           NtbuildOutput_dword
# if defined(__x86_64__)
#  define __readcr8      NtbuildReadCr8
#  define __writecr8     NtbuildWriteCr8
#  define __writegsbyte  NtbuildWriteField_byte
#  define __writegsword  NtbuildWriteField_word
#  define __writegsdword NtbuildWriteField_dword
#  define __writegsqword NtbuildWriteField_qword
# else
#  define __writefsbyte  NtbuildWriteField_byte
#  define __writefsword  NtbuildWriteField_word
#  define __writefsdword NtbuildWriteField_dword
# endif
#endif
