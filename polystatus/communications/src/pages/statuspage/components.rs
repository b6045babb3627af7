//! The components and their groups.

use super::shapes::ComponentView;
use super::short_id;
use crate::model::{Component, ComponentStatus};
use crate::pages::View;
use crate::pages::time::millis;

/// The components and, each before what is in it, their groups.
pub(super) fn components(view: &View, page_id: &str) -> Vec<ComponentView> {
    let all = view.components();
    let mut shown = Vec::with_capacity(all.len());
    let mut groups: Vec<&str> = Vec::new();
    // counted apart: what is in a group has places of its own
    let mut place = 0;
    for component in &all {
        let Some(group) = component.group.as_deref() else {
            place += 1;
            shown.push(component_view(view, component, page_id, None, place));
            continue;
        };
        if groups.contains(&group) {
            continue;
        }
        groups.push(group);
        place += 1;
        let members: Vec<&Component> =
            all.iter().filter(|other| other.group.as_deref() == Some(group)).copied().collect();
        let header = group_view(view, group, &members, page_id, place);
        let id = header.id.clone();
        shown.push(header);
        for (place, member) in members.into_iter().enumerate() {
            shown.push(component_view(view, member, page_id, Some(id.clone()), place + 1));
        }
    }
    shown
}

fn group_view(view: &View, group: &str, members: &[&Component], page_id: &str, position: usize) -> ComponentView {
    let status = members.iter().map(|member| view.status_of(&member.id)).max();
    ComponentView {
        id: short_id("group", group),
        name: group.to_owned(),
        status: status.unwrap_or(ComponentStatus::Operational),
        created_at: millis(members.iter().map(|member| member.created_at).min().unwrap_or_default()),
        updated_at: millis(members.iter().map(|member| member.updated_at).max().unwrap_or_default()),
        position,
        description: None,
        showcase: false,
        start_date: None,
        group_id: None,
        page_id: page_id.to_owned(),
        group: true,
        only_show_if_degraded: false,
        components: Some(members.iter().map(|member| short_id("component", member.id.as_str())).collect()),
    }
}

fn component_view(
    view: &View,
    component: &Component,
    page_id: &str,
    group_id: Option<String>,
    position: usize,
) -> ComponentView {
    ComponentView {
        id: short_id("component", component.id.as_str()),
        name: component.name.clone(),
        status: view.status_of(&component.id),
        created_at: millis(component.created_at),
        updated_at: millis(component.updated_at),
        position,
        description: Some(component.description.clone()).filter(|text| !text.is_empty()),
        showcase: true,
        start_date: None,
        group_id,
        page_id: page_id.to_owned(),
        group: false,
        only_show_if_degraded: false,
        components: None,
    }
}
