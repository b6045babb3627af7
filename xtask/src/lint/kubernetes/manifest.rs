//! What kustomize renders, and the questions that the rules ask of it.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use serde_json::Value;

/// One object of Kubernetes.
pub struct Manifest(Value);

/// Names and values that things are found by.
pub type Labels = BTreeMap<String, String>;

/// What describes the pods of a Deployment, a `StatefulSet` or the like.
#[derive(Clone, Copy)]
pub struct Pods<'a> {
    /// The object that they are made by.
    pub owner: &'a Manifest,
    /// The part of it that they are made of.
    template: &'a Value,
}

/// Every object in a stream of YAML documents.
///
/// # Errors
/// When it is no YAML, or one has no kind or no name.
pub fn all(rendered: &str) -> Result<Vec<Manifest>> {
    let values: Vec<Value> = serde_saphyr::from_multiple(rendered)?;
    let manifests: Vec<Manifest> = values.into_iter().map(Manifest).collect();
    for manifest in &manifests {
        manifest.text("/kind").zip(manifest.text("/metadata/name")).context("an object lacks its kind or its name")?;
    }
    Ok(manifests)
}

impl Manifest {
    /// Such as `Deployment`.
    pub fn kind(&self) -> &str {
        self.text("/kind").unwrap_or_default()
    }

    /// Such as `apps/v1`.
    pub fn version(&self) -> &str {
        self.text("/apiVersion").unwrap_or_default()
    }

    /// Its name within its kind.
    pub fn name(&self) -> &str {
        self.text("/metadata/name").unwrap_or_default()
    }

    /// What lies at this JSON pointer (RFC 6901); null where nothing does.
    pub fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at this pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer).as_str()
    }

    /// The pods that are made by it.
    pub fn pods(&self) -> Option<Pods<'_>> {
        let template = ["/spec/jobTemplate/spec/template", "/spec/template"];
        let template = template.iter().map(|pointer| self.at(pointer)).find(|template| !template.is_null())?;
        Some(Pods { owner: self, template })
    }
}

impl fmt::Display for Manifest {
    /// As JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> Pods<'a> {
    /// Of all these objects.
    pub fn of(manifests: &'a [Manifest]) -> impl Iterator<Item = Self> {
        manifests.iter().filter_map(Manifest::pods)
    }

    /// What lies at this pointer below the pods' `spec`.
    pub fn at(&self, pointer: &str) -> &'a Value {
        self.template.pointer(&format!("/spec{pointer}")).unwrap_or(&Value::Null)
    }

    /// Their labels.
    pub fn labels(&self) -> Labels {
        labels(&self.template["metadata"]["labels"])
    }

    /// Whether they are of one of our services, and not of a store.
    pub fn are_ours(&self) -> bool {
        self.template["metadata"]["labels"]["app.kubernetes.io/component"] == "service"
    }

    /// Their containers, without those that prepare something.
    pub fn containers(&self) -> &'a [Value] {
        list(self.at("/containers"))
    }

    /// A container's variables, each with the whole of its entry.
    pub fn variables(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let entries = self.containers().iter().flat_map(|container| list(&container["env"]));
        entries.map(|entry| (entry["name"].as_str().unwrap_or_default(), entry))
    }

    /// For messages.
    pub fn shown(&self) -> String {
        format!("{} {}", self.owner.kind(), self.owner.name())
    }
}

/// An array's elements; none, where there is no array.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// An object of texts.
pub fn labels(value: &Value) -> Labels {
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// Whether all of these are among those.
pub fn selects(selector: &Labels, labels: &Labels) -> bool {
    selector.iter().all(|(name, value)| labels.get(name) == Some(value))
}
