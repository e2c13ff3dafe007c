//! Percent-encoding, as RFC 3986 section 2.1 has it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Decodes `%XX` once. `Err` says what is wrong, for the end of a sentence.
pub(super) fn decode(text: &str) -> Result<String, &'static str> {
    decode_bytes(text, false)
}

/// As [`decode`], and `+` is a space: the rule for query values, and only for those.
pub(super) fn decode_query(text: &str) -> Result<String, &'static str> {
    decode_bytes(text, true)
}

fn decode_bytes(text: &str, plus_is_space: bool) -> Result<String, &'static str> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let (high, low) = (bytes.next().and_then(hex_digit), bytes.next().and_then(hex_digit));
                let (Some(high), Some(low)) = (high, low) else {
                    return Err("has a `%` without two hexadecimal digits after it: write `%25` for the sign itself");
                };
                high << 4 | low
            }
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded).map_err(|_| "is not UTF-8 once percent-decoded")
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Prints a text with everything but letters, digits, `-._~` and `keep` percent-encoded.
pub(super) struct Encoded<'a> {
    pub(super) text: &'a str,
    pub(super) keep: &'static str,
}

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.text.bytes() {
            let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || self.keep.as_bytes().contains(&byte);
            if plain {
                fmt::Write::write_char(f, char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn f023_f024_decoding_is_done_once_and_plus_is_a_space_only_in_a_query() {
        let table = [
            ("", "", ""),
            ("plain", "plain", "plain"),
            ("%2Fmypass%2F%2B word%3D%24+", "/mypass/+ word=$+", "/mypass/+ word=$ "),
            ("%2525", "%25", "%25"),
            ("%2b", "+", "+"),
            ("p%C3%A4ss", "päss", "päss"),
            ("päss", "päss", "päss"),
            ("%0d%0A%00", "\r\n\0", "\r\n\0"),
        ];
        for (text, component, query) in table {
            assert_eq!(decode(text).as_deref(), Ok(component), "{text}");
            assert_eq!(decode_query(text).as_deref(), Ok(query), "{text}");
        }
    }

    #[test]
    fn f023_broken_escapes_are_refused() {
        for text in ["%", "a%", "%4", "%zz", "%4g", "%%41", "% 1", "%+1", "%-1", "%é"] {
            assert!(
                decode(text).is_err_and(|error| error.contains("two hexadecimal digits")),
                "{text}"
            );
        }
        for text in ["%ff", "%C3", "a%C3(", "%ED%A0%80"] {
            assert!(decode(text).is_err_and(|error| error.contains("UTF-8")), "{text}");
        }
    }

    #[test]
    fn encoding_is_undone_by_decoding() {
        let every_ascii: String = (0..128_u8).map(char::from).chain("äß漢🦀".chars()).collect();
        let encoded = format!(
            "{}",
            Encoded {
                text: &every_ascii,
                keep: ""
            }
        );
        assert_eq!(decode(&encoded).as_deref(), Ok(&*every_ascii));
        assert_eq!(decode_query(&encoded).as_deref(), Ok(&*every_ascii));
        assert!(
            encoded
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"%-._~".contains(&byte))
        );
        assert_eq!(
            format!(
                "{}",
                Encoded {
                    text: "/a b/c",
                    keep: "/"
                }
            ),
            "/a%20b/c"
        );
    }
}
