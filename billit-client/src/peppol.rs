//! The Peppol network: participants, inbox, sending.
