//! The clients of all runtimes behind one trait, waited for, so that whatever is tried on them is written once.

use std::future::Future;
use std::sync::Arc;

use redwire::command::{Executor, Request};
use redwire::pubsub::{Change, Event, MonitorLine, PubSubOptions, ReadOptions, Subscribe, WorkerOptions};
use redwire::resp::Value;
use redwire::tokio::AsyncClient;
use redwire::{Config, Error, mock};

use crate::moving_time::moving_time;

pub trait Client {
    /// The reply as it comes, not reshaped by its command.
    fn call(&self, request: Request) -> Result<Value, Error>;
    fn pubsub(&self, options: PubSubOptions) -> Box<dyn Handle>;
    fn monitor(&self) -> Result<Box<dyn Lines>, Error>;
}

/// A handle for publish/subscribe.
pub trait Handle {
    fn ask(&mut self, change: Change) -> Result<(), Error>;
    fn get(&mut self, options: ReadOptions) -> Result<Option<Event>, Error>;
    /// The next event of listening.
    fn next(&mut self) -> Option<Result<Event, Error>>;
    fn subscribed(&self) -> bool;
    /// Channels, patterns and shard channels.
    fn names(&self) -> [Vec<bytes::Bytes>; 3];
    fn close(&mut self);
    fn work(self: Box<Self>, options: WorkerOptions) -> Result<Running, Error>;
}

impl Subscribe for &mut Box<dyn Handle> {
    type Done = Result<(), Error>;

    fn change(self, change: Change) -> Result<(), Error> {
        self.ask(change)
    }
}

/// The commands that a monitor sees.
pub trait Lines {
    fn next(&mut self) -> Option<Result<MonitorLine, Error>>;
}

/// A worker.
pub struct Running {
    pub stop: Box<dyn Fn()>,
    pub join: Box<dyn FnOnce() -> Result<(), Error>>,
}

/// How a client comes about.
pub struct Maker {
    pub connect: fn(Config) -> Result<Box<dyn Client>, Error>,
    /// The same without connecting.
    pub lazy: fn(Config) -> Result<Box<dyn Client>, Error>,
    pub in_memory: fn(&mock::Server) -> Box<dyn Client>,
}

pub fn blocking() -> Maker {
    Maker {
        connect: |config| Ok(Box::new(redwire::blocking::Client::connect(config)?)),
        lazy: |config| Ok(Box::new(redwire::blocking::Client::lazy(config)?)),
        in_memory: |server| Box::new(server.blocking_client()),
    }
}

impl Client for redwire::blocking::Client {
    fn call(&self, request: Request) -> Result<Value, Error> {
        self.run(request.returns())
    }

    fn pubsub(&self, options: PubSubOptions) -> Box<dyn Handle> {
        Box::new(self.pubsub_with(options))
    }

    fn monitor(&self) -> Result<Box<dyn Lines>, Error> {
        Ok(Box::new(redwire::blocking::Client::monitor(self)?))
    }
}

impl Handle for redwire::blocking::PubSub {
    fn ask(&mut self, change: Change) -> Result<(), Error> {
        self.change(change)
    }

    fn get(&mut self, options: ReadOptions) -> Result<Option<Event>, Error> {
        self.get_message_with(&options)
    }

    fn next(&mut self) -> Option<Result<Event, Error>> {
        self.listen().next()
    }

    fn subscribed(&self) -> bool {
        self.subscribed()
    }

    fn names(&self) -> [Vec<bytes::Bytes>; 3] {
        [self.channels(), self.patterns(), self.shard_channels()]
    }

    fn close(&mut self) {
        self.close();
    }

    fn work(self: Box<Self>, options: WorkerOptions) -> Result<Running, Error> {
        let worker = Arc::new(self.run_in_thread(options)?);
        let stop = worker.clone();
        Ok(Running {
            stop: Box::new(move || stop.stop()),
            join: Box::new(move || Arc::into_inner(worker).expect("the only one left").join()),
        })
    }
}

impl Lines for redwire::blocking::Monitor {
    fn next(&mut self) -> Option<Result<MonitorLine, Error>> {
        Iterator::next(self)
    }
}

/// Waits for futures of one runtime. Before the in-memory server, whenever nothing is woken, time is moved.
pub trait Wait: Clone + 'static {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T;
}

#[derive(Clone)]
pub struct OnTokio(Arc<tokio::runtime::Runtime>);

impl OnTokio {
    fn new() -> Self {
        // A thread of its own for the tasks, which go on while nobody waits here.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        OnTokio(Arc::new(runtime.unwrap()))
    }
}

impl Wait for OnTokio {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }
}

#[derive(Clone)]
pub struct OnAsyncStd;

impl Wait for OnAsyncStd {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        async_std::task::block_on(future)
    }
}

#[derive(Clone)]
pub struct OnSmol;

impl Wait for OnSmol {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        futures_lite::future::block_on(future)
    }
}

/// A client of an async runtime.
struct Async<R, W> {
    client: AsyncClient<R>,
    waiter: W,
    memory: Option<mock::Server>,
}

struct AsyncHandle<R, W> {
    pubsub: redwire::tokio::PubSub<R>,
    waiter: W,
    memory: Option<mock::Server>,
}

struct AsyncMonitor<R, W> {
    monitor: redwire::tokio::Monitor<R>,
    waiter: W,
    memory: Option<mock::Server>,
}

fn wait<T>(waiter: &impl Wait, memory: Option<&mock::Server>, future: impl Future<Output = T>) -> T {
    waiter.block_on(moving_time(memory, future))
}

macro_rules! makers {
    ($($name:ident: $module:ident, $runtime:ident, $memory:ident, $waiter:expr;)+) => {$(
        pub fn $name() -> Maker {
            fn of<W: Wait>(
                waiter: W,
                client: AsyncClient<redwire::$module::$runtime>,
                memory: Option<mock::Server>,
            ) -> Box<dyn Client> {
                Box::new(Async { client, waiter, memory })
            }
            Maker {
                connect: |config| {
                    let waiter = $waiter;
                    let client = waiter.block_on(redwire::$module::Client::connect(config))?;
                    Ok(of(waiter, client, None))
                },
                lazy: |config| Ok(of($waiter, redwire::$module::Client::lazy(config)?, None)),
                in_memory: |server| of($waiter, server.$memory(), Some(server.clone())),
            }
        }
    )+};
}

makers! {
    tokio: tokio, Tokio, tokio_client, OnTokio::new();
    async_std: async_std, AsyncStd, async_std_client, OnAsyncStd;
    smol: smol, Smol, smol_client, OnSmol;
}

impl<R: 'static, W: Wait> Client for Async<R, W> {
    fn call(&self, request: Request) -> Result<Value, Error> {
        wait(&self.waiter, self.memory.as_ref(), self.client.run(request.returns()))
    }

    fn pubsub(&self, options: PubSubOptions) -> Box<dyn Handle> {
        Box::new(AsyncHandle {
            pubsub: self.client.pubsub_with(options),
            waiter: self.waiter.clone(),
            memory: self.memory.clone(),
        })
    }

    fn monitor(&self) -> Result<Box<dyn Lines>, Error> {
        Ok(Box::new(AsyncMonitor {
            monitor: wait(&self.waiter, self.memory.as_ref(), self.client.monitor())?,
            waiter: self.waiter.clone(),
            memory: self.memory.clone(),
        }))
    }
}

impl<R: 'static, W: Wait> Handle for AsyncHandle<R, W> {
    fn ask(&mut self, change: Change) -> Result<(), Error> {
        wait(&self.waiter, self.memory.as_ref(), self.pubsub.change(change))
    }

    fn get(&mut self, options: ReadOptions) -> Result<Option<Event>, Error> {
        wait(
            &self.waiter,
            self.memory.as_ref(),
            self.pubsub.get_message_with(options),
        )
    }

    fn next(&mut self) -> Option<Result<Event, Error>> {
        wait(&self.waiter, self.memory.as_ref(), self.pubsub.listen().next())
    }

    fn subscribed(&self) -> bool {
        self.pubsub.subscribed()
    }

    fn names(&self) -> [Vec<bytes::Bytes>; 3] {
        [
            self.pubsub.channels(),
            self.pubsub.patterns(),
            self.pubsub.shard_channels(),
        ]
    }

    fn close(&mut self) {
        self.pubsub.close();
    }

    fn work(self: Box<Self>, options: WorkerOptions) -> Result<Running, Error> {
        let AsyncHandle {
            pubsub, waiter, memory, ..
        } = *self;
        let worker = if memory.is_some() {
            // Its clients start no tasks: a thread does instead.
            let (worker, task) = pubsub.worker(options)?;
            std::thread::spawn(move || futures_lite::future::block_on(task));
            worker
        } else {
            waiter.block_on(async { pubsub.spawn(options) })?
        };
        let worker = Arc::new(worker);
        let stop = worker.clone();
        Ok(Running {
            stop: Box::new(move || stop.stop()),
            join: Box::new(move || waiter.block_on(Arc::into_inner(worker).expect("the only one left").join())),
        })
    }
}

impl<R, W: Wait> Lines for AsyncMonitor<R, W> {
    fn next(&mut self) -> Option<Result<MonitorLine, Error>> {
        wait(&self.waiter, self.memory.as_ref(), self.monitor.next())
    }
}
