//! What this driver uses of the kernel's interface (Microsoft's wdm.h documents it).

use core::ffi::c_void;

pub type NtStatus = i32;

pub const STATUS_SUCCESS: NtStatus = 0;
pub const MANUALLY_INITIATED_CRASH: u32 = 0xE2;

/// UNICODE_STRING: lengths in bytes.
#[repr(C)]
pub struct UnicodeString {
    pub length: u16,
    pub maximum_length: u16,
    pub buffer: *const u16,
}

/// DRIVER_OBJECT up to DriverUnload, which is at offset 104 in 64 bits.
#[repr(C)]
pub struct DriverObject {
    pub kind: u16,
    pub size: u16,
    pub device_object: *mut c_void,
    pub flags: u32,
    pub driver_start: *mut c_void,
    pub driver_size: u32,
    pub driver_section: *mut c_void,
    pub driver_extension: *mut c_void,
    pub driver_name: UnicodeString,
    pub hardware_database: *const UnicodeString,
    pub fast_io_dispatch: *mut c_void,
    pub driver_init: *const c_void,
    pub driver_start_io: *const c_void,
    pub unload: *const c_void,
}

#[allow(non_snake_case)]
extern "C" {
    pub fn DbgPrint(format: *const u8, ...) -> u32;
}

#[allow(non_snake_case)]
extern "system" {
    pub fn KeBugCheckEx(code: u32, one: usize, two: usize, three: usize, four: usize) -> !;
}
