//! Waiting for what real servers do by and by.

use std::time::{Duration, Instant};

/// Far more than anything takes that happens at all.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(3);

/// Asks until there is an answer.
#[track_caller]
pub fn until<T>(ask: impl FnMut() -> Option<T>) -> T {
    until_or(String::new, ask)
}

/// The same; if none ever comes, `explain` says more about it.
#[track_caller]
pub fn until_or<T>(explain: impl Fn() -> String, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain: {}", explain());
        std::thread::sleep(POLL);
    }
}
