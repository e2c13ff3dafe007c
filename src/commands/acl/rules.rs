//! What ACL SETUSER is given.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::Secret;
use crate::command::Request;
use crate::commands::options::owned;
use crate::resp::{ToArg, escape};

/// Rules of [`acl_setuser`](super::AclCommands::acl_setuser), which the server applies in their order: later ones change
/// what earlier ones did.
///
/// Debug prints no password and no digest of one.
#[derive(Clone, Default)]
#[must_use]
#[non_exhaustive]
pub struct AclRules {
    rules: Vec<Vec<u8>>,
    refused: Option<Cow<'static, str>>,
}

impl AclRules {
    /// No rules.
    pub fn new() -> Self {
        AclRules::default()
    }

    /// One more rule, in the words of the server, for what has no method here.
    pub fn rule(mut self, rule: impl ToArg) -> Self {
        self.rules.push(owned(rule));
        self
    }

    /// The user may log in (`on`).
    pub fn on(self) -> Self {
        self.rule("on")
    }

    /// The user may not log in; connections that are logged in stay so (`off`).
    pub fn off(self) -> Self {
        self.rule("off")
    }

    /// Back to a user that is off and may do nothing (`reset`).
    pub fn reset(self) -> Self {
        self.rule("reset")
    }

    /// One more password (`>password`).
    pub fn password(self, password: impl Into<Secret>) -> Self {
        self.rule(format!(">{}", password.into().expose()))
    }

    /// One password less (`<password`); it is an error if the user does not have it.
    pub fn remove_password(self, password: impl Into<Secret>) -> Self {
        self.rule(format!("<{}", password.into().expose()))
    }

    /// One more password, by its SHA-256 digest in lower-case hexadecimal digits (`#digest`). Another form is refused.
    pub fn password_hash(self, sha256: impl Into<Secret>) -> Self {
        self.hash('#', &sha256.into())
    }

    /// One password less, by its SHA-256 digest in lower-case hexadecimal digits (`!digest`); it is an error if the user
    /// does not have it. Another form is refused.
    pub fn remove_password_hash(self, sha256: impl Into<Secret>) -> Self {
        self.hash('!', &sha256.into())
    }

    fn hash(self, sign: char, sha256: &Secret) -> Self {
        let digits = sha256.expose();
        let right = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let wrong = digits.len() != 64 || !digits.bytes().all(right);
        self.rule(format!("{sign}{digits}"))
            .refuse_if(wrong, "a SHA-256 digest has 64 lower-case hexadecimal digits")
    }

    /// Any password will do; those set before are removed (`nopass`).
    pub fn nopass(self) -> Self {
        self.rule("nopass")
    }

    /// No password will do until one is set again (`resetpass`).
    pub fn resetpass(self) -> Self {
        self.rule("resetpass")
    }

    /// May run this command, `get` or `config|get` (`+command`).
    pub fn allow_command(self, command: impl AsRef<str>) -> Self {
        self.name("+", command.as_ref())
    }

    /// May not run this command (`-command`).
    pub fn deny_command(self, command: impl AsRef<str>) -> Self {
        self.name("-", command.as_ref())
    }

    /// May run the commands of this category, without the `@` (`+@category`).
    pub fn allow_category(self, category: impl AsRef<str>) -> Self {
        self.name("+@", category.as_ref())
    }

    /// May not run the commands of this category, without the `@` (`-@category`).
    pub fn deny_category(self, category: impl AsRef<str>) -> Self {
        self.name("-@", category.as_ref())
    }

    /// May run every command (`allcommands`).
    pub fn allcommands(self) -> Self {
        self.rule("allcommands")
    }

    /// May run no command (`nocommands`).
    pub fn nocommands(self) -> Self {
        self.rule("nocommands")
    }

    /// May read and write keys that match this glob pattern (`~pattern`). One with spaces is refused.
    pub fn keys(self, pattern: impl ToArg) -> Self {
        self.pattern("~", pattern)
    }

    /// May read keys that match this glob pattern (`%R~pattern`). One with spaces is refused. Since Redis 7.0.
    pub fn read_keys(self, pattern: impl ToArg) -> Self {
        self.pattern("%R~", pattern)
    }

    /// May write keys that match this glob pattern (`%W~pattern`). One with spaces is refused. Since Redis 7.0.
    pub fn write_keys(self, pattern: impl ToArg) -> Self {
        self.pattern("%W~", pattern)
    }

    /// May use all keys (`allkeys`).
    pub fn allkeys(self) -> Self {
        self.rule("allkeys")
    }

    /// May use no key (`resetkeys`).
    pub fn resetkeys(self) -> Self {
        self.rule("resetkeys")
    }

    /// May use channels that match this glob pattern (`&pattern`). One with spaces is refused. Since Redis 6.2.
    pub fn channels(self, pattern: impl ToArg) -> Self {
        self.pattern("&", pattern)
    }

    /// May use all channels (`allchannels`). Since Redis 6.2.
    pub fn allchannels(self) -> Self {
        self.rule("allchannels")
    }

    /// May use no channel; connections subscribed to what the user may no longer use are closed (`resetchannels`). Since
    /// Redis 6.2.
    pub fn resetchannels(self) -> Self {
        self.rule("resetchannels")
    }

    /// May use these databases (`db=0,1`). Since Valkey 9.1; Redis does not have it.
    pub fn databases(self, databases: impl IntoIterator<Item = u32>) -> Self {
        let numbers: Vec<String> = databases.into_iter().map(|number| format!("{number}")).collect();
        let none = numbers.is_empty();
        self.rule(format!("db={}", numbers.join(",")))
            .refuse_if(none, "at least one database is needed")
    }

    /// May use all databases (`alldbs`). Since Valkey 9.1; Redis does not have it.
    pub fn alldbs(self) -> Self {
        self.rule("alldbs")
    }

    /// May use no database (`resetdbs`). Since Valkey 9.1; Redis does not have it.
    pub fn resetdbs(self) -> Self {
        self.rule("resetdbs")
    }

    /// Another set of rules on commands, keys and channels, which allows by itself what it allows (`(rules)`). Other rules
    /// in it are refused by the server. Since Redis 7.0.
    pub fn selector(mut self, rules: AclRules) -> Self {
        self.refused = self.refused.or(rules.refused);
        let rules = rules.rules.join(&b' ');
        self.rule([b"(", &*rules, b")"].concat())
    }

    /// Removes all selectors (`clearselectors`). Since Redis 7.0.
    pub fn clearselectors(self) -> Self {
        self.rule("clearselectors")
    }

    /// RESTORE looks closely at what this user gives it (`sanitize-payload`). Since Redis 6.2.
    pub fn sanitize_payload(self) -> Self {
        self.rule("sanitize-payload")
    }

    /// RESTORE takes what this user gives it as it is (`skip-sanitize-payload`). Since Redis 6.2.
    pub fn skip_sanitize_payload(self) -> Self {
        self.rule("skip-sanitize-payload")
    }

    /// A name would be taken for something else if it had spaces: inside of a selector, for another rule.
    fn name(self, sign: &str, name: &str) -> Self {
        let wrong = name.is_empty() || name.bytes().any(is_space);
        self.rule(format!("{sign}{name}"))
            .refuse_if(wrong, "a command or category is one word")
    }

    fn pattern(self, sign: &str, pattern: impl ToArg) -> Self {
        let pattern = owned(pattern);
        let wrong = pattern.iter().copied().any(is_space);
        self.rule([sign.as_bytes(), &pattern].concat())
            .refuse_if(wrong, "a pattern cannot have spaces")
    }

    fn refuse_if(mut self, wrong: bool, why: &'static str) -> Self {
        if wrong {
            self.refused.get_or_insert(Cow::Borrowed(why));
        }
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.arg(self.rules);
        match self.refused {
            Some(why) => request.refuse(why),
            None => request,
        }
    }
}

/// What the server does not take in a pattern.
fn is_space(byte: u8) -> bool {
    byte == 0 || byte == 0x0b || byte.is_ascii_whitespace()
}

impl fmt::Debug for AclRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for rule in &self.rules {
            if is_open(rule) {
                list.entry(&format_args!("{}", escape(rule)));
            } else {
                list.entry(&format_args!("***"));
            }
        }
        list.finish()
    }
}

/// Whether a rule can be told to hold no password. What was given in the server's own words may have lost its sign, and
/// a selector may hold anything.
fn is_open(rule: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "on",
        "off",
        "reset",
        "nopass",
        "resetpass",
        "allcommands",
        "nocommands",
        "allkeys",
        "resetkeys",
        "allchannels",
        "resetchannels",
        "alldbs",
        "resetdbs",
        "clearselectors",
        "sanitize-payload",
        "skip-sanitize-payload",
    ];
    matches!(rule.first(), Some(b'+' | b'-' | b'~' | b'%' | b'&')) || WORDS.iter().any(|word| word.as_bytes() == rule)
}
