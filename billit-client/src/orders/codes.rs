//! The values that Billit names, all documented. Another one is kept as it came.

use crate::macros::codes;

codes! {
    /// What kind of document an order is (documented).
    OrderType {
        /// An invoice.
        Invoice = "Invoice",
        /// A credit note.
        CreditNote = "CreditNote",
        /// An offer.
        Offer = "Offer",
        /// A delivery note.
        DeliveryNote = "DeliveryNote",
        /// An order form.
        OrderForm = "OrderForm",
    }
}

codes! {
    /// Whether you sell or buy (documented).
    OrderDirection {
        /// You sell.
        Income = "Income",
        /// You buy.
        Cost = "Cost",
    }
}

codes! {
    /// The state of an order (documented, but not which state follows which).
    OrderStatus {
        /// Not final yet.
        Draft = "Draft",
        /// To be sent.
        ToSend = "ToSend",
        /// To be paid.
        ToPay = "ToPay",
        /// To be invoiced.
        ToInvoice = "ToInvoice",
        /// To be delivered.
        ToDeliver = "ToDeliver",
        /// To be collected by direct debit.
        ToDomiciliate = "ToDomiciliate",
        /// Sent.
        Sent = "Sent",
        /// Invoiced.
        Invoiced = "Invoiced",
        /// A delivery note was made of it.
        DeliveryNoteCreated = "DeliveryNoteCreated",
        /// An order form was made of it.
        OrderFormCreated = "OrderFormCreated",
        /// Credited.
        Credited = "Credited",
        /// Refused.
        Refused = "Refused",
        /// Canceled.
        Canceled = "Canceled",
        /// Paid.
        Paid = "Paid",
        /// It has to be approved.
        ApprovalNeeded = "ApprovalNeeded",
        /// Delivered.
        Delivered = "Delivered",
        /// The file for the bank was made.
        PaymentFileGenerated = "PaymentFileGenerated",
    }
}

codes! {
    /// Whether an order was approved (documented).
    ApprovalStatus {
        /// Not yet.
        Pending = "Pending",
        /// Approved.
        Approved = "Approved",
        /// Rejected.
        Rejected = "Rejected",
        /// You are asked to approve it.
        ToApproveByMe = "ToApproveByMe",
    }
}

codes! {
    /// The channel by which a document travels (documented; `PDP` is announced).
    TransportType {
        /// E-mail. The sandbox sends it too, really.
        Smtp = "SMTP",
        /// A letter on paper. The sandbox sends none.
        Letter = "Letter",
        /// Peppol. The sandbox uses its test network.
        Peppol = "Peppol",
        /// Italy.
        Sdi = "SDI",
        /// Poland.
        Ksef = "KSeF",
        /// The channel that Billit calls `OSA`.
        Osa = "OSA",
        /// Romania.
        Anaf = "ANAF",
        /// Mexico.
        Sat = "SAT",
        /// Malaysia.
        MyInvois = "MyInvois",
        /// French authorities.
        Chorus = "Chorus",
    }
}

codes! {
    /// How an order is paid (documented).
    PaymentMethod {
        /// Otherwise.
        Unspecified = "Other",
        /// By credit card.
        Visa = "Visa",
        /// By Bancontact.
        Bancontact = "Bancontact",
        /// In cash.
        Contant = "Contant",
        /// By transfer.
        Wired = "Wired",
        /// Online.
        Online = "Online",
        /// By direct debit.
        Domiciliation = "Domiciliation",
        /// From a private account.
        PrivateAccount = "PrivateAccount",
    }
}

codes! {
    /// What became of a document that was sent (documented).
    DeliveryStatus {
        /// Not known yet.
        Pending = "Pending",
        /// It arrived.
        Delivered = "Delivered",
        /// It did not.
        Error = "Error",
    }
}

codes! {
    /// Whether a message left or came. Documented by one example alone.
    MessageDirection {
        /// You sent it.
        Outgoing = "Outgoing",
    }
}
