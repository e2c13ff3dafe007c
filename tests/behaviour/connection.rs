use redwire::prelude::*;

use crate::table::{Case, case, fails, step, works};

pub fn cases() -> Vec<Case> {
    vec![
        case(
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
        ),
        case(
            "client names",
            vec![
                works(Build.client_id()),
                works(Build.client_info()),
                step(Build.client_setname(""), "true"),
                step(Build.client_getname(), "None"),
                step(Build.client_setname("worker-1"), "true"),
                step(Build.client_getname(), r#"Some("worker-1")"#),
                fails(
                    Build.client_setname("two words"),
                    "ERR Client names cannot contain spaces",
                ),
                step(Build.client_getname(), r#"Some("worker-1")"#),
                step(Build.client_setname(""), "true"),
                step(Build.client_getname(), "None"),
            ],
        ),
        case(
            "client no-evict",
            vec![
                step(Build.client_no_evict(Toggle::On), "true"),
                step(Build.client_no_evict(Toggle::Off), "true"),
            ],
        ),
        case(
            "client setinfo and no-touch",
            vec![
                step(Build.client_setinfo(ClientAttribute::LibVer, "1.0.0"), "true").since(7, 2),
                step(Build.client_setinfo(ClientAttribute::LibName, "redwire"), "true").since(7, 2),
                fails(
                    Build.client_setinfo(ClientAttribute::LibName, "red wire"),
                    "ERR LIB-NAME cannot contain spaces",
                )
                .since(7, 2),
                step(Build.client_no_touch(Toggle::On), "true").since(7, 2),
                step(Build.client_no_touch(Toggle::Off), "true").since(7, 2),
            ],
        ),
    ]
}
