//! Async clients before the in-memory server, whose time stands still unless somebody moves it. Not part of the harness of
//! real servers: test programs that need it say `#[path = "../support/moving_time.rs"] mod moving_time;`.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use redwire::mock;

/// Awaits `future`; before the in-memory server, whenever it waits, time is moved until something wakes it: nobody else
/// would move it. A wake-up that is lost ends in a panic.
pub async fn moving_time<T>(server: Option<&mock::Server>, future: impl Future<Output = T>) -> T {
    let Some(server) = server else {
        return future.await;
    };
    let mut future = pin!(future);
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let mut passed = Duration::ZERO;
        while !woken.0.swap(false, Ordering::SeqCst) {
            let step = Duration::from_millis(10);
            server.advance(step);
            passed += step;
            assert!(passed < Duration::from_secs(3600), "nothing wakes the call");
        }
    }
    panic!("woken a million times and still not done");
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
