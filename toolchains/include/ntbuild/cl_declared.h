/*
 * ntbuild/cl_declared.h - cl's intrinsic functions that are functions of ntbuild's run-time; x64.
 *
 * The compiler's own are inline functions with other parameters, or for processors with an extension,
 * so that a source which declares them as cl does would not compile, or the compiler would stop.
 */
#ifndef NTBUILD_CL_DECLARED_H
#define NTBUILD_CL_DECLARED_H

#ifdef __cplusplus
extern "C" {
#endif
void _fxsave(void *Area);
void _fxsave64(void *Area);
void _fxrstor(const void *Area);
void _fxrstor64(const void *Area);
void _invpcid(unsigned int Type, void *Descriptor);
#ifdef __cplusplus
}
#endif

#endif
