//! What others put into our exchange.

mod rabbitmq {
    use lapin::BasicProperties;
    use lapin::options::BasicPublishOptions;

    use crate::brokers::{Place, connect};
    use crate::listener::Listener;
    use crate::speaker::{COUNTED, counted};

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
