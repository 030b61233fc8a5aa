//! What the site sells beside its resources.

use super::super::{AdditionalProduct, Coupon};

/// The additional products: the two that reservations of the seed have, and a recurring one.
pub(super) fn additional_products() -> Vec<AdditionalProduct> {
    let product = |id, name: &str, price, max_quantity| AdditionalProduct {
        id,
        name: name.to_owned(),
        price,
        max_quantity,
        tax_rate: 21,
        ..AdditionalProduct::default()
    };
    vec![
        product(1, "Beddengoed", 1_500, 6),
        product(2, "Eindschoonmaak", 4_500, 1),
        AdditionalProduct {
            is_recurring: true,
            tax_rate: 12,
            ..product(3, "Ontbijt", 1_250, 12)
        },
    ]
}

/// A prepaid coupon of user 838801, worth 100.00.
pub(super) fn coupons() -> Vec<Coupon> {
    vec![Coupon {
        id: 34_001,
        label: String::from("Cadeaubon"),
        amount: 10_000,
        code: String::from("GESCHENK100"),
        holder_email: String::from("ann.peeters@example.be"),
        ..Coupon::default()
    }]
}
