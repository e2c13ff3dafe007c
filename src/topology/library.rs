//! What a connection tells the server about the library behind it.

use alloc::string::String;

use super::error::{ConfigError, Problem};

/// A library as `CLIENT LIST` shows it (since Redis 7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    name: String,
    version: String,
}

impl Library {
    /// A library's name and version. Both may hold the printable ASCII characters `!` to `~` and must not be empty.
    #[must_use]
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Library {
            name: name.into(),
            version: version.into(),
        }
    }

    /// What is sent as `LIB-NAME`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is sent as `LIB-VER`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        validate_name("the library name", &self.name)?;
        validate_name("the library version", &self.version)?;
        if self.name.eq_ignore_ascii_case("none") {
            let wrong = "must not be `none`: in a URL that announces no library";
            return Err(Problem::Field("the library name", wrong).into());
        }
        Ok(())
    }
}

impl Default for Library {
    /// redwire and its version.
    fn default() -> Self {
        Library::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    }
}

/// Checks the name of a connection.
pub(crate) fn validate_client_name(name: &str) -> Result<(), ConfigError> {
    validate_name("the client name", name)
}

/// The server's own rule for the names in `CLIENT LIST`.
fn validate_name(field: &'static str, name: &str) -> Result<(), ConfigError> {
    if name.is_empty() {
        return Err(Problem::Field(field, "is empty").into());
    }
    if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        let wrong = "contains a space or a special character: the printable ASCII characters `!` to `~` are allowed";
        return Err(Problem::Field(field, wrong).into());
    }
    Ok(())
}
