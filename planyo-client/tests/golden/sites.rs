use planyo_client::sites::{ApiTest, GetSiteInfo};

use crate::{Sample, sample};

pub(crate) fn requests() -> Vec<Sample> {
    vec![
        sample(&ApiTest::new()),
        sample(&GetSiteInfo::new().site_id(21710)),
    ]
}
