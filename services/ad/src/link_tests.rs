use chassis::clock::Clock;
use proptest::prelude::*;

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_but_a_token_is_read(text in ".{0,400}", base64url in "[A-Za-z0-9_-]{0,500}") {
        let links = Links::new(&[SecretKey::from([7; 32])]);
        prop_assert_eq!(links.read(&text), Err(InvalidToken));
        prop_assert_eq!(links.read(&base64url), Err(InvalidToken));
    }

    #[test]
    fn a_part_of_a_token_or_two_mixed_tokens_are_invalid(cut in 1..300_usize, added in "[A-Za-z0-9_=.-]{1,8}") {
        let (clock, links) = (clock(), Links::new(&[SecretKey::from([7; 32])]));
        let [token, other] = [links.token(&serve(&clock)), links.token(&serve(&clock))];
        let at = cut % token.len();
        for changed in [
            token[..at].to_owned(),
            token[at.max(1)..].to_owned(),
            format!("{}{}", &token[..at.max(1)], &other[at.max(1)..]),
            format!("{token}{added}"),
            format!("{added}{token}"),
        ] {
            // Two tokens may have the same end.
            prop_assert!([&token, &other].contains(&&changed) || links.read(&changed).is_err(), "{}", changed);
        }
    }

    /// Another version may have sealed it.
    #[test]
    fn whatever_was_sealed_is_a_serve_or_invalid(
        sealed in prop::collection::vec(any::<u8>(), 0..300),
        currency_code in ".{0,5}",
        (price_micros, issued_at) in any::<(i64, i64)>(),
        id in prop::collection::vec(any::<u8>(), 14..18),
    ) {
        let (key, mut payload) = (SecretKey::from([7; 32]), Payload::from(&serve(&clock())));
        let (links, sealer) = (Links::new(std::slice::from_ref(&key)), Sealer::new(&key));
        let read = |content: &[u8]| links.read(&BASE64_URL_SAFE_NO_PAD.encode(sealer.seal(content)));
        let _any = read(&sealed);
        let is_id = id.len() == 16;
        (payload.currency_code, payload.price_micros, payload.issued_at) = (currency_code, price_micros, issued_at);
        payload.campaign_id = id;
        let is_time = DateTime::from_timestamp(issued_at, 0).is_some();
        prop_assert_eq!(read(&payload.encode_to_vec()).is_ok(), is_id && is_time);
    }
}
