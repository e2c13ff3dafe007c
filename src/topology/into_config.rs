//! Everything a client can be connected with.

use alloc::string::String;

use super::config::Config;
use super::endpoint::Endpoint;
use super::error::ConfigError;

/// What a client can be connected with: a [`Config`] (or a reference to one), an [`Endpoint`], or a URL as text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say where to connect to",
    label = "expected a URL, a `Config`, `&Config` or an `Endpoint`"
)]
pub trait IntoConfig {
    /// The configuration, checked.
    ///
    /// # Errors
    /// As [`Config::parse`] for text and [`Config::validate`] for the rest.
    fn into_config(self) -> Result<Config, ConfigError>;
}

impl IntoConfig for Config {
    fn into_config(self) -> Result<Config, ConfigError> {
        self.validate()?;
        Ok(self)
    }
}

impl IntoConfig for &Config {
    fn into_config(self) -> Result<Config, ConfigError> {
        self.clone().into_config()
    }
}

impl IntoConfig for Endpoint {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::from(self).into_config()
    }
}

impl IntoConfig for &str {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::parse(self)
    }
}

impl IntoConfig for String {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::parse(&self)
    }
}

impl IntoConfig for &String {
    fn into_config(self) -> Result<Config, ConfigError> {
        Config::parse(self)
    }
}
