use redwire::prelude::*;

use super::V;
use crate::typed::{Typed, typed};

pub fn typed_commands() -> Vec<Typed> {
    vec![
        typed(Build.client_getname()),
        typed(Build.client_id()),
        typed(Build.client_info()),
        typed(Build.client_no_evict(Toggle::On)),
        typed(Build.client_no_touch(Toggle::Off)).since(7, 2),
        typed(Build.client_setinfo(ClientAttribute::LibName, "a")).since(7, 2),
        typed(Build.client_setname("a")),
        typed(Build.echo::<V>("a")),
        typed(Build.ping()),
        typed(Build.ping_with::<V>("a")),
    ]
}
