//! The table and the procedures on every client, before the in-memory server and a real one, in RESP2 and RESP3: one
//! test for each combination.

mod callbacks;
mod clients;
mod flows;
mod iterators;
mod locks;
mod owned;
mod scripts;
mod stage;
mod table_runs;
mod transactions;
mod watching;

use redwire::Protocol::{Resp2, Resp3};

use self::stage::Place::{Memory, Real};
use self::table_runs::Around::{MultiExec, Nothing};

macro_rules! combinations {
    ($($runtime:ident: $client:ty;)+) => {$(
        mod $runtime {
            use super::*;

            combinations!(@ $client, memory_resp2, Memory, Resp2);
            combinations!(@ $client, memory_resp3, Memory, Resp3);
            combinations!(@ $client, real_resp2, Real, Resp2);
            combinations!(@ $client, real_resp3, Real, Resp3);
        }
    )+};
    (@ $client:ty, $name:ident, $place:ident, $protocol:ident) => {
        mod $name {
            use super::*;

            combinations! { @tests owned::Owned::<$client>::new($place, $protocol) =>
                commands: |stage| table_runs::commands(stage);
                atomic_chains: |stage| table_runs::chains(stage, MultiExec);
                bare_chains: |stage| table_runs::chains(stage, Nothing);
                atomic_batches: |stage| table_runs::batches(stage, MultiExec);
                bare_batches: |stage| table_runs::batches(stage, Nothing);
                scan: |stage| flows::scan(stage);
                typed_pipeline: |stage| flows::typed_pipeline(stage);
                pipeline_error: |stage| flows::pipeline_error(stage);
                queue_time_error: |stage| flows::queue_time_error(stage);
                typed_batch: |stage| flows::typed_batch(stage);
                f229_collected: |stage| flows::f229_collected(stage);
                f234_usable_again: |stage| flows::f234_usable_again(stage);
                f237_errors_in_place: |stage| flows::f237_errors_in_place(stage);
                f238_annotation_text: |stage| flows::f238_annotation_text(stage);
                f256_f257_refused: |stage| flows::f256_f257_refused(stage);
                f243_immediate_then_multi: |stage| transactions::f243_immediate_then_multi(stage);
                f247_watch_failure: |stage| transactions::f247_watch_failure(stage);
                d04_empty_transaction: |stage| transactions::d04_empty_transaction_verifies(stage);
                f248_unwatch: |stage| transactions::f248_unwatch(stage);
                handle_that_is_over: |stage| transactions::handle_that_is_over(stage);
                f254_queue_errors: |stage| transactions::f254_errors_in_a_watched_transaction(stage);
                t26_dropped_handles: |stage| transactions::t26_a_dropped_handle_leaves_no_watch(stage);
                f258_tried_again: |stage| transactions::f258_transaction_is_tried_again(stage);
                twenty_callers: |stage| transactions::twenty_callers_increment(stage);
                shutdown: |stage| flows::shutdown(stage);
                scan_iter: |stage| iterators::scan_iter(stage);
                sscan_hscan_zscan_iter: |stage| iterators::collections(stage);
                scan_iter_is_lazy: |stage| iterators::lazy(stage);
                scan_iter_empty_pages: |stage| iterators::empty_pages(stage);
                scan_iter_error: |stage| iterators::error(stage);
                scan_iter_pages: |stage| iterators::pages(stage);
                untyped_calls: |stage| callbacks::untyped_calls(stage);
                own_callbacks: |stage| callbacks::own_callbacks(stage);
                callbacks_in_pipelines: |stage| callbacks::in_pipelines(stage);
                callbacks_that_fail: |stage| callbacks::that_fail(stage);
                callbacks_that_panic: |stage| callbacks::that_panic(stage);
                scripts_are_found_or_sent: |stage| scripts::found_or_sent(stage);
                scripts_have_keys_and_arguments: |stage| scripts::keys_and_arguments(stage);
                scripts_fail_with_their_own_errors: |stage| scripts::errors(stage);
                scripts_give_typed_results: |stage| scripts::results(stage);
                scripts_of_any_bytes: |stage| scripts::any_bytes(stage);
                scripts_that_only_read: |stage| scripts::read_only(stage);
                functions: |stage| scripts::functions(stage);
                scripts_in_pipelines: |stage| scripts::in_pipelines(stage);
                lock_acquire: |stage| locks::acquire(stage);
                lock_waits: |stage| locks::waits(stage);
                lock_gives_up: |stage| locks::gives_up(stage);
                lock_tokens: |stage| locks::tokens(stage);
                lock_locked: |stage| locks::locked(stage);
                lock_release: |stage| locks::release(stage);
                lock_extend: |stage| locks::extend(stage);
                lock_reacquire: |stage| locks::reacquire(stage);
                lock_scope: |stage| locks::scope(stage);
                lock_fences: |stage| locks::fences(stage);
                lock_expires: |stage| locks::expires(stage);
                lock_scripts_flushed: |stage| locks::scripts_flushed(stage);
                lock_renewal_needs_tasks: |stage| locks::renewal_needs_tasks(stage);
            }
        }
    };
    (@tests $stage:expr => $($test:ident: |$it:ident| $run:expr;)+) => {$(
        #[test]
        fn $test() {
            let $it = &$stage;
            $run;
        }
    )+};
}

combinations! {
    blocking: redwire::blocking::Client;
    tokio: clients::Tokio;
    async_std: clients::AsyncStd;
    smol: clients::Smol;
}
