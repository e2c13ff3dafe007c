//! What locks need of async clients.

use std::boxed::Box;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::task::Waker;

use super::super::chance::unguessable;
use super::super::sync::Mutex;
use super::AsyncClient;
use crate::flow::{Driver, Flow};
use crate::lock::LockClient;
use crate::time::Timestamp;
use crate::transport::BoxFuture;

/// A flow that a task drives. Dropped, it makes the task look whether the flow is over.
pub struct Background(Arc<Mutex<Option<Waker>>>);

impl Drop for Background {
    fn drop(&mut self) {
        let waker = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Background(..)")
    }
}

impl<R: 'static> AsyncClient<R> {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> bool {
        let spawner = self.hub.link().runtime.spawner.as_ref();
        spawner.is_some_and(|spawner| spawner.spawn(task))
    }
}

impl<R: 'static> LockClient for AsyncClient<R> {
    type Background = Background;

    fn now(&self) -> Timestamp {
        self.hub.link().now()
    }

    fn random(&self) -> u128 {
        unguessable()
    }

    fn finish<F>(&self, flow: F)
    where
        F: Flow + Send + 'static,
        F::Output: Send,
    {
        let client = self.clone();
        self.spawn(Box::pin(async move {
            client.drive(flow).await;
        }));
    }

    fn start<F>(&self, flow: F) -> Option<Background>
    where
        F: Flow + Send + 'static,
        F::Output: Send,
    {
        let client = self.clone();
        let waker = Arc::new(Mutex::new(None));
        let known = waker.clone();
        let task = async move {
            let mut driven = pin!(client.drive(flow));
            poll_fn(|cx| {
                *known.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
                driven.as_mut().poll(cx)
            })
            .await;
        };
        self.spawn(Box::pin(task)).then_some(Background(waker))
    }
}
