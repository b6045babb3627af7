//! `GET /api/v1/servers/ansible`

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{Responder, get, web};
use chassis::extract::Query;
use chassis::refusals::ReadRefused;
use serde::Serialize;
use utoipa::ToSchema;

use crate::InventoryApi;
use crate::listing::Filter;
use crate::model::{Address, Hostname, Status, Tag};

/// A dynamic inventory, as Ansible's inventory scripts print it.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct AnsibleInventory {
    /// What is known of each host.
    #[serde(rename = "_meta")]
    meta: Meta,
    /// A group for each status and each tag, with its hosts.
    #[serde(flatten)]
    groups: BTreeMap<String, Group>,
}

#[derive(Default, Serialize, ToSchema)]
struct Meta {
    #[schema(value_type = BTreeMap<String, HostVars>)]
    hostvars: BTreeMap<Hostname, HostVars>,
}

/// What is known of a host. Without the description: Ansible takes `{{ … }}` in a variable for code, and would run
/// what anybody wrote there.
#[derive(Serialize, ToSchema)]
struct HostVars {
    #[schema(value_type = String)]
    ansible_host: Address,
    inventory_id: i64,
    inventory_status: Status,
    #[schema(value_type = Vec<String>)]
    inventory_tags: BTreeSet<Tag>,
}

#[derive(Default, Serialize, ToSchema)]
struct Group {
    #[schema(value_type = Vec<String>)]
    hosts: Vec<Hostname>,
}

/// The servers as an inventory for Ansible
///
/// A host is in the group `status_…` of its status and in `tag_…` of each of its tags, with `_` for `-`.
#[utoipa::path(
    tag = "Views",
    params(Filter),
    responses((status = 200, description = "A dynamic inventory", body = AnsibleInventory), ReadRefused)
)]
#[get("/api/v1/servers/ansible")]
pub(crate) async fn ansible(Query(filter): Query<Filter>, inventory: web::Data<InventoryApi>) -> impl Responder {
    let published = inventory.ledger.read();
    let mut answer = AnsibleInventory::default();
    for entry in published.snapshot.matching(&filter) {
        let server = &entry.server;
        let tags = server.tags.iter().map(|tag| format!("tag_{}", tag.as_str().replace('-', "_")));
        for group in tags.chain([format!("status_{}", server.status)]) {
            let hosts = &mut answer.groups.entry(group).or_default().hosts;
            // `a-b` and `a_b` are the same group
            if hosts.last() != Some(&server.hostname) {
                hosts.push(server.hostname.clone());
            }
        }
        let vars = HostVars {
            ansible_host: server.ip,
            inventory_id: server.id,
            inventory_status: server.status,
            inventory_tags: server.tags.clone(),
        };
        answer.meta.hostvars.insert(server.hostname.clone(), vars);
    }
    web::Json(answer)
}
