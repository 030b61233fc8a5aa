//! Finding reservations.

use chrono::NaiveDateTime;
use serde_json::value::RawValue;

use super::{Reservation, form_items};
use crate::macros::{call, flags, lists, pages, setters, switches, text_codes};
use crate::page::Page;
use crate::params::Params;
use crate::types::{ReservationId, ReservationStatus, ResourceId, SiteId, UserId, VacationId};
use crate::wire::{self, Entry, Identified, Record};

flags! {
    /// How much of a reservation a listing gives.
    ///
    /// ```
    /// use planyo_client::reservations::ReservationDetail;
    /// assert_eq!((ReservationDetail::INFO | ReservationDetail::PRICING).bits(), 5);
    /// ```
    ReservationDetail {
        /// Times, state, resource and customer. What Planyo sends when no level is given.
        INFO = 1,
        /// The items of the reservation form.
        FORM_ITEMS = 2,
        /// Prices, what is paid, and choices of flexible packages.
        PRICING = 4,
        /// The resource's custom properties.
        RESOURCE = 8,
        /// The site's custom properties.
        SITE = 16,
        /// The customer's custom properties.
        USER = 32,
        /// Booked products (inferred from one third party).
        PRODUCTS = 64,
    }
}

text_codes! {
    /// The order of a listing of reservations.
    ReservationSort {
        /// The customer's name.
        User = "user",
        /// The customer's id.
        UserId = "user_id",
        /// The e-mail address.
        Email = "email",
        /// The phone number.
        Phone = "phone",
        /// The resource's id.
        ResourceId = "resource_id",
        /// The shopping cart.
        CartId = "cart_id",
        /// The resource's name.
        Resource = "resource",
        /// The id, in [`ListReservations`].
        ReservationId = "reservation_id",
        /// The id, in [`ReservationSearch`] (seen live by a third party).
        RentalId = "rental_id",
        /// The beginning.
        StartTime = "start_time",
        /// The end.
        EndTime = "end_time",
        /// The length (older documentation only).
        Duration = "duration",
    }
}

call! {
    /// `list_reservations`: the reservations that begin in a period, in pages of 500.
    ///
    /// Planyo requires both ends of the period, on the clock of the site. Whether the end itself is in it is not documented.
    /// [`list_by_creation_date`](Self::list_by_creation_date) asks for those that were made in it instead. One that began
    /// before the period and still goes on is **not** in it: widen the period and add
    /// [`must_include_time_range`](Self::must_include_time_range).
    ///
    /// No form items and no prices come without a [`detail_level`](Self::detail_level), and the customer's text at none.
    /// One third party saw cancelled reservations stay in the list for days and others leave it at once, so that one that is
    /// missing proves nothing: ask [`GetReservation`]. Planyo gives up on long periods; ask for months rather than years.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::ReservationStatus;
    /// use planyo_client::reservations::{ListReservations, ReservationDetail};
    ///
    /// let june = ListReservations::new("2026-06-01T00:00:00".parse()?, "2026-07-01T00:00:00".parse()?)
    ///     .required_status(ReservationStatus::CONFIRMED)
    ///     .detail_level(ReservationDetail::INFO | ReservationDetail::PRICING);
    /// for reservation in planyo.pages(june).all().await?.records {
    ///     println!("{}: {:?}", reservation.reservation_id, reservation.total_price);
    /// }
    /// # Ok(()) }
    /// ```
    ListReservations: "list_reservations", Read -> Page<Reservation>, |data| Page::parse(data, "results")
}

pages!(ListReservations of Reservation, Some(500));
form_items!(ListReservations);

impl ListReservations {
    /// Those that begin in this period.
    pub fn new(start: NaiveDateTime, end: NaiveDateTime) -> Self {
        Self {
            params: Params::default()
                .with("start_time", start)
                .with("end_time", end),
        }
    }

    switches! {
        /// Those that were made in the period, whenever they begin.
        list_by_creation_date => "list_by_creation_date" = true;
        /// The other way round.
        sort_reverse => "sort_reverse" = true;
    }

    setters! {
        /// Only those that have this moment in them. Not together with
        /// [`list_by_creation_date`](Self::list_by_creation_date).
        must_include_time_point(NaiveDateTime) => "must_include_time_point";
    }

    /// Only those that have this whole period in them. Not together with
    /// [`list_by_creation_date`](Self::list_by_creation_date).
    pub fn must_include_time_range(mut self, start: NaiveDateTime, end: NaiveDateTime) -> Self {
        self.params.set("must_include_time_range_start", start);
        self.params.set("must_include_time_range_end", end);
        self
    }

    lists! {
        /// Only those of these resources.
        resource_ids(ResourceId) => "resource_ids";
    }

    setters! {
        /// Only those of this resource.
        resource_id(ResourceId) => "resource_id";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
        /// Only those of this customer.
        user_id(UserId) => "user_id";
        /// Only those of the customer with this e-mail address (second-hand).
        user_email(String) => "user_email";
        /// Only those whose state has these flags: all of them, as the documentation seems to say.
        required_status(ReservationStatus) => "required_status";
        /// None whose state has these flags, such as [`ReservationStatus::CANCELLED`]: any of them, as the documentation's
        /// example says.
        excluded_status(ReservationStatus) => "excluded_status";
        /// Only those that changed since (second-hand, so check it with your site).
        modified_since(NaiveDateTime) => "modified_since";
        /// What to send of each reservation.
        detail_level(ReservationDetail) => "detail_level";
        /// The order.
        sort(ReservationSort) => "sort";
    }
}

call! {
    /// `get_reservation_data`: one reservation with everything Planyo has of it.
    ///
    /// The answer names no id (documented so), so that [`Reservation::reservation_id`] is the one that was asked for, unless
    /// the answer has a `reservation_id` after all. Its raw JSON may hold more than the type, such as `notifications_sent`.
    /// An unknown reservation is [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput).
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::reservations::GetReservation;
    ///
    /// let reservation = planyo.send(GetReservation::new(19_710_795)).await?;
    /// println!("{:?} {:?}", reservation.status, reservation.amount_paid);
    /// # Ok(()) }
    /// ```
    GetReservation: "get_reservation_data", Read -> Record<Reservation>, reader(one)
}

impl GetReservation {
    /// The reservation with this id.
    pub fn new(id: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", id.into()),
        }
    }
}

fn one(data: &RawValue, params: &Params) -> serde_json::Result<Record<Reservation>> {
    if wire::fields_of(data).is_empty() {
        return Err(serde::de::Error::custom("a reservation must have fields"));
    }
    let id = params.get("reservation_id").unwrap_or_default();
    // Another `id` may be of anything: only the full name is taken from the answer.
    let reservation: Record<Reservation> = Record::with_id(data, Reservation::ID_FIELD, id)?;
    let reservation = reservation.into_value().with_whole_numbers();
    Ok(Record::new(reservation, data))
}

call! {
    /// `reservation_search`: reservations by free text.
    ///
    /// Planyo looks in names, login, ids of customer and reservation, e-mail address, phone and resource; each further word
    /// narrows. How many it gives at most is not documented. Times, notes, customer and resource come; the state does not.
    ReservationSearch: "reservation_search", Read -> Vec<Entry<Reservation>>, |data| wire::entries(data, "results")
}

impl ReservationSearch {
    /// With these words.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            params: Params::default().with("query", query.into()),
        }
    }

    setters! {
        /// The custom properties to send: [`RESOURCE`](ReservationDetail::RESOURCE), [`SITE`](ReservationDetail::SITE),
        /// [`USER`](ReservationDetail::USER).
        detail_level(ReservationDetail) => "detail_level";
        /// The order. That by id is [`ReservationSort::RentalId`] here.
        sort(ReservationSort) => "sort";
    }
}

call! {
    /// `search_reservations_by_form_item`: reservations by the value of an item of the form, 500 at most.
    ///
    /// Planyo has no page after those 500: a full answer may lack some.
    SearchReservationsByFormItem: "search_reservations_by_form_item", Read -> Vec<Entry<Reservation>>, |data| wire::entries(data, "results")
}

impl SearchReservationsByFormItem {
    /// Those whose item has this value; `*` stands for any text.
    pub fn new(item_name: impl Into<String>, item_value: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("item_name", item_name.into())
                .with("item_value", item_value.into()),
        }
    }

    setters! {
        /// What to send of each reservation.
        detail_level(ReservationDetail) => "detail_level";
    }
}

call! {
    /// `get_promotable_reservations`: the requests on the waiting list that could take the place of a placeholder.
    ///
    /// Of each reservation come the ids, times and quantity. Promote one by
    /// [`ReservationAction::Promote`](super::ReservationAction::Promote).
    GetPromotableReservations: "get_promotable_reservations", Read -> Vec<Entry<Reservation>>, |data| wire::entries(data, "results")
}

impl GetPromotableReservations {
    /// For this placeholder vacation, which `list_vacations` names.
    pub fn new(placeholder_vacation: impl Into<VacationId>) -> Self {
        Self {
            params: Params::default().with("placeholder_vacation_id", placeholder_vacation.into()),
        }
    }

    /// How many at most: 1 to 1000.
    pub fn page_size(mut self, size: u32) -> Self {
        self.params.set("page_size", size.clamp(1, 1000));
        self
    }
}
