//! The scripts of locks: each does one thing atomically, and only for the owner.

use crate::script::Script;

/// Takes the lock if nobody has it, and gives the next number of its counter. The counter comes first: if it is no number,
/// nothing was done.
///
/// KEYS: lock, counter. ARGV: token, time to live in milliseconds or 0 for none.
pub(crate) static ACQUIRE_FENCED: Script = Script::prepared(
    "if redis.call('exists', KEYS[1]) == 1 then return false end
local fence = redis.call('incr', KEYS[2])
if ARGV[2] == '0' then redis.call('set', KEYS[1], ARGV[1]) else redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) end
return fence",
    *b"187f3068b64f6f61fccb4fc0981aff5c87b417e5",
);

/// Gives the lock up: 1, or 0 if it is not the caller's.
///
/// KEYS: lock. ARGV: token.
pub(crate) static RELEASE: Script = Script::prepared(
    "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[1])
return 1",
    *b"f02a6728496154f6ec074aad4cd536b8e79f78f9",
);

/// Adds to the time to live, or replaces it. Gives the new one in milliseconds, or 0 if the lock is not the caller's, or
/// never expires.
///
/// KEYS: lock. ARGV: token, milliseconds, 1 to replace or 0 to add.
pub(crate) static EXTEND: Script = Script::prepared(
    "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
local left = redis.call('pttl', KEYS[1])
if left < 0 then return 0 end
local ttl = tonumber(ARGV[2])
if ARGV[3] == '0' then ttl = ttl + left end
redis.call('pexpire', KEYS[1], ttl)
return ttl",
    *b"8f97b5b9e2278ffd9c841e03bf81a78c81179b9e",
);

/// Sets the time to live anew: 1, or 0 if the lock is not the caller's.
///
/// KEYS: lock. ARGV: token, milliseconds.
pub(crate) static REACQUIRE: Script = Script::prepared(
    "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('pexpire', KEYS[1], ARGV[2])
return 1",
    *b"147d751b18dcd86c20177f8dbbc0f95eab964878",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_sources() {
        for script in [&ACQUIRE_FENCED, &RELEASE, &EXTEND, &REACQUIRE] {
            assert_eq!(script.sha1(), Script::new(script.source()).sha1());
        }
    }
}
