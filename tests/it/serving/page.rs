//! The real page of the real server: paired by the code that it shows, tested by the office.

use std::time::Duration;

use super::client::{Serving, office, run, succeed};
use crate::common::alone;
use crate::common::browser::Browser;

#[test]
fn a_self_test_is_ordered_runs_on_the_screen_and_its_result_is_printed() {
    let _alone = alone();
    let office = office(0);
    let serving = Serving::of(&office);
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Browser::start(profile.path());
    // Two changes in the place of forty, and no look whether this machine has a second decoder before that.
    let address = format!("http://{}/?selftest=2&decks=2", serving.address);
    let page = browser.open(&address, [640, 360], "");
    let code = "document.getElementById('code').textContent";
    browser.until(&page, &format!("/^[A-Z0-9]{{4}}-[A-Z0-9]{{4}}$/.test({code})"), Duration::from_secs(10));
    let code = browser.evaluate(&page, code);
    succeed(&office, &["screens", "pair", code.as_str().unwrap(), "canteen", "--by", "王芳"]);
    browser.until(&page, "jincai.page.state().edition", Duration::from_secs(10));
    let output = run(&office, &["playout", "selftest", "食堂", "--by", "王芳"]);
    let said = super::client::events(&output);
    let serial = said.iter().find(|event| event["event"] == "ordered").unwrap()["serial"].clone();
    let told = said.iter().find(|event| event["event"] == "selftest").unwrap_or_else(|| panic!("{said:?}"));
    assert_eq!(told["screen"], "canteen");
    let result = &told["result"];
    assert_eq!(
        (&result["number"], &result["changes"], &result["wrong"]),
        (&serial, &2.into(), &0.into()),
        "{told}"
    );
    assert!(
        result["frames_seen"].as_u64().unwrap() > 10 && result["gap_max_ms"].as_f64().unwrap() < 1_500.0,
        "{told}"
    );
    assert_eq!(output.status.code(), Some(0));
    // It shows the programme again, and the result stays with the screen.
    browser.until(
        &page,
        "!jincai.page.state().testing && jincai.page.state().on.seg.kind !== 'test'",
        Duration::from_secs(5),
    );
}
