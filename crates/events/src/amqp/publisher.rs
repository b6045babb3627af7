//! The relay's side.

use std::sync::Arc;

use futures_util::future::FutureExt;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Confirmation};

use super::{Address, Link, PERSISTENT, in_time, topology};
use crate::broker::{Confirm, DeadLetter, Heard, SendError};
use crate::{Event, wire};

/// Sends events, over one connection that is made anew after each failure.
pub(crate) struct Publisher {
    address: Arc<Address>,
    link: Option<Link>,
}

impl Publisher {
    pub(crate) fn to(address: Arc<Address>) -> Self {
        Self { address, link: None }
    }

    async fn link(&mut self) -> Result<&Link, SendError> {
        let link = match self.link.take() {
            Some(link) => link,
            None => self.address.connect("relay").await?,
        };
        Ok(self.link.insert(link))
    }

    pub(crate) async fn send(&mut self, event: &Event, json: &[u8]) -> Result<Confirm, SendError> {
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type(wire::MEDIA_TYPE.into())
            // for whoever looks into a queue; our consumers read the event alone
            .with_message_id(event.id().into())
            .with_type(event.kind().into())
            .with_app_id(event.source().into())
            .with_timestamp(u64::try_from(event.time()).unwrap_or_default());
        // mandatory: what no queue is bound for comes back, and is counted
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let channel = &self.link().await?.channel;
        let publish = channel.basic_publish(topology::EVENTS.into(), event.kind().into(), options, json, properties);
        let confirm = in_time(async { Ok(publish.await?) }).await?;
        let confirmed = in_time(async {
            match confirm.await? {
                Confirmation::Ack(None) => Ok(Heard::Yes),
                Confirmation::Ack(Some(_returned)) => Ok(Heard::No),
                Confirmation::Nack(_) | Confirmation::NotRequested => Err(SendError::Refused),
            }
        });
        Ok(confirmed.boxed())
    }

    pub(crate) async fn bury(&mut self, letter: &DeadLetter) -> Result<(), SendError> {
        self.link().await?.bury(letter).await
    }

    pub(crate) fn reset(&mut self) {
        self.link = None;
    }
}
