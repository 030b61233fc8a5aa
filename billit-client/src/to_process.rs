//! Uploads for Billit to process.
