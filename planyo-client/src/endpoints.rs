//! Every method that this crate types.

use std::fmt;

/// A method of Planyo's API that this crate has a struct for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointInfo {
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

/// Writes the table, and has the compiler see that each struct is where the table says.
macro_rules! endpoints {
    ($(#[$doc:meta])* $($area:ident { $($name:ident: $call:ident $certainty:ident,)* })*) => {
        $(#[$doc])*
        pub const ENDPOINTS: &[EndpointInfo] = &[
            $($(EndpointInfo {
                name: stringify!($name),
                call: concat!(stringify!($area), "::", stringify!($call)),
                certainty: Certainty::$certainty,
            },)*)*
        ];

        $($(const _: usize = size_of::<crate::$area::$call>();)*)*
    };
}

endpoints! {
    /// Every method of the reference, by area. [`RawCall`](crate::RawCall) reaches any other.
    ///
    /// ```
    /// use planyo_client::ENDPOINTS;
    /// assert!(ENDPOINTS.iter().any(|method| method.name == "list_users" && method.call == "users::ListUsers"));
    /// ```
    users {
        add_agent: AddAgent Confirmed,
        add_user: AddUser AnswerUnknown,
        get_user_data: GetUser Confirmed,
        list_custom_user_properties: ListCustomUserProperties Confirmed,
        list_users: ListUsers Confirmed,
        modify_user: ModifyUser AnswerUnknown,
        remove_user: RemoveUser Confirmed,
    }
    reservations {
        can_make_reservation: CanMakeReservation Confirmed,
        delete_reservation: DeleteReservation Confirmed,
        do_reservation_action: DoReservationAction Confirmed,
        get_promotable_reservations: GetPromotableReservations Confirmed,
        get_rental_price: GetRentalPrice Confirmed,
        get_reservation_actions: GetReservationActions Confirmed,
        get_reservation_data: GetReservation Confirmed,
        list_reservations: ListReservations Confirmed,
        make_reservation: MakeReservation Confirmed,
        modify_reservation: ModifyReservation Confirmed,
        recalculate_price: RecalculatePrice Confirmed,
        reservation_search: ReservationSearch Confirmed,
        search_reservations_by_form_item: SearchReservationsByFormItem Confirmed,
        set_reservation_color: SetReservationColor Confirmed,
        set_reservation_notes: SetReservationNotes Confirmed,
        set_reservation_price: SetReservationPrice Confirmed,
    }
    availability {
        add_recurring_vacation: AddRecurringVacation AnswerUnknown,
        add_vacation: AddVacation AnswerUnknown,
        get_event_times: GetEventTimes Confirmed,
        get_ical_feed_url: GetIcalFeedUrl AnswerUnknown,
        get_resource_usage: GetResourceUsage Confirmed,
        get_resource_usage_for_month: GetResourceUsageForMonth Confirmed,
        get_weekly_schedule: GetWeeklySchedule Confirmed,
        is_resource_available: IsResourceAvailable Confirmed,
        list_vacations: ListVacations AnswerUnknown,
        remove_vacation: RemoveVacation Guess,
        resource_search: ResourceSearch AnswerUnknown,
        set_event_times: SetEventTimes Guess,
        set_resource_availability: SetResourceAvailability AnswerUnknown,
        set_weekly_schedule: SetWeeklySchedule AnswerUnknown,
    }
    resources {
        add_resource: AddResource Confirmed,
        add_resource_image: AddResourceImage Guess,
        add_resource_season: AddResourceSeason AnswerUnknown,
        get_bundle_contents: GetBundleContents Confirmed,
        get_form_items: GetFormItems Confirmed,
        get_package_contents: GetPackageContents Confirmed,
        get_resource_info: GetResourceInfo Confirmed,
        get_resource_pricing: GetResourcePricing Confirmed,
        get_resource_seasons: GetResourceSeasons Confirmed,
        get_simplified_daily_pricing: GetSimplifiedDailyPricing Confirmed,
        get_simplified_daily_restrictions: GetSimplifiedDailyRestrictions AnswerUnknown,
        list_resources: ListResources Confirmed,
        modify_resource: ModifyResource AnswerUnknown,
        modify_resource_season: ModifyResourceSeason AnswerUnknown,
        remove_resource: RemoveResource Confirmed,
        remove_resource_image: RemoveResourceImage Guess,
        set_form_items_from_csv: SetFormItemsFromCsv Guess,
        set_package_contents: SetPackageContents Confirmed,
        set_resource_admin: SetResourceAdmin Confirmed,
        set_resource_pricing: SetResourcePricing Confirmed,
        set_unit_names: SetUnitNames Confirmed,
        set_unit_property: SetUnitProperty Confirmed,
    }
    products {
        add_additional_product: AddAdditionalProduct AnswerUnknown,
        add_custom_product: AddCustomProduct Confirmed,
        add_product_image: AddProductImage Guess,
        get_reservation_products: GetReservationProducts Confirmed,
        list_additional_products: ListAdditionalProducts Confirmed,
        modify_additional_product: ModifyAdditionalProduct AnswerUnknown,
        remove_additional_product: RemoveAdditionalProduct Confirmed,
        remove_custom_product: RemoveCustomProduct Confirmed,
        remove_product_image: RemoveProductImage Guess,
        set_product_usage_for_reservation: SetProductUsageForReservation Confirmed,
        set_reservation_products: SetReservationProducts Confirmed,
    }
    sites {
        add_api_key: AddApiKey Guess,
        api_test: ApiTest Confirmed,
        add_site: AddSite AnswerUnknown,
        add_site_image: AddSiteImage Guess,
        add_site_moderator: AddSiteModerator Confirmed,
        add_url_to_admin_favorites: AddUrlToAdminFavorites Guess,
        get_site_info: GetSiteInfo Confirmed,
        list_reviews: ListReviews Confirmed,
        list_sites: ListSites AnswerUnknown,
        modify_site: ModifySite Confirmed,
        remove_site_image: RemoveSiteImage Guess,
        remove_site_moderator: RemoveSiteModerator Guess,
        remove_url_from_admin_favorites: RemoveUrlFromAdminFavorites Guess,
        set_payment_gateway: SetPaymentGateway Guess,
    }
    cart {
        create_cart: CreateCart Confirmed,
        delete_cart: DeleteCart Confirmed,
        get_cart_items: GetCartItems Confirmed,
        list_cart_payments: ListCartPayments Confirmed,
        list_carts: ListCarts Confirmed,
        move_reservations_to_cart: MoveReservationsToCart Confirmed,
    }
    vouchers {
        add_coupon_type: AddCouponType AnswerUnknown,
        apply_coupon: ApplyCoupon Confirmed,
        apply_voucher: ApplyVoucher Confirmed,
        create_voucher: CreateVoucher AnswerUnknown,
        generate_coupon: GenerateCoupon Confirmed,
        generate_coupon_payment_request: GenerateCouponPaymentRequest AnswerUnknown,
        list_coupon_types: ListCouponTypes Confirmed,
        list_coupons: ListCoupons Confirmed,
        list_vouchers: ListVouchers Confirmed,
    }
    payments {
        add_reservation_payment: AddReservationPayment Confirmed,
        get_reservation_payment_amount: GetReservationPaymentAmount Confirmed,
        list_payments: ListPayments Confirmed,
        list_reservation_payments: ListReservationPayments Confirmed,
        modify_reservation_payment: ModifyReservationPayment Confirmed,
        remove_reservation_payment: RemoveReservationPayment Confirmed,
        generate_invoice: GenerateInvoice Confirmed,
        get_invoice_items: GetInvoiceItems Confirmed,
        list_invoices: ListInvoices AnswerUnknown,
    }
    notifications {
        add_notification_callback: AddNotificationCallback Confirmed,
        add_notification_message: AddNotificationMessage AnswerUnknown,
        remove_notification_callback: RemoveNotificationCallback ThirdParty,
        send_email_to_customer: SendEmailToCustomer Confirmed,
    }
    properties {
        add_custom_property_definition: AddCustomPropertyDefinition AnswerUnknown,
        delete_custom_property: DeleteCustomProperty Confirmed,
        get_custom_property: GetCustomProperty Confirmed,
        get_custom_property_definition: GetCustomPropertyDefinition Confirmed,
        remove_custom_property_definition: RemoveCustomPropertyDefinition Guess,
        set_custom_properties: SetCustomProperties Confirmed,
        set_custom_property: SetCustomProperty Confirmed,
    }
    templates {
        list_translations: ListTranslations Guess,
        process_template: ProcessTemplate Confirmed,
        set_translation: SetTranslation Guess,
    }
}
