//! Who hands out the credentials.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::future::ready;
use core::pin::pin;
use core::sync::atomic::{AtomicU32, Ordering};
use core::task::{Context, Poll, Waker};

use super::parse;
use crate::error::{Error, ErrorKind};
use crate::secret::Credentials;
use crate::topology::{Config, CredentialsFn, CredentialsProvider};
use crate::transport::BoxFuture;

/// What a provider says at once.
fn ask(config: &Config) -> Result<Credentials, Error> {
    let provider = config.credentials_provider().unwrap_or_else(|| panic!("no provider"));
    let mut future = pin!(provider.credentials());
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(credentials) => credentials,
        Poll::Pending => panic!("still waiting"),
    }
}

#[test]
fn providers_are_asked_anew_each_time() {
    let asked = Arc::new(AtomicU32::new(0));
    let provider = {
        let asked = asked.clone();
        CredentialsFn(move || match asked.fetch_add(1, Ordering::Relaxed) {
            1 => Err(Error::invalid_argument("no token")),
            n => Ok(Credentials::user("app", format!("token{n}"))),
        })
    };
    let config = Config::new().with_credentials_provider(Arc::new(provider));
    assert_eq!(ask(&config).ok(), Some(Credentials::user("app", "token0")));
    let error = ask(&config).map_err(|error| (error.kind(), error.to_string()));
    assert_eq!(error, Err((ErrorKind::InvalidArgument, "no token".into())));
    assert_eq!(ask(&config.clone()).ok(), Some(Credentials::user("app", "token2")));
    assert_eq!(asked.load(Ordering::Relaxed), 3);

    let fixed = Config::new().with_credentials_provider(Arc::new(Credentials::password("pw")));
    assert_eq!(ask(&fixed).ok(), Some(Credentials::password("pw")));
    assert_eq!(
        fixed.credentials_provider().map(|provider| provider.generation()),
        Some(0)
    );
}

#[test]
fn the_last_one_named_hands_out_the_credentials() {
    let provider: Arc<dyn CredentialsProvider> = Arc::new(Credentials::password("provided"));
    let provided = Config::new().with_credentials_provider(provider.clone());
    assert_eq!(provided.credentials(), None);
    assert!(provided.credentials_provider().is_some());

    let fixed = Credentials::password("fixed");
    let replaced = provided.clone().with_credentials(fixed.clone());
    assert_eq!(replaced, Config::new().with_credentials(fixed.clone()));
    assert_eq!(replaced.with_credentials_provider(provider), provided);
    assert_eq!(provided.clone().with_credentials(None), Config::new());
    // D20: a URL without credentials keeps the provider, one with some replaces it.
    assert_eq!(provided.clone().with_url("redis://"), Ok(provided.clone()));
    assert_eq!(
        provided.with_url("redis://:fixed@").as_ref(),
        Ok(&parse("redis://:fixed@"))
    );
}

#[test]
fn providers_compare_by_identity() {
    let one: Arc<dyn CredentialsProvider> = Arc::new(Credentials::password("pw"));
    let other: Arc<dyn CredentialsProvider> = Arc::new(Credentials::password("pw"));
    let config = |provider: &Arc<dyn CredentialsProvider>| Config::new().with_credentials_provider(provider.clone());
    assert_eq!(config(&one), config(&one));
    assert_eq!(config(&one), config(&one).clone());
    assert_ne!(config(&one), config(&other));
    assert_ne!(config(&one), Config::new());
}

#[test]
fn t37_providers_print_nothing_they_hold() {
    // Its own Debug would tell.
    #[derive(Debug)]
    struct Leaky(String);
    impl CredentialsProvider for Leaky {
        fn credentials(&self) -> BoxFuture<'static, Result<Credentials, Error>> {
            Box::pin(ready(Ok(Credentials::password(self.0.as_str()))))
        }
    }
    let leaky = Leaky("hunter2".into());
    assert!(format!("{leaky:?}").contains("hunter2"));
    let closure = CredentialsFn(|| Ok(Credentials::password("hunter2")));
    assert_eq!(format!("{closure:?}"), "CredentialsFn(..)");
    let configs = [
        Config::new().with_credentials_provider(Arc::new(leaky)),
        Config::new().with_credentials_provider(Arc::new(closure)),
        Config::new().with_credentials_provider(Arc::new(Credentials::user("alice", "hunter2"))),
    ];
    for config in &configs {
        for text in [format!("{config}"), format!("{config:?}"), format!("{config:#?}")] {
            assert!(!text.contains("hunter2") && !text.contains("alice"), "{text}");
        }
        assert!(format!("{config:?}").contains("CredentialsProvider(..)"));
        assert_eq!(config.to_string(), "redis://localhost:6379");
    }
}
