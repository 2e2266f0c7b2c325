use super::*;

fn card(fingerprint: &str, id: &'static str, file: &str) -> Card {
    Card { fingerprint: fingerprint.into(), id, file: file.into(), hazardous: false, asks: false }
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
                Decision::No => "n",
                Decision::Ignore { .. } => "i",
            };
            format!("{card}{sign}")
        })
        .collect();
    all.sort();
    all.join(" ")
}

fn current(session: &Session) -> &str {
    session.card().map_or("end", |card| &card.fingerprint)
}

#[test]
fn yes_and_no() {
    let mut session = session();
    assert_eq!(press(&mut session, "yn"), Action::Show);
    assert_eq!((decided(&session).as_str(), current(&session)), ("1y 2n", "3"));
}

#[test]
fn enter_does_nothing_and_unknown_keys_hint() {
    let mut session = session();
    assert_eq!(session.key(&Key::Enter), Action::Wait);
    for key in [Key::Char('x'), Key::Char(' '), Key::Tab, Key::ArrowUp, Key::Escape] {
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
    assert_eq!(session.key(&Key::Enter), Action::Wait);
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
