//! One report of many results.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use super::{Fleet, lines, mixed, names};

const NAME: &str = "<script>alert(1)</script>\" onload='x";

/// Results of two dates, and of a repository whose name is markup.
fn results() -> Fleet {
    let fleet = mixed();
    let mut line = lines(&fleet.run(&["--format", "jsonl", "all/payments"]).out).remove(0);
    line["repository"] = json!(NAME);
    line["report"]["findings"][0]["title"] = json!("a <b>title</b> & \u{202e}more of `<i>`");
    line["report"]["findings"][0]["severity"] = json!("high");
    line["report"]["findings"][0]["id"] = json!("a|b");
    fleet.write("odd.jsonl", &format!("{line}\n"));
    fleet.run(&["--output", "jsonl=new.jsonl", "all"]);
    let mut older =
        fleet.command(&["--output", "jsonl=old.jsonl", "--exit-zero", "all/payments", "all/website"]);
    assert!(older.env("SOURCE_DATE_EPOCH", "1764547200").output().unwrap().status.success());
    fleet
}

fn page(fleet: &Fleet) -> String {
    let ran = fleet.run(&["report", "old.jsonl", "new.jsonl", "odd.jsonl", "--format", "html"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

#[test]
fn the_json_adds_up() {
    let fleet = results();
    let ran = fleet.run(&["report", "--format", "json", "new.jsonl", "old.jsonl"]);
    let merged: Json = serde_json::from_str(&ran.out).unwrap();
    let all = lines(&fleet.read("new.jsonl"));
    let summary = &merged["summary"];
    assert_eq!(summary["repositories"], 6);
    let sum = |of: &Json| of.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum(&summary["by_worst"]), &summary["by_worst"]["failed"]), (6, &json!(2)));
    for severity in ["critical", "high", "medium", "low"] {
        let counts = all.iter().filter_map(|line| line["report"]["summary"]["open"][severity].as_u64());
        assert_eq!(summary["open"][severity], counts.sum::<u64>(), "{severity}");
        let of_ids =
            merged["ids"].as_array().unwrap().iter().map(|id| id["open"][severity].as_u64().unwrap());
        assert_eq!(summary["open"][severity], of_ids.sum::<u64>(), "{severity} by id");
    }
    assert_eq!(sum(&summary["ways"]), sum(&summary["open"]));
    assert_eq!(summary["ways"]["ready"], 2);
    let days: Vec<&str> =
        merged["days"].as_array().unwrap().iter().map(|day| day["day"].as_str().unwrap()).collect();
    assert_eq!(days, ["2025-12-01", "2026-01-01"]);
    // The newest counts, in whatever order the files are given.
    let turned = fleet.run(&["report", "--format", "json", "old.jsonl", "new.jsonl"]);
    assert_eq!(turned.out, ran.out);
    let first = &merged["repositories"][0];
    assert_eq!((&first["date"], &first["worst"]), (&json!("2026-01-01T00:00:00Z"), &json!("medium")));
}

#[test]
fn shares_and_single_reports_are_put_together() {
    let fleet = mixed();
    let whole = fleet.run(&["--format", "jsonl", "all"]).out;
    fleet.write("whole", &whole);
    for k in ["1", "2", "3"] {
        fleet.run(&["--shard", &format!("{k}/3"), "--output", &format!("jsonl=part-{k}"), "all"]);
    }
    let of = |files: &[&str]| fleet.run(&[&["report", "--format", "html"][..], files].concat()).out;
    assert_eq!(of(&["part-1", "part-3", "part-2"]), of(&["whole"]));
    // From standard input.
    let mut child = fleet.command(&["report", "-", "--format", "html"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(whole.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap(), of(&["whole"]));
    fleet.run(&["--output", "json=payments.json", "all/payments"]);
    let merged: Json =
        serde_json::from_str(&fleet.run(&["report", "--format", "json", "payments.json"]).out).unwrap();
    assert_eq!(merged["repositories"][0]["repository"], "payments");
    assert_eq!(merged["summary"]["ways"]["ready"], 1);
}

#[test]
fn after_a_write_it_tells_what_was_applied_and_what_is_left() {
    let fleet = Fleet::of(3);
    fleet.run(&["--write", "--output", "jsonl=results", "all"]);
    let merged: Json =
        serde_json::from_str(&fleet.run(&["report", "--format", "json", "results"]).out).unwrap();
    assert_eq!(
        (&merged["summary"]["ways"]["applied"], &merged["summary"]["ways"]["ready"]),
        (&json!(3), &json!(0))
    );
    assert!(fleet.run(&["report", "--format", "html", "results"]).out.contains("fixes applied"));
}

#[test]
fn nothing_in_it_is_markup_but_ours() {
    let fleet = results();
    let page = page(&fleet);
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x"));
    assert!(page.contains("a &lt;b&gt;title&lt;/b&gt; &amp; &lt;U+202E&gt;more of <code>&lt;i&gt;</code>"));
    for word in ["http://", "https://", " src=", " href=", "@import", "url(", " onclick", " style=", "canary"]
    {
        assert!(!page.contains(word), "{word}");
    }
    let markdown = fleet.run(&["report", "odd.jsonl", "new.jsonl"]).out;
    assert!(markdown.contains("`<script>alert(1)</script>\" onload='x`"), "{markdown}");
    assert!(markdown.contains("\n| `a\\|b` | 1 |"), "{markdown}");
    assert!(
        !markdown.contains("canary") && markdown.contains("\n## Not judged, or not wholly\n"),
        "{markdown}"
    );
}

/// The sums in the policy are those of the style and the script, or a browser would drop them.
#[test]
fn the_policy_names_what_the_page_has() {
    let page = page(&results());
    let between = |start: &str, end: &str| page.split(start).nth(1).unwrap().split(end).next().unwrap();
    for (text, directive) in
        [(between("<style>", "</style>"), "style-src"), (between("<script>", "</script>"), "script-src")]
    {
        let sum = "import base64,hashlib,sys; print(base64.b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest()).decode())";
        let mut python = Command::new("python3");
        let mut python =
            python.args(["-c", sum]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        python.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let sum = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
        let policy = format!("{directive} 'sha256-{}'", sum.trim());
        assert!(page.contains(&policy), "src/merged/html.rs wants {policy}");
    }
}

#[test]
fn what_is_no_result_is_refused() {
    let fleet = results();
    fleet.write("list", "all/payments\n");
    let whole = fleet.read("new.jsonl");
    fleet.write("cut", &whole[..whole.len() - 200]);
    fleet.write("other.json", "{\"a\": 1}\n");
    for (file, told) in [
        ("gone", "gone: "),
        ("list", "not JSON"),
        ("cut", "line 6"),
        ("other.json", "no result of litellm-fix"),
        ("all/payments/config.yaml", "not JSON"),
    ] {
        let ran = fleet.run(&["report", file]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{file}: {}", ran.err);
        assert!(ran.err.contains(told), "{file}: {}", ran.err);
    }
    let ran = fleet.run(&["report", "new.jsonl", "--output", "all/payments/config.yaml"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let ran = fleet.run(&["report", "new.jsonl", "--format", "html", "--output", "page.html"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert!(fleet.read("page.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(names(&lines(&whole)).len(), 6);
}

/// Every line is whole and ours, or its file and number are told, and nothing is left out in silence.
#[test]
fn foreign_and_cut_lines_are_told_with_their_place() {
    let fleet = results();
    let whole = fleet.read("new.jsonl");
    let all: Vec<&str> = whole.lines().collect();
    let with = |change: &dyn Fn(&mut Json)| {
        let mut line = lines(all[2]).remove(0);
        change(&mut line);
        format!("{}\n\n{line}\n{}\n", all[0], all[1])
    };
    let fine = with(&|_| ());
    for (text, told) in [
        (format!("{}\n\n{}\n{}\n", all[0], &all[1][..90], all[2]), "line 3: it is not JSON"),
        (format!("{}\n{{\"a\": 1}}\n", all[0]), "line 2: it is JSON, but no result"),
        ("\n\n{\n \"a\":\n".to_owned(), "line 4: it is not JSON, or was cut off"),
        (
            format!("{}\n{}\n", lines(all[2])[0]["report"], lines(all[2])[0]["report"]),
            "line 2: it is not JSON, or more",
        ),
        (with(&|line| line["exit"] = json!(130)), "line 3: it has no `exit`"),
        (with(&|line| line["exit"] = Json::Null), "line 3: it has no `exit`"),
        (with(&|line| line["date"] = json!("<b onx>zz")), "line 3: it has no `date`"),
        (with(&|line| line["date"] = json!("2026-02-30T00:00:00Z")), "line 3: it has no `date`"),
        (with(&|line| line["report"] = Json::Null), "line 3: it has no `report`"),
        (with(&|line| line["report"]["summary"] = Json::Null), "line 3: it has no `report.summary`"),
        (
            r#"{"tool": {"name": "litellm-fix"}, "version": 1, "findings": []}"#.to_owned(),
            "no report of --format",
        ),
        (with(&|line| line["repository"] = json!(1)), "line 3: it has no `repository`"),
        (with(&|line| line["version"] = json!(2)), "line 3: it is a result of version 2"),
        (
            with(&|line| line["report"]["findings"][0]["severity"] = json!("dire")),
            "line 3: number 1 of its findings",
        ),
        (with(&|line| line["report"]["findings"] = Json::Null), "line 3: it has no findings"),
    ] {
        fleet.write("odd", &text);
        let ran = fleet.run(&["report", "new.jsonl", "odd"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{told}: {}", ran.err);
        assert!(ran.err.starts_with("error: odd: ") && ran.err.contains(told), "{told}: {}", ran.err);
    }
    std::fs::write(fleet.path("odd"), b"\xff\xfe{\0\"\0").unwrap();
    assert!(fleet.run(&["report", "odd"]).err.contains("odd: line 1: it is not UTF-8"));
    // What editors and consoles add is no harm.
    fleet.write("odd", &format!("\u{feff}{}", fine.replace('\n', "\r\n")));
    let ran = fleet.run(&["report", "odd", "--format", "json"]);
    let merged: Json = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    assert_eq!(merged["summary"]["repositories"], 3);
}

#[test]
fn no_result_is_told() {
    let fleet = Fleet::new(&[], &[("empty", ""), ("blank", "\n\n")]);
    let ran = fleet.run(&["report", "empty", "blank"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (3, "warning: there is no result of a repository in what was given\n")
    );
    assert!(ran.out.contains("\n0 repositories, "), "{}", ran.out);
}

#[test]
fn reports_of_one_name_in_several_folders_are_all_there() {
    let fleet = mixed();
    for name in ["payments", "search"] {
        std::fs::create_dir(fleet.path(name)).unwrap();
        fleet.run(&["--output", &format!("json={name}/report.json"), &format!("all/{name}")]);
    }
    let ran = fleet.run(&["report", "--format", "json", "payments/report.json", "search/report.json"]);
    let merged: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(merged["summary"]["repositories"], 2);
    let all: Vec<&str> = merged["repositories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["repository"].as_str().unwrap())
        .collect();
    assert!(all.contains(&"payments/report") && all.contains(&"search/report"), "{all:?}");
}

#[test]
fn the_last_result_of_a_day_counts_in_whatever_order() {
    let fleet = mixed();
    let line = lines(&fleet.run(&["--format", "jsonl", "all/payments"]).out).remove(0);
    for (file, date, report) in [
        ("morning", "2026-01-01T06:00:00Z", Json::Null),
        ("evening", "2026-01-01T18:00:00Z", line["report"].clone()),
        ("later", "2026-01-02T06:00:00Z", line["report"].clone()),
    ] {
        let mut line = line.clone();
        let failed = report.is_null();
        line["exit"] = json!(if failed { 2 } else { 1 });
        (line["date"], line["report"]) = (json!(date), report);
        line["error"] = if failed { json!("why") } else { Json::Null };
        fleet.write(file, &format!("{line}\n"));
    }
    let of = |files: &[&str]| fleet.run(&[&["report", "--format", "json"][..], files].concat()).out;
    let told = of(&["morning", "evening", "later"]);
    let merged: Json = serde_json::from_str(&told).unwrap();
    assert_eq!(merged["days"][0]["repositories"]["failed"], 0, "{told}");
    assert_eq!(of(&["morning", "later", "evening"]), told);
    assert_eq!(of(&["later", "evening", "morning"]), told);
}

#[test]
fn no_report_replaces_what_is_read() {
    let fleet = results();
    fleet.write("list", "all/payments\n");
    let whole = fleet.read("new.jsonl");
    for words in [
        &["report", "new.jsonl", "--format", "html", "--output", "./new.jsonl"][..],
        &["report", "new.jsonl", "--format", "html", "--output", "link"],
        &["--from-file", "list", "--output", "jsonl=list"],
        &["--output", "jsonl=all/payments/start.sh", "all/payments"],
        &["--write", "--output", "jsonl=link", "all/payments"],
    ] {
        fleet.write("all/payments/start.sh", "#!/bin/sh\nlitellm --config config.yaml\n");
        drop(std::fs::remove_file(fleet.path("link")));
        #[cfg(unix)]
        std::os::unix::fs::symlink(fleet.path("all/payments/config.yaml"), fleet.path("link")).unwrap();
        let before = crate::common::read_all(fleet.folder.path());
        let ran = fleet.run(words);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{words:?}: {}", ran.err);
        assert!(ran.err.contains("replace"), "{words:?}: {}", ran.err);
        assert!(crate::common::read_all(fleet.folder.path()) == before, "{words:?}");
    }
    std::fs::remove_file(fleet.path("all/payments/start.sh")).unwrap();
    // Results of before are, even of a run that was cut off.
    fleet.write("new.jsonl", &whole[..whole.len() - 200]);
    fleet.run(&["--output", "jsonl=new.jsonl", "all"]);
    assert_eq!(fleet.read("new.jsonl"), whole);
}

mod browser {
    //! The page in a real browser.

    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::{Fleet, page, results};

    /// Whether no browser is asked. Says so, past the capture of the test runner.
    fn skipped() -> bool {
        let skip = std::env::var_os("LITELLM_FIX_SKIP_BROWSER").is_some_and(|value| value == "1");
        if skip {
            let text = "LITELLM_FIX_SKIP_BROWSER=1: the page of many repositories is shown by no browser\n";
            drop(std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()));
        }
        skip
    }

    fn browser() -> PathBuf {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let all = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
        all.into_iter().find(|program| program.is_file()).unwrap_or_else(|| {
            panic!("there is no chromium in PATH (LITELLM_FIX_SKIP_BROWSER=1 goes without): apt-get install chromium")
        })
    }

    /// What the browser prints of a page, with these options.
    fn shown(fleet: &Fleet, name: &str, page: &str, options: &[&str]) -> String {
        fleet.write(name, page);
        let mut command = Command::new(browser());
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
        ]);
        command.arg(format!("--user-data-dir={}", fleet.path("profile").display()));
        let ran =
            command.args(options).arg(format!("file://{}", fleet.path(name).display())).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }

    /// Presses a head and types a word: with the policy taken out, since it admits no other script.
    const HANDS: &str = r#"<script>
        const section = [...document.querySelectorAll("section.table")].find((one) => one.querySelector("h2").textContent === "Repositories");
        const names = () => [...section.querySelectorAll("tbody tr")].filter((row) => !row.hidden).map((row) => row.cells[0].textContent).join("|");
        const head = (name) => [...section.querySelectorAll("th button")].find((one) => one.textContent === name);
        const told = [names()];
        head("repository").click(); told.push(names());
        head("repository").click(); told.push(names());
        head("score").click(); told.push(section.querySelector("tbody td:nth-child(3)").textContent);
        const search = section.querySelector("input");
        search.value = "PAY"; search.dispatchEvent(new Event("input")); told.push(names() + " " + section.querySelector(".shown").textContent);
        search.value = ""; section.querySelector("select").value = "failed"; section.querySelector("select").dispatchEvent(new Event("change"));
        told.push(names());
        told.push([...document.querySelectorAll("td.id code")].every((id) => id.getClientRects().length === 1));
        const sum = (title, name) => {
          const table = [...document.querySelectorAll("section.table")].find((one) => one.querySelector("h2").textContent === title);
          const at = [...table.querySelectorAll("th")].findIndex((one) => one.textContent === name);
          return [...table.querySelectorAll("tbody tr")].reduce((all, row) => all + Number(row.cells[at].textContent), 0);
        };
        told.push(["ready", "pending", "by hand", "refused"].filter((one) => sum("Findings by id", one) === sum("Repositories", one)).length);
        const out = document.createElement("output"); out.id = "told"; out.textContent = told.join("\n"); document.body.append(out);
        </script>"#;

    #[test]
    fn tables_are_sorted_and_searched() {
        if skipped() {
            return;
        }
        let fleet = results();
        let page = page(&fleet);
        let own = shown(&fleet, "page.html", &page, &["--dump-dom"]);
        assert!(
            own.contains(">7 in all<")
                && own.contains("<th scope=\"col\"><button type=\"button\">repository</button>")
        );
        let start = page.find("<meta http-equiv").unwrap();
        let end = start + page[start..].find(">\n").unwrap() + 1;
        let open =
            format!("{}{}", &page[..start], &page[end..]).replace("</body>", &format!("{HANDS}</body>"));
        let dom = shown(&fleet, "open.html", &open, &["--dump-dom"]);
        let told = dom
            .split("<output id=\"told\">")
            .nth(1)
            .expect("what was told")
            .split("</output>")
            .next()
            .unwrap();
        let told: Vec<&str> = told.lines().collect();
        assert!(told[0].starts_with("&lt;script"), "the worst first: {}", told[0]);
        let sorted: Vec<&str> = told[1].split('|').collect();
        assert!(sorted.contains(&"all/broken") && sorted.len() == 7, "{told:?}");
        assert!(sorted.iter().rev().eq(told[2].split('|').collect::<Vec<_>>().iter()), "{told:?}");
        assert!(told[3].parse::<f64>().is_ok(), "{told:?}");
        assert_eq!(told[4], "all/payments 1 of 7");
        assert_eq!(told[5].split('|').count(), 2, "{told:?}");
        assert_eq!(told[6], "true", "an id is broken into lines");
        assert_eq!(told[7], "4", "columns of one name are of one thing");
    }

    /// Those who change the page look at these: they are left in `target/tmp`.
    #[test]
    fn pictures_are_made_in_light_and_dark_and_narrow() {
        if skipped() {
            return;
        }
        let fleet = results();
        let page = page(&fleet);
        let picture = |name: &str, options: &[&str]| {
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}.png"));
            let wanted = format!("--screenshot={}", file.display());
            shown(&fleet, "page.html", &page, &[&[wanted.as_str()], options].concat());
            std::fs::read(file).unwrap()
        };
        let light = picture("light", &["--window-size=1200,2400"]);
        let dark = picture("dark", &["--window-size=1200,2400", "--blink-settings=preferredColorScheme=0"]);
        let narrow = picture("narrow", &["--window-size=500,2400"]);
        assert!(light != dark && light.len() > 20_000 && dark.len() > 20_000 && narrow.len() > 10_000);
        let print = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.pdf");
        shown(
            &fleet,
            "page.html",
            &page,
            &[&format!("--print-to-pdf={}", print.display()), "--no-pdf-header-footer"],
        );
        assert!(std::fs::read(print).unwrap().starts_with(b"%PDF"));
    }
}
