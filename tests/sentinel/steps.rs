//! S9: the model fails over before each command in turn, in every order of its steps that makes sense, while callers count.

use std::sync::Arc;
use std::time::Duration;

use redwire::command::Executor;
use redwire::topology::sentinel::{Sentinels, Service};
use redwire::{Config, Error, Outcome};

use crate::model::{Model, Move, SENTINELS};
use crate::stage::{Exec, Tasks, incr, join_all, ms, plain};

/// In which orders a failover may happen.
const ORDERS: [&[Move]; 6] = [
    // Ordered: the sentinel that carries it out is the first to know, the old master is told last.
    &[
        Move::Promote,
        Move::Learn(0),
        Move::Switch(1),
        Move::Switch(0),
        Move::Demote(true),
    ],
    &[
        Move::Promote,
        Move::Learn(1),
        Move::Demote(false),
        Move::Switch(0),
        Move::Switch(1),
    ],
    // The old master is told before anybody else, with its connections closed or not.
    &[Move::Promote, Move::Demote(false), Move::Switch(0), Move::Switch(1)],
    &[Move::Promote, Move::Demote(true), Move::Switch(1), Move::Switch(0)],
    // It is gone, and comes back as a replica.
    &[
        Move::Kill,
        Move::Notice,
        Move::Promote,
        Move::Learn(0),
        Move::Switch(1),
        Move::Switch(0),
        Move::Demote(true),
    ],
    &[
        Move::Kill,
        Move::Promote,
        Move::Switch(1),
        Move::Demote(false),
        Move::Switch(0),
    ],
];

/// Before which command it begins, and how many commands there are between its steps.
const FIRST: std::ops::Range<u64> = 0..30;
const GAPS: [u64; 4] = [0, 1, 3, 8];

const CALLERS: usize = 3;
const TURNS: usize = 12;

fn config() -> Config {
    let sentinels = Sentinels::new([("s1", 1), ("s2", 1)]).with_watch_interval(Duration::from_secs(1));
    assert_eq!(sentinels.to_string(), SENTINELS.join(","));
    plain().with_service(Service::master("mymaster", sentinels))
}

/// What must hold of a call, whose counter nobody else touches.
fn check(model: &Model, key: &str, answer: &Result<i64, Error>, setting: &str) {
    let world = model.world();
    let record = world.records.get(key).copied().unwrap_or_default();
    let holds = match answer {
        Ok(n) => *n == 1 && record.executed == 1,
        Err(error) => match error.outcome() {
            Outcome::NotSent => record.executed == 0 && record.refused == 0,
            Outcome::Rejected => record.executed == 0 && record.refused > 0,
            Outcome::MaybeExecuted => record.executed <= 1,
            _ => false,
        },
    };
    assert!(holds, "{setting}: {key} gave {answer:?}, and {record:?}");
}

/// The failover is over, and the client is with the new master.
fn check_end(model: &Model, key: &str, last: &Result<i64, Error>, setting: &str) {
    assert!(model.is_over(), "{setting}: the failover never happened");
    let world = model.world();
    assert_eq!(world.wrong, [""; 0], "{setting}");
    assert_eq!(last.as_ref().ok(), Some(&1), "{setting}: {last:?}");
    assert_eq!(world.records[key].kept, 1, "{setting}: {key} is not in the new master");
}

fn settings(run: impl Fn(&[Move], u64, u64, &str)) {
    for order in ORDERS {
        for first in FIRST {
            for gap in GAPS {
                run(order, first, gap, &format!("{order:?} from {first} every {gap}"));
            }
        }
    }
}

fn asynchronous(tasks: Tasks) {
    settings(|order, first, gap, setting| {
        let exec = Exec::new();
        let model = Model::new(exec.clock(), order, first, gap);
        let client = tasks.client(&exec, &config(), model.clone());
        let call = |key: String| {
            let (client, model) = (client.clone(), model.clone());
            async move {
                let answer = client.run(incr(&key).returns::<i64>()).await;
                check(&model, &key, &answer, setting);
                (key, answer)
            }
        };
        let callers = (0..CALLERS).map(|caller| {
            let (call, exec) = (&call, &exec);
            async move {
                for turn in 0..TURNS {
                    let _ = call(format!("{caller}:{turn}")).await;
                    exec.sleep(ms(20)).await;
                }
            }
        });
        exec.run(join_all(callers));
        // However long it takes the sentinels, calls go on.
        for turn in 0..200 {
            let (key, last) = exec.run(call(format!("last:{turn}")));
            exec.pass(ms(50));
            if model.is_over() && last.is_ok() {
                let (key, last) = exec.run(call(key + "!"));
                return check_end(&model, &key, &last, setting);
            }
        }
        panic!("{setting}: no end of it");
    });
}

#[test]
fn s9_failover_at_each_step_async_with_a_task() {
    asynchronous(Tasks::Own);
}

#[test]
fn s9_failover_at_each_step_async_without_tasks() {
    asynchronous(Tasks::None);
}

#[test]
fn s9_failover_at_each_step_blocking() {
    settings(|order, first, gap, setting| {
        let clock = redwire::mock::Clock::new();
        let model = Model::new(&clock, order, first, gap);
        let pool = redwire::blocking::Pool::with_clock(config(), model.clone(), Arc::new(clock.clone())).unwrap();
        let client = pool.client();
        let call = |key: &str| {
            let answer = client.run(incr(key).returns::<i64>());
            check(&model, key, &answer, setting);
            clock.advance(ms(20));
            answer
        };
        for turn in 0..CALLERS * TURNS {
            let _ = call(&format!("0:{turn}"));
        }
        for turn in 0..200 {
            let key = format!("last:{turn}");
            if call(&key).is_ok() && model.is_over() {
                let key = key + "!";
                let last = call(&key);
                return check_end(&model, &key, &last, setting);
            }
        }
        panic!("{setting}: no end of it");
    });
}
