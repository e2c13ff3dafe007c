//! Lua scripts and functions.

mod functions;
mod replies;
mod scripts;

pub use functions::{FunctionCommands, FunctionListOptions, FunctionRestorePolicy};
pub use replies::{FunctionDescription, FunctionEngine, FunctionLibrary, FunctionStats, RunningScript};
pub use scripts::ScriptCommands;

use crate::command::{Request, cmd};
use crate::resp::{Args, ToArg, ToArgs};

/// A call of a script or function: what is called, how many keys follow, the keys, the arguments.
fn call(name: &str, called: impl ToArg, keys: impl ToArgs, args: impl ToArgs) -> Request {
    let mut counted = Args::new();
    keys.write_args(&mut counted);
    let request = cmd(name).arg(called).arg(counted.len());
    let request = if counted.is_empty() {
        request
    } else {
        request.keys(keys)
    };
    request.arg(args)
}
