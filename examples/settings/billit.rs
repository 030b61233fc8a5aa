//! The client of Billit that the environment describes.

use billit_client::Client as Billit;

use crate::environment::Settings;

impl<E: Fn(&str) -> Option<String>> Settings<E> {
    /// By `BILLIT_API_KEY`, `BILLIT_PARTY_ID` and `BILLIT_BASE_URL`.
    pub(crate) fn billit(&self) -> Result<Billit, String> {
        let key = self.required("BILLIT_API_KEY")?;
        let company = self.required("BILLIT_PARTY_ID")?;
        let company: i64 = company.parse().ok().filter(|id| *id > 0).ok_or(
            "BILLIT_PARTY_ID is not an id; Billit shows it in the settings of your company",
        )?;
        let mut billit = Billit::builder(key, company);
        if let Some(url) = self.get("BILLIT_BASE_URL") {
            billit = billit.base_url(url);
        }
        billit
            .build()
            .map_err(|error| format!("BILLIT_BASE_URL: {error}"))
    }
}
