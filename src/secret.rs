//! Text that must never be printed.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

/// What stands in for a secret wherever something is printed.
pub(crate) const REDACTED: &str = "***";

/// A password or token. `Debug` prints `***`, there is no `Display`; [`expose`](Secret::expose) is the only way to the
/// text, so every place that reads it can be found by name.
///
/// ```
/// let secret = redwire::Secret::new("hunter2");
/// assert_eq!(format!("{secret:?}"), "***");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into().into_boxed_str())
    }

    /// The text itself, to be sent to a server and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret::new(text)
    }
}

/// Who a connection logs in as: what `AUTH`, or `HELLO` with `AUTH`, sends when a connection opens.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// The ACL user, since Redis 6.0. `None` is the server's `default` user: `AUTH password`, known to every version.
    pub username: Option<String>,
    /// The password. It may be empty only beside a user name (a user with `nopass`).
    pub password: Secret,
}

impl Credentials {
    /// A password for the `default` user: `AUTH password`.
    #[must_use]
    pub fn password(password: impl Into<Secret>) -> Self {
        Credentials {
            username: None,
            password: password.into(),
        }
    }

    /// An ACL user and its password, since Redis 6.0: `AUTH username password`.
    ///
    /// An empty user name is no user name, as in a URL.
    #[must_use]
    pub fn user(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        let username = username.into();
        Credentials {
            username: (!username.is_empty()).then_some(username),
            password: password.into(),
        }
    }

    /// Neither a user name nor a password: there is nothing to log in with.
    pub(crate) fn is_blank(&self) -> bool {
        self.username.is_none() && self.password.is_empty()
    }

    /// The user name where it is safe to print, else `***`.
    ///
    /// A user name without a password is often the password in the wrong place (`redis://secret@host`), and one that
    /// holds the password gives it away.
    pub(crate) fn printable_username(&self) -> Option<&str> {
        let username = self.username.as_deref()?;
        // Every text contains the empty one, so this covers the missing password too.
        Some(if username.contains(self.password.expose()) {
            REDACTED
        } else {
            username
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.printable_username())
            .field("password", &self.password)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn t37_secrets_print_as_stars() {
        for password in ["hunter2", "p@ss:w/rd?#%", "\"quoted\\\"", "line\r\nbreak", "pässwörd"] {
            let secret = Secret::new(password);
            assert_eq!(secret.expose(), password);
            assert_eq!(format!("{secret:?} {secret:#?}"), "*** ***");
            let user = Credentials::user("alice", password);
            assert_eq!(
                format!("{user:?}"),
                r#"Credentials { username: Some("alice"), password: *** }"#
            );
            let default = Credentials::password(password);
            assert_eq!(format!("{default:?}"), "Credentials { username: None, password: *** }");
        }
    }

    #[test]
    fn t37_a_user_name_that_may_be_the_password_prints_as_stars() {
        for (username, password) in [("hunter2", ""), ("hunter2", "hunter2"), ("my-hunter2", "hunter2")] {
            let credentials = Credentials::user(username, password);
            assert_eq!(
                format!("{credentials:?}"),
                r#"Credentials { username: Some("***"), password: *** }"#
            );
            assert_eq!(credentials.username.as_deref(), Some(username));
        }
    }

    #[test]
    fn an_empty_user_name_is_none() {
        assert_eq!(Credentials::user("", "pw"), Credentials::password("pw"));
        assert!(Credentials::user("", "").is_blank());
        assert!(!Credentials::user("alice", "").is_blank());
        assert!(!Credentials::password("pw").is_blank());
    }
}
