//! Logging in again on a connection that is up, once there are other credentials.

use std::boxed::Box;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::vec::Vec;

use super::fan_out::FanOut;
use super::link::{Link, State};
use super::runtime::within;
use crate::error::{Error, Outcome};
use crate::secret::Credentials;
use crate::topology::CredentialsProvider;
use crate::transport::BoxFuture;

/// How the connection is logged in, if a provider says as whom.
#[derive(Default)]
pub(super) struct Login {
    /// Which generation of credentials it is logged in with.
    pub(super) generation: u64,
    /// New ones are on their way.
    renewal: Option<Renewal>,
}

struct Renewal {
    generation: u64,
    credentials: BoxFuture<'static, Result<Credentials, Error>>,
    /// The calls that wait for them. Any of them may be dropped, so each of them drives.
    waiting: Arc<FanOut>,
}

impl Login {
    /// The connection is lost: new credentials are asked for with the next one.
    pub(super) fn lost(&mut self) -> Option<Waker> {
        self.renewal.take().map(|renewal| Waker::from(renewal.waiting))
    }
}

impl State {
    /// Whether the connection must log in again before its next command.
    #[cold]
    pub(super) fn is_login_outdated(&self, link: &Link) -> bool {
        let provider = link.runtime.provider.as_ref();
        let outdated = provider.is_some_and(|provider| provider.generation() != self.login.generation);
        outdated && self.session.can_log_in()
    }
}

impl Link {
    /// Sees to it that the connection logs in again if it must, or fails because there are no credentials.
    #[cold]
    pub(super) fn poll_login(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(provider) = &self.runtime.provider else {
            return Poll::Ready(Ok(()));
        };
        let mut state = self.lock();
        if !state.is_login_outdated(self) {
            return Poll::Ready(Ok(()));
        }
        let renewal = state.login.renewal.get_or_insert_with(|| self.renew(&**provider));
        renewal.waiting.register(cx.waker());
        let everybody = Waker::from(renewal.waiting.clone());
        let polled = renewal.credentials.as_mut().poll(&mut Context::from_waker(&everybody));
        let Poll::Ready(credentials) = polled else {
            return Poll::Pending;
        };
        let generation = renewal.generation;
        state.login.generation = generation;
        let mut woken = Vec::from_iter(state.login.lost());
        let now = self.now();
        let sent = credentials.and_then(|credentials| state.session.log_in(now, credentials));
        if let Err(why) = &sent {
            state.session.retire(now, why.clone());
            state.collect(now, &mut woken);
        }
        self.unlock(state, woken);
        Poll::Ready(sent)
    }

    /// Asks for new credentials, within the time for connecting.
    fn renew(&self, provider: &dyn CredentialsProvider) -> Renewal {
        let generation = provider.generation();
        let until = self.settings.connect_timeout.map(|timeout| self.now() + timeout);
        let (runtime, credentials) = (self.runtime.clone(), provider.credentials());
        let credentials = Box::pin(async move {
            let credentials = within(&*runtime.clock, until, credentials).await;
            credentials.unwrap_or_else(|| Err(Error::timeout("the credentials", Outcome::NotSent)))
        });
        Renewal {
            generation,
            credentials,
            waiting: Arc::default(),
        }
    }
}
