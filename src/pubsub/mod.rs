//! Publish/subscribe.
mod change;
mod event;
mod handler;
mod incoming;
mod listener;
mod monitor;
mod options;
mod pending;
mod queue;
mod silence;
mod subscriber;
mod table;
#[cfg(test)]
mod tests;
mod work;

pub use change::{Change, Subscribe};
pub use event::{Confirmation, Event, Gap, Kind, Message};
pub use handler::{HandlerError, HandlerOutcome};
pub use listener::{Listener, Notice, Told};
pub use monitor::{MonitorClient, MonitorLine, MonitorMachine};
pub use options::{PubSubOptions, ReadOptions};
pub use subscriber::Subscriber;
pub use work::WorkerOptions;

pub(crate) use work::Work;
