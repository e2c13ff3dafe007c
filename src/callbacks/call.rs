//! What a callback is told about the call that a reply answers.

use core::fmt;

use crate::command::{CallOption, Cast, RequestRef};
use crate::resp::Value;

/// A call, as its callback sees it: the arguments that were sent and the options that were not.
///
/// ```
/// use redwire::prelude::*;
/// use redwire::resp::Value;
///
/// let client = redwire::mock::Server::new().blocking_client();
/// client.set("n", "ff")?;
/// client.set_response_callback("GET", |value, call| {
///     let base = call.option("base").map_or(Ok(10), |base| base.decode())?;
///     let number = value.as_bytes().and_then(|text| std::str::from_utf8(text).ok());
///     let number = number.and_then(|text| i64::from_str_radix(text, base).ok());
///     number.map(Value::from).ok_or_else(|| Error::callback("not a number"))
/// });
/// assert_eq!(client.execute(cmd("GET").key("n").option("base", 16))?, Value::Integer(255));
/// assert_eq!(client.get::<i64>("n").unwrap_err().to_string(), "not a number");
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Call<'a> {
    request: RequestRef<'a>,
}

impl<'a> Call<'a> {
    pub(super) fn of(request: RequestRef<'a>) -> Self {
        Call { request }
    }

    /// All arguments in order, the name of the command first.
    pub fn arguments(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.request.arguments()
    }

    /// What an option is set to, or follows to be from the arguments. Names do not depend on case. A function is no value:
    /// see [`Call::cast`].
    #[must_use]
    pub fn option(&self, name: &str) -> Option<Value> {
        match self.request.option_value(name) {
            Some(CallOption::Value(value)) => Some(value.clone()),
            Some(_) => None,
            None => self.implied(name),
        }
    }

    /// Whether an option is set to something, or follows from the arguments, and is neither false, 0 nor nothing.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        match self.option(name) {
            None | Some(Value::Null | Value::Boolean(false) | Value::Integer(0)) => false,
            Some(_) => true,
        }
    }

    /// The function that an option is set to.
    #[must_use]
    pub fn cast(&self, name: &str) -> Option<&'a Cast> {
        match self.request.option_value(name) {
            Some(CallOption::Cast(cast)) => Some(&**cast),
            _ => None,
        }
    }

    /// True if the call starts with the words of `name`.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let mut arguments = self.arguments();
        name.split(' ')
            .all(|word| arguments.next().is_some_and(|argument| same(argument, word)))
    }

    /// Options that redis-py's methods set because of the arguments they send.
    fn implied(&self, option: &str) -> Option<Value> {
        let name = self.arguments().next().unwrap_or_default();
        let is = |names: &[&str]| names.iter().any(|known| same(name, known));
        let stands = |word: &str, from: usize| self.arguments().skip(from).any(|argument| same(argument, word));
        // Where the words of GEORADIUS start, behind the centre, the radius and its unit.
        let geo = match () {
            () if is(&["GEORADIUS", "GEORADIUS_RO"]) => Some(6),
            () if is(&["GEORADIUSBYMEMBER", "GEORADIUSBYMEMBER_RO"]) => Some(5),
            () => None,
        };
        let implied = match option.to_ascii_lowercase().as_str() {
            "withscores" if is(&["ZPOPMIN", "ZPOPMAX"]) => true,
            "withscores" if is(&["ZRANGE", "ZREVRANGE", "ZRANGEBYSCORE", "ZREVRANGEBYSCORE"]) => {
                stands("WITHSCORES", 4)
            }
            "as_score" if is(&["ZADD"]) => self.increments(),
            "justid" if is(&["XCLAIM"]) => stands("JUSTID", 5),
            "parse_detail" if is(&["XPENDING"]) => self.arguments().count() > 3,
            "infotype" if is(&["OBJECT"]) => return self.arguments().nth(1).map(Value::from),
            "withdist" => geo.is_some_and(|from| stands("WITHDIST", from)),
            "withcoord" => geo.is_some_and(|from| stands("WITHCOORD", from)),
            "withhash" => geo.is_some_and(|from| stands("WITHHASH", from)),
            "store" => geo.is_some_and(|from| stands("STORE", from)),
            "store_dist" => geo.is_some_and(|from| stands("STOREDIST", from)),
            _ => false,
        };
        implied.then_some(Value::Boolean(true))
    }

    /// Whether INCR is among the words between the key of a ZADD and its first score.
    fn increments(&self) -> bool {
        let words = self.arguments().skip(2);
        words
            .take_while(|word| word.iter().all(u8::is_ascii_alphabetic))
            .any(|word| same(word, "INCR"))
    }
}

fn same(argument: &[u8], word: &str) -> bool {
    argument.eq_ignore_ascii_case(word.as_bytes())
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self.request)
    }
}
