//! S12: the n-th call of the transport fails, for every n, in every client.

use std::time::Duration;

use futures_lite::future::block_on;
use redwire::connection::Settings;
use redwire::mock::Script;
use redwire::prelude::*;
use redwire::transport::TransportErrorKind;
use redwire::{Error, Protocol};

use super::asyncs;
use super::blockings;
use super::model::Kind;
use super::rng::Rng;
use super::sessions;
use super::setting;

/// Runs `schedule` with the first, the second, .. call failing, until there are no more calls.
fn every_call(schedule: impl Fn(&super::world::World) -> Result<(), String>) {
    for n in 1..10_000 {
        let world = setting::plain_world(24);
        world.lock().fail_call = Some(n);
        if let Err(why) = schedule(&world) {
            panic!("call {n} fails: {why}");
        }
        if world.lock().calls < n {
            assert!(n > 20, "there must have been calls");
            return;
        }
    }
}

fn async_client(spawning: bool) {
    every_call(|world| {
        let mut schedule = asyncs::Schedule::with(world.clone(), setting::plain(), Rng::new(3), spawning);
        for kind in [Kind::Count, Kind::Read, Kind::Big, Kind::Pop] {
            schedule.submit_single(kind);
        }
        schedule.submit_batch(true);
        schedule.submit_batch(false);
        schedule.submit_alone();
        schedule.quiet();
        schedule.finish()
    });
}

#[test]
fn async_client_with_tasks() {
    async_client(true);
}

#[test]
fn async_client_without_tasks() {
    async_client(false);
}

#[test]
fn blocking_client() {
    every_call(|world| {
        let mut schedule = blockings::Schedule::new(world.clone(), setting::plain(), Rng::new(3));
        for kind in [Kind::Count, Kind::Read, Kind::Big, Kind::Pop] {
            schedule.single(kind);
        }
        schedule.batch();
        schedule.take();
        schedule.use_held();
        schedule.finish()
    });
}

#[test]
fn bare_session() {
    every_call(|world| {
        let mut driver = sessions::Driver::with(world.clone(), setting::plain(), Rng::new(3));
        for kind in [Kind::Count, Kind::Read, Kind::Big, Kind::Subscribe] {
            driver.send(kind);
        }
        for _ in 0..200 {
            driver.round();
            world.lock().step_network(false);
        }
        driver.finish()
    });
}

/// The same conversation for every runtime, over the only transport there is.
fn script(n: u64, kind: TransportErrorKind) -> Script {
    Script::new()
        .write_at_most(7)
        .split_reads(3)
        .expect(cmd("GET").arg("a"))
        .reply("$1\r\n1\r\n")
        .expect(cmd("GET").arg("b"))
        .reply("$1\r\n2\r\n")
        .fail_call(n, kind)
}

/// With the connection gone the results are errors; before, they are right. `failed` says whether anything did.
fn results_are_right(results: [Result<String, Error>; 2], failed: bool, n: u64) {
    let right = ["1", "2"];
    let mut broken = false;
    for (result, right) in results.into_iter().zip(right) {
        match result {
            Ok(value) => assert!(!broken && value == right, "call {n} fails: {value} for {right}"),
            Err(error) => {
                assert!(broken || failed, "call {n} fails: {error}");
                broken = true;
            }
        }
    }
    assert_eq!(broken, failed, "call {n} fails");
}

fn every_call_of(client: impl Fn(&Script, Settings) -> [Result<String, Error>; 2]) {
    let settings = || {
        Settings::new()
            .protocol(Protocol::Resp2)
            .response_timeout(Duration::from_secs(1))
    };
    for kind in [TransportErrorKind::Closed, TransportErrorKind::Other] {
        for n in 1..1_000 {
            let script = script(n, kind);
            let results = client(&script, settings());
            let failed = script.calls() >= n;
            results_are_right(results, failed, n);
            if !failed {
                assert!(n > 10);
                break;
            }
        }
    }
}

#[test]
fn every_flavour_over_its_only_transport() {
    every_call_of(|script, settings| {
        let client = script.blocking_client(settings);
        [client.get("a"), client.get("b")]
    });
    every_call_of(|script, settings| {
        let client = script.tokio_client(settings);
        block_on(async { [client.get("a").await, client.get("b").await] })
    });
    #[cfg(feature = "async-std")]
    every_call_of(|script, settings| {
        let client = script.async_std_client(settings);
        block_on(async { [client.get("a").await, client.get("b").await] })
    });
    #[cfg(feature = "smol")]
    every_call_of(|script, settings| {
        let client = script.smol_client(settings);
        block_on(async { [client.get("a").await, client.get("b").await] })
    });
}
