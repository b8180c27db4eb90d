//! newdriver - a driver in Rust that says when it starts and when it stops.
//!
//! A kernel has no standard library, and a panic has no other safe end than to stop the machine.
#![no_std]

use core::ffi::c_void;
use core::panic::PanicInfo;

const STATUS_SUCCESS: i32 = 0;
const MANUALLY_INITIATED_CRASH: u32 = 0xE2;

/// DRIVER_OBJECT of 64 bits up to DriverUnload; Microsoft's wdm.h documents it.
#[repr(C)]
pub struct DriverObject {
    before: [usize; 13],
    unload: Option<unsafe extern "system" fn(*mut DriverObject)>,
}

extern "C" {
    fn DbgPrint(format: *const u8, ...) -> u32;
}

extern "system" {
    fn KeBugCheckEx(code: u32, a: usize, b: usize, c: usize, d: usize) -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unsafe { KeBugCheckEx(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0) }
}

unsafe extern "system" fn unload(_driver: *mut DriverObject) {
    DbgPrint(b"newdriver: stopped\n\0".as_ptr());
}

/// # Safety
/// The I/O manager calls it once, with a driver object of its own.
#[no_mangle]
pub unsafe extern "system" fn DriverEntry(
    driver: *mut DriverObject,
    _registry_path: *const c_void,
) -> i32 {
    DbgPrint(b"newdriver: started\n\0".as_ptr());
    (*driver).unload = Some(unload);
    STATUS_SUCCESS
}
