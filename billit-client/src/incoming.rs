//! Events that Billit posts to a webhook, with their signature checked.
