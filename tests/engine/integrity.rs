//! Integrity mode through whole clients: everything works as without it.

use redwire::connection::Settings;
use redwire::mock::Server;
use redwire::prelude::*;
use redwire::resp::Value;

fn server() -> Server {
    Server::new().with_settings(Settings::new().integrity(1))
}

#[test]
fn a_blocking_client_works_with_nonces() {
    let client = server().blocking_client();
    client.set("a", 1).unwrap();
    let (n, list, value) = client
        .pipeline()
        .incr("a")
        .rpush("l", ["x"])
        .get::<String>("a")
        .execute()
        .unwrap();
    assert_eq!((n, list, &value[..]), (2, 1, "2"));
    assert_eq!(
        client
            .blpop::<String, String>("l", std::time::Duration::from_secs(1))
            .unwrap(),
        Some(("l".into(), "x".into()))
    );
    let alone = client.exclusive().unwrap();
    for name in ["WATCH a", "MULTI", "INCR a"] {
        alone.execute(cmd(name)).unwrap();
    }
    assert_eq!(
        alone.execute(cmd("EXEC")).unwrap(),
        Value::Array(vec![Value::Integer(3)].into())
    );
    drop(alone);
    assert_eq!(client.get::<i64>("a").unwrap(), 3);
    assert_eq!(client.pool().stats().opened, 1);
}

#[test]
fn an_async_client_works_with_nonces() {
    let client = server().tokio_client();
    futures_lite::future::block_on(async {
        client.set("a", 1).await.unwrap();
        let clients: Vec<_> = (0..64).map(|_| client.clone()).collect();
        let calls: Vec<_> = clients.iter().map(|client| Box::pin(client.incr("a"))).collect();
        let mut seen = Vec::new();
        for call in calls {
            seen.push(call.await.unwrap());
        }
        assert_eq!(seen, (2..=65).collect::<Vec<i64>>());
        let (n, m) = futures_lite::future::zip(client.incr("a"), client.pipeline().incr("a").incr("a").execute()).await;
        assert_eq!((n.unwrap(), m.unwrap()), (66, (67, 68)));
    });
}
