//! The style and the script of the page. As literals, whose line ends are the same on every machine, since the policy
//! has their hashes.

/// The content security policy: nothing is loaded, and only the script below runs.
pub(super) const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
    style-src 'sha256-eom7qXB7fyQODEQL5Ye5kHy6Rv24nFgLhIEBs0zbprA='; script-src 'sha256-ip/VWN1XhM8XPqnGWYmqaHphCeLn1BO/oQykUztEwTQ='";

pub(super) const STYLE: &str = r#"
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --change: #0969da; --look: #9a6700; --bad: #cf222e; }
* { box-sizing: border-box; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 0 1rem 4rem; }
header { background: Canvas; border-bottom: 1px solid var(--line); padding: .5rem 0; position: sticky; top: 0; z-index: 1; }
h1 { font-size: 1.3rem; margin: .25rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .35rem 0; overflow-wrap: anywhere; }
.counts label { border: 1px solid; border-radius: 1rem; display: inline-block; margin: 0 .25rem .35rem 0; padding: .1rem .6rem; }
.search { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.search input { flex: 1 1 12rem; }
.search input, .search select { font: inherit; min-width: 0; padding: .3rem .5rem; }
article { border-bottom: 1px solid var(--line); contain-intrinsic-size: auto 8rem; content-visibility: auto; padding: .75rem 0; }
article span { font-weight: 600; }
.created { color: var(--good); }
.updated, .linked { color: var(--change); }
.skipped, .conflict, .ambiguous { color: var(--look); }
.quarantined, .failed { color: var(--bad); }
.unchanged { color: GrayText; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; }
th, td { overflow-wrap: anywhere; padding: .15rem .5rem .15rem 0; text-align: left; vertical-align: top; width: 24%; }
th { font-weight: 600; width: 18%; }
del { text-decoration-color: var(--bad); }
.policy, .why { color: GrayText; }
.policy { width: 14%; }
.policy::before { content: "policy: "; }
[hidden] { display: none; }
@media (max-width: 40rem) {
  header { position: static; }
  tr { border-left: 3px solid var(--line); display: block; margin: .4rem 0; padding-left: .5rem; }
  th, td, .policy { display: inline-block; padding: 0 .4rem 0 0; width: auto; }
  th { display: block; }
  td:empty { display: none; }
}
@media print { .search { display: none; } header { position: static; } }
"#;

pub(super) const SCRIPT: &str = r#"
"use strict";
const customers = Array.from(document.querySelectorAll("article"), (element) => ({ element, text: "", fields: null }));
const filters = document.getElementById("filters");
const search = document.getElementById("search");
const field = document.getElementById("field");
const shown = document.getElementById("shown");
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
function textOf(customer) {
  customer.text ||= plain(customer.element.textContent);
  return customer.text;
}
function fieldsOf(customer) {
  customer.fields ||= new Set(Array.from(customer.element.querySelectorAll("tr[data-field]"), (row) => row.dataset.field));
  return customer.fields;
}
function filter() {
  const boxes = filters.querySelectorAll("input[type=checkbox]:checked");
  const outcomes = new Set(Array.from(boxes, (box) => box.value));
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const customer of customers) {
    const wanted = outcomes.has(customer.element.dataset.outcome)
      && (field.value === "" || fieldsOf(customer).has(field.value))
      && words.every((word) => textOf(customer).includes(word));
    customer.element.hidden = !wanted;
    if (wanted) count += 1;
  }
  shown.textContent = count === customers.length ? `${count} customers` : `${count} of ${customers.length} customers`;
}
let waiting = 0;
filters.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
filters.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
const asked = new URLSearchParams(location.hash.slice(1)).get("search");
if (asked) { search.value = asked; }
filter();
"#;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::{POLICY, SCRIPT, STYLE};

    /// A browser refuses other hashes: after a change, copy the new hash from this test.
    #[test]
    fn the_policy_names_the_hashes() {
        for text in [STYLE, SCRIPT] {
            let hash = STANDARD.encode(hmac_sha256::Hash::hash(text.as_bytes()));
            assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
        }
    }
}
