//! The proxy does to a connection what it says.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use testbed::chaos_proxy::ChaosProxy;

/// Sends back what it is sent.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || std::io::copy(&mut stream.try_clone()?, &mut stream));
        }
    });
    address
}

fn connect(proxy: &ChaosProxy) -> TcpStream {
    TcpStream::connect(proxy.address()).expect("the proxy accepts")
}

fn round_trip(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"ping")?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer)?;
    assert_eq!(&answer, b"ping");
    Ok(())
}

#[test]
fn a_sound_network_lets_everything_through() {
    let proxy = ChaosProxy::start(echo()).unwrap();
    let mut stream = connect(&proxy);
    round_trip(&mut stream).unwrap();
    round_trip(&mut connect(&proxy)).unwrap();
    assert_eq!(proxy.accepted(), 2);
}

#[test]
fn the_end_of_one_direction_leaves_the_other_open() {
    let proxy = ChaosProxy::start(echo()).unwrap();
    let mut stream = connect(&proxy);
    stream.write_all(b"all of it").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "all of it");
}

#[test]
fn a_cut_resets_what_is_open_and_refuses_what_is_new() {
    let proxy = ChaosProxy::start(echo()).unwrap();
    let mut stream = connect(&proxy);
    round_trip(&mut stream).unwrap();
    proxy.cut();
    assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(TcpStream::connect(proxy.address()).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    proxy.restore();
    round_trip(&mut connect(&proxy)).unwrap();
}

#[test]
fn a_stall_lets_nothing_through_until_it_is_over() {
    let proxy = ChaosProxy::start(echo()).unwrap();
    let mut open = connect(&proxy);
    round_trip(&mut open).unwrap();
    proxy.stall();
    for stream in [&mut open, &mut connect(&proxy)] {
        stream.write_all(b"ping").unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    proxy.restore();
    open.set_read_timeout(None).unwrap();
    let mut answer = [0; 4];
    open.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"ping");
}

#[test]
fn a_delay_holds_each_piece_back() {
    let proxy = ChaosProxy::start(echo()).unwrap();
    proxy.delay(500);
    let mut stream = connect(&proxy);
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert_eq!(round_trip(&mut stream).unwrap_err().kind(), ErrorKind::WouldBlock);
    stream.set_read_timeout(None).unwrap();
    stream.read_exact(&mut [0; 4]).unwrap();
}
