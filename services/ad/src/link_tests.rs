use chassis::clock::Clock;

use super::*;

fn serve(clock: &Clock) -> Serve {
    Serve {
        serve_id: ServeId::new(clock),
        campaign_id: CampaignId::new(clock),
        creative_id: Some(CreativeId::new(clock)),
        advertiser_tenant_id: TenantId::new(clock),
        viewer_tenant_id: TenantId::new(clock),
        viewer_user_id: UserId::new(clock),
        price: Money::new(301_000_000, Currency::Krw),
        placement: "mypage.home".into(),
        issued_at: clock.now(),
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
    }
}

fn clock() -> Clock {
    Clock::fixed("2026-03-02T03:00:00Z".parse().expect("a time"))
}

#[test]
fn a_token_holds_the_serve_and_fits_into_a_url() {
    let (clock, links) = (clock(), Links::new(&[SecretKey::from([7; 32])]));
    let serve = serve(&clock);
    let token = links.token(&serve);
    assert!(token.len() < 400, "{}", token.len());
    assert_eq!(links.read(&token), Ok(serve.clone()));
    let earlier = Serve { creative_id: None, ..serve };
    assert_eq!(links.read(&links.token(&earlier)), Ok(earlier));
}

#[test]
fn a_token_reveals_nothing() {
    let (clock, links) = (clock(), Links::new(&[SecretKey::from([7; 32])]));
    let serve = serve(&clock);
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(links.token(&serve)).expect("base64url");
    let reveals = |secret: &[u8]| sealed.windows(secret.len()).any(|part| part == secret);
    for id in [serve.viewer_user_id.as_uuid(), serve.viewer_tenant_id.as_uuid(), serve.advertiser_tenant_id.as_uuid()] {
        assert!(!reveals(id.as_bytes()), "{id}");
    }
    assert!(!reveals(b"KRW") && !reveals(b"mypage.home"));
    assert_ne!(links.token(&serve), links.token(&serve), "two tokens of one serve differ");
}

#[test]
fn a_changed_token_is_invalid() {
    let (clock, links) = (clock(), Links::new(&[SecretKey::from([7; 32])]));
    let token = links.token(&serve(&clock));
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        assert!(links.read(&changed).is_err(), "character {at}");
    }
    for token in ["", ".", "a.b", &"x".repeat(2_000)] {
        assert_eq!(links.read(token), Err(InvalidToken));
    }
}

#[test]
fn tokens_of_all_keys_are_valid_and_the_first_key_makes_new_ones() {
    let (clock, [old, new]) = (clock(), [[7; 32], [8; 32]].map(SecretKey::from));
    let both = Links::new(&[new.clone(), old.clone()]);
    let serve = serve(&clock);
    assert_eq!(both.read(&Links::new(&[old]).token(&serve)), Ok(serve.clone()));
    assert_eq!(Links::new(&[new]).read(&both.token(&serve)), Ok(serve));
}

#[test]
fn a_token_of_another_key_is_invalid() {
    let clock = clock();
    let token = Links::new(&[SecretKey::from([8; 32])]).token(&serve(&clock));
    assert_eq!(Links::new(&[SecretKey::from([7; 32])]).read(&token), Err(InvalidToken));
}

#[test]
fn links_are_valid_for_a_day() {
    let clock = clock();
    let serve = serve(&clock);
    assert!(serve.is_valid_at(clock.now()));
    clock.advance(chrono::Duration::hours(24) - chrono::Duration::seconds(1));
    assert!(serve.is_valid_at(clock.now()));
    clock.advance(chrono::Duration::seconds(1));
    assert!(!serve.is_valid_at(clock.now()));
}
