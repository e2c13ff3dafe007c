//! Users and what they may do.

mod replies;
mod rules;

pub use replies::{AclDryrun, AclLogEntry, AclSelector, AclUser};
pub use rules::AclRules;

use alloc::string::String;
use alloc::vec::Vec;

use replies::{dryrun, password};

use crate::Secret;
use crate::command::{Executor, Request, cmd};
use crate::resp::{ToArg, ToArgs};

/// Commands on the access control list. Since Redis 6.0.
pub trait AclCommands: Executor {
    /// The categories that commands fall into.
    ///
    /// Sends [`ACL CAT`](https://redis.io/docs/latest/commands/acl-cat/). Since Redis 6.0.
    fn acl_cat(self) -> Self::Output<Vec<String>> {
        self.run(cmd("ACL CAT").idempotent().returns())
    }

    /// The commands of one category, without the `@`; those of containers as `config|get`.
    ///
    /// Sends [`ACL CAT`](https://redis.io/docs/latest/commands/acl-cat/) with the category. An unknown category is an
    /// error. Since Redis 6.0.
    fn acl_cat_category(self, category: impl ToArg) -> Self::Output<Vec<String>> {
        self.run(cmd("ACL CAT").idempotent().arg(category).returns())
    }

    /// Removes users and closes their connections. The user `default` cannot be removed.
    ///
    /// Sends [`ACL DELUSER`](https://redis.io/docs/latest/commands/acl-deluser/). Replies with how many there were. No user
    /// at all is refused. Since Redis 6.0.
    fn acl_deluser(self, users: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("ACL DELUSER").args(users, "user").returns())
    }

    /// Whether a user may run a command, without running it.
    ///
    /// Sends [`ACL DRYRUN`](https://redis.io/docs/latest/commands/acl-dryrun/). An unknown user or command, or a command of
    /// the wrong form, is an error. Since Redis 7.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let question = Build.acl_dryrun("alice", Build.get::<String>("a").request());
    /// assert_eq!(question.request().to_string(), "ACL DRYRUN alice GET a");
    /// ```
    fn acl_dryrun(self, username: impl ToArg, command: &Request) -> Self::Output<AclDryrun> {
        let mut request = cmd("ACL DRYRUN").idempotent().arg(username);
        for argument in command.arguments() {
            request = request.arg(argument);
        }
        self.run(request.decoded_by(dryrun))
    }

    /// A password of 256 random bits.
    ///
    /// Sends [`ACL GENPASS`](https://redis.io/docs/latest/commands/acl-genpass/). Replies with hexadecimal digits. Since
    /// Redis 6.0.
    fn acl_genpass(self) -> Self::Output<Secret> {
        self.run(cmd("ACL GENPASS").idempotent().decoded_by(password))
    }

    /// A password of so many random bits, rounded up to whole hexadecimal digits.
    ///
    /// Sends [`ACL GENPASS`](https://redis.io/docs/latest/commands/acl-genpass/) with the number of bits; other numbers
    /// than 1 to 4096 are refused. Replies with hexadecimal digits. Since Redis 6.0.
    fn acl_genpass_bits(self, bits: u16) -> Self::Output<Secret> {
        let request = cmd("ACL GENPASS").idempotent().arg(bits);
        let request = match bits {
            1..=4096 => request,
            _ => request.refuse("a password has 1 to 4096 bits"),
        };
        self.run(request.decoded_by(password))
    }

    /// A user and what it may do; `None` if there is no such user.
    ///
    /// Sends [`ACL GETUSER`](https://redis.io/docs/latest/commands/acl-getuser/). Since Redis 6.0.
    fn acl_getuser(self, username: impl ToArg) -> Self::Output<Option<AclUser>> {
        self.run(cmd("ACL GETUSER").idempotent().arg(username).returns())
    }

    /// All users, each as a line of rules as an ACL file has them. The lines hold digests of passwords: keep them out of
    /// logs.
    ///
    /// Sends [`ACL LIST`](https://redis.io/docs/latest/commands/acl-list/). Since Redis 6.0.
    fn acl_list(self) -> Self::Output<Vec<String>> {
        self.run(cmd("ACL LIST").idempotent().returns())
    }

    /// Replaces all users by those of the ACL file, or none if the file has a mistake anywhere.
    ///
    /// Sends [`ACL LOAD`](https://redis.io/docs/latest/commands/acl-load/). True, always: it is an error if the server has
    /// no ACL file. Since Redis 6.0.
    fn acl_load(self) -> Self::Output<bool> {
        self.run(cmd("ACL LOAD").returns())
    }

    /// The ten latest refusals, the latest first: failed logins, and commands, keys and channels that the user may not use.
    ///
    /// Sends [`ACL LOG`](https://redis.io/docs/latest/commands/acl-log/). Since Redis 6.0.
    fn acl_log(self) -> Self::Output<Vec<AclLogEntry>> {
        self.run(cmd("ACL LOG").idempotent().returns())
    }

    /// The latest refusals, up to `count` of them, the latest first.
    ///
    /// Sends [`ACL LOG`](https://redis.io/docs/latest/commands/acl-log/) with a count. Since Redis 6.0.
    fn acl_log_count(self, count: u64) -> Self::Output<Vec<AclLogEntry>> {
        self.run(cmd("ACL LOG").idempotent().arg(count).returns())
    }

    /// Forgets all refusals.
    ///
    /// Sends [`ACL LOG RESET`](https://redis.io/docs/latest/commands/acl-log/). True, always. Since Redis 6.0.
    fn acl_log_reset(self) -> Self::Output<bool> {
        self.run(cmd("ACL LOG").arg("RESET").returns())
    }

    /// Writes all users to the ACL file.
    ///
    /// Sends [`ACL SAVE`](https://redis.io/docs/latest/commands/acl-save/). True, always: it is an error if the server has
    /// no ACL file. Since Redis 6.0.
    fn acl_save(self) -> Self::Output<bool> {
        self.run(cmd("ACL SAVE").returns())
    }

    /// Makes a user, or changes what one may do. A new user is off and may do nothing; the rules change that one by one,
    /// in their order.
    ///
    /// Sends [`ACL SETUSER`](https://redis.io/docs/latest/commands/acl-setuser/). True, always: it is an error, and nothing
    /// changes, if a rule is wrong. The request never prints its arguments. Since Redis 6.0.
    ///
    /// ```
    /// use redwire::prelude::*;
    ///
    /// let rules = AclRules::new().on().password("hunter2").allow_category("read").keys("cache:*");
    /// let command = Build.acl_setuser("alice", rules);
    /// assert_eq!(command.request().to_string(), "ACL ***");
    /// ```
    fn acl_setuser(self, username: impl ToArg, rules: AclRules) -> Self::Output<bool> {
        self.run(rules.write(cmd("ACL SETUSER").arg(username)).returns())
    }

    /// The names of all users.
    ///
    /// Sends [`ACL USERS`](https://redis.io/docs/latest/commands/acl-users/). Since Redis 6.0.
    fn acl_users(self) -> Self::Output<Vec<String>> {
        self.run(cmd("ACL USERS").idempotent().returns())
    }

    /// The user that this client is logged in as.
    ///
    /// Sends [`ACL WHOAMI`](https://redis.io/docs/latest/commands/acl-whoami/). Since Redis 6.0.
    fn acl_whoami(self) -> Self::Output<String> {
        self.run(cmd("ACL WHOAMI").idempotent().returns())
    }

    /// The server's own help on `ACL`, line by line.
    ///
    /// Sends [`ACL HELP`](https://redis.io/docs/latest/commands/acl-help/). Since Redis 6.0.
    fn acl_help(self) -> Self::Output<Vec<String>> {
        self.run(cmd("ACL HELP").idempotent().returns())
    }
}

impl<E: Executor> AclCommands for E {}
