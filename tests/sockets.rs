//! The socket connectors of all runtimes, on loopback: which addresses they try, and that they set the options.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a failure is the test's result"
)]

use std::future::Future;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use redwire::transport::{AsyncConnector, BoxFuture, Connector, Resolver, TransportError, TransportErrorKind};
use redwire::{Config, Endpoint};

/// Always the same addresses; remembers what it was asked.
struct Fixed {
    found: Result<Vec<SocketAddr>, TransportError>,
    asked: Mutex<Vec<String>>,
}

impl Fixed {
    fn new(found: impl Into<Vec<SocketAddr>>) -> Arc<Self> {
        Fixed::of(Ok(found.into()))
    }

    fn of(found: Result<Vec<SocketAddr>, TransportError>) -> Arc<Self> {
        let asked = Mutex::default();
        Arc::new(Fixed { found, asked })
    }
}

impl Resolver for Fixed {
    fn resolve(&self, host: &str, port: u16) -> BoxFuture<'static, Result<Vec<SocketAddr>, TransportError>> {
        self.asked.lock().unwrap().push(format!("{host} {port}"));
        let found = self.found.clone();
        Box::pin(async move { found })
    }
}

/// Dials on every runtime, with the names' addresses from this resolver or the system.
fn dial_each(config: &Config, resolver: Option<&Arc<Fixed>>, check: impl Fn(&str, Result<(), TransportError>)) {
    fn dial(connector: &impl AsyncConnector, endpoint: &Endpoint) -> impl Future<Output = Result<(), TransportError>> {
        let dialing = connector.connect(endpoint);
        async move { dialing.await.map(drop) }
    }
    let endpoint = config.endpoint();

    let mut connector = redwire::blocking::SocketConnector::new(config);
    if let Some(resolver) = resolver {
        connector = connector.with_resolver(resolver.clone());
    }
    check(
        "blocking",
        connector.connect(endpoint, config.connect_timeout()).map(drop),
    );

    let mut connector = redwire::tokio::SocketConnector::new(config);
    if let Some(resolver) = resolver {
        connector = connector.with_resolver(resolver.clone());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    check("tokio", runtime.block_on(async { dial(&connector, endpoint).await }));

    let mut connector = redwire::smol::SocketConnector::new(config);
    if let Some(resolver) = resolver {
        connector = connector.with_resolver(resolver.clone());
    }
    check("smol", futures_lite::future::block_on(dial(&connector, endpoint)));

    let mut connector = redwire::async_std::SocketConnector::new(config);
    if let Some(resolver) = resolver {
        connector = connector.with_resolver(resolver.clone());
    }
    check("async-std", futures_lite::future::block_on(dial(&connector, endpoint)));
}

fn loopback() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()
}

/// An address where nobody listens.
fn refused() -> SocketAddr {
    loopback().local_addr().unwrap()
}

#[test]
fn a_resolver_says_where_a_name_is() {
    let listener = loopback();
    let resolver = Fixed::new([listener.local_addr().unwrap()]);
    let config = Config::tcp("cache.invalid", 7000);
    dial_each(&config, Some(&resolver), |runtime, dialed| {
        dialed.unwrap_or_else(|error| panic!("{runtime}: {error}"));
        listener.accept().unwrap();
    });
    assert_eq!(*resolver.asked.lock().unwrap(), ["cache.invalid 7000"; 4]);
}

#[test]
fn all_addresses_are_tried_in_order() {
    let (first, second) = (loopback(), loopback());
    let six = TcpListener::bind((Ipv6Addr::LOCALHOST, 0));
    let mut orders = vec![
        (
            vec![refused(), first.local_addr().unwrap(), second.local_addr().unwrap()],
            &first,
        ),
        (vec![second.local_addr().unwrap(), first.local_addr().unwrap()], &second),
    ];
    // Not every machine has IPv6; on one that has none its addresses are as good as refused.
    let v6 = match &six {
        Ok(listener) => listener.local_addr().unwrap(),
        Err(_) => SocketAddr::from((Ipv6Addr::LOCALHOST, 9)),
    };
    orders.push((
        vec![refused(), v6, first.local_addr().unwrap()],
        six.as_ref().unwrap_or(&first),
    ));
    orders.push((
        vec![SocketAddr::from((Ipv6Addr::LOCALHOST, 1)), first.local_addr().unwrap()],
        &first,
    ));
    for (addresses, expected) in orders {
        let resolver = Fixed::new(addresses.clone());
        dial_each(&Config::tcp("name", 1), Some(&resolver), |runtime, dialed| {
            dialed.unwrap_or_else(|error| panic!("{runtime}, {addresses:?}: {error}"));
            expected.set_nonblocking(true).unwrap();
            expected
                .accept()
                .unwrap_or_else(|error| panic!("{runtime}, {addresses:?}: {error}"));
        });
    }
}

#[test]
fn names_without_an_address_cannot_be_reached() {
    let failure = TransportError::new(TransportErrorKind::Unreachable, "not in the table");
    let failures = [
        (Fixed::new([]), "the host has no address"),
        (Fixed::of(Err(failure)), "not in the table"),
    ];
    for (resolver, expected) in failures {
        dial_each(&Config::tcp("name", 1), Some(&resolver), |runtime, dialed| {
            let error = dialed.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Unreachable, "{runtime}");
            assert_eq!(error.to_string(), expected, "{runtime}");
        });
    }
    let resolver = Fixed::new([refused(), refused()]);
    dial_each(&Config::tcp("name", 1), Some(&resolver), |runtime, dialed| {
        assert_eq!(dialed.unwrap_err().kind(), TransportErrorKind::Unreachable, "{runtime}");
    });
}

#[test]
fn the_system_knows_this_machine() {
    let listener = loopback();
    let port = listener.local_addr().unwrap().port();
    for host in ["127.0.0.1", "localhost"] {
        dial_each(&Config::tcp(host, port), None, |runtime, dialed| {
            dialed.unwrap_or_else(|error| panic!("{runtime}, {host}: {error}"));
            listener.accept().unwrap();
        });
    }
}

/// A resolver that never answers costs no more than the time to connect, on a blocking client too.
#[test]
fn a_resolver_that_never_answers_is_not_waited_for_for_ever() {
    struct Never;
    impl Resolver for Never {
        fn resolve(&self, _: &str, _: u16) -> BoxFuture<'static, Result<Vec<SocketAddr>, TransportError>> {
            Box::pin(std::future::pending())
        }
    }
    let config = Config::tcp("name", 1).with_connect_timeout(std::time::Duration::from_millis(5));
    let connector = redwire::blocking::SocketConnector::new(&config).with_resolver(Arc::new(Never));
    let error = connector
        .connect(config.endpoint(), config.connect_timeout())
        .map(drop)
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TimedOut);
}

/// Keepalive stands for the options: whoever sets it sets all of them. Linux shows its timer.
#[cfg(target_os = "linux")]
#[test]
fn the_options_of_the_configuration_are_set() {
    /// The timer of the socket with this local port, if the list shows it.
    fn timer(port: u16) -> Option<String> {
        let sockets = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
        let local = format!(":{port:04X}");
        let mut sockets = sockets.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let established = sockets.find(|fields| fields[1].ends_with(&local) && fields[3] == "01");
        established.map(|fields| fields[5].into())
    }

    /// Whether the keepalive timer of the client's socket runs. The list is read in pieces, and may miss one while others
    /// come and go.
    fn is_kept_alive(listener: &TcpListener) -> bool {
        let (_open, client) = listener.accept().unwrap();
        let timer = (0..1000).find_map(|_| timer(client.port()));
        timer.unwrap().starts_with("02:")
    }

    let listener = loopback();
    let address = listener.local_addr().unwrap();
    let on = Config::tcp(address.ip().to_string(), address.port());
    for (config, expected) in [(on.clone(), true), (on.with_keepalive(None), false)] {
        let transport = redwire::blocking::SocketConnector::new(&config).connect(config.endpoint(), None);
        assert_eq!(is_kept_alive(&listener), expected, "blocking");
        drop(transport.unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let connector = redwire::tokio::SocketConnector::new(&config);
            let transport = connector.connect(config.endpoint()).await;
            assert_eq!(is_kept_alive(&listener), expected, "tokio");
            drop(transport.unwrap());
        });
        let connector = redwire::smol::SocketConnector::new(&config);
        let transport = futures_lite::future::block_on(connector.connect(config.endpoint()));
        assert_eq!(is_kept_alive(&listener), expected, "smol");
        drop(transport.unwrap());
        let connector = redwire::async_std::SocketConnector::new(&config);
        let transport = futures_lite::future::block_on(connector.connect(config.endpoint()));
        assert_eq!(is_kept_alive(&listener), expected, "async-std");
        drop(transport.unwrap());
    }
}
