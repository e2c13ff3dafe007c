//! S11: three commands, and everything that can happen to them at every point. Nothing is left to chance.

use std::time::Duration;

use redwire::transport::Clock;

use super::asyncs::Schedule;
use super::model::Kind;
use super::net::Fault;
use super::rng::Rng;
use super::sessions::Driver;
use super::setting;
use super::world::World;

#[derive(Clone, Copy, Debug)]
enum Event {
    Cancel(usize),
    /// All deadlines pass.
    TimeOut,
    Happens(Fault),
    Disconnect,
}

const EVENTS: [Event; 11] = [
    Event::Cancel(0),
    Event::Cancel(1),
    Event::Cancel(2),
    Event::TimeOut,
    Event::Happens(Fault::Close),
    Event::Happens(Fault::Reset),
    Event::Happens(Fault::Push),
    Event::Happens(Fault::Stray),
    Event::Happens(Fault::Mute),
    Event::Happens(Fault::Vanish),
    Event::Disconnect,
];

/// Who is tried.
const SUBJECTS: [&str; 3] = ["with a task", "without a task", "bare session"];

/// Rounds in which three commands are done: everything in one piece, or in pieces of 24 bytes.
const ROUNDS: [(usize, usize); 2] = [(usize::MAX, 12), (24, 30)];

fn happen(world: &World, event: Event) {
    match event {
        Event::TimeOut => {
            let at = world.now() + Duration::from_millis(60);
            world.advance_to(at);
        }
        Event::Happens(fault) => {
            let mut state = world.lock();
            let mut rng = Rng::new(7);
            if let Some(conn) = state.conns.last_mut() {
                conn.fault(fault, &mut rng);
            }
        }
        Event::Cancel(_) | Event::Disconnect => {}
    }
}

fn run(subject: usize, kinds: [Kind; 3], cut: usize, rounds: usize, events: &[(usize, Event)]) -> Result<(), String> {
    let world = setting::plain_world(cut);
    if subject == 2 {
        let mut driver = Driver::with(world.clone(), setting::plain(), Rng::new(1));
        for kind in kinds {
            driver.send(kind);
        }
        for round in 0..rounds {
            for (_, event) in events.iter().filter(|(at, _)| *at == round) {
                happen(&world, *event);
                match event {
                    Event::Cancel(command) => driver.cancel_command(*command),
                    Event::Disconnect => driver.session.disconnect(world.now()),
                    _ => {}
                }
            }
            driver.round();
            world.lock().step_network(false);
        }
        return driver.finish();
    }
    let mut schedule = Schedule::with(world.clone(), setting::plain(), Rng::new(1), subject == 0);
    for kind in kinds {
        schedule.submit_single(kind);
    }
    for round in 0..rounds {
        for (_, event) in events.iter().filter(|(at, _)| *at == round) {
            happen(&world, *event);
            match event {
                Event::Cancel(call) => schedule.cancel_call(*call),
                Event::Disconnect => schedule.client.as_ref().unwrap().disconnect(),
                _ => {}
            }
        }
        schedule.round();
        world.lock().step_network(false);
    }
    schedule.finish()
}

fn must_hold(subject: usize, kinds: [Kind; 3], cut: usize, rounds: usize, events: &[(usize, Event)]) {
    if let Err(why) = run(subject, kinds, cut, rounds, events) {
        panic!("{}, {kinds:?} in pieces of {cut}, {events:?}: {why}", SUBJECTS[subject]);
    }
}

/// The commands: one of them may be refused.
fn commands() -> impl Iterator<Item = [Kind; 3]> {
    let usual = [Kind::Count, Kind::Read, Kind::Count];
    (0..4).map(move |refused| {
        let mut kinds = usual;
        if let Some(kind) = kinds.get_mut(refused) {
            *kind = Kind::Fail;
        }
        kinds
    })
}

#[test]
fn every_event_at_every_point() {
    for subject in 0..SUBJECTS.len() {
        for kinds in commands() {
            for (cut, rounds) in ROUNDS {
                for event in EVENTS {
                    for point in 0..rounds {
                        must_hold(subject, kinds, cut, rounds, &[(point, event)]);
                    }
                }
            }
        }
    }
}

#[test]
#[ignore = "takes a while in a debug build; see README.md beside this file"]
fn every_two_events_at_every_two_points() {
    let (cut, rounds) = ROUNDS[0];
    for subject in 0..SUBJECTS.len() {
        for kinds in commands() {
            for first in EVENTS {
                for second in EVENTS {
                    for point in 0..rounds {
                        for later in point..rounds {
                            must_hold(subject, kinds, cut, rounds, &[(point, first), (later, second)]);
                        }
                    }
                }
            }
        }
    }
}
