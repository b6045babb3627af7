//! A consumer's side.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chassis::backoff::full_jitter;
use futures_util::StreamExt;
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use tokio::sync::watch;

use super::{Address, Link, in_time, topology};
use crate::broker::{DeadLetter, SendError, Stop};
use crate::work::{Verdict, Work};

/// Messages that the broker sends ahead. Enough that the next one is there when one is done; few, as all of them are
/// delivered again when this consumer dies, and wait in its memory until then.
const PREFETCH: u16 = 32;

const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Hear what comes, until `stop` or for ever.
pub(crate) async fn consume(address: Arc<Address>, work: Work, ready: watch::Sender<bool>, mut stop: Stop) {
    let mut failures = 0;
    loop {
        let lost = match listen(&address, &work).await {
            Ok((link, mut consumer)) => {
                tracing::info!(queue = &*work.queue, "events are heard");
                failures = 0;
                ready.send_replace(true);
                let lost = tokio::select! {
                    lost = hear(&link, &mut consumer, &work) => Some(lost),
                    () = &mut stop => None,
                };
                // before the consumer is dropped, which would cancel it alone: the broker would then let another begin
                // while it still waits for what this one has, and order would be lost
                link.close().await;
                let Some(lost) = lost else { return };
                lost
            }
            Err(error) => error,
        };
        if failures == 0 {
            tracing::warn!(queue = &*work.queue, error = %lost, "no events are heard: the broker is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(full_jitter(PAUSE, LONGEST_PAUSE, failures, &*work.ids)) => {}
            () = &mut stop => return,
        }
        failures = failures.saturating_add(1);
    }
}

async fn listen(address: &Address, work: &Work) -> Result<(Link, Consumer), SendError> {
    let link = address.connect(&work.queue).await?;
    let consumer = in_time(async {
        let channel = &link.channel;
        topology::declare_queue(channel, &work.queue, &work.kinds).await?;
        channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
        let options = BasicConsumeOptions::default();
        Ok(channel.basic_consume((*work.queue).into(), "".into(), options, FieldTable::default()).await?)
    });
    let consumer = consumer.await?;
    Ok((link, consumer))
}

/// One after another, until the connection is lost. What was not acknowledged by then is delivered again.
async fn hear(link: &Link, consumer: &mut Consumer, work: &Work) -> SendError {
    while let Some(delivery) = consumer.next().await {
        let heard = match delivery {
            Ok(delivery) => settle(link, delivery, work).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = heard {
            return error;
        }
    }
    // the broker has cancelled it: its queue was removed, or moved to another server
    SendError::Refused
}

/// The acknowledgement comes last: a consumer that dies before it gets the event again, and its inbox knows it.
async fn settle(link: &Link, delivery: Delivery, work: &Work) -> Result<(), SendError> {
    if let Verdict::Dead(reason) = work.handle(&delivery.data).await {
        let message = Bytes::from(delivery.data);
        link.bury(&DeadLetter { queue: work.queue.to_string(), reason, message }).await?;
    }
    let acknowledged = in_time(async { Ok(delivery.acker.ack(BasicAckOptions::default()).await?) }).await?;
    // false: the channel was closed meanwhile
    if acknowledged { Ok(()) } else { Err(SendError::Refused) }
}
