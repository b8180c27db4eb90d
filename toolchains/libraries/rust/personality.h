/*
 * personality.h - what an exception does in a frame of Rust: it passes.
 *
 * Rust's core library is compiled for programs, in which a panic unwinds the stack and drops values
 * on its way. A driver's panics end (panic=abort), so nothing of Rust is ever unwound for a panic.
 * An exception of the processor may still pass through a frame of Rust, on its way from a bad pointer
 * to a handler in C. The answer is the same in both phases: this frame has no handler.
 */

#pragma once

#define NTBUILD_CONTINUE_SEARCH 1 /* ExceptionContinueSearch */
