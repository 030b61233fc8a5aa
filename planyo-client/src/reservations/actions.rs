//! Changing reservations, and the log of what was changed.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{form_items, units};
use crate::batch::{self, BatchAnswer};
use crate::endpoint::Safety;
use crate::macros::{batch, call, ids_alone, nothing_required, setters, switches, text_codes};
use crate::params::Params;
use crate::types::{
    EventType, ReservationId, ReservationStatus, ResourceId, SiteId, SiteTime, UserId,
};
use crate::wire::{self, Entry, Record};

text_codes! {
    /// What can be done to a reservation (documented).
    ReservationAction {
        /// Completes it, so that it takes its period.
        Reserve = "Reserve",
        /// Verifies the e-mail address; the code goes into [`custom_data`](DoReservationAction::custom_data).
        Verify = "Verify",
        /// Confirms it.
        Confirm = "Confirm",
        /// Approves it beforehand.
        Preapprove = "Preapprove",
        /// Marks it as fraud, which also cancels it.
        Fraud = "Fraud",
        /// Cancels it as an administrator.
        Cancel = "Cancel",
        /// Cancels it as the customer.
        UserCancel = "User_cancel",
        /// Checks in.
        CheckIn = "Checkin",
        /// Takes check-in and check-out back.
        ClearCheckIn = "Clear_checkin",
        /// Checks out.
        CheckOut = "Checkout",
        /// No-show: the customer did not come.
        NoShow = "Noshow",
        /// Takes that back.
        ClearNoShow = "Clear_noshow",
        /// Takes the confirmation back.
        Unconfirm = "Unconfirm",
        /// Takes the cancellation back.
        Uncancel = "Uncancel",
        /// Makes it one that was not completed.
        MakeNotCompleted = "Make_not_completed",
        /// Makes it a quotation.
        MarkAsQuote = "Mark_as_quote",
        /// Locks it for modification.
        Lock = "Lock",
        /// Unlocks it.
        Unlock = "Unlock",
        /// Makes a request on the waiting list a reservation.
        Promote = "Promote",
    }
}

/// Each action that Planyo documents sets a state, so that a second time changes nothing; but unless it is quiet, it may
/// send its e-mails again.
fn safety_of_action(params: &Params) -> Safety {
    let action = params.get("action").map(ReservationAction::from);
    let known = matches!(action, Some(action) if ReservationAction::ALL.contains(&action));
    if known && params.get("is_quiet") == Some("true") {
        Safety::Idempotent
    } else {
        Safety::Unsafe
    }
}

call! {
    /// `do_reservation_action`: confirms, cancels, checks in: changes the state of a reservation.
    ///
    /// Planyo sends the messages that go with it, and a retry might send them twice: so it is
    /// [`Safety::Unsafe`](crate::Safety::Unsafe), and retried only when Planyo certainly did not process it. With
    /// [`quiet`](Self::quiet) it is [`Safety::Idempotent`](crate::Safety::Idempotent): a retry sets the state that is
    /// there. (An action of your own spelling stays unsafe.) A retry may be refused because the state is there already;
    /// then the error [is unknown](crate::Error::is_outcome_unknown), so read the reservation.
    ///
    /// For many reservations at once see [`for_all`](Self::for_all).
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
    /// use planyo_client::reservations::{DoReservationAction, ReservationAction};
    ///
    /// let state = planyo.send(DoReservationAction::new(19_710_795, ReservationAction::CheckIn).quiet()).await?;
    /// println!("{:?}", state.status);
    /// # Ok(()) }
    /// ```
    DoReservationAction: "do_reservation_action", safety(safety_of_action) -> Record<ReservationState>, Record::of_write
}

impl DoReservationAction {
    /// One thing to one reservation.
    pub fn new(id: impl Into<ReservationId>, action: impl Into<ReservationAction>) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", id.into())
                .with("action", action.into()),
        }
    }

    /// One thing to many reservations.
    pub fn for_all(
        ids: impl IntoIterator<Item = impl Into<ReservationId>>,
        action: impl Into<ReservationAction>,
    ) -> DoReservationActions {
        DoReservationActions {
            params: batch::each_once(ids).with("action", action.into()),
        }
    }
}

call! {
    /// `do_reservation_action` for many reservations: see [`DoReservationAction::for_all`].
    ///
    /// Planyo takes 50 in one call: `Client::send_batch` sends any number. The answer is by reservation.
    DoReservationActions: "do_reservation_action", safety(safety_of_action) -> BatchAnswer<ReservationState>, batch::answer
}

batch!(DoReservationActions of ReservationState);

/// The setters of an action on one reservation and on many.
macro_rules! action {
    ($($request:ident)*) => {
        $(impl $request {
            switches! {
                /// Sends no e-mails.
                quiet => "is_quiet" = true;
            }

            setters! {
                /// What the action needs: the verification code for [`ReservationAction::Verify`].
                custom_data(String) => "custom_data";
                /// A remark for the log.
                comment(String) => "comment";
                /// The administrator who does it (second-hand).
                admin_id(UserId) => "admin_id";
            }
        })*
    };
}

action!(DoReservationAction DoReservationActions);

/// What Planyo says of a reservation that was changed. `Debug` leaves out the texts.
#[derive(Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct ReservationState {
    /// Its state now.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub status: Option<ReservationStatus>,
    /// The state in words for the customer, in the language of the call ([`DoReservationAction`]).
    #[serde(default, deserialize_with = "wire::text")]
    pub user_text: Option<String>,
    /// What is not quite right, such as a conflict ([`ModifyReservation`], third-party sample).
    #[serde(default, deserialize_with = "wire::text")]
    pub warning_text: Option<String>,
}

ids_alone!(ReservationState: status);

/// A change sets values; only its messages could come twice.
fn safety_of_change(params: &Params) -> Safety {
    match params.get("send_notifications") {
        Some("false") => Safety::Idempotent,
        _ => Safety::Unsafe,
    }
}

/// Whether Planyo notifies when nothing is said is not documented. So it is always said.
fn quietly(params: Params) -> Params {
    params.with("send_notifications", false)
}

call! {
    /// `modify_reservation`: changes what is set, and nothing else.
    ///
    /// Whether Planyo notifies of a change when the call does not say is not documented, so that this call always says it:
    /// **no**, unless [`send_notifications`](Self::send_notifications). Without messages a retry changes nothing
    /// ([`Safety::Idempotent`](crate::Safety::Idempotent)), though each may stand in the log; with them it is
    /// [`Safety::Unsafe`](crate::Safety::Unsafe).
    ///
    /// The price stays what it is, unless [`recalculate_price`](Self::recalculate_price). For many reservations at once see
    /// [`for_all`](Self::for_all).
    ModifyReservation: "modify_reservation", safety(safety_of_change) -> Record<ReservationState>, Record::of_write
}

impl ModifyReservation {
    /// The reservation with this id.
    pub fn new(id: impl Into<ReservationId>) -> Self {
        Self {
            params: quietly(Params::default().with("reservation_id", id.into())),
        }
    }

    /// The same change to many reservations.
    pub fn for_all(ids: impl IntoIterator<Item = impl Into<ReservationId>>) -> ModifyReservations {
        ModifyReservations {
            params: quietly(batch::each_once(ids)),
        }
    }
}

call! {
    /// `modify_reservation` for many reservations: see [`ModifyReservation::for_all`].
    ///
    /// Planyo takes 50 in one call: `Client::send_batch` sends any number. The answer is by reservation.
    ModifyReservations: "modify_reservation", safety(safety_of_change) -> BatchAnswer<ReservationState>, batch::answer
}

batch!(ModifyReservations of ReservationState);

/// The setters of a change of one reservation and of many.
macro_rules! change {
    ($($request:ident)*) => {
        $(impl $request {
            switches! {
                /// By the rules for administrators, which are looser.
                admin_mode => "admin_mode" = true;
                /// Sends the messages that go with a change.
                send_notifications => "send_notifications" = true;
                /// Computes the price anew.
                recalculate_price => "recalculate_price" = true;
            }

            setters! {
                /// Another resource.
                resource_id(ResourceId) => "resource_id";
                /// Another beginning, on the clock of the site.
                start_time(NaiveDateTime) => "start_time";
                /// Another end.
                end_time(NaiveDateTime) => "end_time";
                /// Another customer.
                user_id(UserId) => "user_id";
                /// Another number.
                quantity(u32) => "quantity";
                /// A remark for the log.
                comments(String) => "comments";
            }
        })*
    };
}

change!(ModifyReservation ModifyReservations);
units!(ModifyReservation ModifyReservations);
form_items!(ModifyReservation ModifyReservations);

call! {
    /// `delete_reservation`: removes a reservation for good. To cancel one, see [`ReservationAction::Cancel`].
    ///
    /// After a lost answer the retry may say that there is no such reservation. Then the first one did it, and the error
    /// [is unknown](crate::Error::is_outcome_unknown).
    DeleteReservation: "delete_reservation", Idempotent -> (), wire::nothing
}

impl DeleteReservation {
    /// The reservation with this id.
    pub fn new(id: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", id.into()),
        }
    }

    switches! {
        /// Also its customer, if there is no other reservation.
        delete_user_without_reservations => "delete_user_without_reservations" = true;
    }
}

call! {
    /// `set_reservation_notes`: the notes that are set here; the others stay. An empty text erases.
    SetReservationNotes: "set_reservation_notes", Idempotent -> (), wire::nothing
}

impl SetReservationNotes {
    /// The reservation with this id.
    pub fn new(id: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", id.into()),
        }
    }

    setters! {
        /// The customer's notes.
        user_notes(String) => "user_notes";
        /// The administrators' notes.
        admin_notes(String) => "admin_notes";
    }
}

call! {
    /// `set_reservation_color`: the colour of a reservation in the calendar, or its label.
    SetReservationColor: "set_reservation_color", Idempotent -> (), wire::nothing
}

impl SetReservationColor {
    /// One of Planyo's 13 colours, such as `#A8314F`, `#FFA4A4` or `yellow`, or a label of the site. Whether an empty text
    /// takes the colour away is not documented.
    pub fn new(id: impl Into<ReservationId>, custom_color: impl Into<String>) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", id.into())
                .with("custom_color", custom_color.into()),
        }
    }
}

/// Planyo sends no message about a price by default.
fn safety_of_price(params: &Params) -> Safety {
    match params.get("is_quiet") {
        None | Some("true") => Safety::Idempotent,
        Some(_) => Safety::Unsafe,
    }
}

call! {
    /// `set_reservation_price`: a price of your own for a reservation, with tax and products, in the reservation's
    /// currency.
    ///
    /// With [`notify`](Self::notify) a retry might send the message twice, so that it is
    /// [`Safety::Unsafe`](crate::Safety::Unsafe) then. After a retry [`PriceChange::old_price`] may be the new one.
    SetReservationPrice: "set_reservation_price", safety(safety_of_price) -> Record<PriceChange>, Record::of_write
}

impl SetReservationPrice {
    /// This price for this reservation.
    pub fn new(id: impl Into<ReservationId>, price: impl Into<Decimal>) -> Self {
        Self {
            params: Params::default()
                .with("reservation_id", id.into())
                .with("price", price.into()),
        }
    }

    switches! {
        /// Sends the message of a change by an administrator.
        notify => "is_quiet" = false;
    }
}

/// The answer to [`SetReservationPrice`].
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct PriceChange {
    /// The price before.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub old_price: Option<Decimal>,
    /// The price now.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub new_price: Option<Decimal>,
}

call! {
    /// `recalculate_price`: computes the price of a reservation anew, by the rules of today.
    RecalculatePrice: "recalculate_price", Idempotent -> Record<RecalculatedPrice>, Record::of_write
}

impl RecalculatePrice {
    /// The reservation with this id.
    pub fn new(id: impl Into<ReservationId>) -> Self {
        Self {
            params: Params::default().with("reservation_id", id.into()),
        }
    }
}

/// The answer to [`RecalculatePrice`].
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct RecalculatedPrice {
    /// The price now.
    #[serde(default, deserialize_with = "wire::decimal")]
    pub price: Option<Decimal>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "wire::text")]
    pub currency: Option<String>,
}

call! {
    /// `get_reservation_actions`: what happened to reservations, such as check-ins in a period.
    ///
    /// Every filter may be left out. Whether Planyo limits the length of the answer is unknown: ask for short periods, and
    /// let each begin a little before the last one's end.
    GetReservationActions: "get_reservation_actions", Read -> Vec<Entry<LoggedAction>>, |data| wire::entries(data, "results")
}

nothing_required! {
    /// Everything that happened.
    GetReservationActions
}

impl GetReservationActions {
    setters! {
        /// Only to this reservation.
        reservation_id(ReservationId) => "reservation_id";
        /// Only to this customer's reservations.
        user_id(UserId) => "user_id";
        /// Only since, on the clock of the site.
        start_time(NaiveDateTime) => "start_time";
        /// Only until.
        end_time(NaiveDateTime) => "end_time";
        /// Only this.
        event_type(EventType) => "event_type";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

/// Something that happened to a reservation (documented). `Debug` shows ids, event and time alone.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct LoggedAction {
    /// The reservation.
    #[serde(default, deserialize_with = "wire::id")]
    pub reservation_id: Option<ReservationId>,
    /// What happened.
    #[serde(default, deserialize_with = "wire::scalar")]
    pub event_type: Option<EventType>,
    /// When.
    #[serde(default, deserialize_with = "wire::time")]
    pub time: Option<SiteTime>,
    /// The name of the person who did it.
    #[serde(default, deserialize_with = "wire::text")]
    pub moderator: Option<String>,
    /// The id of the person who did it.
    #[serde(default, deserialize_with = "wire::id")]
    pub moderator_id: Option<UserId>,
    /// A remark.
    #[serde(default, deserialize_with = "wire::text")]
    pub comments: Option<String>,
    /// What is rented.
    #[serde(default, deserialize_with = "wire::id")]
    pub resource_id: Option<ResourceId>,
    /// The name of what is rented.
    #[serde(default, deserialize_with = "wire::text")]
    pub resource_name: Option<String>,
}

ids_alone!(LoggedAction: reservation_id event_type time moderator_id resource_id);
