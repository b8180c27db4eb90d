// A driver in Rust without its standard library: says hello and goodbye through DbgPrint.
#![no_std]

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {}
}

extern "C" {
    fn DbgPrint(format: *const u8, ...) -> u32;
}

const DRIVER_UNLOAD: usize = 0x68;
static mut TABLE: [u64; 3] = [20, 21, 22];

#[no_mangle]
pub unsafe extern "system" fn Unload(_driver: *mut u8) {
    DbgPrint(b"rust: goodbye\n\0".as_ptr());
}

#[no_mangle]
pub unsafe extern "system" fn DriverEntry(driver: *mut u8, _path: *mut u8) -> i32 {
    let sum: u64 = TABLE.iter().sum();
    DbgPrint(b"rust: hello %u\n\0".as_ptr(), sum as u32);
    *(driver.add(DRIVER_UNLOAD) as *mut usize) = Unload as usize;
    0
}
