use redwire::prelude::*;

use crate::table::{Case, case, step};

pub fn cases() -> Vec<Case> {
    vec![case(
        "ping and echo",
        vec![
            step(Build.ping(), "true"),
            step(Build.ping_with::<String>("hello"), r#""hello""#),
            step(Build.ping_with::<Vec<u8>>(b"\xff\0"), "[255, 0]"),
            // A message, even if it looks like the usual answer.
            step(Build.ping_with::<String>("PONG"), r#""PONG""#),
            step(Build.echo::<String>("a\r\nb"), r#""a\r\nb""#),
            step(Build.echo::<String>(""), r#""""#),
        ],
    )]
}
