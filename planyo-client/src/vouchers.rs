//! Coupons, which are bought, and vouchers, which are given.
