use std::net::SocketAddr;
pub struct VirtualHost {
    name: String,
}
pub async fn virtual_host() -> VirtualHost {
    use chassis::ids::Ids;
    let name = format!("test-{}", &chassis::ids::RandomIds.secret()[..16]);
    let run = |path: &str, body: &str| {
        let ok = std::process::Command::new("curl")
            .args([
                "-sf",
                "-u",
                "guest:guest",
                "-X",
                "PUT",
                "-H",
                "content-type: application/json",
                "-d",
                body,
                &format!("http://127.0.0.1:25673/api/{path}"),
            ])
            .status()
            .unwrap();
        assert!(ok.success());
    };
    run(&format!("vhosts/{name}"), "{}");
    run(&format!("permissions/{name}/guest"), r#"{"configure":".*","write":".*","read":".*"}"#);
    VirtualHost { name }
}
impl VirtualHost {
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:25672/{}", self.name)
    }
    pub fn url_through(&self, port: u16) -> String {
        format!("amqp://guest:guest@127.0.0.1:{port}/{}", self.name)
    }
    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], 25672).into()
    }
}
impl Drop for VirtualHost {
    fn drop(&mut self) {
        let _ = std::process::Command::new("curl")
            .args([
                "-s",
                "-u",
                "guest:guest",
                "-X",
                "DELETE",
                &format!("http://127.0.0.1:25673/api/vhosts/{}", self.name),
            ])
            .status();
    }
}
pub struct Broker(u16, String);
pub async fn exclusive() -> Broker {
    let port = 20_000 + u16::try_from(std::process::id() % 9000).unwrap();
    let out = std::process::Command::new("/usr/bin/docker")
        .args([
            "run",
            "-d",
            "-e",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 1:1 +sbwt none",
            "-p",
            &format!("127.0.0.1:{port}:5672"),
            "rabbitmq:3.10",
        ])
        .output()
        .unwrap();
    let id = String::from_utf8(out.stdout).unwrap().trim().to_owned();
    let b = Broker(port, id);
    b.up().await;
    b
}
impl Broker {
    async fn up(&self) {
        testbed::wait::until_async("rabbit", std::time::Duration::from_secs(60), async || {
            lapin::Connection::connect(&self.url(), lapin::ConnectionProperties::default()).await.ok().map(|_| ())
        })
        .await;
    }
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.0)
    }
    pub async fn kill_9(&self) {
        assert!(
            std::process::Command::new("/usr/bin/docker").args(["kill", &self.1]).output().unwrap().status.success()
        );
    }
    pub async fn start_again(&self) {
        assert!(
            std::process::Command::new("/usr/bin/docker").args(["start", &self.1]).output().unwrap().status.success()
        );
        self.up().await;
    }
}
impl Drop for Broker {
    fn drop(&mut self) {
        let _ = std::process::Command::new("/usr/bin/docker").args(["rm", "-f", "-v", &self.1]).output();
    }
}
