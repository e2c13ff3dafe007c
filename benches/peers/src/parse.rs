//! The parse-only inputs.

use std::fmt::Write;

use bytes::BytesMut;

use crate::scenario::Input;

/// Bytes as a server sends them, and the pieces in which a socket hands them over.
pub struct Wire {
    pub bytes: Vec<u8>,
    pub piece: usize,
    /// How many replies the bytes hold.
    pub replies: usize,
}

pub fn wire(input: Input) -> Wire {
    let mut text = String::new();
    let mut replies = 1;
    let mut piece = usize::MAX;
    match input {
        Input::Bulks => {
            replies = 10_000;
            (0..10_000).for_each(|i| bulk(&mut text, &format!("element-{i:08}")));
        }
        Input::Integers => {
            text.push_str("*10000\r\n");
            (0..10_000).for_each(|i| integer(&mut text, 10_000_000 + i * 7919));
        }
        Input::Nested => {
            text.push_str("*1000\r\n");
            for i in 0..1000 {
                text.push_str("*3\r\n");
                bulk(&mut text, &format!("outer-{i:06}"));
                integer(&mut text, 100_000 + i);
                text.push_str("*2\r\n");
                bulk(&mut text, &format!("inner-{i:06}"));
                integer(&mut text, 1_000_000 + i);
            }
        }
        Input::Map => {
            text.push_str("%1000\r\n");
            for i in 0..1000 {
                bulk(&mut text, &format!("field:{i:06}"));
                bulk(&mut text, &format!("value---{i:08}"));
            }
        }
        Input::Bulk1M => {
            piece = 4096;
            bulk(&mut text, &"x".repeat(1 << 20));
        }
        Input::Array100k16K | Input::Array100k4K => {
            piece = if input == Input::Array100k4K { 4096 } else { 16_384 };
            text.push_str("*100000\r\n");
            (0..100_000).for_each(|i| bulk(&mut text, &format!("element-{i:08}")));
        }
    }
    Wire {
        bytes: text.into_bytes(),
        piece,
        replies,
    }
}

impl Wire {
    /// Feeds the bytes piece by piece; `next` takes one whole reply out of the buffer and says whether there was one.
    /// Returns the number of replies.
    pub fn feed<E>(
        &self,
        buffer: &mut BytesMut,
        mut next: impl FnMut(&mut BytesMut) -> Result<bool, E>,
    ) -> Result<usize, E> {
        let mut replies = 0;
        for piece in self.bytes.chunks(self.piece) {
            buffer.extend_from_slice(piece);
            while next(buffer)? {
                replies += 1;
            }
        }
        Ok(replies)
    }
}

fn bulk(text: &mut String, value: &str) {
    // Writing to a String cannot fail.
    let _ = write!(text, "${}\r\n{value}\r\n", value.len());
}

fn integer(text: &mut String, value: i64) {
    let _ = write!(text, ":{value}\r\n");
}
