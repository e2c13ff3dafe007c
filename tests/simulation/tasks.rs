//! An executor of one thread whose order is chosen from outside.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use redwire::transport::{BoxFuture, Spawner};

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a task is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The client's own.
    Background,
    /// A call, with the place of it in the list of calls.
    Call(usize),
}

struct Task {
    role: Role,
    future: BoxFuture<'static, ()>,
    woken: Arc<Flag>,
    waker: Waker,
    /// Left alone until this is taken back.
    lies: bool,
}

#[derive(Default)]
pub struct Tasks {
    tasks: Vec<Task>,
    inbox: Arc<Mutex<Vec<BoxFuture<'static, ()>>>>,
    pub polls: u64,
}

/// Spawns into [`Tasks`].
pub struct SimSpawner {
    inbox: Arc<Mutex<Vec<BoxFuture<'static, ()>>>>,
    /// There are no tasks to be had any more.
    pub closed: Arc<AtomicBool>,
}

impl Spawner for SimSpawner {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> bool {
        if self.closed.load(Ordering::Relaxed) {
            return false;
        }
        self.inbox.lock().unwrap().push(task);
        true
    }
}

impl Tasks {
    pub fn spawner(&self, closed: Arc<AtomicBool>) -> SimSpawner {
        SimSpawner {
            inbox: self.inbox.clone(),
            closed,
        }
    }

    pub fn add(&mut self, role: Role, future: BoxFuture<'static, ()>) {
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        self.tasks.push(Task {
            role,
            future,
            waker: Waker::from(woken.clone()),
            woken,
            lies: false,
        });
    }

    fn absorb(&mut self) {
        let spawned = std::mem::take(&mut *self.inbox.lock().unwrap());
        for future in spawned {
            self.add(Role::Background, future);
        }
    }

    pub fn len(&mut self) -> usize {
        self.absorb();
        self.tasks.len()
    }

    pub fn role(&self, at: usize) -> Role {
        self.tasks[at].role
    }

    pub fn lies(&self, at: usize) -> bool {
        self.tasks[at].lies
    }

    pub fn set_lying(&mut self, at: usize, lies: bool) {
        self.tasks[at].lies = lies;
    }

    pub fn wake_liars(&mut self) {
        for task in &mut self.tasks {
            task.lies = false;
        }
    }

    /// Places of the tasks that were woken and may run.
    pub fn woken(&mut self) -> Vec<usize> {
        self.absorb();
        let runs = |task: &Task| !task.lies && task.woken.0.load(Ordering::Relaxed);
        (0..self.tasks.len()).filter(|at| runs(&self.tasks[*at])).collect()
    }

    /// Places of the calls.
    pub fn calls(&mut self) -> Vec<usize> {
        self.absorb();
        (0..self.tasks.len())
            .filter(|at| matches!(self.tasks[*at].role, Role::Call(_)))
            .collect()
    }

    /// From now on another waker counts, as for a future that moved to another task.
    pub fn renew_waker(&mut self, at: usize) {
        let task = &mut self.tasks[at];
        task.woken = Arc::new(Flag(AtomicBool::new(true)));
        task.waker = Waker::from(task.woken.clone());
    }

    /// Polls one. True if it ended.
    pub fn poll(&mut self, at: usize) -> bool {
        self.polls += 1;
        let task = &mut self.tasks[at];
        task.woken.0.store(false, Ordering::Relaxed);
        let waker = task.waker.clone();
        let ended = Pin::new(&mut task.future)
            .poll(&mut Context::from_waker(&waker))
            .is_ready();
        if ended {
            drop(self.tasks.remove(at));
        }
        ended
    }

    /// Drops one where it stands.
    pub fn cancel(&mut self, at: usize) -> Role {
        let task = self.tasks.remove(at);
        task.role
    }
}
