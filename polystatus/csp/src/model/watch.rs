//! What of a provider concerns us.

use chassis::ApiError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use values::{Line, Mistakes};

use crate::feeds::{Format, Incident};

/// What of a provider concerns us: all of it, or some products, some places.
///
/// A name matches when it holds one of these texts, in whatever case; a region as a word of its own, so that `europe-west1`
/// is not `europe-west10`. An incident that names no product, or no place, concerns
/// all of them: better one too many than the one that matters missed.
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
    #[schema(schema_with = names)]
    products: Vec<String>,
    /// Regions; all when absent.
    #[serde(default)]
    #[schema(schema_with = names)]
    regions: Vec<String>,
}

/// Names of each sort at most.
const MOST: usize = 50;

/// A list of names, as the OpenAPI document describes it.
pub(crate) fn names() -> Schema {
    let name = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .min_length(Some(1))
        .max_length(Some(100))
        .pattern(Some("^[A-Za-z0-9]([ -~]*[!-~])?$"))
        .examples(["Checkout"]);
    ArrayBuilder::new().items(name).max_items(Some(MOST)).into()
}

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
        self.is_all() || product(&self.products, [&name.to_owned()]) || place(&self.regions, [&name.to_owned()])
    }

    /// Whether an incident concerns us, as it is told in a feed of this format.
    pub fn incident(&self, incident: &Incident, format: Format) -> bool {
        let Incident { title, services: products, regions, .. } = incident;
        let names = |of: &'_ Vec<String>| of.iter().cloned().chain([title.clone()]).collect::<Vec<_>>();
        let of_product = || {
            // an incident that names no component may be of any; only where the title is all there is, it decides
            products.is_empty() && !format.is_plain() || product(&self.products, names(products).iter())
        };
        let of_region = || {
            // where places are told apart from products, no place is every place; elsewhere a component may be one
            regions.is_empty() && (products.is_empty() || format.tells_places_apart())
                || place(&self.regions, regions.iter().chain(&names(products)))
        };
        (self.products.is_empty() || of_product()) && (self.regions.is_empty() || of_region())
    }
}

/// Whether one of the names holds one of the products.
fn product<'a>(wanted: &[Line<100>], names: impl IntoIterator<Item = &'a String>) -> bool {
    let mut names = names.into_iter().map(|name| name.to_lowercase());
    names.any(|name| wanted.iter().any(|text| name.contains(&text.as_str().to_lowercase())))
}

/// Whether one of the names holds one of the places.
fn place<'a>(wanted: &[Line<100>], names: impl IntoIterator<Item = &'a String>) -> bool {
    let mut names = names.into_iter().map(|name| name.to_lowercase());
    names.any(|name| wanted.iter().any(|text| holds_place(&name, &text.as_str().to_lowercase())))
}

/// Whether a place stands in a name as a word of its own: no letter and no digit before it; behind it no digit after a digit
/// and no letter after a letter. `us-east-1` is in `us-east-1a`, and not in `us-east-10`.
fn holds_place(name: &str, place: &str) -> bool {
    let ends_in_digit = place.ends_with(|last: char| last.is_ascii_digit());
    let continues = |next: char| if ends_in_digit { next.is_ascii_digit() } else { next.is_alphabetic() };
    let stands_alone = |(at, found): (usize, &str)| {
        !name[..at].ends_with(char::is_alphanumeric) && !name[at + found.len()..].starts_with(continues)
    };
    name.match_indices(place).any(stands_alone)
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
    use crate::feeds::Kind;
    use crate::model::State;

    fn watch(products: &[&str], regions: &[&str]) -> Watch {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        WatchInput { products: owned(products), regions: owned(regions) }.try_into().unwrap()
    }

    fn incident(title: &str, services: &[&str], regions: &[&str]) -> Incident {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Incident {
            id: "1".to_owned(),
            kind: Kind::Incident,
            title: title.to_owned(),
            services: owned(services),
            regions: owned(regions),
            native: String::new(),
            state: State::MajorOutage,
            active: Some(true),
            started: None,
            updated: None,
            ended: None,
            url: None,
            message: String::new(),
        }
    }

    #[test]
    fn a_region_filter_leaves_the_others_out() {
        let ours = watch(&[], &["eu-west-3", "global"]);
        let concerns = |services: &[&str], regions: &[&str]| {
            ours.incident(&incident("S3: errors", services, regions), Format::Aws)
        };
        assert!(concerns(&["Amazon S3"], &["eu-west-3", "Paris"]));
        assert!(!concerns(&["Amazon S3"], &["me-central-1", "UAE"]));
        assert!(concerns(&[], &[]), "what names nothing concerns everybody");
    }

    #[test]
    fn a_region_is_not_another_that_begins_like_it() {
        let concerns = |wanted: &str, named: &str| {
            let ours = watch(&[], &[wanted]);
            let told = incident("x", &[], &[named]);
            assert_eq!(ours.component(named), ours.incident(&told, Format::Google), "{wanted} {named}");
            ours.component(named)
        };
        for (wanted, named) in [
            ("europe-west1", "europe-west1"),
            ("europe-west1", "Belgium (europe-west1)"),
            ("europe-west1", "europe-west1-b"),
            ("us-east-1", "us-east-1a"),
            ("West Europe", "Azure, West Europe"),
            ("Paris", "CDG (Paris)"),
        ] {
            assert!(concerns(wanted, named), "{wanted} in {named}");
        }
        for (wanted, named) in [
            ("europe-west1", "europe-west10"),
            ("europe-west1", "Turin (europe-west12)"),
            ("eu-west-1", "neu-west-1"),
            ("West Europe", "Southwest Europe"),
            ("global", "globally"),
        ] {
            assert!(!concerns(wanted, named), "{wanted} in {named}");
        }
    }

    #[test]
    fn what_names_no_product_or_no_place_concerns_everybody_unless_titles_are_all_there_is() {
        let product = watch(&["Actions"], &[]);
        let unnamed = incident("Something is wrong", &[], &[]);
        for (format, concerns) in
            [(Format::Statuspage, true), (Format::Instatus, true), (Format::Rss, false), (Format::Atom, false)]
        {
            assert_eq!(product.incident(&unnamed, format), concerns, "{format:?}");
        }
        let place = watch(&[], &["europe-west9"]);
        let everywhere = incident("Compute Engine is down", &["Google Compute Engine"], &[]);
        assert!(place.incident(&everywhere, Format::Google));
        // of a page whose components are places, the component is the place
        assert!(!place.incident(&everywhere, Format::Statuspage));
    }

    #[test]
    fn products_and_regions_must_both_match() {
        let ours = watch(&["compute"], &["europe-west9"]);
        let concerns = |product, place| ours.incident(&incident("x", &[product], &[place]), Format::Google);
        assert!(concerns("Google Compute Engine", "europe-west9"));
        assert!(!concerns("Google Compute Engine", "us-east1"));
        assert!(!concerns("Media CDN", "europe-west9"));
        assert!(ours.component("Compute") && !ours.component("Media CDN") && watch(&[], &[]).component("Media CDN"));
    }
}
