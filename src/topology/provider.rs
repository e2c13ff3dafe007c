//! Credentials that change while a client lives.

use alloc::boxed::Box;
use core::fmt;
use core::future::ready;

use crate::error::Error;
use crate::secret::Credentials;
use crate::transport::BoxFuture;

/// Hands out the credentials of the moment: rotated passwords, tokens that expire.
///
/// It is asked whenever a connection opens, so that every login uses what is valid then. A provider behind this trait
/// prints as `CredentialsProvider(..)`, so that nothing it holds gets into a log.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use redwire::{Config, Credentials, CredentialsProvider, Error};
/// use redwire::transport::BoxFuture;
///
/// /// A token that another part of the program renews from time to time.
/// #[derive(Default)]
/// struct Token(Mutex<(u64, String)>);
///
/// impl Token {
///     fn renew(&self, token: &str) {
///         let mut current = self.0.lock().unwrap();
///         *current = (current.0 + 1, token.into());
///     }
/// }
///
/// impl CredentialsProvider for Token {
///     fn credentials(&self) -> BoxFuture<'static, Result<Credentials, Error>> {
///         let credentials = Credentials::user("app", self.0.lock().unwrap().1.clone());
///         Box::pin(async move { Ok(credentials) })
///     }
///
///     fn generation(&self) -> u64 {
///         self.0.lock().unwrap().0
///     }
/// }
///
/// let token = Arc::new(Token::default());
/// token.renew("eyJhbGciOi");
/// let config = Config::new().with_credentials_provider(token.clone());
/// assert!(!format!("{config:?}").contains("eyJhbGciOi"));
/// token.renew("eyJ0eXAiOi"); // live connections send `AUTH` again before their next command
/// ```
pub trait CredentialsProvider: Send + Sync {
    /// The credentials valid now. The future owns what it needs, so that it outlives this borrow.
    ///
    /// Blocking clients wait for it on the caller's thread; in async clients it must not block. The time it takes counts
    /// towards the connect time-out. It must not use the client that asks, which waits for nothing but this.
    ///
    /// # Errors
    /// There are none at the moment. The connection is not made, and the call that wanted it fails with this error or
    /// tries again, as after any other failure to connect.
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, Error>>;

    /// A number that changes whenever live connections are to log in again with new credentials: each asks for them, and
    /// sends `AUTH` before its next command, within the connect time-out. One that is refused, or gets no credentials,
    /// is closed, and the next one is dialed. Asked before every command, so it must be cheap. Default: always 0, so that
    /// only new connections get new credentials.
    fn generation(&self) -> u64 {
        0
    }
}

impl fmt::Debug for dyn CredentialsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialsProvider(..)")
    }
}

/// Always the same.
impl CredentialsProvider for Credentials {
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, Error>> {
        Box::pin(ready(Ok(self.clone())))
    }
}

/// A closure as a [`CredentialsProvider`], asked at each connect; it must not block in async clients.
///
/// ```
/// use std::sync::Arc;
/// use redwire::{Config, Credentials, CredentialsFn, Error};
///
/// let from_environment = CredentialsFn(|| match std::env::var("REDIS_PASSWORD") {
///     Ok(password) => Ok(Credentials::password(password)),
///     Err(_) => Err(Error::invalid_argument("REDIS_PASSWORD is not set")),
/// });
/// let config = Config::tcp("cache.example", 6379).with_credentials_provider(Arc::new(from_environment));
/// assert!(config.credentials_provider().is_some());
/// ```
#[derive(Clone, Copy)]
pub struct CredentialsFn<F>(pub F);

impl<F> CredentialsProvider for CredentialsFn<F>
where
    F: Fn() -> Result<Credentials, Error> + Send + Sync,
{
    fn credentials(&self) -> BoxFuture<'static, Result<Credentials, Error>> {
        Box::pin(ready((self.0)()))
    }
}

impl<F> fmt::Debug for CredentialsFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialsFn(..)")
    }
}
