//! HyperLogLogs.

use crate::command::{Executor, cmd};
use crate::resp::{Args, ToArg, ToArgs};

/// Commands on HyperLogLogs: values of at most 12 KiB that count how many different elements they were given, with an
/// error of about 0.8 percent.
pub trait HyperLogLogCommands: Executor {
    /// Adds elements; the key is made if there is none, even for no element at all.
    ///
    /// Sends [`PFADD`](https://redis.io/docs/latest/commands/pfadd/). True if the count may have changed. Since Redis
    /// 2.8.9.
    fn pfadd(self, key: impl ToArg, elements: impl ToArgs) -> Self::Output<bool> {
        self.run(cmd("PFADD").key(key).arg(elements).returns())
    }

    /// About how many different elements were added to any of these keys.
    ///
    /// Sends [`PFCOUNT`](https://redis.io/docs/latest/commands/pfcount/). Since Redis 2.8.9.
    fn pfcount(self, keys: impl ToArgs) -> Self::Output<u64> {
        self.run(cmd("PFCOUNT").read_only().keys(keys).returns())
    }

    /// Adds to `destination` what was added to any of `sources`; missing keys count as empty ones.
    ///
    /// Sends [`PFMERGE`](https://redis.io/docs/latest/commands/pfmerge/). True, always. Since Redis 2.8.9.
    fn pfmerge(self, destination: impl ToArg, sources: impl ToArgs) -> Self::Output<bool> {
        let mut keys = Args::new();
        sources.write_args(&mut keys);
        let request = keys
            .iter()
            .fold(cmd("PFMERGE").key(destination), |request, key| request.key(key));
        self.run(request.returns())
    }
}

impl<E: Executor> HyperLogLogCommands for E {}
