//! Tests with real sentinels take turns: a machine that is too busy fails over by itself.

use std::sync::{Condvar, Mutex, PoisonError};

/// How many groups of servers and sentinels may run at a time.
const ROOM: usize = 3;

static TAKEN: Mutex<usize> = Mutex::new(0);
static LEFT: Condvar = Condvar::new();

/// The right to run, until this is dropped.
pub struct Turn(usize);

/// Waits for a turn beside others.
pub fn light() -> Turn {
    wait_for(1)
}

/// Waits for a turn alone.
pub fn heavy() -> Turn {
    wait_for(ROOM)
}

fn wait_for(share: usize) -> Turn {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    while *taken + share > ROOM {
        taken = LEFT.wait(taken).unwrap_or_else(PoisonError::into_inner);
    }
    *taken += share;
    Turn(share)
}

impl Drop for Turn {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) -= self.0;
        LEFT.notify_all();
    }
}
