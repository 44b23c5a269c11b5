//! What is wrong with a screen reaches the group chats that want to know of screens, and no others.

use std::fs;
use std::time::Duration;

use super::client::{Client, Serving, office};
use crate::common::robot::robot;

#[test]
fn a_robot_that_wants_to_know_of_screens_is_told_and_others_are_not() {
    let office = office(0);
    let path = office.folder().join("jincai.toml");
    let mut config = fs::read_to_string(&path).unwrap();
    for (name, topic) in [("ROBOT", "screens"), ("OTHER", "accepted")] {
        config.push_str(&format!(
            "[[chat]]\nkind = \"wecom\"\nurl_env = \"{name}\"\non = [\"{topic}\"]\ndigest_s = 1\n"
        ));
    }
    fs::write(path, config).unwrap();
    let ((address, told), (other, not_told)) = (robot(0), robot(0));
    let serving = Serving::with(&office, &[("ROBOT", &address), ("OTHER", &other)]);
    let canteen = Client::paired(&office, &serving, "canteen");
    canteen.beat(|beat| beat.viewport = [1920, 937]);
    let said = told.recv_timeout(Duration::from_secs(30)).expect("a message");
    assert!(said.contains("markdown") && said.contains("食堂") && said.contains("1920×937"), "{said}");
    assert_eq!(serving.stop(), Some(0));
    assert!(not_told.try_recv().is_err(), "a robot for other things is not told of screens");
}
