//! Watched keys through the clients of all runtimes, written as their users write it.

use std::cell::RefCell;
use std::future::Future;

use redwire::command::{Command, Executor};
use redwire::flow::{Driver, Flow};
use redwire::prelude::*;
use redwire::transaction::TransactionOptions;

use super::clients::{self, Client};

/// A client that can watch keys.
pub trait Watches: Client {
    type Handle<'a>: Handle
    where
        Self: 'a;

    fn watch_keys(&self, keys: &[&str]) -> Result<Self::Handle<'_>, Error>;

    /// Reads the number at `key` and writes the next one, if nobody else did; `meanwhile` happens between the two.
    fn increment(&self, key: &str, options: TransactionOptions, meanwhile: impl FnMut()) -> Result<i64, Error>;

    /// So many callers at a time increment `key`, each so many times.
    fn increments(&self, key: &'static str, callers: usize, times: usize);
}

/// A connection on which keys are watched.
pub trait Handle: Sized {
    fn call<T>(&self, command: Command<T>) -> Result<T, Error>;
    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output;
    fn watch(&self, key: &str) -> Result<(), Error>;
    fn unwatch(&self) -> Result<(), Error>;
    fn is_watching(&self) -> bool;
}

impl Watches for redwire::blocking::Client {
    type Handle<'a> = redwire::blocking::Transaction;

    fn watch_keys(&self, keys: &[&str]) -> Result<redwire::blocking::Transaction, Error> {
        self.watch(keys)
    }

    fn increment(&self, key: &str, options: TransactionOptions, mut meanwhile: impl FnMut()) -> Result<i64, Error> {
        self.transaction_with(key, options, |tx| {
            let n: i64 = tx.get(key)?;
            meanwhile();
            tx.multi().set(key, n + 1).execute()?;
            Ok(n + 1)
        })
    }

    fn increments(&self, key: &'static str, callers: usize, times: usize) {
        std::thread::scope(|scope| {
            for _ in 0..callers {
                let client = self.clone();
                scope.spawn(move || {
                    for _ in 0..times {
                        client.increment(key, TransactionOptions::new(), || {}).unwrap();
                    }
                });
            }
        });
    }
}

impl Handle for redwire::blocking::Transaction {
    fn call<T>(&self, command: Command<T>) -> Result<T, Error> {
        self.run(command)
    }

    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output {
        self.drive(flow)
    }

    fn watch(&self, key: &str) -> Result<(), Error> {
        self.watch(key)
    }

    fn unwatch(&self) -> Result<(), Error> {
        self.unwatch()
    }

    fn is_watching(&self) -> bool {
        self.is_watching()
    }
}

/// A handle of an async client that waits for its futures.
pub struct Waited<'a, C, R> {
    client: &'a C,
    transaction: redwire::tokio::Transaction<R>,
}

impl<C: clients::Waits, R> Handle for Waited<'_, C, R> {
    fn call<T>(&self, command: Command<T>) -> Result<T, Error> {
        self.client.wait(self.transaction.run(command))
    }

    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output {
        self.client.wait(self.transaction.drive(flow))
    }

    fn watch(&self, key: &str) -> Result<(), Error> {
        self.client.wait(self.transaction.watch(key))
    }

    fn unwatch(&self) -> Result<(), Error> {
        self.client.wait(self.transaction.unwatch())
    }

    fn is_watching(&self) -> bool {
        self.transaction.is_watching()
    }
}

macro_rules! watches {
    ($($client:ty: $runtime:ty;)+) => {$(
        impl Watches for $client {
            type Handle<'a> = Waited<'a, Self, $runtime>;

            fn watch_keys(&self, keys: &[&str]) -> Result<Self::Handle<'_>, Error> {
                let transaction = clients::Waits::wait(self, self.client.watch(keys))?;
                Ok(Waited { client: self, transaction })
            }

            fn increment(
                &self,
                key: &str,
                options: TransactionOptions,
                meanwhile: impl FnMut(),
            ) -> Result<i64, Error> {
                clients::Waits::wait(self, increment(&self.client, key, options, meanwhile))
            }

            fn increments(&self, key: &'static str, callers: usize, times: usize) {
                let increments = (0..callers).map(|_| {
                    let client = self.client.clone();
                    is_send(async move {
                        for _ in 0..times {
                            let next = client.transaction(key, |tx| async move {
                                let n: i64 = tx.get(key).await?;
                                tx.multi().set(key, n + 1).execute().await
                            });
                            next.await.unwrap();
                        }
                    })
                });
                clients::Waits::wait_for_all(self, increments.collect());
            }
        }
    )+};
}

watches! {
    clients::Tokio: redwire::tokio::Tokio;
    clients::AsyncStd: redwire::async_std::AsyncStd;
    clients::Smol: redwire::smol::Smol;
}

async fn increment<R>(
    client: &redwire::tokio::AsyncClient<R>,
    key: &str,
    options: TransactionOptions,
    meanwhile: impl FnMut(),
) -> Result<i64, Error> {
    let meanwhile = &RefCell::new(meanwhile);
    let incremented = client.transaction_with(key, options, |tx| async move {
        let n: i64 = tx.get(key).await?;
        (meanwhile.borrow_mut())();
        tx.multi().set(key, n + 1).execute().await?;
        Ok(n + 1)
    });
    incremented.await
}

/// What other threads may go on with.
fn is_send<F: Future<Output = ()> + Send + 'static>(future: F) -> clients::Task {
    Box::pin(future)
}
