//! S8: many clients lose their server at the same time.

use std::time::Duration;

use redwire::Backoff;
use redwire::command::cmd;
use redwire::connection::Settings;
use redwire::session::Session;
use redwire::time::Timestamp;
use redwire::transport::{TransportError, TransportErrorKind};

fn refused() -> TransportError {
    TransportError::new(TransportErrorKind::Unreachable, "refused")
}

/// When a session that is needed all the time dials within `until`, while every dial ends as `end` says.
fn dials(seed: u64, since: Timestamp, until: Timestamp, end: fn(&mut Session, Timestamp)) -> Vec<Timestamp> {
    let mut settings = Settings::new();
    settings.protocol = redwire::Protocol::Resp2;
    let mut session = Session::new(settings, Backoff::new(), seed);
    // A good connection, for a minute.
    session.connect();
    let begin = Timestamp::ZERO;
    assert!(session.poll_dial(begin));
    session.handle_connected(begin);
    while session.poll_event(begin).is_some() {}
    assert!(session.is_up());
    session.handle_loss(since, &refused());
    let (mut now, mut times) = (since, Vec::new());
    while now < until {
        while session.poll_event(now).is_some() {}
        if session.is_idle() {
            session.send(now, &cmd("GET").key("k"), None, 0).unwrap();
        }
        if session.poll_dial(now) {
            times.push(now);
            end(&mut session, now);
            while session.poll_event(now).is_some() {}
            continue;
        }
        now = match session.poll_timeout() {
            Some(at) => at.max(now + Duration::from_nanos(1)),
            None => now + Duration::from_millis(1),
        };
        session.handle_timeout(now);
    }
    times
}

/// Ten thousand clients, and a server that is down: after the first dial of each they spread.
#[test]
fn ten_thousand_clients_come_back_spread_out() {
    const CLIENTS: u64 = 10_000;
    let (since, until) = (Timestamp::from_millis(60_000), Timestamp::from_millis(70_000));
    let mut first = 0;
    let mut bins = [0_u64; 101];
    for seed in 0..CLIENTS {
        let times = dials(seed, since, until, |session, now| {
            session.handle_dial_failure(now, &refused())
        });
        for (n, at) in times.iter().enumerate() {
            let bin = ((*at - since).as_millis() / 100) as usize;
            // A good connection is replaced at once.
            if n == 0 {
                assert_eq!(*at, since);
                first += 1;
            } else {
                bins[bin] += 1;
            }
        }
    }
    assert_eq!(first, CLIENTS);
    println!("dials per 100 ms after the first: {:?}", &bins[..30]);
    // Full jitter: what comes in a tenth of a second shrinks as the delays grow.
    let most = |from: usize| bins.iter().skip(from).copied().max().unwrap_or(0);
    assert!(most(0) < CLIENTS * 3 / 4, "{bins:?}");
    assert!(most(2) < CLIENTS * 2 / 5, "{bins:?}");
    assert!(most(10) < CLIENTS * 3 / 20, "{bins:?}");
    assert!(most(30) < CLIENTS * 3 / 50, "{bins:?}");
}

/// T30: a server that accepts and closes is dialed about ten times in six seconds at most. The delays are random, so that
/// the bound holds for all but one client in five hundred, and for those it is twelve.
#[test]
fn a_server_that_accepts_and_closes_is_not_dialed_in_a_loop() {
    let (since, until) = (Timestamp::from_millis(60_000), Timestamp::from_millis(66_000));
    let mut counts = [0_u32; 64];
    for seed in 0..10_000 {
        let times = dials(seed, since, until, |session, now| {
            session.handle_connected(now);
            session.handle_eof(now);
        });
        counts[times.len().min(63)] += 1;
    }
    println!("dials in 6 s: {counts:?}");
    let more_than = |n: usize| counts.iter().skip(n + 1).sum::<u32>();
    assert!(
        more_than(10) <= 20,
        "clients that dialed more than ten times: {counts:?}"
    );
    assert_eq!(more_than(12), 0, "{counts:?}");
}
