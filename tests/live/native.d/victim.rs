// SPDX-License-Identifier: MIT
// Rust: a trait object, a generic function, a closure. "ready PID", then until it is killed.
use std::hint::black_box;
use std::io::Write;

trait Shape {
    fn draw(&self, n: u64) -> u64;
}

struct Square;

#[inline(never)]
fn burn(n: u64) -> u64 {
    let mut sum = 0u64;
    for i in 0..n {
        sum = black_box(sum.wrapping_add(i * i));
    }
    black_box(sum)
}

impl Shape for Square {
    #[inline(never)]
    fn draw(&self, n: u64) -> u64 {
        black_box(burn(n)) + 1
    }
}

#[inline(never)]
fn call<F: Fn() -> u64>(f: F) -> u64 {
    black_box(f()) + 1
}

fn main() {
    let shape: Box<dyn Shape> = black_box(Box::new(Square));
    println!("ready {}", std::process::id());
    std::io::stdout().flush().unwrap();
    loop {
        black_box(shape.draw(30000));
        black_box(call(|| burn(30000)));
    }
}
