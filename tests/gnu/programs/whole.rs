// A program of Rust's whole standard library: collections, threads and a caught panic.
use std::collections::HashMap;
use std::thread;

fn main() {
    let mut counts = HashMap::new();
    for word in ["link", "check", "link"] {
        *counts.entry(word).or_insert(0) += 1;
    }
    println!("link {}", counts["link"]);
    let joined = thread::spawn(|| (1..=4).product::<i32>()).join();
    println!("thread {}", joined.unwrap());
    let caught = std::panic::catch_unwind(|| {
        if std::env::args().count() > 0 {
            panic!("on purpose");
        }
    });
    println!("caught {}", caught.is_err());
}
