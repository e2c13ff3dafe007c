//! Sockets of any async runtime: which addresses are tried, how long each, with which options.

use std::boxed::Box;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::Arc;
use std::vec::Vec;

use super::super::common::{no_address, share};
use super::runtime::within;
use crate::topology::{Config, Endpoint};
use crate::transport::{
    AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Resolver, TransportError, TransportErrorKind,
};

/// What a runtime knows about sockets.
pub(in super::super) trait Sockets: 'static {
    /// Time, for limits.
    fn clock() -> Arc<dyn AsyncClock>;

    /// The addresses that the system knows for a host.
    fn resolve(host: &str, port: u16) -> impl Future<Output = Result<Vec<SocketAddr>, TransportError>> + Send;

    /// A TCP connection to one address.
    fn tcp(
        address: SocketAddr,
        config: &Config,
    ) -> impl Future<Output = Result<Box<dyn AsyncTransport>, TransportError>> + Send;

    /// A connection to a Unix socket.
    fn unix(path: &str) -> impl Future<Output = Result<Box<dyn AsyncTransport>, TransportError>> + Send;
}

/// Opens TCP and Unix sockets with the options of a [`Config`]: what clients use unless they are given another
/// [`AsyncConnector`], and what one of your own can be wrapped around.
///
/// All addresses of a host are tried in the order in which they were found, IPv6 and IPv4 alike, within the configuration's
/// time to connect: none gets more than its share of what is left.
///
/// `R` names the runtime: use [`tokio::SocketConnector`](crate::tokio::SocketConnector) and its siblings.
pub struct AsyncSocketConnector<R> {
    config: Config,
    resolver: Option<Arc<dyn Resolver>>,
    runtime: PhantomData<fn() -> R>,
}

impl<R> AsyncSocketConnector<R> {
    /// Opens sockets with the options of this configuration; its address is not looked at.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        AsyncSocketConnector {
            config: config.clone(),
            resolver: None,
            runtime: PhantomData,
        }
    }

    /// The same with host names looked up by `resolver` instead of the system.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = Some(resolver);
        self
    }
}

impl<R> Clone for AsyncSocketConnector<R> {
    fn clone(&self) -> Self {
        AsyncSocketConnector {
            config: self.config.clone(),
            resolver: self.resolver.clone(),
            runtime: PhantomData,
        }
    }
}

impl<R: Sockets> AsyncConnector for AsyncSocketConnector<R> {
    fn connect(&self, endpoint: &Endpoint) -> BoxFuture<'static, Result<Box<dyn AsyncTransport>, TransportError>> {
        let (connector, endpoint) = (self.clone(), endpoint.clone());
        Box::pin(async move {
            match &endpoint {
                Endpoint::Tcp { host, port } => dial(&connector, host, *port).await,
                Endpoint::Unix { path } => R::unix(path).await,
            }
        })
    }
}

/// Tries every address of a host. Whoever waits for it limits the time as a whole.
async fn dial<R: Sockets>(
    connector: &AsyncSocketConnector<R>,
    host: &str,
    port: u16,
) -> Result<Box<dyn AsyncTransport>, TransportError> {
    let clock = R::clock();
    let until = connector.config.connect_timeout().map(|timeout| clock.now() + timeout);
    let addresses = match &connector.resolver {
        Some(resolver) => resolver.resolve(host, port).await?,
        None => R::resolve(host, port).await?,
    };
    let mut last = no_address();
    for (tried, address) in addresses.iter().enumerate() {
        let limit = until.map(|until| {
            let now = clock.now();
            now + share(until.saturating_since(now), addresses.len() - tried)
        });
        match within(&*clock, limit, R::tcp(*address, &connector.config)).await {
            Some(Ok(transport)) => return Ok(transport),
            Some(Err(error)) => last = error,
            None => last = TransportError::new(TransportErrorKind::TimedOut, "no answer in time"),
        }
    }
    Err(last)
}

impl<R> fmt::Debug for AsyncSocketConnector<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SocketConnector(..)")
    }
}
