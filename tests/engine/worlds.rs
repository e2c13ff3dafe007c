//! The async runtimes behind one trait, for what must be shown on every one of them with real sockets.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use redwire::tokio::AsyncClient;
use redwire::{Config, Error};

pub trait World: 'static {
    const NAME: &'static str;
    type Runtime: 'static;

    fn block_on<T>(future: impl Future<Output = T>) -> T;

    /// Starts a task; awaiting what this gives waits for its end.
    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> impl Future<Output = T> + Send;

    fn connect(config: Config) -> impl Future<Output = Result<AsyncClient<Self::Runtime>, Error>>;

    fn sleep(time: Duration) -> impl Future<Output = ()> + Send;
}

/// One thread for everything.
pub struct TokioAlone;
/// Several threads that take each other's tasks.
pub struct TokioCrowd;
pub struct AsyncStd;
pub struct Smol;

macro_rules! tokio_world {
    ($world:ty, $name:literal, $runtime:expr) => {
        impl World for $world {
            const NAME: &'static str = $name;
            type Runtime = redwire::tokio::Tokio;

            fn block_on<T>(future: impl Future<Output = T>) -> T {
                $runtime.enable_all().build().unwrap().block_on(future)
            }

            async fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
                tokio::spawn(future).await.unwrap()
            }

            async fn connect(config: Config) -> Result<AsyncClient<Self::Runtime>, Error> {
                redwire::tokio::Client::connect(config).await
            }

            async fn sleep(time: Duration) {
                tokio::time::sleep(time).await;
            }
        }
    };
}

tokio_world!(
    TokioAlone,
    "tokio, one thread",
    tokio::runtime::Builder::new_current_thread()
);
tokio_world!(
    TokioCrowd,
    "tokio, four threads",
    tokio::runtime::Builder::new_multi_thread().worker_threads(4)
);

impl World for AsyncStd {
    const NAME: &'static str = "async-std";
    type Runtime = redwire::async_std::AsyncStd;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        async_std::task::block_on(future)
    }

    async fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        async_std::task::spawn(future).await
    }

    async fn connect(config: Config) -> Result<AsyncClient<Self::Runtime>, Error> {
        redwire::async_std::Client::connect(config).await
    }

    async fn sleep(time: Duration) {
        async_std::task::sleep(time).await;
    }
}

/// Two threads that run the tasks of all tests on smol.
fn executor() -> &'static async_executor::Executor<'static> {
    static EXECUTOR: async_executor::Executor<'static> = async_executor::Executor::new();
    static THREADS: OnceLock<()> = OnceLock::new();
    THREADS.get_or_init(|| {
        for _ in 0..2 {
            std::thread::spawn(|| futures_lite::future::block_on(EXECUTOR.run(std::future::pending::<()>())));
        }
    });
    &EXECUTOR
}

impl World for Smol {
    const NAME: &'static str = "smol";
    type Runtime = redwire::smol::Smol;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        futures_lite::future::block_on(future)
    }

    async fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        executor().spawn(future).await
    }

    async fn connect(config: Config) -> Result<AsyncClient<Self::Runtime>, Error> {
        redwire::smol::Client::connect(config).await
    }

    async fn sleep(time: Duration) {
        async_io::Timer::after(time).await;
    }
}

/// Starts all futures as tasks and waits for their ends.
pub async fn all_of<W: World, T: Send + 'static>(
    futures: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = futures.into_iter().map(W::spawn).collect();
    crate::stage::join_all(tasks).await
}
