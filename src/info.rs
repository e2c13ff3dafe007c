//! How the lines of INFO are read, by those who keep them as text and those who make values of them.

/// Where the name of a field ends. Values may hold colons (addresses, paths). Names may not, but for the statistics that
/// servers before 6.0 keep of commands, whatever they are called: their values are of the form `calls=1,..`.
pub(crate) fn colon(line: &[u8]) -> Option<usize> {
    let head = match memchr::memchr(b'=', line) {
        Some(equals) if line.starts_with(b"cmdstat_") => line.get(..equals).unwrap_or_default(),
        _ => return memchr::memchr(b':', line),
    };
    memchr::memrchr(b':', head)
}
