//! Checks the traces of a page and a click in the products' logs, and the link between them.

use std::collections::BTreeSet;

use e2e::{
    logs::{self, Line},
    person::{self, Person},
    system::System,
};

const PAGE: &str = "5b8efff798038103d269b633813fc60c";
const CLICK: &str = "0af7651916cd43dd8448eb211c80319c";

fn services(lines: &[Line], trace: &str) -> BTreeSet<String> {
    lines.iter().filter(|line| line.text("trace_id") == trace).map(|line| line.text("service").to_owned()).collect()
}

#[tokio::test]
async fn a_page_and_a_click_are_traced_in_the_logs() {
    let system = System::running();
    let person = Person::sign_in(&system, "joon@hangang.example").await;
    // Trace ids unique to this run, so that logs of an earlier run do not match.
    let own = format!("{:08x}", std::process::id());
    let (page, click) = (format!("{}{own}", &PAGE[..24]), format!("{}{own}", &CLICK[..24]));

    let html =
        person.get_traced(system.url("mypage").as_str(), &page).await.expect("an answer").text().await.expect("a page");
    let ads = markup::ads(&html);
    let ad = ads.first().expect("an ad");
    person.get(&ad.impression).await.expect("the impression");
    let answer = person::clicker()
        .get(&ad.click)
        .header("traceparent", format!("00-{click}-00f067aa0ba902b7-01"))
        .send()
        .await
        .expect("an answer");
    assert!(answer.status().is_redirection());

    support::eventually("the page's trace in mypage and ad", || async {
        let services = services(&logs::lines(&system).await, &page);
        services.is_superset(&BTreeSet::from(["ad".into(), "mypage".into()])).then_some(())
    })
    .await;
    let lines = support::eventually("the click's trace from ad to the timeline's row", || async {
        let lines = logs::lines(&system).await;
        let row = |line: &Line| line.text("trace_id") == click && line.text("service") == "mypage";
        lines.iter().any(row).then_some(lines)
    })
    .await;
    assert_eq!(services(&lines, &click), BTreeSet::from(["ad".into(), "mypage".into()]));
    let linked = lines.iter().filter(|line| line.text("trace_id") == click).map(|line| line.text("linked_trace_id"));
    assert!(linked.collect::<BTreeSet<_>>().contains(page.as_str()), "the click's trace links to the page's");
}
