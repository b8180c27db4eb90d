// A driver in Rust alone: it says what it computed, and stops when it is asked to.
//
// There is no standard library in a kernel. What a panic does is decided here: it stops the machine,
// as a bug in a kernel has no other safe end.
#![no_std]

use core::ffi::c_void;
use core::panic::PanicInfo;

mod wdm;

use wdm::{DriverObject, NtStatus, UnicodeString};

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unsafe { wdm::KeBugCheckEx(wdm::MANUALLY_INITIATED_CRASH, 0, 0, 0, 0) }
}

/// The sum of squares below `limit`; a run-time bound, so that checked arithmetic stays in the code.
fn squares(limit: u32) -> u32 {
    (0..limit).map(|each| each * each).sum()
}

unsafe extern "system" fn unload(_driver: *mut DriverObject) {
    wdm::DbgPrint(b"rust: goodbye\n\0".as_ptr());
}

/// # Safety
/// The I/O manager calls it once, with a driver object of its own.
#[no_mangle]
pub unsafe extern "system" fn DriverEntry(
    driver: *mut DriverObject,
    registry_path: *const UnicodeString,
) -> NtStatus {
    let length = if registry_path.is_null() { 0 } else { u32::from((*registry_path).length) };
    wdm::DbgPrint(b"rust: squares %u, path of %u bytes\n\0".as_ptr(), squares(10), length);
    (*driver).unload = unload as *const c_void;
    wdm::STATUS_SUCCESS
}
