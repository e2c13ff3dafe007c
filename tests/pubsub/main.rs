//! Publish/subscribe and MONITOR on every runtime, on the in-memory server and on a real one, in RESP2 and RESP3.
//!
//! Names begin with what they prove: a behaviour of redis-py (`f268_`, `d13_`), a case of the fault list (`t41_`).
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a failure is the test's result"
)]

#[path = "../engine/stage.rs"]
#[allow(dead_code, reason = "what the engine needs of it is more")]
mod scripted;
#[path = "../support/mod.rs"]
mod support;

mod clients;
mod monitor;
#[path = "../support/moving_time.rs"]
mod moving_time;
mod real;
mod rows;
mod silent;
mod stage;
mod waiting;
mod workers;

use redwire::Protocol::{Resp2, Resp3};

use stage::Place::{Memory, Real};
use stage::Stage;

macro_rules! combinations {
    ($($runtime:ident)+) => {$(
        mod $runtime {
            use super::*;

            combinations!(@ $runtime, memory_resp2, Memory, Resp2);
            combinations!(@ $runtime, memory_resp3, Memory, Resp3);
            combinations!(@ $runtime, real_resp2, Real, Resp2);
            combinations!(@ $runtime, real_resp3, Real, Resp3);
        }
    )+};
    (@ $runtime:ident, $name:ident, $place:ident, $protocol:ident) => {
        mod $name {
            use super::*;

            combinations! { @tests clients::$runtime, $place, $protocol =>
                rows: f262_nothing_is_sent_before_the_first_subscription
                    f263_the_client_goes_on_as_before
                    f264_names_one_or_many
                    f265_unsubscribing_from_some_from_all_from_nothing
                    f266_messages_have_a_type_a_pattern_a_channel_and_data
                    f267_f287_d13_pongs_are_told_with_or_without_a_subscription
                    f268_f269_handlers_take_messages_from_the_reader
                    f270_confirmations_can_be_left_out
                    f271_get_message_gives_one_message_or_none
                    f272_reading_without_a_subscription_fails
                    f273_listening_ends_with_the_last_subscription
                    f274_f275_subscribed_until_the_end_is_read
                    f276_f278_f279_d14_names_and_payloads_are_bytes
                    f277_d12_unsubscribed_and_subscribed_again_it_stays
                    f280_t40_a_kicked_subscriber_subscribes_again_and_tells_the_gap
                    f284_a_closed_handle_can_be_used_again
                    f288_publish_counts_its_receivers
                    f289_pubsub_tells_who_listens
                    t15_confirmations_beside_other_commands
                    t42_the_latest_messages_and_how_many_are_missing
                    shard_channels_are_a_world_of_their_own;
                workers: f285_a_worker_needs_handlers
                    f285_f286_a_worker_handles_until_it_is_stopped
                    f286_an_error_ends_the_worker_unless_it_is_handled
                    a_worker_ends_with_the_last_subscription
                    a_worker_goes_on_on_the_next_connection;
                monitor: l07_a_monitor_shows_every_command
                    a_monitor_ends_with_its_connection;
            }
        }
    };
    (@tests $client:path, $place:ident, $protocol:ident => $($file:ident: $($test:ident)+;)+) => {$($(
        #[test]
        fn $test() {
            $file::$test(&mut Stage::new(stringify!($test), $client, $place, $protocol));
        }
    )+)+};
}

combinations! { blocking tokio async_std smol }
