//! Programs are started, watched and ended as their handle says.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use testbed::process::Program;
use testbed::wait;

fn shell(script: &str) -> Program {
    Program::new("sh").arg("-c").arg(script)
}

#[test]
fn both_outputs_and_the_status_are_kept() {
    let mut running = shell("echo out; echo err >&2; exit 3").spawn();
    assert_eq!(running.wait().code(), Some(3));
    assert_eq!((running.stdout(), running.stderr()), ("out\n".to_owned(), "err\n".to_owned()));
}

#[test]
fn a_program_sees_its_port_and_what_the_test_sets_and_nothing_else() {
    let mut running = shell("echo $PORT $STORE_URL; env | grep -c ^CARGO").env("STORE_URL", "memory:").spawn();
    running.wait();
    assert_eq!(running.stdout(), format!("{} memory:\n0\n", running.address().port()));
}

#[test]
fn a_program_can_end_in_an_orderly_way_or_not() {
    let script = "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done";
    let ready = |running: &testbed::process::Running| {
        wait::until("ready", Duration::from_secs(10), || running.stdout().contains("ready").then_some(()));
    };
    let mut orderly = shell(script).spawn();
    ready(&orderly);
    assert_eq!(orderly.terminate().code(), Some(7));
    assert!(orderly.stdout().ends_with("bye\n"));

    let mut crashed = shell(script).spawn();
    ready(&crashed);
    assert_eq!(crashed.kill_9().signal(), Some(9));
    assert!(!crashed.stdout().contains("bye"));
}

/// Answer the next request; its first line.
fn answer_one(listener: &TcpListener, status: &str) -> std::io::Result<String> {
    let (mut stream, _) = listener.accept()?;
    let mut request = [0; 1024];
    let read = stream.read(&mut request)?;
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")?;
    Ok(String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned())
}

#[test]
fn a_program_is_ready_when_its_path_answers_200() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for status in ["503 Service Unavailable", "200 OK"] {
            // on a busy machine the asker may have given up a connection before we came to it
            let answered = std::iter::repeat_with(|| answer_one(&listener, status)).find_map(Result::ok);
            asked.push(answered.unwrap());
        }
        asked
    });
    let running = Program::new("sleep").arg("60").port(port).ready_at("/readyz").start();
    assert_eq!(server.join().unwrap(), ["GET /readyz HTTP/1.1"; 2]);
    assert_eq!(running.url("/x"), format!("http://127.0.0.1:{port}/x"));
}

#[test]
#[should_panic(expected = "no such database")]
fn a_program_that_ends_at_its_start_shows_why() {
    shell("echo no such database >&2; exit 1").start();
}

#[test]
#[should_panic(expected = "no free port in three attempts")]
fn a_port_that_was_taken_is_tried_again() {
    shell("echo address in use >&2; exit 1").start();
}
