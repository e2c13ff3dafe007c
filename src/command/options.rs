//! Options of a call that are not sent: they tell the callback that reshapes the reply what is wanted.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use super::Request;
use crate::error::Error;
use crate::resp::Value;

/// A function from one value to another, such as the one that scores go through.
pub type Cast = dyn Fn(Value) -> Result<Value, Error> + Send + Sync;

/// What an option of a call is set to; see [`Request::option`].
#[derive(Clone)]
#[non_exhaustive]
pub enum CallOption {
    /// A value: `true`, a number, a word.
    Value(Value),
    /// A function.
    Cast(Arc<Cast>),
}

impl CallOption {
    /// A function from one value to another.
    ///
    /// ```
    /// use redwire::command::CallOption;
    /// use redwire::prelude::*;
    /// use redwire::resp::Value;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.zadd("z", [("a", 1), ("b", 2)])?;
    /// let whole = CallOption::cast(|score| Ok(Value::from(score.decode::<i64>()?)));
    /// let request = cmd("ZRANGE").arg("z").arg(0).arg(-1).arg("WITHSCORES");
    /// let members = client.execute(request.option("score_cast_func", whole))?;
    /// assert_eq!(format!("{members:?}"), r#"[["a", 1], ["b", 2]]"#);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn cast(cast: impl Fn(Value) -> Result<Value, Error> + Send + Sync + 'static) -> Self {
        CallOption::Cast(Arc::new(cast))
    }
}

impl<V: Into<Value>> From<V> for CallOption {
    fn from(value: V) -> Self {
        CallOption::Value(value.into())
    }
}

impl fmt::Debug for CallOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallOption::Value(value) => write!(f, "{value:?}"),
            CallOption::Cast(_) => f.write_str("a function"),
        }
    }
}

/// The name of an option and what it is set to.
pub(super) type NamedOption = (Box<str>, CallOption);

impl Request {
    /// Sets an option of the call. It is not sent: the callback that reshapes the reply is told, the built-in one or one set
    /// by [`set_response_callback`](crate::callbacks). Set twice, the last one counts.
    ///
    /// The built-in callbacks know `withscores`, `score_cast_func`, `groups` and `as_score`; see
    /// [`callbacks`](crate::callbacks).
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let client = redwire::mock::Server::new().blocking_client();
    /// client.rpush("l", ["a", "1", "b", "2"])?;
    /// let request = cmd("SORT").arg("l").arg("BY").arg("nosort");
    /// let pairs = client.execute(request.option("groups", 2))?;
    /// assert_eq!(format!("{pairs:?}"), r#"[["a", "1"], ["b", "2"]]"#);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn option(mut self, name: &str, value: impl Into<CallOption>) -> Self {
        let options = &mut self.rare_mut().options;
        options.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        options.push((name.into(), value.into()));
        self
    }

    /// What an option of the call is set to; names do not depend on case.
    #[must_use]
    pub fn option_value(&self, name: &str) -> Option<&CallOption> {
        self.view().option_value(name)
    }
}
