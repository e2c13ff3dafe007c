//! CLIENT.

use alloc::format;

use super::super::failure::Failure;

/// Names, library names and versions hold printable ASCII without blanks.
pub(super) fn check_name(text: &[u8], what: &str) -> Result<(), Failure> {
    if text.iter().all(|byte| (b'!'..=b'~').contains(byte)) {
        return Ok(());
    }
    Err(Failure::text(format!(
        "ERR {what} cannot contain spaces, newlines or special characters."
    )))
}
