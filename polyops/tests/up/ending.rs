//! How it ends.

use std::io::Write;
use std::net::TcpStream;

use tempfile::tempdir;

use crate::house::House;

#[test]
fn ctrl_c_ends_who_says_something_before_who_listens() {
    let place = tempdir().unwrap();
    let mut house = House::start(place.path());
    house.interrupt();
    assert_eq!(house.end().code(), Some(0), "{}", house.stderr());
    let said = house.stderr();
    let at =
        |program: &str| said.find(&format!("{program} has stopped")).unwrap_or_else(|| panic!("{program}: {said}"));
    let (incidents, communications) = (at("polystatus-incidents"), at("polystatus-communications"));
    for speaker in ["polystatus-frontend", "inventory-api", "polystatus-users", "polystatus-csp", "polystatus-flags"] {
        assert!(at(speaker) < incidents, "{said}");
    }
    assert!(incidents < communications, "{said}");
}

#[test]
fn a_second_ctrl_c_ends_at_once_what_the_first_one_waits_for() {
    let place = tempdir().unwrap();
    let mut house = House::with(place.path(), |program| program.arg("--drain-seconds=600"));
    // a request that never arrives as a whole
    let mut slow = TcpStream::connect(house.address("flags")).unwrap();
    slow.write_all(b"POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
        .unwrap();
    house.interrupt();
    testbed::wait::until("the drain", std::time::Duration::from_secs(30), || {
        house.stderr().contains("asked to stop").then_some(())
    });
    house.interrupt();
    assert_eq!(house.end().code(), Some(130), "{}", house.stderr());
}
