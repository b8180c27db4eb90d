/* ntbuild/wdm_fields_end.h - undoes wdm_fields.h. */
#undef _IRP
#undef _DEVICE_OBJECT
#undef Elements
#undef OwnerReferenced
#undef OwnerCount
#undef Abandoned
#undef _IO_COMPLETION_CONTEXT
#undef IO_COMPLETION_CONTEXT
#undef PIO_COMPLETION_CONTEXT
#undef CompletionContext
