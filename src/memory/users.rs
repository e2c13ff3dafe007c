//! Who may log in.

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt;

/// Users and their passwords; `default` is always there.
#[derive(Clone)]
pub(crate) struct Users {
    /// `None`: any password will do (`nopass`).
    passwords: BTreeMap<String, Option<String>>,
}

impl Default for Users {
    fn default() -> Self {
        Users {
            passwords: BTreeMap::from([(String::from("default"), None)]),
        }
    }
}

impl Users {
    pub(crate) fn set(&mut self, name: &str, password: Option<&str>) {
        self.passwords.insert(String::from(name), password.map(String::from));
    }

    pub(crate) fn default_password(&self) -> Option<&str> {
        self.passwords.get("default").and_then(|password| password.as_deref())
    }

    pub(crate) fn knows(&self, name: &[u8]) -> bool {
        core::str::from_utf8(name).is_ok_and(|name| self.passwords.contains_key(name))
    }

    pub(crate) fn may_enter(&self, name: &[u8], password: &[u8]) -> bool {
        let held = core::str::from_utf8(name)
            .ok()
            .and_then(|name| self.passwords.get(name));
        held.is_some_and(|held| held.as_ref().is_none_or(|held| held.as_bytes() == password))
    }
}

/// Passwords are never printed.
impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.passwords.keys()).finish()
    }
}
