//! RabbitMQ: a virtual host of its own for each test, on one broker that they all share, or a broker of its own.

use std::net::SocketAddr;

use chassis::ids::{Ids, RandomIds};
use reqwest::Method;
use serde_json::{Value, json};
use testcontainers::core::ContainerPort;
use testcontainers::{ContainerRequest, GenericImage, ImageExt};

use crate::answer::Answer;
use crate::client::{http, send};
use crate::containers::{Greeting, expect, shared};
use crate::exclusive::Exclusive;

/// The line of RabbitMQ that Debian 12 has: where no registry can be reached, the image is made from its packages.
const TAG: &str = "3.10";
const PORT: ContainerPort = ContainerPort::Tcp(5672);
/// Of the plugin `rabbitmq_management`: by it virtual hosts are made in no time. The image has the plugin, without
/// starting it; `rabbitmqctl`, the other way to make one, takes two seconds for each.
const MANAGEMENT: ContainerPort = ContainerPort::Tcp(15672);
const PLUGINS: &[u8] = b"[rabbitmq_management].\n";
/// The header of AMQP 0-9-1, and the beginning of the method that answers it: `connection.start` on channel 0.
const GREETING: Greeting = Greeting { asked: b"AMQP\x00\x00\x09\x01", skipped: 0, answered: b"\x01\x00\x00" };
const PAGE: Greeting = Greeting { asked: b"GET / HTTP/1.0\r\n\r\n", skipped: 0, answered: b"HTTP/1.1 200" };
/// Who comes with every broker, and may do everything.
const USER: &str = "guest";

/// An empty virtual host, which is deleted with this value.
#[derive(Debug)]
pub struct VirtualHost {
    address: SocketAddr,
    management: SocketAddr,
    name: String,
}

/// Make an empty virtual host, on the broker that all tests share.
///
/// # Panics
/// When there is no container engine, or it cannot start RabbitMQ: the message says what to do.
pub async fn virtual_host() -> VirtualHost {
    let managed = broker().with_copy_to("/etc/rabbitmq/enabled_plugins", PLUGINS.to_vec());
    let container = expect("RabbitMQ", shared("rabbitmq", managed, &[(PORT, GREETING), (MANAGEMENT, PAGE)]).await);
    let port = async |port| expect("RabbitMQ", container.get_host_port_ipv4(port).await);
    let [address, management] = [port(PORT).await, port(MANAGEMENT).await].map(|port| ([127, 0, 0, 1], port).into());
    // random: no two tests of any run meet
    let host = VirtualHost { address, management, name: format!("test-{}", RandomIds.secret()) };
    let made = host.manage(Method::PUT, &format!("vhosts/{}", host.name), &json!({})).await;
    assert_eq!(made.status, 201, "no virtual host for this test: {made}");
    let all = json!({"configure": ".*", "write": ".*", "read": ".*"});
    let allowed = host.manage(Method::PUT, &format!("permissions/{}/{USER}", host.name), &all).await;
    assert!(matches!(allowed.status, 201 | 204), "no rights on a virtual host for this test: {allowed}");
    host
}

/// Start a broker that this test has for itself: to be killed and started again on the same data. That takes some ten
/// seconds, so take it only where a [`chaos_proxy`](crate::chaos_proxy) before the shared one does not do.
///
/// # Panics
/// When there is no container engine, or it cannot start RabbitMQ: the message says what to do.
pub async fn exclusive() -> Broker {
    Broker(expect("RabbitMQ", Exclusive::start_new("rabbitmq", broker, PORT, GREETING).await))
}

fn broker() -> ContainerRequest<GenericImage> {
    GenericImage::new("rabbitmq", TAG)
        .with_cmd(["rabbitmq-server"])
        // Erlang keeps a table with a place for each file that may be opened, and Docker may allow a billion
        .with_ulimit("nofile", 4096, Some(4096))
        // it need not be quick, and a test shares the machine with many
        .with_env_var("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none")
}

impl VirtualHost {
    /// How to connect to it.
    pub fn url(&self) -> String {
        url(self.address, &self.name)
    }

    /// Where the broker listens: always on this machine, for a test that puts a proxy between.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How to connect to it when a proxy stands between, which listens on this `port`.
    pub fn url_through(&self, port: u16) -> String {
        url(([127, 0, 0, 1], port).into(), &self.name)
    }

    /// Its name on the broker.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the broker's management says of this virtual host: `queues`, `exchanges`, `bindings`. Numbers of messages
    /// are as of some seconds ago.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn list(&self, what: &str) -> Vec<Value> {
        let answer = self.manage(Method::GET, &format!("{what}/{}", self.name), &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer}");
        answer.json().as_array().cloned().unwrap_or_default()
    }

    async fn manage(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = http().request(method, format!("http://{}/api/{path}", self.management));
        send(request.basic_auth(USER, Some(USER)).json(body)).await
    }
}

impl Drop for VirtualHost {
    fn drop(&mut self) {
        let url = format!("http://{USER}:{USER}@{}/api/vhosts/{}", self.management, self.name);
        if ureq::delete(url).call().is_err() {
            eprintln!("a test's virtual host was not deleted; it goes with its container");
        }
    }
}

/// A broker of its own; see [`Exclusive`] for what can be done to it.
#[derive(Debug)]
pub struct Broker(Exclusive);

impl Broker {
    /// How to connect to it.
    pub fn url(&self) -> String {
        url(self.address(), "%2f")
    }

    /// How to connect to it when a proxy stands between, which listens on this `port`.
    pub fn url_through(&self, port: u16) -> String {
        url(([127, 0, 0, 1], port).into(), "%2f")
    }
}

impl std::ops::Deref for Broker {
    type Target = Exclusive;

    fn deref(&self) -> &Exclusive {
        &self.0
    }
}

fn url(address: SocketAddr, virtual_host: &str) -> String {
    format!("amqp://{USER}:{USER}@{address}/{virtual_host}")
}
