//! The clients of all runtimes behind one trait. Async ones are waited for, so that whatever is run on them is written
//! once.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use redwire::callbacks::Call;
use redwire::command::{Command, Executor};
use redwire::flow::{Driver, Flow};
use redwire::lock::LockClient;
use redwire::resp::Value;
use redwire::{Config, Error, mock};

use crate::moving_time::moving_time;

/// An ordinary client of one runtime.
pub trait Client: Sized {
    /// The client of the library.
    type Inner: LockClient;

    /// Connects to a real server.
    fn connect(config: Config) -> Result<Self, Error>;

    /// A client of the in-memory server.
    fn in_memory(server: &mock::Server) -> Self;

    /// Runs one command.
    fn call<T>(&self, command: Command<T>) -> Result<T, Error>;

    /// Sets what replies to a command become.
    fn set_response_callback<F>(&self, name: &str, callback: F)
    where
        F: Fn(Value, &Call<'_>) -> Result<Value, Error> + Send + Sync + 'static;

    /// Drives a flow to its end.
    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output;

    /// The client itself.
    fn inner(&self) -> &Self::Inner;
}

impl Client for redwire::blocking::Client {
    type Inner = Self;

    fn connect(config: Config) -> Result<Self, Error> {
        redwire::blocking::Client::connect(config)
    }

    fn in_memory(server: &mock::Server) -> Self {
        server.blocking_client()
    }

    fn call<T>(&self, command: Command<T>) -> Result<T, Error> {
        self.run(command)
    }

    fn set_response_callback<F>(&self, name: &str, callback: F)
    where
        F: Fn(Value, &Call<'_>) -> Result<Value, Error> + Send + Sync + 'static,
    {
        self.set_response_callback(name, callback);
    }

    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output {
        self.drive(flow)
    }

    fn inner(&self) -> &Self {
        self
    }
}

pub struct Tokio {
    pub client: redwire::tokio::Client,
    runtime: tokio::runtime::Runtime,
    memory: Option<mock::Server>,
}

impl Tokio {
    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    }

    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(moving_time(self.memory.as_ref(), future))
    }
}

impl Client for Tokio {
    type Inner = redwire::tokio::Client;

    fn connect(config: Config) -> Result<Self, Error> {
        let runtime = Tokio::runtime();
        Ok(Tokio {
            client: runtime.block_on(redwire::tokio::Client::connect(config))?,
            runtime,
            memory: None,
        })
    }

    fn in_memory(server: &mock::Server) -> Self {
        Tokio {
            client: server.tokio_client(),
            runtime: Tokio::runtime(),
            memory: Some(server.clone()),
        }
    }

    fn call<T>(&self, command: Command<T>) -> Result<T, Error> {
        self.wait(self.client.run(command))
    }

    fn set_response_callback<F>(&self, name: &str, callback: F)
    where
        F: Fn(Value, &Call<'_>) -> Result<Value, Error> + Send + Sync + 'static,
    {
        self.client.set_response_callback(name, callback);
    }

    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output {
        self.wait(self.client.drive(flow))
    }

    fn inner(&self) -> &Self::Inner {
        &self.client
    }
}

pub struct AsyncStd {
    pub client: redwire::async_std::Client,
    memory: Option<mock::Server>,
}

impl AsyncStd {
    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        async_std::task::block_on(moving_time(self.memory.as_ref(), future))
    }
}

impl Client for AsyncStd {
    type Inner = redwire::async_std::Client;

    fn connect(config: Config) -> Result<Self, Error> {
        Ok(AsyncStd {
            client: async_std::task::block_on(redwire::async_std::Client::connect(config))?,
            memory: None,
        })
    }

    fn in_memory(server: &mock::Server) -> Self {
        AsyncStd {
            client: server.async_std_client(),
            memory: Some(server.clone()),
        }
    }

    fn call<T>(&self, command: Command<T>) -> Result<T, Error> {
        self.wait(self.client.run(command))
    }

    fn set_response_callback<F>(&self, name: &str, callback: F)
    where
        F: Fn(Value, &Call<'_>) -> Result<Value, Error> + Send + Sync + 'static,
    {
        self.client.set_response_callback(name, callback);
    }

    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output {
        self.wait(self.client.drive(flow))
    }

    fn inner(&self) -> &Self::Inner {
        &self.client
    }
}

pub struct Smol {
    pub client: redwire::smol::Client,
    memory: Option<mock::Server>,
}

impl Smol {
    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        futures_lite::future::block_on(moving_time(self.memory.as_ref(), future))
    }
}

impl Client for Smol {
    type Inner = redwire::smol::Client;

    fn connect(config: Config) -> Result<Self, Error> {
        Ok(Smol {
            client: futures_lite::future::block_on(redwire::smol::Client::connect(config))?,
            memory: None,
        })
    }

    fn in_memory(server: &mock::Server) -> Self {
        Smol {
            client: server.smol_client(),
            memory: Some(server.clone()),
        }
    }

    fn call<T>(&self, command: Command<T>) -> Result<T, Error> {
        self.wait(self.client.run(command))
    }

    fn set_response_callback<F>(&self, name: &str, callback: F)
    where
        F: Fn(Value, &Call<'_>) -> Result<Value, Error> + Send + Sync + 'static,
    {
        self.client.set_response_callback(name, callback);
    }

    fn drive_to_end<F: Flow>(&self, flow: F) -> F::Output {
        self.wait(self.client.drive(flow))
    }

    fn inner(&self) -> &Self::Inner {
        &self.client
    }
}

/// What runs beside others.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An async client whose futures can be waited for.
pub trait Waits {
    fn wait<T>(&self, future: impl Future<Output = T>) -> T;

    /// Runs all of them at a time: as tasks of the runtime before a real server.
    fn wait_for_all(&self, tasks: Vec<Task>);
}

impl Waits for Tokio {
    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.wait(future)
    }

    fn wait_for_all(&self, tasks: Vec<Task>) {
        if self.memory.is_some() {
            self.wait(join_all(tasks));
            return;
        }
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().unwrap();
        let running: Vec<_> = tasks.into_iter().map(|task| runtime.spawn(task)).collect();
        running.into_iter().for_each(|task| runtime.block_on(task).unwrap());
    }
}

impl Waits for AsyncStd {
    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.wait(future)
    }

    fn wait_for_all(&self, tasks: Vec<Task>) {
        if self.memory.is_some() {
            self.wait(join_all(tasks));
            return;
        }
        let running: Vec<_> = tasks.into_iter().map(async_std::task::spawn).collect();
        running.into_iter().for_each(async_std::task::block_on);
    }
}

impl Waits for Smol {
    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.wait(future)
    }

    fn wait_for_all(&self, tasks: Vec<Task>) {
        self.wait(join_all(tasks));
    }
}

/// All of them, polled in turn.
async fn join_all(mut tasks: Vec<Task>) {
    std::future::poll_fn(|cx| {
        tasks.retain_mut(|task| task.as_mut().poll(cx).is_pending());
        if tasks.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
