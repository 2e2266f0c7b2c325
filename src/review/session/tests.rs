use super::*;

fn card(fingerprint: &str, id: &'static str, file: &str) -> Card {
    let severity = Severity::High;
    Card { fingerprint: fingerprint.into(), id, file: file.into(), severity, hazardous: false, asks: false }
}

fn session() -> Session {
    let mut salt = card("5", "salt_key", "a.yaml");
    salt.hazardous = true;
    let mut alerting = card("6", "alerting", "a.yaml");
    alerting.asks = true;
    Session::new(vec![
        card("1", "retry_policy", "a.yaml"),
        card("2", "retry_policy", "b.yaml"),
        card("3", "litellm_log", "a.yaml"),
        card("4", "litellm_log", "b.yaml"),
        salt,
        alerting,
    ])
}

fn press(session: &mut Session, keys: &str) -> Action {
    keys.chars().fold(Action::Wait, |_, c| session.key(&Key::Char(c)))
}

/// `1y 2n`: what was decided, in the order of the cards.
fn decided(session: &Session) -> String {
    let mut all: Vec<String> = session
        .decisions()
        .0
        .iter()
        .map(|(card, decision)| {
            let sign = match decision {
                Decision::Yes { confirmed: true, .. } => "Y",
                Decision::Yes { .. } => "y",
                Decision::No | Decision::Left => "n",
                Decision::Ignore { .. } => "i",
            };
            format!("{card}{sign}")
        })
        .collect();
    all.sort();
    all.join(" ")
}

fn current(session: &Session) -> &str {
    match session.stage() {
        Stage::Fix(card) => &card.fingerprint,
        Stage::Lows(_) => "lows",
        Stage::Summary => "end",
    }
}

#[test]
fn yes_and_no() {
    let mut session = session();
    assert_eq!(press(&mut session, "yn"), Action::Show);
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 2n", "3"));
}

#[test]
fn enter_turns_the_page_and_unknown_keys_hint() {
    let mut session = session();
    for key in [Key::Enter, Key::Char(' '), Key::PageDown] {
        assert_eq!(session.key(&key), Action::More);
    }
    assert_eq!(session.key(&Key::PageUp), Action::Back);
    for key in [Key::Char('x'), Key::Tab, Key::ArrowUp, Key::Escape] {
        assert_eq!(session.key(&key), Action::Hint);
    }
    assert_eq!((decided(&session).as_str(), current(&session)), ("", "1"));
    assert_eq!(press(&mut session, "?"), Action::Help);
    assert_eq!(press(&mut session, "w"), Action::Explain);
}

#[test]
fn the_rest_of_a_file() {
    let mut session = session();
    press(&mut session, "a");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 3y", "2"));
    press(&mut session, "d");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 2n 3y 4n", "5"));
}

#[test]
fn the_rest_of_an_id() {
    let mut session = session();
    press(&mut session, "D");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1n 2n", "3"));
    press(&mut session, "A");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1n 2n 3y 4y", "5"));
}

#[test]
fn nothing_hazardous_is_taken_by_all() {
    let mut session = session();
    press(&mut session, "nnnn");
    for keys in ["a", "A"] {
        assert!(matches!(press(&mut session, keys), Action::Say(_)));
        assert_eq!(current(&session), "5");
    }
    assert_eq!(press(&mut session, "y"), Action::Confirm);
    assert_eq!(decided(&session), "1n 2n 3n 4n");
    session.confirm();
    assert_eq!((decided(&session).as_str(), current(&session)), ("1n 2n 3n 4n 5Y", "6"));
}

#[test]
fn a_required_question_is_asked() {
    let mut session = session();
    press(&mut session, "nnnnn");
    assert_eq!(press(&mut session, "y"), Action::Ask);
    assert!(matches!(press(&mut session, "a"), Action::Say(_)));
    session.answer(vec![("url".into(), Value::from("x"))]);
    press(&mut session, "y");
    let answers = vec![("url".to_owned(), Value::from("x"))];
    assert_eq!(session.decisions().get("6"), Some(&Decision::Yes { answers, confirmed: false }));
}

#[test]
fn edited_values_belong_to_one_fix() {
    let mut session = session();
    session.answer(vec![("n".into(), Value::Int(3))]);
    press(&mut session, "A");
    let answers = vec![("n".to_owned(), Value::Int(3))];
    assert_eq!(session.decisions().get("1"), Some(&Decision::Yes { answers, confirmed: false }));
    assert_eq!(session.decisions().get("2"), Some(&Decision::Yes { answers: vec![], confirmed: false }));
    assert!(session.answers().is_empty());
}

#[test]
fn undo_takes_back_the_last_answer_as_one() {
    let mut session = session();
    assert!(matches!(press(&mut session, "u"), Action::Say(_)));
    press(&mut session, "yA");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 2y", "3"));
    press(&mut session, "a");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 2y 3y", "4"));
    press(&mut session, "uu");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y", "2"));
    press(&mut session, "u");
    assert_eq!((decided(&session).as_str(), current(&session)), ("", "1"));
    press(&mut session, "a");
    press(&mut session, "u");
    assert_eq!((decided(&session).as_str(), current(&session)), ("", "1"));
}

#[test]
fn a_mended_fix_is_passed_over() {
    let mut session = session();
    press(&mut session, "y");
    session.skip();
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y", "3"));
    press(&mut session, "u");
    assert_eq!(current(&session), "1");
}

#[test]
fn quit_goes_to_the_summary() {
    let mut session = session();
    press(&mut session, "yq");
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 2n 3n 4n 5n 6n", "end"));
    assert!(session.takes_anything());
    assert_eq!(session.key(&Key::Enter), Action::More);
    assert_eq!(press(&mut session, "a"), Action::Hint);
    assert_eq!(press(&mut session, "u"), Action::Show);
    assert_eq!(current(&session), "2");
    press(&mut session, "q");
    assert_eq!(press(&mut session, "n"), Action::Finish(false));
    assert_eq!(press(&mut session, "y"), Action::Finish(true));
}

#[test]
fn ignoring_keeps_the_reason_on_one_line() {
    let mut session = session();
    assert_eq!(press(&mut session, "i"), Action::Reason);
    session.ignore(" ticket\n 42 ");
    assert_eq!(session.decisions().get("1"), Some(&Decision::Ignore { reason: "ticket 42".into() }));
    assert!(session.takes_anything());
}

#[test]
fn the_end_of_input_stops_asking_and_writes_nothing() {
    let mut session = session();
    assert_eq!(press(&mut session, "y\u{4}"), Action::Show);
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 2n 3n 4n 5n 6n", "end"));
    assert_eq!(press(&mut session, "\u{4}"), Action::Finish(false));
}

/// Two of each: high, medium and low.
fn sorted() -> Session {
    let severities = [Severity::High, Severity::Medium, Severity::Low];
    let cards = severities.iter().enumerate().flat_map(|(at, severity)| {
        [("a.yaml", "retry_policy"), ("b.yaml", "debug_mode")]
            .map(|(file, id)| Card { severity: *severity, ..card(&format!("{at}{}", &file[..1]), id, file) })
    });
    Session::new(cards.collect())
}

#[test]
fn the_low_ones_are_asked_about_first() {
    let mut session = sorted();
    press(&mut session, "ynyn");
    assert_eq!(session.stage(), Stage::Lows(2));
    assert_eq!(press(&mut session, "x"), Action::Hint);
    press(&mut session, "y");
    assert_eq!(current(&session), "2a");
    press(&mut session, "u");
    assert_eq!(current(&session), "lows");
    press(&mut session, "u");
    assert_eq!(current(&session), "1b");
    press(&mut session, "nn");
    assert_eq!((decided(&session).as_str(), current(&session)), ("0ay 0bn 1ay 1bn 2an 2bn", "end"));
}

#[test]
fn who_has_only_low_ones_is_not_asked_twice() {
    let low = Card { severity: Severity::Low, ..card("1", "retry_policy", "a.yaml") };
    assert_eq!(current(&Session::new(vec![low])), "1");
}

#[test]
fn a_severity_is_skipped() {
    let mut session = sorted();
    press(&mut session, "s");
    assert_eq!((decided(&session).as_str(), current(&session)), ("0an 0bn", "1a"));
    press(&mut session, "u");
    assert_eq!((decided(&session).as_str(), current(&session)), ("", "0a"));
    press(&mut session, "ss");
    assert_eq!(current(&session), "lows");
    press(&mut session, "ys");
    assert_eq!(current(&session), "end");
    assert!(!session.takes_anything());
}

#[test]
fn others_are_counted() {
    let mut session = sorted();
    assert_eq!(session.others(), (2, 2));
    press(&mut session, "n");
    assert_eq!(session.others(), (2, 2));
    press(&mut session, "n");
    assert_eq!(session.others(), (1, 1));
    press(&mut session, "nn");
    assert_eq!((current(&session), session.others()), ("lows", (0, 0)));
    let mut alerting = super::tests::session();
    press(&mut alerting, "nnnn");
    assert_eq!((current(&alerting), alerting.others()), ("5", (0, 0)));
}

#[test]
fn a_filter_asks_about_what_matches_and_ends() {
    let mut session = sorted();
    press(&mut session, "n");
    assert_eq!(session.set_filter("nothing"), 0);
    assert_eq!((session.filter(), current(&session)), (None, "0b"));
    assert_eq!(session.set_filter(" Retry "), 2);
    assert_eq!((session.filter(), current(&session)), (Some("retry"), "1a"));
    assert_eq!((session.position(), session.others()), ((2, 3), (1, 1)));
    press(&mut session, "y");
    // Of low severity, but asked for.
    assert_eq!(current(&session), "2a");
    press(&mut session, "n");
    assert_eq!((session.filter(), current(&session)), (None, "0b"));
    assert_eq!(session.ended_filter().as_deref(), Some("retry"));
    assert_eq!(session.ended_filter(), None);
    press(&mut session, "u");
    assert_eq!((session.filter(), current(&session)), (Some("retry"), "2a"));
    session.set_filter("");
    assert_eq!((session.filter(), current(&session)), (None, "0b"));
    assert_eq!(session.set_filter("b.yaml"), 3);
    press(&mut session, "q");
    assert_eq!(current(&session), "end");
}

#[test]
fn a_filtered_severity_is_skipped_alone() {
    let mut session = sorted();
    session.set_filter("b.yaml");
    press(&mut session, "s");
    assert_eq!((decided(&session).as_str(), current(&session)), ("0bn", "1b"));
}
