//! Every method that this crate types.

use std::fmt;

/// A method of Planyo's API that this crate has a struct for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Method {
    /// The name as Planyo spells it.
    pub name: &'static str,
    /// The struct, by its path in this crate.
    pub call: &'static str,
    /// How sure this crate is of it.
    pub certainty: Certainty,
}

/// How sure a fact about Planyo's API is. None was tried with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certainty {
    /// In Planyo's documentation, or seen in a live answer.
    Confirmed,
    /// The parameters are in Planyo's documentation; the answer is unknown, or known from third parties.
    AnswerUnknown,
    /// Used by third parties.
    ThirdParty,
    /// The name is known, the parameters are a guess.
    Guess,
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Confirmed => "confirmed",
            Self::AnswerUnknown => "confirmed, its answer unknown",
            Self::ThirdParty => "third parties",
            Self::Guess => "a guess",
        })
    }
}

use Certainty::{AnswerUnknown, Confirmed, Guess, ThirdParty};

/// Every method of the reference, by area. [`RawCall`](crate::RawCall) reaches any other.
///
/// ```
/// use planyo_client::METHODS;
/// assert!(METHODS.iter().any(|method| method.name == "list_users" && method.call == "users::ListUsers"));
/// ```
pub const METHODS: &[Method] = &[
    method("add_agent", "users::AddAgent", Confirmed),
    method("add_user", "users::AddUser", AnswerUnknown),
    method("get_user_data", "users::GetUser", Confirmed),
    method(
        "list_custom_user_properties",
        "users::ListCustomUserProperties",
        Confirmed,
    ),
    method("list_users", "users::ListUsers", Confirmed),
    method("modify_user", "users::ModifyUser", AnswerUnknown),
    method("remove_user", "users::RemoveUser", Confirmed),
    method(
        "can_make_reservation",
        "reservations::CanMakeReservation",
        Confirmed,
    ),
    method(
        "delete_reservation",
        "reservations::DeleteReservation",
        Confirmed,
    ),
    method(
        "do_reservation_action",
        "reservations::DoReservationAction",
        Confirmed,
    ),
    method(
        "get_promotable_reservations",
        "reservations::GetPromotableReservations",
        Confirmed,
    ),
    method(
        "get_rental_price",
        "reservations::GetRentalPrice",
        Confirmed,
    ),
    method(
        "get_reservation_actions",
        "reservations::GetReservationActions",
        Confirmed,
    ),
    method(
        "get_reservation_data",
        "reservations::GetReservation",
        Confirmed,
    ),
    method(
        "list_reservations",
        "reservations::ListReservations",
        Confirmed,
    ),
    method(
        "make_reservation",
        "reservations::MakeReservation",
        Confirmed,
    ),
    method(
        "modify_reservation",
        "reservations::ModifyReservation",
        Confirmed,
    ),
    method(
        "recalculate_price",
        "reservations::RecalculatePrice",
        Confirmed,
    ),
    method(
        "reservation_search",
        "reservations::ReservationSearch",
        Confirmed,
    ),
    method(
        "search_reservations_by_form_item",
        "reservations::SearchReservationsByFormItem",
        Confirmed,
    ),
    method(
        "set_reservation_color",
        "reservations::SetReservationColor",
        Confirmed,
    ),
    method(
        "set_reservation_notes",
        "reservations::SetReservationNotes",
        Confirmed,
    ),
    method(
        "set_reservation_price",
        "reservations::SetReservationPrice",
        Confirmed,
    ),
    method(
        "add_recurring_vacation",
        "availability::AddRecurringVacation",
        AnswerUnknown,
    ),
    method("add_vacation", "availability::AddVacation", AnswerUnknown),
    method("get_event_times", "availability::GetEventTimes", Confirmed),
    method(
        "get_ical_feed_url",
        "availability::GetIcalFeedUrl",
        AnswerUnknown,
    ),
    method(
        "get_resource_usage",
        "availability::GetResourceUsage",
        Confirmed,
    ),
    method(
        "get_resource_usage_for_month",
        "availability::GetResourceUsageForMonth",
        Confirmed,
    ),
    method(
        "get_weekly_schedule",
        "availability::GetWeeklySchedule",
        Confirmed,
    ),
    method(
        "is_resource_available",
        "availability::IsResourceAvailable",
        Confirmed,
    ),
    method(
        "list_vacations",
        "availability::ListVacations",
        AnswerUnknown,
    ),
    method("remove_vacation", "availability::RemoveVacation", Guess),
    method(
        "resource_search",
        "availability::ResourceSearch",
        AnswerUnknown,
    ),
    method("set_event_times", "availability::SetEventTimes", Guess),
    method(
        "set_resource_availability",
        "availability::SetResourceAvailability",
        AnswerUnknown,
    ),
    method(
        "set_weekly_schedule",
        "availability::SetWeeklySchedule",
        AnswerUnknown,
    ),
    method("add_resource", "resources::AddResource", Confirmed),
    method("add_resource_image", "resources::AddResourceImage", Guess),
    method(
        "add_resource_season",
        "resources::AddResourceSeason",
        AnswerUnknown,
    ),
    method(
        "get_bundle_contents",
        "resources::GetBundleContents",
        Confirmed,
    ),
    method("get_form_items", "resources::GetFormItems", Confirmed),
    method(
        "get_package_contents",
        "resources::GetPackageContents",
        Confirmed,
    ),
    method("get_resource_info", "resources::GetResourceInfo", Confirmed),
    method(
        "get_resource_pricing",
        "resources::GetResourcePricing",
        Confirmed,
    ),
    method(
        "get_resource_seasons",
        "resources::GetResourceSeasons",
        Confirmed,
    ),
    method(
        "get_simplified_daily_pricing",
        "resources::GetSimplifiedDailyPricing",
        Confirmed,
    ),
    method(
        "get_simplified_daily_restrictions",
        "resources::GetSimplifiedDailyRestrictions",
        AnswerUnknown,
    ),
    method("list_resources", "resources::ListResources", Confirmed),
    method(
        "modify_resource",
        "resources::ModifyResource",
        AnswerUnknown,
    ),
    method(
        "modify_resource_season",
        "resources::ModifyResourceSeason",
        AnswerUnknown,
    ),
    method("remove_resource", "resources::RemoveResource", Confirmed),
    method(
        "remove_resource_image",
        "resources::RemoveResourceImage",
        Guess,
    ),
    method(
        "set_form_items_from_csv",
        "resources::SetFormItemsFromCsv",
        Guess,
    ),
    method(
        "set_package_contents",
        "resources::SetPackageContents",
        Confirmed,
    ),
    method(
        "set_resource_admin",
        "resources::SetResourceAdmin",
        Confirmed,
    ),
    method(
        "set_resource_pricing",
        "resources::SetResourcePricing",
        Confirmed,
    ),
    method("set_unit_names", "resources::SetUnitNames", Confirmed),
    method("set_unit_property", "resources::SetUnitProperty", Confirmed),
    method(
        "add_additional_product",
        "products::AddAdditionalProduct",
        AnswerUnknown,
    ),
    method(
        "add_custom_product",
        "products::AddCustomProduct",
        Confirmed,
    ),
    method("add_product_image", "products::AddProductImage", Guess),
    method(
        "get_reservation_products",
        "products::GetReservationProducts",
        Confirmed,
    ),
    method(
        "list_additional_products",
        "products::ListAdditionalProducts",
        Confirmed,
    ),
    method(
        "modify_additional_product",
        "products::ModifyAdditionalProduct",
        AnswerUnknown,
    ),
    method(
        "remove_additional_product",
        "products::RemoveAdditionalProduct",
        Confirmed,
    ),
    method(
        "remove_custom_product",
        "products::RemoveCustomProduct",
        Confirmed,
    ),
    method(
        "remove_product_image",
        "products::RemoveProductImage",
        Guess,
    ),
    method(
        "set_product_usage_for_reservation",
        "products::SetProductUsageForReservation",
        Confirmed,
    ),
    method(
        "set_reservation_products",
        "products::SetReservationProducts",
        Confirmed,
    ),
    method("add_api_key", "sites::AddApiKey", Guess),
    method("api_test", "sites::ApiTest", Confirmed),
    method("add_site", "sites::AddSite", AnswerUnknown),
    method("add_site_image", "sites::AddSiteImage", Guess),
    method("add_site_moderator", "sites::AddSiteModerator", Confirmed),
    method(
        "add_url_to_admin_favorites",
        "sites::AddUrlToAdminFavorites",
        Guess,
    ),
    method("get_site_info", "sites::GetSiteInfo", Confirmed),
    method("list_reviews", "sites::ListReviews", Confirmed),
    method("list_sites", "sites::ListSites", AnswerUnknown),
    method("modify_site", "sites::ModifySite", Confirmed),
    method("remove_site_image", "sites::RemoveSiteImage", Guess),
    method("remove_site_moderator", "sites::RemoveSiteModerator", Guess),
    method(
        "remove_url_from_admin_favorites",
        "sites::RemoveUrlFromAdminFavorites",
        Guess,
    ),
    method("set_payment_gateway", "sites::SetPaymentGateway", Guess),
    method("create_cart", "cart::CreateCart", Confirmed),
    method("delete_cart", "cart::DeleteCart", Confirmed),
    method("get_cart_items", "cart::GetCartItems", Confirmed),
    method("list_cart_payments", "cart::ListCartPayments", Confirmed),
    method("list_carts", "cart::ListCarts", Confirmed),
    method(
        "move_reservations_to_cart",
        "cart::MoveReservationsToCart",
        Confirmed,
    ),
    method("add_coupon_type", "vouchers::AddCouponType", AnswerUnknown),
    method("apply_coupon", "vouchers::ApplyCoupon", Confirmed),
    method("apply_voucher", "vouchers::ApplyVoucher", Confirmed),
    method("create_voucher", "vouchers::CreateVoucher", AnswerUnknown),
    method("generate_coupon", "vouchers::GenerateCoupon", Confirmed),
    method(
        "generate_coupon_payment_request",
        "vouchers::GenerateCouponPaymentRequest",
        AnswerUnknown,
    ),
    method("list_coupon_types", "vouchers::ListCouponTypes", Confirmed),
    method("list_coupons", "vouchers::ListCoupons", Confirmed),
    method("list_vouchers", "vouchers::ListVouchers", Confirmed),
    method(
        "add_reservation_payment",
        "payments::AddReservationPayment",
        Confirmed,
    ),
    method(
        "get_reservation_payment_amount",
        "payments::GetReservationPaymentAmount",
        Confirmed,
    ),
    method("list_payments", "payments::ListPayments", Confirmed),
    method(
        "list_reservation_payments",
        "payments::ListReservationPayments",
        Confirmed,
    ),
    method(
        "modify_reservation_payment",
        "payments::ModifyReservationPayment",
        Confirmed,
    ),
    method(
        "remove_reservation_payment",
        "payments::RemoveReservationPayment",
        Confirmed,
    ),
    method("generate_invoice", "payments::GenerateInvoice", Confirmed),
    method("get_invoice_items", "payments::GetInvoiceItems", Confirmed),
    method("list_invoices", "payments::ListInvoices", AnswerUnknown),
    method(
        "add_notification_callback",
        "notifications::AddNotificationCallback",
        Confirmed,
    ),
    method(
        "add_notification_message",
        "notifications::AddNotificationMessage",
        AnswerUnknown,
    ),
    method(
        "remove_notification_callback",
        "notifications::RemoveNotificationCallback",
        ThirdParty,
    ),
    method(
        "send_email_to_customer",
        "notifications::SendEmailToCustomer",
        Confirmed,
    ),
    method(
        "add_custom_property_definition",
        "properties::AddCustomPropertyDefinition",
        AnswerUnknown,
    ),
    method(
        "delete_custom_property",
        "properties::DeleteCustomProperty",
        Confirmed,
    ),
    method(
        "get_custom_property",
        "properties::GetCustomProperty",
        Confirmed,
    ),
    method(
        "get_custom_property_definition",
        "properties::GetCustomPropertyDefinition",
        Confirmed,
    ),
    method(
        "remove_custom_property_definition",
        "properties::RemoveCustomPropertyDefinition",
        Guess,
    ),
    method(
        "set_custom_properties",
        "properties::SetCustomProperties",
        Confirmed,
    ),
    method(
        "set_custom_property",
        "properties::SetCustomProperty",
        Confirmed,
    ),
    method("list_translations", "templates::ListTranslations", Guess),
    method("process_template", "templates::ProcessTemplate", Confirmed),
    method("set_translation", "templates::SetTranslation", Guess),
];

const fn method(name: &'static str, call: &'static str, certainty: Certainty) -> Method {
    Method {
        name,
        call,
        certainty,
    }
}
