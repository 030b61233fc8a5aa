//! Invoices, credit notes, offers and other documents, which Billit calls orders.
