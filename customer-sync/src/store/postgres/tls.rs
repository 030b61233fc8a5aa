//! TLS, with certificates that are always verified.

use std::error::Error;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::{StateError, StateErrorKind};

/// TLS with the certificates that the system trusts, and with these.
pub(super) fn verifying(root_certificates: &[u8]) -> Result<MakeRustlsConnect, StateError> {
    let unreadable = |error: Box<dyn Error + Send + Sync>| {
        StateError::new(
            StateErrorKind::NoAccess,
            "cannot read the root certificates: give them as PEM",
        )
        .with_source(error)
    };
    let certificates = CertificateDer::pem_slice_iter(root_certificates);
    let certificates: Vec<_> = certificates
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable(error.into()))?;
    let mut roots = RootCertStore::empty();
    for certificate in &certificates {
        roots
            .add(certificate.clone())
            .map_err(|error| unreadable(error.into()))?;
    }
    let installed = CryptoProvider::get_default().cloned();
    let provider = installed.unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unreadable(error.into()))?;
    // A machine without trusted certificates trusts these alone. If there are none, it trusts no server, which matters once
    // one offers TLS.
    let builder = match Verifier::new_with_extra_roots(certificates, provider) {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier)),
        Err(_) => builder.with_root_certificates(roots),
    };
    Ok(MakeRustlsConnect::new(builder.with_no_client_auth()))
}
