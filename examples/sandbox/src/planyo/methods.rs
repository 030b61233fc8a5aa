//! Which methods there are: those of this look-alike, and those that the reference lists.

use serde_json::json;

use super::{
    State,
    protocol::{Outcome, Parameters, Refusal, invalid, not_allowed},
};

type Handler = fn(&mut State, &Parameters) -> Outcome;

/// Whether a call can change something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

use Kind::{Read, Write};

/// The methods of this look-alike, by area.
#[rustfmt::skip] // One method a line.
const METHODS: &[(&str, Kind, Handler)] = &[
    ("api_test", Read, |_, _| Ok(json!("API Test Response"))),

    ("get_site_info", Read, |state, _| Ok(state.get_site_info())),

    ("list_sites", Read, |state, sent| state.list_sites(sent)),
    ("get_custom_property", Read, |state, sent| state.get_custom_property(sent)),
    ("set_custom_property", Write, State::set_custom_property),
    ("set_custom_properties", Write, State::set_custom_properties),
    ("delete_custom_property", Write, State::delete_custom_property),
    ("get_custom_property_definition", Read, |state, sent| state.get_custom_property_definition(sent)),
    ("add_custom_property_definition", Write, State::add_custom_property_definition),

    ("list_users", Read, |state, sent| state.list_users(sent)),
    ("get_all_users", Read, |state, sent| state.list_users(sent)),
    ("get_user_data", Read, |state, sent| state.get_user_data(sent)),
    ("add_user", Write, State::add_user),
    ("modify_user", Write, State::modify_user),
    ("remove_user", Write, State::remove_user),
    ("list_custom_user_properties", Read, |state, _| Ok(state.list_custom_user_properties())),

    ("list_resources", Read, |state, sent| state.list_resources(sent)),
    ("get_all_resources", Read, |state, sent| state.list_resources(sent)),
    ("get_resource_info", Read, |state, sent| state.get_resource_info(sent)),
    ("is_resource_available", Read, |state, sent| state.is_resource_available(sent)),
    ("can_make_reservation", Read, |state, sent| state.can_make_reservation(sent)),
    ("get_rental_price", Read, |state, sent| state.get_rental_price(sent)),

    ("add_resource", Write, State::add_resource),
    ("modify_resource", Write, State::modify_resource),
    ("remove_resource", Write, State::remove_resource),
    ("get_resource_pricing", Read, |state, sent| state.get_resource_pricing(sent)),

    ("list_vacations", Read, |state, sent| state.list_vacations(sent)),
    ("add_vacation", Write, State::add_vacation),
    ("remove_vacation", Write, State::remove_vacation),
    ("resource_search", Read, |state, sent| state.resource_search(sent)),
    ("get_resource_usage", Read, |state, sent| state.get_resource_usage(sent)),
    ("get_resource_usage_for_month", Read, |state, sent| state.get_resource_usage_for_month(sent)),
    ("get_event_times", Read, |state, sent| state.get_event_times(sent)),
    ("get_weekly_schedule", Read, |state, sent| state.get_weekly_schedule(sent)),
    ("set_weekly_schedule", Write, State::set_weekly_schedule),

    ("list_reservations", Read, |state, sent| state.list_reservations(sent)),
    ("get_reservation_data", Read, |state, sent| state.get_reservation_data(sent)),
    ("reservation_search", Read, |state, sent| state.reservation_search(sent)),
    ("search_reservations_by_form_item", Read, |state, sent| state.search_reservations_by_form_item(sent)),
    ("get_reservation_actions", Read, |state, sent| state.get_reservation_actions(sent)),
    ("get_reservation_products", Read, |state, sent| state.get_reservation_products(sent)),
    ("list_additional_products", Read, |state, _| Ok(state.list_additional_products())),
    ("set_reservation_products", Write, State::set_reservation_products),
    ("add_custom_product", Write, State::add_custom_product),
    ("make_reservation", Write, State::make_reservation),
    ("modify_reservation", Write, State::modify_reservation),
    ("do_reservation_action", Write, State::do_reservation_action),
    ("delete_reservation", Write, State::delete_reservation),
    ("set_reservation_notes", Write, State::set_reservation_notes),
    ("set_reservation_color", Write, State::set_reservation_color),
    ("set_reservation_price", Write, State::set_reservation_price),
    ("recalculate_price", Write, State::recalculate_price),

    ("list_payments", Read, |state, sent| state.list_payments(sent)),
    ("list_reservation_payments", Read, |state, sent| state.list_reservation_payments(sent)),
    ("get_reservation_payment_amount", Read, |state, sent| state.get_reservation_payment_amount(sent)),
    ("add_reservation_payment", Write, State::add_reservation_payment),
    ("modify_reservation_payment", Write, State::modify_reservation_payment),
    ("remove_reservation_payment", Write, State::remove_reservation_payment),

    ("list_invoices", Read, |state, sent| state.list_invoices(sent)),
    ("get_invoice_items", Read, |state, sent| state.get_invoice_items(sent)),
    ("generate_invoice", Write, State::generate_invoice),

    ("create_cart", Write, |state, _| Ok(state.create_cart())),
    ("delete_cart", Write, State::delete_cart),
    ("get_cart_items", Read, |state, sent| state.get_cart_items(sent)),
    ("list_carts", Read, |state, sent| state.list_carts(sent)),
    ("list_cart_payments", Read, |state, sent| state.list_cart_payments(sent)),
    ("move_reservations_to_cart", Write, State::move_reservations_to_cart),

    ("list_vouchers", Read, |state, sent| state.list_vouchers(sent)),
    ("create_voucher", Write, State::create_voucher),
    ("apply_voucher", Write, State::apply_voucher),
    ("list_coupons", Read, |state, sent| state.list_coupons(sent)),
    ("apply_coupon", Write, State::apply_coupon),

    ("send_email_to_customer", Write, State::send_email_to_customer),
    ("add_notification_callback", Write, State::add_notification_callback),
    ("remove_notification_callback", Write, State::remove_notification_callback),
];

/// The methods that the reference lists and this look-alike lacks.
#[rustfmt::skip] // By area, as the reference has them.
const MISSING: &[&str] = &[
    "get_promotable_reservations",
    "remove_custom_property_definition",
    "add_recurring_vacation", "set_event_times", "get_ical_feed_url",
    "set_resource_availability",
    "add_additional_product", "add_product_image", "modify_additional_product",
    "remove_additional_product", "remove_custom_product", "remove_product_image",
    "set_product_usage_for_reservation",
    "add_resource_image", "add_resource_season", "get_bundle_contents", "get_form_items",
    "get_package_contents", "get_resource_seasons", "get_simplified_daily_pricing",
    "get_simplified_daily_restrictions", "modify_resource_season", "remove_resource_image",
    "set_form_items_from_csv", "set_package_contents", "set_resource_admin",
    "set_resource_pricing", "set_unit_names", "set_unit_property",
    "add_api_key", "add_site", "add_site_image", "add_site_moderator",
    "add_url_to_admin_favorites", "list_reviews", "modify_site", "remove_site_image",
    "remove_site_moderator", "remove_url_from_admin_favorites", "set_payment_gateway",
    "add_agent",
    "add_coupon_type", "generate_coupon", "generate_coupon_payment_request", "list_coupon_types",
    "add_notification_message",
    "list_translations", "process_template", "set_translation",
];

/// The names of the methods of this look-alike, by area.
pub fn methods() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|(name, ..)| *name)
}

/// The names of the methods that Planyo has and this look-alike lacks, by area.
pub fn missing_methods() -> impl Iterator<Item = &'static str> {
    MISSING.iter().copied()
}

pub(super) fn is_write(method: &str) -> bool {
    METHODS
        .iter()
        .any(|(name, kind, _)| *name == method && *kind == Write)
}

impl State {
    pub(super) fn call(&mut self, method: &str, parameters: &Parameters) -> Outcome {
        if let Some((_, _, handler)) = METHODS.iter().find(|(name, ..)| *name == method) {
            return handler(self, parameters);
        }
        if MISSING.contains(&method) {
            return Err(not_here(&format!("The method {method}")));
        }
        Err(not_allowed())
    }
}

/// Planyo has it, the look-alike does not. Code 3, for 4 may mean an empty result and 1 a wrong key.
pub(super) fn not_here(what: &str) -> Refusal {
    let text = format!("{what} is not part of this look-alike.");
    eprintln!("sandbox: Planyo: {text}");
    invalid(&text)
}
