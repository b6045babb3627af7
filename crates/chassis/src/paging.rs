//! Lists that are shown a page at a time: what a client may ask for, and the answer with the way to the next page.
//!
//! ```
//! # use actix_web::{HttpRequest, HttpResponse};
//! # use chassis::extract::Query;
//! # use chassis::paging::Paging;
//! async fn towns(Query(paging): Query<Paging>, request: HttpRequest) -> HttpResponse {
//!     let all = ["Brest", "Lille", "Lyon"];
//!     let behind = all.into_iter().filter(|town| *town > paging.after());
//!     paging.answer(&request, behind, |town| town.to_string())
//! }
//! ```

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::cursor::{Cursor, Limit, link_to_next};
use crate::extract::{FromQuery, Parameters};

/// Which part of a list to show. The list is in the order of its positions `P`: keys of documents, or places in a log.
#[derive(Debug, Clone)]
pub struct Paging<P = String> {
    /// How many at most.
    pub limit: Limit,
    /// Where the page starts: from the `Link` header of the page before.
    pub cursor: Option<Cursor<P>>,
}

/// As descriptions list it: whatever a position is, clients see a text.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a description")]
struct PagingParameters {
    /// How many at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 500, default = 100)]
    limit: Limit,
    /// Where the page starts: from the `Link` header of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<String>>,
}

impl<P> IntoParams for Paging<P> {
    fn into_params(parameter_in_provider: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        PagingParameters::into_params(parameter_in_provider)
    }
}

impl<P> Default for Paging<P> {
    fn default() -> Self {
        Self { limit: Limit::default(), cursor: None }
    }
}

impl<P: DeserializeOwned> FromQuery for Paging<P> {
    fn from_query(parameters: &mut Parameters<'_>) -> Self {
        Self { limit: parameters.take("limit").unwrap_or_default(), cursor: parameters.take("cursor") }
    }
}

impl<P: Serialize> Paging<P> {
    /// The answer with the first of these, and a `Link` to the next page.
    pub fn answer<T: Serialize>(
        &self,
        request: &HttpRequest,
        items: impl IntoIterator<Item = T>,
        position: impl FnOnce(&T) -> P,
    ) -> HttpResponse {
        Page::of(items, self.limit, position).answer(request)
    }
}

impl Paging {
    /// The key behind which the page starts: "" is before all.
    pub fn after(&self) -> &str {
        self.cursor.as_ref().map_or("", |cursor| cursor.0.as_str())
    }
}

impl Paging<u64> {
    /// The place in a log before which the page starts; `None` is its end.
    pub fn before(&self) -> Option<u64> {
        self.cursor.as_ref().map(|cursor| cursor.0)
    }

    /// Items to read: one more than is shown, to know whether there is a next page.
    pub fn needed(&self) -> usize {
        self.limit.get() + 1
    }
}

/// A page of a list, and where the next one starts, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P = String> {
    /// What is on it.
    pub items: Vec<T>,
    /// The last position on it.
    pub next: Option<Cursor<P>>,
}

impl<T, P> Page<T, P> {
    /// The first `limit` of these; the next page starts behind the last of them.
    pub fn of(items: impl IntoIterator<Item = T>, limit: Limit, position: impl FnOnce(&T) -> P) -> Self {
        let mut items = items.into_iter();
        let shown: Vec<T> = items.by_ref().take(limit.get()).collect();
        let next = items.next().and(shown.last()).map(|last| Cursor(position(last)));
        Self { items: shown, next }
    }

    /// The same page of what becomes of each item.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U, P> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

/// A list that has room on one page.
impl<T> From<Vec<T>> for Page<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

impl<T: Serialize, P: Serialize> Page<T, P> {
    /// 200: the items as a JSON array, and a `Link` to the next page (RFC 8288).
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(next) = &self.next {
            response.insert_header(link_to_next(request, &next.encode()));
        }
        response.json(&self.items)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::test::TestRequest;

    use super::*;

    fn pages_of(count: u32, limit: &str) -> Vec<Vec<u32>> {
        let (limit, mut after, mut pages) = (limit.parse().unwrap(), None, Vec::new());
        loop {
            let items = (1..=count).filter(|item| after.is_none_or(|after| *item > after));
            let page = Page::of(items, limit, |item| *item);
            after = page.next.map(|next| next.0);
            pages.push(page.items);
            if after.is_none() {
                return pages;
            }
        }
    }

    #[test]
    fn a_list_ends_with_its_last_full_page() {
        assert_eq!(pages_of(5, "2"), [vec![1, 2], vec![3, 4], vec![5]]);
        assert_eq!(pages_of(4, "2"), [vec![1, 2], vec![3, 4]]);
        assert_eq!(pages_of(0, "2"), [Vec::<u32>::new()]);
    }

    #[test]
    fn only_a_page_with_a_next_one_links_to_it() {
        let request = TestRequest::with_uri("/towns?limit=2").to_http_request();
        let link = |page: &Page<u32, u32>| {
            page.answer(&request).headers().get(header::LINK).map(|link| link.to_str().unwrap().to_owned())
        };
        let limit = "2".parse().unwrap();
        let expected = format!("</towns?limit=2&cursor={}>; rel=\"next\"", Cursor(2).encode());
        assert_eq!(link(&Page::of(1..=3, limit, |item| *item)), Some(expected));
        assert_eq!(link(&Page::of(1..=2, limit, |item| *item)), None);
    }
}
