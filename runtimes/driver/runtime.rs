//! What the driver needs of a runtime.

use std::boxed::Box;
use std::future::{Future, poll_fn};
use std::string::String;
use std::sync::Arc;
use std::task::{Poll, Waker};

use super::super::callbacks::LiveCallbacks;
use super::super::common::unreachable_peer;
use super::super::report::Reporter;
use super::super::sentinel::Guide;
use crate::connection::Settings;
use crate::error::Error;
use crate::secret::Credentials;
use crate::time::Timestamp;
use crate::topology::{CredentialsProvider, Endpoint};
use crate::transport::{AsyncClock, AsyncConnector, AsyncTransport, BoxFuture, Spawner};

/// Time, tasks and connections: to one endpoint, or to a service wherever it is.
#[derive(Clone)]
pub(super) struct Runtime {
    pub(super) clock: Arc<dyn AsyncClock>,
    pub(super) connector: Arc<dyn AsyncConnector>,
    pub(super) spawner: Option<Arc<dyn Spawner>>,
    pub(super) endpoint: Endpoint,
    /// Who knows where the service is, if it is one.
    pub(super) guide: Option<Arc<Guide>>,
    pub(super) provider: Option<Arc<dyn CredentialsProvider>>,
    pub(super) peer: String,
    pub(super) reporter: Arc<Reporter>,
    pub(super) callbacks: Arc<LiveCallbacks>,
}

/// A transport, and whom to log in as on it, if that is asked at each connect.
pub(super) struct Dialed {
    pub(super) transport: Box<dyn AsyncTransport>,
    /// The generation of the credentials, and they themselves.
    pub(super) login: Option<(u64, Credentials)>,
    /// Which server of a service it goes to.
    pub(super) server: Option<Endpoint>,
    /// To be woken once no connection is locked: the client has to leave another server.
    pub(super) moved: Option<Waker>,
}

/// What the future results in, or `None` once `until` has come.
pub(super) async fn within<T>(
    clock: &dyn AsyncClock,
    until: Option<Timestamp>,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut timer = until.map(|until| (clock.timer(), until));
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        match &mut timer {
            Some((timer, until)) => timer.poll_at(cx, *until).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

impl Runtime {
    /// The same for connections that need no task of their own, and of which somebody else reports.
    pub(super) fn without_tasks(&self) -> Arc<Self> {
        Arc::new(Runtime {
            spawner: None,
            reporter: Arc::default(),
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

    /// A connection to the endpoint or the service, and the credentials for it.
    pub(super) fn dial(&self, settings: &Settings) -> BoxFuture<'static, Result<Dialed, Error>> {
        // The generation is read first, so that what changes in the meantime is noticed.
        let login = self.provider.as_ref();
        let login = login.map(|provider| (provider.generation(), provider.credentials()));
        let login = async move {
            match login {
                Some((generation, credentials)) => Ok(Some((generation, credentials.await?))),
                None => Ok(None),
            }
        };
        if let Some(guide) = &self.guide {
            self.watch();
            return self.find(guide.clone(), Box::pin(login), settings);
        }
        let (connector, endpoint) = (self.connector.clone(), self.endpoint.clone());
        Box::pin(async move {
            let login = login.await?;
            let transport = connector.connect(&endpoint).await;
            let transport = transport.map_err(|error| unreachable_peer(&endpoint, &error))?;
            Ok(Dialed {
                transport,
                login,
                server: None,
                moved: None,
            })
        })
    }
}
