//! Webhooks: what Billit posts to you when an order or a message changes.
