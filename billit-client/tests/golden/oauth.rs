use billit_client::oauth::{ExchangeCode, OAuthApp, RefreshTokens, RevokeTokens};

use crate::{Sample, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let app = OAuthApp::new("client-1", "client-secret", "https://app.example/back");
    vec![
        sample(&ExchangeCode::new(&app, "code-1")),
        sample(&RefreshTokens::new(&app, "refresh-1")),
        sample(&RevokeTokens::new()),
    ]
}
