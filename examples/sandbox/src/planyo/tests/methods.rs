use super::{code, seeded};
use crate::planyo::{methods, missing_methods};
use crate::test_client::{call, post_form};

/// Every method of the reference, in the order of the alphabet.
const DOCUMENTED: &str = "\
add_additional_product add_agent add_api_key add_coupon_type add_custom_product add_custom_property_definition \
add_notification_callback add_notification_message add_product_image add_recurring_vacation add_reservation_payment \
add_resource add_resource_image add_resource_season add_site add_site_image add_site_moderator \
add_url_to_admin_favorites add_user add_vacation api_test apply_coupon apply_voucher can_make_reservation create_cart \
create_voucher delete_cart delete_custom_property delete_reservation do_reservation_action generate_coupon \
generate_coupon_payment_request generate_invoice get_all_users get_bundle_contents get_cart_items \
get_custom_property get_custom_property_definition get_event_times get_form_items get_ical_feed_url \
get_invoice_items get_package_contents get_promotable_reservations get_rental_price get_reservation_actions \
get_reservation_data get_reservation_payment_amount get_reservation_products get_resource_info get_resource_pricing \
get_resource_seasons get_resource_usage get_resource_usage_for_month get_simplified_daily_pricing \
get_simplified_daily_restrictions get_site_info get_user_data get_weekly_schedule is_resource_available \
list_additional_products list_cart_payments list_carts list_coupon_types list_coupons list_custom_user_properties \
list_invoices list_payments list_reservation_payments list_reservations list_resources list_reviews list_sites \
list_translations list_users list_vacations list_vouchers make_reservation modify_additional_product \
modify_reservation modify_reservation_payment modify_resource modify_resource_season modify_site modify_user \
move_reservations_to_cart process_template recalculate_price remove_additional_product remove_custom_product \
remove_custom_property_definition remove_notification_callback remove_product_image remove_reservation_payment \
remove_resource remove_resource_image remove_site_image remove_site_moderator remove_url_from_admin_favorites \
remove_user remove_vacation reservation_search resource_search search_reservations_by_form_item \
send_email_to_customer set_custom_properties set_custom_property set_event_times set_form_items_from_csv \
set_package_contents set_payment_gateway set_product_usage_for_reservation set_reservation_color \
set_reservation_notes set_reservation_price set_reservation_products set_resource_admin set_resource_availability \
set_resource_pricing set_translation set_unit_names set_unit_property set_weekly_schedule";

#[tokio::test]
async fn a_documented_method_is_served_or_said_to_be_missing() {
    let server = seeded().await;
    let mut known: Vec<_> = methods().chain(missing_methods()).collect();
    known.sort_unstable();
    known.dedup();
    assert_eq!(known.len(), methods().count() + missing_methods().count());
    for method in DOCUMENTED.split(' ') {
        assert!(known.contains(&method), "{method}");
        let answer = call(&server, method, &[]).await;
        let is_missing = missing_methods().any(|missing| missing == method);
        let text = answer["response_message"].as_str().expect("a text");
        assert_eq!(
            text.contains("not part of this look-alike"),
            is_missing,
            "{answer}"
        );
        assert_ne!(code(&answer), 1, "{method}: {answer}");
        if is_missing {
            assert_eq!(code(&answer), 3);
        }
    }
}

#[tokio::test]
async fn an_unknown_method_and_a_wrong_key_are_told_in_the_same_words() {
    let server = seeded().await;
    let unknown = call(&server, "cancel_reservation", &[]).await;
    let pairs = [("method", "add_agent"), ("api_key", "wrong")];
    let wrong_key = post_form(&server, &pairs).await.expect("an answer").json();
    assert_eq!(code(&unknown), 1);
    assert_eq!(unknown, wrong_key);
}
