//! Company search and type codes.
