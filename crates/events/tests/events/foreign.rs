//! What others put into our exchange, and bind to it.

mod rabbitmq {
    use lapin::BasicProperties;
    use lapin::options::{BasicPublishOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions};
    use lapin::types::{AMQPValue, FieldTable};
    use testbed::wait;

    use crate::brokers::{Place, SOON, connect};
    use crate::listener::{Listener, subjects};
    use crate::speaker::{COUNTED, Speaker, counted};

    /// A queue without room refuses, and the broker says so, also when other queues have taken the event.
    #[tokio::test]
    async fn what_the_broker_refuses_is_sent_again_in_its_order() {
        let place = Place::rabbitmq().await;
        let broker = place.open();
        let listener = Listener::new().await;
        let _heard = listener.listen(&broker, "counts", &[COUNTED]).await;
        let Place::RabbitMq(host) = &place else { unreachable!() };
        let (_connection, channel) = connect(&host.url()).await;
        let mut small = FieldTable::default();
        small.insert("x-max-length".into(), AMQPValue::LongInt(7));
        small.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
        channel.queue_declare("small".into(), QueueDeclareOptions::durable(), small).await.unwrap();
        let (bind, none) = (QueueBindOptions::default(), FieldTable::default());
        channel.queue_bind("small".into(), "polyops.events".into(), COUNTED.into(), bind, none).await.unwrap();

        let (speaker, subjects) = (Speaker::start(&broker).await, subjects(5));
        for number in 0..20 {
            speaker.say(subjects.iter().map(|subject| counted(subject, number))).await;
        }
        wait::until_async("a refusal", SOON, async || (!broker.is_reachable()).then_some(())).await;
        assert!(speaker.waiting().await > 0);
        channel.queue_delete("small".into(), QueueDeleteOptions::default()).await.unwrap();
        wait::until_async("an empty outbox", SOON, async || (speaker.waiting().await == 0).then_some(())).await;
        listener.has_heard(100).await;
        listener.assert_heard(&subjects, 20);
    }

    #[tokio::test]
    async fn what_is_no_event_is_a_dead_letter() {
        let place = Place::rabbitmq().await;
        let listener = Listener::new().await;
        let _heard = listener.listen(&place.open(), "counts", &[COUNTED]).await;
        let Place::RabbitMq(host) = &place else { unreachable!() };
        let (_connection, channel) = connect(&host.url()).await;
        for message in [&b"\xff\x00garbage"[..], b"", counted("s", 0).to_json().as_bytes()] {
            let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
            let publish = channel.basic_publish("polyops.events".into(), COUNTED.into(), options, message, properties);
            publish.await.unwrap();
        }
        listener.has_heard(1).await;
        let letters = place.dead_letters("counts", 2).await;
        assert_eq!((&letters[0].message[..], letters[1].message.len()), (&b"\xff\x00garbage"[..], 0));
        assert!(letters[0].reason.starts_with("it is no event in JSON"), "{}", letters[0].reason);
    }
}
