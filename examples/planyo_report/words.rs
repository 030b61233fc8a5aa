//! Planyo's codes in words.

use planyo_client::ReservationStatus;
use planyo_client::payments::{PaymentMode, PaymentStatus};
use planyo_client::vouchers::CouponKind;

/// The state of a reservation: the latest event counts.
pub(crate) fn state(status: Option<ReservationStatus>) -> &'static str {
    use ReservationStatus as Status;
    let Some(status) = status else {
        return "in an unknown state";
    };
    let words = [
        (Status::FRAUDULENT, "cancelled as fraud"),
        (Status::CANCELLED_BY_ADMIN, "cancelled by the administrator"),
        (Status::CANCELLED_BY_USER, "cancelled by the customer"),
        (Status::CANCELLED_AUTOMATICALLY, "cancelled by Planyo"),
        (Status::WAITING_LIST, "on the waiting list"),
        (Status::QUOTATION, "quotation"),
        (Status::NO_SHOW, "no-show"),
        (Status::CHECKED_OUT, "checked out"),
        (Status::CHECKED_IN, "checked in"),
        (Status::CONFIRMED, "confirmed"),
        (Status::EMAIL_VERIFIED, "to be confirmed"),
        (Status::RESERVED, "e-mail address to be verified"),
    ];
    let mut words = words.into_iter();
    let word = words.find(|(flag, _)| status.contains(*flag));
    word.map_or("never completed", |(_, word)| word)
}

pub(crate) fn payment_status(status: Option<PaymentStatus>) -> String {
    let word = match status {
        Some(PaymentStatus::Paid) => "paid",
        Some(PaymentStatus::Pending) => "pending",
        Some(PaymentStatus::Error) => "failed",
        Some(PaymentStatus::Refund) => "paid back",
        Some(other) => return format!("status {}", other.code()),
        None => "status unknown",
    };
    word.to_owned()
}

pub(crate) fn payment_mode(mode: Option<PaymentMode>) -> String {
    let word = match mode {
        Some(PaymentMode::Paypal) => "PayPal",
        Some(PaymentMode::Cash) => "cash",
        Some(PaymentMode::Cheque) => "cheque",
        Some(PaymentMode::BankTransfer) => "bank transfer",
        Some(PaymentMode::GiftCertificate) => "gift certificate",
        Some(PaymentMode::Discount) => "discount",
        Some(PaymentMode::CardOnFile) => "card on file",
        // The site's own modes and the many gateways have no names in the API.
        Some(other) => return format!("payment mode {}", other.code()),
        None => "payment mode unknown",
    };
    word.to_owned()
}

/// The unit of a coupon's amount.
pub(crate) fn coupon_unit(kind: Option<CouponKind>) -> &'static str {
    match kind {
        Some(CouponKind::Prepaid) => "of prepaid money",
        Some(CouponKind::Hours) => "hours",
        Some(CouponKind::Entries) => "entries",
        Some(CouponKind::Days) => "days",
        _ => "of an unknown unit",
    }
}
