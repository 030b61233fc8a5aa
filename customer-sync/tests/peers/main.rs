//! Bugs of other programs and libraries of this kind, and the test against each, here or elsewhere.
//!
//! | no. | what went wrong elsewhere | test | file |
//! |---|---|---|---|
//! | 1 | a customer that failed is never retried while its record stays the same | `a_customer_that_failed_is_tried_again_though_its_record_is_the_same` | `writes.rs` |
//! | 2 | apostrophes and quotes are doubled or lost | `apostrophes_and_quotes_are_written_and_matched_as_they_were_typed` | `texts.rs` |
//! | 3 | an e-mail address in a look-up is not encoded | `an_email_with_plus_and_ampersand_is_looked_up_whole` | `texts.rs` |
//! | 4 | `"null"`, `""` and `null` become values | `null_as_a_text_and_blanks_are_never_written` | `texts.rs` |
//! | 5 | a notification that comes twice is done twice | `a_notification_that_comes_again_writes_nothing` | `notifications.rs` |
//! | 6 | a callback that was not registered looks registered; it is registered twice | `a_callback_that_was_not_registered_is_an_error_and_is_not_registered_twice` | `notifications.rs` |
//! | 7 | two notifications at once make two customers | `two_runs_at_once_with_one_store_make_one_party_of_each_customer`, `concurrent_runs_for_one_customer_create_one_party` | `writes.rs`, `../sync.rs` |
//! | 8 | a create drops fields | `a_created_party_holds_everything_the_user_typed_and_nothing_else` | `../sync.rs` |
//! | 9 | a field cannot be cleared, or what is not mapped is | `what_is_cleared_in_the_source_is_cleared_and_what_is_missing_is_not`, `a_billit_that_refuses_null_gets_blanks_as_text` | `../memory.rs`, `../guards.rs` |
//! | 10 | each attempt has a key of its own | `every_attempt_to_create_has_the_same_key_and_a_burnt_key_makes_no_second_party` | `writes.rs` |
//! | 11 | `Retry-After` is not heeded | `too_many_calls_pause_everybody` (7 s, as told), `too_many_calls_wait_longer_each_time` | `sending.rs` of billit-client, `repeats.rs` of planyo-client |
//! | 12 | `$top` over the page size ends the list | `top_is_the_most_in_all`, `top_over_a_page_is_never_sent` | `paging.rs` and `requests.rs` of billit-client |
//! | 13 | a link to another host gets the key | `a_foreign_link_is_not_followed` | `paging.rs` of billit-client |
//! | 14 | a quote breaks the filter; a refused filter stops everything | `a_quote_in_a_filter_is_doubled_and_a_refused_filter_is_applied_here` | `texts.rs` |
//! | 15 | the id of another's party is taken for a new one | `a_party_that_billit_merged_a_customer_into_gets_its_values_back` | `../sync.rs` |
//! | 16 | equal times, a change during the run or a wrong clock hide a change | `customers_changed_at_the_same_time_are_all_updated`, `a_change_during_a_run_is_seen_by_the_next`, `no_clock_hides_a_change` | `changes.rs` |
//! | 17 | half a listing deletes the rest | `a_page_that_fails_halfway_means_that_nothing_is_written` | `../sync.rs` |
//! | 18 | an empty source deletes everything | `a_source_that_is_suddenly_empty_is_an_error_and_touches_no_party` | `changes.rs` |
//! | 19 | a new time of change without a change is written | `a_new_time_of_change_alone_writes_nothing` | `changes.rs` |
//! | 20 | the order of keys in JSON makes another record | `the_order_of_keys_and_white_space_make_no_other_record` | `changes.rs` |
//! | 21 | what changes by itself is written for ever | `what_changes_by_itself_writes_nothing` | `changes.rs` |
//! | 22 | the API key stands in a URL or a log | `no_api_key_is_in_a_url`, `plans_reports_and_traces_can_be_logged` | `writes.rs`, `../secrets.rs` |
//! | 23 | Planyo's error inside HTTP 200 is taken for an answer | `an_error_of_planyo_inside_http_200_stops_the_run` | `changes.rs` |
//! | 24 | blanks match each other | `blanks_never_match_each_other`, `a_blank_email_is_no_email_in_common` | `../sync.rs`, `texts.rs` |

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

#[path = "../common/mod.rs"]
mod common;

mod changes;
mod notifications;
mod texts;
mod writes;
use common::World;
use customer_sync::{CustomerKey, SyncOptions, SyncReport, sync_customers};

fn key(user: u64) -> CustomerKey {
    CustomerKey::new("planyo", user.to_string())
}

async fn sync(world: &World, options: &SyncOptions) -> SyncReport {
    sync_customers(&world.planyo, &world.billit, options)
        .await
        .unwrap()
}

/// A run without writes.
async fn nothing_is_written(world: &World, options: &SyncOptions) {
    world.clear();
    let report = sync(world, options).await;
    assert_eq!(world.writes(), 0, "{report}");
}
