//! The catalogue of the incidents service, and what people report of each service.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ReadError;
use super::lenient::{MOST, id, line, or_default};
use crate::model::{QUARTERS, ReportState, Reports, Symptom};

/// A service that can be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Its id there.
    pub id: String,
    /// As people know it: the link to the service of the status API.
    pub name: String,
}

#[derive(Deserialize)]
struct EntryJson {
    #[serde(default, deserialize_with = "or_default")]
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

/// `/api/v1/services`
///
/// # Errors
/// When it is none.
pub fn catalogue(body: &[u8]) -> Result<Vec<CatalogueEntry>, ReadError> {
    let json: Vec<EntryJson> = serde_json::from_slice(body)?;
    let entries = json.iter().take(MOST);
    Ok(entries.filter_map(|one| Some(CatalogueEntry { id: id(&one.id)?, name: line(&one.name) })).collect())
}

#[derive(Deserialize)]
struct ReportsJson {
    state: String,
    start: i64,
    counts: Vec<Option<u32>>,
    #[serde(default, deserialize_with = "or_default")]
    baseline: Vec<Option<f64>>,
    #[serde(default, deserialize_with = "or_default")]
    symptoms: BTreeMap<String, u32>,
}

/// `/api/v1/reports/{service}`
///
/// # Errors
/// When it is none.
pub fn reports(body: &[u8]) -> Result<Reports, ReadError> {
    let mut json: ReportsJson = serde_json::from_slice(body)?;
    json.counts.truncate(QUARTERS);
    // a quarter without a number is one that nobody counted
    json.counts.resize(QUARTERS, None);
    let usual = json.baseline.into_iter().map(|usual| usual.filter(|one| one.is_finite()).unwrap_or(0.0).max(0.0));
    let mut usual: Vec<f64> = usual.take(QUARTERS).collect();
    usual.resize(QUARTERS, 0.0);
    let symptoms = json.symptoms.iter().filter_map(|(word, count)| Some((Symptom::of_word(word)?, *count)));
    let mut symptoms: Vec<_> = symptoms.filter(|(_, count)| *count > 0).collect();
    symptoms.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let state = match json.state.as_str() {
        "problems" => ReportState::Problems,
        "possible" => ReportState::Possible,
        _ => ReportState::None,
    };
    Ok(Reports { state, start: json.start.clamp(0, 253_402_300_799), counts: json.counts, usual, symptoms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_always_as_many_as_a_day_has() {
        let body = br#"{"state":"possible","start":1700000100,"counts":[1,null,3],"baseline":[null,-1,2.5],
            "symptoms":{"slow":1,"error":3,"odd":9,"data":0}}"#;
        let reports = reports(body).unwrap();
        assert_eq!((reports.counts.len(), reports.usual.len(), reports.total()), (QUARTERS, QUARTERS, 4));
        assert_eq!(reports.usual[..3], [0.0, 0.0, 2.5]);
        assert_eq!(reports.symptoms, [(Symptom::Error, 3), (Symptom::Slow, 1)]);
        assert_eq!(reports.state, ReportState::Possible);
    }

    #[test]
    fn an_id_that_fits_no_address_is_left_out() {
        let entries = catalogue(br#"[{"id":"mail","name":"Mail"},{"id":"a/b","name":"No"},{}]"#).unwrap();
        assert_eq!(entries, [CatalogueEntry { id: "mail".to_owned(), name: "Mail".to_owned() }]);
        assert!(catalogue(b"{}").is_err());
    }
}
