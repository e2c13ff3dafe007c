//! A stage that procedures can own, as they own a handle of a client.

use std::ops::Deref;
use std::rc::Rc;

use redwire::Protocol;
use redwire::flow::{Driver, Flow};
use redwire::lock::LockClient;
use redwire::time::Timestamp;

use super::clients::Client;
use super::stage::{Place, Stage};

/// A handle of a stage: cloning is cheap, and clones are the same stage. Flows are driven to their end by the stage's
/// client, whatever its runtime.
pub struct Owned<C>(Rc<Stage<C>>);

impl<C: Client> Owned<C> {
    pub fn new(place: Place, protocol: Protocol) -> Self {
        Owned(Rc::new(Stage::new(place, protocol)))
    }
}

impl<C> Clone for Owned<C> {
    fn clone(&self) -> Self {
        Owned(self.0.clone())
    }
}

impl<C> Deref for Owned<C> {
    type Target = Stage<C>;

    fn deref(&self) -> &Stage<C> {
        &self.0
    }
}

impl<C: Client> Driver for &Owned<C> {
    type Driven<F: Flow> = F::Output;

    fn drive<F: Flow>(self, flow: F) -> F::Output {
        self.client.drive_to_end(flow)
    }
}

/// With the time and the chance of the client; what nobody waits for is done at once.
impl<C: Client> LockClient for Owned<C> {
    type Background = ();

    fn now(&self) -> Timestamp {
        self.client.inner().now()
    }

    fn random(&self) -> u128 {
        self.client.inner().random()
    }

    fn finish<F: Flow>(&self, flow: F) {
        self.client.drive_to_end(flow);
    }

    fn start<F: Flow>(&self, _: F) -> Option<()> {
        None
    }
}
