//! What the store keeps: the collections, under which keys, and by what else a document is found.

use events::inbox::Handled;
use store::{Document, Schema};

use crate::model::{
    Banner, Component, Delivery, DeliveryState, Edition, Incident, Maintenance, Notice, Subscriber, Webhook,
};

/// Every collection.
pub fn schema() -> Schema {
    Schema::default()
        .with::<Incident>()
        .with::<Component>()
        .with::<Maintenance>()
        .with::<Banner>()
        .with::<Edition>()
        .with::<Subscriber>()
        .with::<Webhook>()
        .with::<Notice>()
        .with::<Delivery>()
        .with::<Handled>()
}

impl Document for Incident {
    const COLLECTION: &'static str = "incidents";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut indexes = Vec::new();
        if self.is_public() {
            indexes.push(("public", "true".to_owned()));
        }
        if self.status != Some(crate::model::KnownStatus::Resolved) {
            indexes.extend(self.service_ids().into_iter().map(|id| ("unresolved-of-service", id.into())));
        }
        indexes
    }
}

impl Document for Component {
    const COLLECTION: &'static str = "components";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Document for Maintenance {
    const COLLECTION: &'static str = "maintenances";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        let over = self.status == crate::model::MaintenanceStatus::Completed;
        vec![("status", self.status.as_str().to_owned()), ("over", over.to_string())]
    }
}

impl Document for Banner {
    const COLLECTION: &'static str = "banner";

    fn key(&self) -> String {
        Self::KEY.to_owned()
    }
}

impl Document for Edition {
    const COLLECTION: &'static str = "edition";

    fn key(&self) -> String {
        Self::KEY.to_owned()
    }
}

impl Document for Subscriber {
    const COLLECTION: &'static str = "subscribers";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut indexes = vec![("email", self.email.to_string()), ("unsubscribe", self.unsubscribe.clone())];
        if let Some(pending) = &self.pending {
            indexes.push(("token", pending.token.clone()));
        }
        if self.confirmed.is_none() {
            indexes.push(("waiting", "true".to_owned()));
        }
        indexes
    }
}

impl Document for Webhook {
    const COLLECTION: &'static str = "webhooks";

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Document for Notice {
    const COLLECTION: &'static str = "notices";

    fn key(&self) -> String {
        self.id.clone()
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        if self.is_fanned_out { vec![] } else { vec![("waits", "true".to_owned())] }
    }
}

impl Document for Delivery {
    const COLLECTION: &'static str = "deliveries";

    fn key(&self) -> String {
        Self::key_of(&self.event, &self.recipient)
    }

    fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut indexes = vec![
            ("state", self.state.as_str().to_owned()),
            // for the totals of an event, without a walk over its rows
            ("event-state", format!("{} {}", self.event, self.state.as_str())),
        ];
        match self.state {
            DeliveryState::Queued => {
                indexes.extend([("thread", self.thread()), ("queued", self.channel.as_str().to_owned())]);
            }
            DeliveryState::Sending | DeliveryState::Sent | DeliveryState::Failed | DeliveryState::Cancelled => {}
        }
        indexes
    }
}
