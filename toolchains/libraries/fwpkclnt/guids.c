/*
 * guids.c - the keys of layers, sublayers, conditions and callouts of fwpmk.h as variables.
 *
 * Each is a section of its own, selectany: what a driver does not refer to is not linked.
 */
#include <initguid.h>
#include <ntddk.h>
#include <ntbuild/wfp/guids.h>
