//! How the clients of a schedule are configured, and what the weather is like.

use std::time::Duration;

use redwire::{Backoff, Config, Credentials, Overload, PoolOptions, Protocol, RetryPolicy};

use super::net::Fault;
use super::rng::Rng;
use super::world::{State, Weather, World};

/// What the checks need to know of a configuration.
#[derive(Clone, Debug)]
pub struct Setting {
    pub config: Config,
    pub response: Duration,
    pub connect: Duration,
    pub liveness: Duration,
    pub cap: Duration,
    pub retries: u32,
    pub retry_on_timeout: bool,
    pub budget: u64,
}

/// Chooses a configuration, and tells the server what to expect.
pub fn choose(rng: &mut Rng, state: &mut State) -> Setting {
    let millis = |rng: &mut Rng, of: &[u64]| Duration::from_millis(rng.pick(of));
    let response = millis(rng, &[60, 200, 1000]);
    let connect = millis(rng, &[50, 150, 500]);
    let liveness = millis(rng, &[80, 300]);
    let cap = millis(rng, &[20, 100, 400]);
    let retries = rng.pick(&[0, 1, 3]);
    let retry_on_timeout = rng.chance(20);
    let budget = rng.pick(&[120, 600, 1 << 20]);
    let max = rng.pick(&[1, 2, 3]);
    let retry = RetryPolicy::new()
        .with_retries(retries)
        .with_retry_reads(rng.chance(80))
        .with_retry_on_timeout(retry_on_timeout)
        .with_backoff(Backoff::new().with_base(Duration::from_millis(5)).with_cap(cap));
    let backoff = Backoff::new()
        .with_base(Duration::from_millis(10))
        .with_cap(cap)
        .with_stable(Duration::from_millis(rng.pick(&[0, 50, 1000])));
    let mut pool = PoolOptions::new()
        .with_max_connections(max as u32)
        .with_idle_timeout(rng.chance(30).then_some(Duration::from_millis(30)))
        .with_max_lifetime(rng.chance(20).then_some(Duration::from_millis(200)))
        .with_health_check_interval(rng.chance(30).then_some(Duration::from_millis(5)));
    if rng.chance(30) {
        pool = pool.with_pool_timeout(millis(rng, &[0, 20]));
    }
    let mut config = Config::new()
        .with_protocol(if rng.chance(70) {
            Protocol::Resp3
        } else {
            Protocol::Resp2
        })
        .with_connect_timeout(connect)
        .with_response_timeout(response)
        .with_liveness(liveness)
        .with_backoff(backoff)
        .with_retry(retry)
        .with_pool(pool)
        .with_memory_budget(budget as usize)
        .with_overload(if rng.chance(80) { Overload::Wait } else { Overload::Fail });
    if rng.chance(50) {
        config = config.with_library(None);
    }
    let model = &mut state.model;
    if rng.chance(40) {
        model.expected.password = Some("secret");
        config = config.with_credentials(Credentials::password("secret"));
    }
    if rng.chance(40) {
        model.expected.database = 3;
        config = config.with_database(3);
    }
    if rng.chance(40) {
        model.expected.name = Some("simulated");
        config = config.with_client_name("simulated");
    }
    model.old = rng.chance(15);
    Setting {
        config,
        response,
        connect,
        liveness,
        cap,
        retries,
        retry_on_timeout,
        budget,
    }
}

/// The same configuration for every schedule that is not left to chance.
pub fn plain() -> Setting {
    let (response, connect, liveness) = (
        Duration::from_millis(60),
        Duration::from_millis(50),
        Duration::from_millis(80),
    );
    let cap = Duration::from_millis(20);
    let config = Config::new()
        .with_database(3)
        .with_library(None)
        .with_connect_timeout(connect)
        .with_response_timeout(response)
        .with_liveness(liveness)
        .with_backoff(Backoff::new().with_base(Duration::from_millis(10)).with_cap(cap))
        .with_pool(PoolOptions::new().with_max_connections(2));
    Setting {
        config,
        response,
        connect,
        liveness,
        cap,
        retries: 3,
        retry_on_timeout: false,
        budget: 1 << 20,
    }
}

/// A world with this configuration, in which bytes move in pieces of `cut`.
pub fn plain_world(cut: usize) -> World {
    let world = World::new(1, false);
    let mut state = world.lock();
    state.weather.cut = cut;
    state.model.expected.database = 3;
    drop(state);
    world
}

/// Some of all that can go wrong: a schedule with everything at once finds less.
pub fn weather(rng: &mut Rng) -> Weather {
    let mut some = |percent: u32, of: &[u32]| if rng.chance(percent) { rng.pick(of) } else { 0 };
    let (refused, never, slow) = (some(25, &[20, 60]), some(15, &[20]), some(25, &[50]));
    let (stalled, lockstep, fault) = (some(15, &[20]), some(20, &[50, 100]), some(75, &[3, 10]));
    let all = [
        Fault::Reset,
        Fault::Close,
        Fault::Vanish,
        Fault::Mute,
        Fault::Stray,
        Fault::Push,
    ];
    let faults = all.into_iter().filter(|_| rng.chance(40)).collect();
    Weather {
        refused,
        never,
        slow,
        stalled,
        lockstep,
        window: rng.pick(&[usize::MAX, usize::MAX, 16, 60, 200]),
        cut: 0,
        faults,
        fault,
    }
}
