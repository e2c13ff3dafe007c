//! What callers do: the requests, and the futures that send them and hold the results against what happened.

use std::time::Duration;

use redwire::command::{Request, Wait};
use redwire::prelude::*;
use redwire::resp::Value;
use redwire::tokio::AsyncClient;
use redwire::transport::BoxFuture;

use super::model::{Fate, Kind, Record};
use super::world::{State, World};

/// Names the runtime of simulated clients.
#[derive(Debug)]
pub enum Sim {}

pub type Client = AsyncClient<Sim>;

/// How long a command that waits may wait in the server.
pub const WAIT: Duration = Duration::from_millis(40);

pub fn request(kind: Kind, id: usize) -> Request {
    let request = cmd(kind.name());
    let id = id.to_string();
    match kind {
        Kind::Read => request.arg(id).read_only(),
        Kind::Idem => request.arg(id).idempotent(),
        Kind::Big => request.arg(id).arg("p".repeat(200)),
        Kind::Pop => request.arg(id).blocks(Wait::For(WAIT)),
        Kind::Subscribe => request.arg(format!("{id}a")).arg(format!("{id}b")),
        Kind::Count | Kind::Fail | Kind::Load | Kind::Swap => request.arg(id),
    }
}

/// Enters a command into the books of the server; gives its number.
pub fn register(state: &mut State, kind: Kind, owner: u32, transaction: Option<usize>) -> usize {
    let id = state.model.records.len();
    let mut bytes = Vec::new();
    request(kind, id).encode(&mut bytes);
    state.model.records.push(Record {
        kind,
        owner,
        transaction,
        executed: 0,
        refused: 0,
        looked: None,
        sent: false,
        reply: Vec::new(),
        bytes,
        fate: Fate::Open,
    });
    id
}

pub fn judge(world: &World, id: usize, result: &Result<Bytes, Error>) {
    let mut state = world.lock();
    match result {
        Ok(value) => state.judge(id, Ok(value)),
        Err(error) => state.judge(id, Err(error)),
    }
}

/// One command.
pub fn single(client: &Client, world: &World, kind: Kind, id: usize) -> BoxFuture<'static, ()> {
    let (client, world) = (client.clone(), world.clone());
    Box::pin(async move {
        let result = client.run(request(kind, id).returns::<Bytes>()).await;
        judge(&world, id, &result);
    })
}

/// Several commands together.
pub fn batch(client: &Client, world: &World, atomic: bool, of: Vec<(Kind, usize)>) -> BoxFuture<'static, ()> {
    let (client, world) = (client.clone(), world.clone());
    Box::pin(async move {
        let mut batch = client.batch();
        if !atomic {
            batch = batch.non_atomic();
        }
        let slots: Vec<_> = of
            .into_iter()
            .map(|(kind, id)| (id, batch.run(request(kind, id).returns::<Bytes>())))
            .collect();
        match batch.execute_each().await {
            Ok(mut results) => {
                for (id, slot) in slots {
                    judge(&world, id, &results.take(slot));
                }
            }
            Err(error) => {
                for (id, _) in slots {
                    judge(&world, id, &Err(error.clone()));
                }
            }
        }
    })
}

/// The keys that a transaction watches: the one that matters, and one that says whose it is.
pub fn watched(id: usize) -> [String; 2] {
    ["k".into(), format!("t{id}")]
}

pub fn look(id: usize) -> Command<u64> {
    cmd("LOOK").arg(id).read_only().returns()
}

/// Looks at the key and changes it, if nobody else did in between; in between, `meanwhile` is polled so many times.
pub fn transaction(client: &Client, world: &World, id: usize, meanwhile: usize) -> BoxFuture<'static, ()> {
    let (client, world) = (client.clone(), world.clone());
    Box::pin(async move {
        let swapped = client.transaction(watched(id), |tx| async move {
            let _version: u64 = tx.run(look(id)).await?;
            for _ in 0..meanwhile {
                yield_once().await;
            }
            let (value,) = tx
                .multi()
                .run(request(Kind::Swap, id).returns::<Bytes>())
                .execute()
                .await?;
            Ok(value)
        });
        let result = swapped.await;
        judge(&world, id, &result);
    })
}

async fn yield_once() {
    let mut polled = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut polled, true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

/// What is done on a connection of one's own.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Command(Kind, usize),
    Watch,
    Unwatch,
    Select,
    Multi,
    Queue(Kind, usize),
    Exec,
}

impl Deed {
    pub fn execute(self, connection: &redwire::blocking::Exclusive) -> Result<Value, Error> {
        connection.execute(self.request())
    }

    fn request(self) -> Request {
        match self {
            Deed::Command(kind, id) | Deed::Queue(kind, id) => request(kind, id),
            Deed::Watch => cmd("WATCH").key("k"),
            Deed::Unwatch => cmd("UNWATCH"),
            Deed::Select => cmd("SELECT").arg(7),
            Deed::Multi => cmd("MULTI"),
            Deed::Exec => cmd("EXEC"),
        }
    }
}

/// A connection of one's own, and what is done on it until something goes wrong.
pub fn alone(client: &Client, world: &World, deeds: Vec<Deed>, timid: bool) -> BoxFuture<'static, ()> {
    let (client, world) = (client.clone(), world.clone());
    Box::pin(async move {
        let connection = match client.exclusive().await {
            Ok(connection) => connection,
            Err(error) => return none_was_sent(&world, &deeds, &error),
        };
        let mut queued = Vec::new();
        for (at, deed) in deeds.iter().enumerate() {
            let result = connection.execute(deed.request()).await;
            let failed = result.is_err();
            settle(&world, *deed, result, &mut queued);
            if failed && timid {
                return give_up(&world, &deeds[at + 1..], &queued);
            }
        }
        give_up(&world, &[], &queued);
    })
}

pub fn none_was_sent(world: &World, deeds: &[Deed], error: &Error) {
    for deed in deeds {
        if let Deed::Command(_, id) | Deed::Queue(_, id) = deed {
            world.lock().judge(*id, Err(error));
        }
    }
}

/// The result of one deed. Commands inside MULTI have theirs with EXEC.
pub fn settle(world: &World, deed: Deed, result: Result<Value, Error>, queued: &mut Vec<usize>) {
    let bytes = |value: &Value| Bytes::copy_from_slice(value.as_bytes().unwrap_or_default());
    match (deed, result) {
        (Deed::Command(_, id), result) => judge(world, id, &result.map(|value| bytes(&value))),
        (Deed::Queue(_, id), Ok(_)) => queued.push(id),
        (Deed::Queue(_, id), Err(error)) => judge(world, id, &Err(error)),
        (Deed::Exec, Ok(Value::Array(values))) => {
            for (id, value) in queued.drain(..).zip(values) {
                match value {
                    Value::Error(_) => world.lock().model.records[id].fate = Fate::Rejected,
                    value => judge(world, id, &Ok(bytes(&value))),
                }
            }
        }
        (Deed::Exec, Err(error)) => {
            for id in queued.drain(..) {
                judge(world, id, &Err(error.clone()));
            }
        }
        _ => {}
    }
}

/// The rest is not tried any more.
pub fn give_up(world: &World, rest: &[Deed], queued: &[usize]) {
    let mut state = world.lock();
    let left = rest.iter().filter_map(|deed| match deed {
        Deed::Command(_, id) | Deed::Queue(_, id) => Some(*id),
        _ => None,
    });
    for id in left.chain(queued.iter().copied()) {
        let fate = &mut state.model.records[id].fate;
        if *fate == Fate::Open {
            *fate = Fate::Cancelled;
        }
    }
}
