//! What of a provider concerns us.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Line, Mistakes};

/// What of a provider concerns us: all of it, or some products, some places.
///
/// A name matches when it holds one of these texts, in whatever case. An incident that names no place concerns all of
/// them: better one too many than the one that matters missed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Watch {
    /// Components and products; all when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["Actions", "Pull Requests"]))]
    pub products: Vec<Line<100>>,
    /// Regions; all when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["eu-west-3"]))]
    pub regions: Vec<Line<100>>,
}

/// [`Watch`], as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchInput {
    /// Components and products; all when absent.
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["Actions", "Pull Requests"]))]
    products: Vec<String>,
    /// Regions; all when absent.
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["eu-west-3"]))]
    regions: Vec<String>,
}

/// Names of each sort at most.
const MOST: usize = 50;

impl WatchInput {
    /// What a client wants to watch, or the mistakes noted.
    pub(super) fn validate(&self, mistakes: &mut Mistakes) -> Option<Watch> {
        let products = lines(mistakes, "watch.products", &self.products);
        let regions = lines(mistakes, "watch.regions", &self.regions);
        Some(Watch { products: products?, regions: regions? })
    }
}

pub(super) fn lines(mistakes: &mut Mistakes, field: &'static str, texts: &[String]) -> Option<Vec<Line<100>>> {
    if texts.len() > MOST {
        mistakes.add(field, format!("must have at most {MOST} entries"));
        return None;
    }
    let parse = |(place, text): (usize, &String)| mistakes.parse(format!("{field}[{place}]"), text);
    let lines: Vec<Option<Line<100>>> = texts.iter().enumerate().map(parse).collect();
    lines.into_iter().collect()
}

impl Watch {
    /// Whether all of the provider is watched.
    pub fn is_all(&self) -> bool {
        self.products.is_empty() && self.regions.is_empty()
    }

    /// Whether a component of this name concerns us: its name may be that of a product or of a place.
    pub fn component(&self, name: &str) -> bool {
        self.is_all() || holds(&self.products, [name]) || holds(&self.regions, [name])
    }

    /// Whether an incident that names these products and places concerns us.
    pub fn incident<'a>(&self, title: &'a str, products: &'a [String], regions: &'a [String]) -> bool {
        let names = |of: &'a [String]| of.iter().map(String::as_str);
        // on a page without products, the title is all there is
        let product = || holds(&self.products, names(products).chain([title]));
        let region = || {
            regions.is_empty() && products.is_empty()
                || holds(&self.regions, names(regions).chain(names(products)).chain([title]))
        };
        (self.products.is_empty() || product()) && (self.regions.is_empty() || region())
    }
}

fn holds<'a>(wanted: &[Line<100>], names: impl IntoIterator<Item = &'a str>) -> bool {
    let mut names = names.into_iter().map(str::to_lowercase);
    names.any(|name| wanted.iter().any(|text| name.contains(&text.as_str().to_lowercase())))
}

/// For the catalogue, whose entries are checked as those of clients are.
impl TryFrom<WatchInput> for Watch {
    type Error = ApiError;

    fn try_from(input: WatchInput) -> Result<Self, ApiError> {
        let mut mistakes = Mistakes::default();
        let watch = input.validate(&mut mistakes);
        mistakes.none_or(watch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(products: &[&str], regions: &[&str]) -> Watch {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        WatchInput { products: owned(products), regions: owned(regions) }.try_into().unwrap()
    }

    #[test]
    fn a_region_filter_leaves_the_others_out() {
        let ours = watch(&[], &["eu-west-3", "global"]);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(ours.incident("S3: errors", &names(&["Amazon S3"]), &names(&["eu-west-3", "Paris"])));
        assert!(!ours.incident("S3: errors", &names(&["Amazon S3"]), &names(&["me-central-1", "UAE"])));
        assert!(ours.incident("Something", &[], &[]), "what names nothing concerns everybody");
    }

    #[test]
    fn products_and_regions_must_both_match() {
        let ours = watch(&["compute"], &["europe-west9"]);
        let names = |name: &str| vec![name.to_owned()];
        assert!(ours.incident("x", &names("Google Compute Engine"), &names("europe-west9")));
        assert!(!ours.incident("x", &names("Google Compute Engine"), &names("us-east1")));
        assert!(!ours.incident("x", &names("Media CDN"), &names("europe-west9")));
        assert!(ours.component("Compute") && !ours.component("Media CDN") && watch(&[], &[]).component("Media CDN"));
    }
}
