//! What the driver needs of a runtime.

use std::boxed::Box;
use std::string::String;
use std::sync::Arc;

use super::super::common::unreachable_peer;
use crate::error::Error;
use crate::secret::Credentials;
use crate::topology::{CredentialsProvider, Endpoint};
use crate::transport::{AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Spawner};

/// Time, tasks and connections to one endpoint.
#[derive(Clone)]
pub(super) struct Runtime {
    pub(super) clock: Arc<dyn AsyncClock>,
    pub(super) connector: Arc<dyn AsyncConnector>,
    pub(super) spawner: Option<Arc<dyn Spawner>>,
    pub(super) endpoint: Endpoint,
    pub(super) provider: Option<Arc<dyn CredentialsProvider>>,
    pub(super) peer: String,
}

/// A transport, and whom to log in as on it, if that is asked at each connect.
pub(super) struct Dialed {
    pub(super) transport: Box<dyn AsyncTransport>,
    pub(super) credentials: Option<Credentials>,
}

impl Runtime {
    /// The same for connections that need no task of their own.
    pub(super) fn without_tasks(&self) -> Arc<Self> {
        Arc::new(Runtime {
            spawner: None,
            ..self.clone()
        })
    }

    pub(super) fn has_tasks(&self) -> bool {
        self.spawner.is_some()
    }

    /// Starts a task, or drops it.
    pub(super) fn spawn(&self, task: BoxFuture<'static, ()>) {
        if let Some(spawner) = &self.spawner {
            spawner.spawn(task);
        }
    }

    /// A connection to the endpoint, and the credentials for it.
    pub(super) fn dial(&self) -> BoxFuture<'static, Result<Dialed, Error>> {
        let credentials = self.provider.as_ref().map(|provider| provider.credentials());
        let transport = self.connector.connect(&self.endpoint);
        let endpoint = self.endpoint.clone();
        Box::pin(async move {
            let credentials = match credentials {
                Some(credentials) => Some(credentials.await?),
                None => None,
            };
            let transport = transport.await.map_err(|error| unreachable_peer(&endpoint, &error))?;
            Ok(Dialed { transport, credentials })
        })
    }
}
