//! The commands of a script that start LiteLLM: of a shell, a Makefile, a justfile or a Procfile.

use super::nodes::is_litellm_image;
use super::start::{By, Start, StartVariable};
use super::written::{self, starts_litellm};

/// What stands before a command without being one.
const WRAPPERS: [&str; 10] =
    ["exec", "nohup", "sudo", "env", "time", "uv", "poetry", "pipenv", "run", "command"];
const ENGINES: [&str; 3] = ["docker", "podman", "nerdctl"];

/// The commands that start LiteLLM, in the order of the text.
pub fn starts(text: &str) -> Vec<Start> {
    let mut exported: Vec<StartVariable> = Vec::new();
    let mut found = Vec::new();
    for (line, command) in logical_lines(text) {
        for words in commands(&command) {
            match words.first().map(String::as_str) {
                Some("export") => {
                    exported.extend(words[1..].iter().map(|word| StartVariable::of(word, line)))
                }
                _ => found.extend(start(&words, line, &exported)),
            }
        }
    }
    found
}

/// The lines, with what `\` joins to them, each with the number of its first.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (index, line) in text.lines().enumerate() {
        let (body, more) = line.strip_suffix('\\').map_or((line, false), |body| (body, true));
        match lines.last_mut().filter(|_| goes_on) {
            Some((_, joined)) => *joined = format!("{joined} {body}"),
            None => lines.push((index + 1, body.to_owned())),
        }
        goes_on = more;
    }
    lines.retain(|(_, line)| !line.trim_start().starts_with('#'));
    lines
}

/// The words of each command of a line; none of a line that is no whole one.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    // A recipe of make may begin with signs; a line of a Procfile begins with a name.
    let line = line.trim_start().trim_start_matches(['@', '-']);
    let line = match line.split_once(": ") {
        Some((name, rest)) if !name.contains(char::is_whitespace) => rest,
        _ => line,
    };
    for word in shell_words::split(line).unwrap_or_default() {
        let body = word.trim_end_matches(';');
        if matches!(&*word, "&&" | "||" | "|" | "&" | ";") {
            all.push(Vec::new());
        } else {
            all.last_mut().into_iter().for_each(|last| last.push(body.to_owned()));
            all.extend((body.len() < word.len()).then(Vec::new));
        }
    }
    all
}

fn start(words: &[String], line: usize, exported: &[StartVariable]) -> Option<Start> {
    let is_prefix = |word: &String| WRAPPERS.contains(&word.as_str()) || is_assignment(word);
    let (first, after) = words[words.iter().position(|word| !is_prefix(word))?..].split_first()?;
    let engine = ENGINES.contains(&first.as_str());
    if !engine && !starts_litellm(first) {
        return None;
    }
    let own = words.iter().take_while(|word| is_prefix(word)).filter(|word| is_assignment(word));
    let mut variables: Vec<_> =
        exported.iter().cloned().chain(own.map(|word| StartVariable::of(word, line))).collect();
    if engine {
        return container(after, line, &variables);
    }
    variables.reverse();
    Some(Start { by: By::Script, words: after.to_vec(), line, variables, mounts: Vec::new() })
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// `docker run … IMAGE …`: it passes on nothing of the caller's but what it names.
fn container(words: &[String], line: usize, callers: &[StartVariable]) -> Option<Start> {
    let at = words.iter().position(|word| word == "run" || word == "create")?;
    let (mut variables, mut mounts) = (Vec::new(), Vec::new());
    let mut words = words[at + 1..].iter();
    loop {
        let word = words.next()?;
        let Some((name, value)) = option(word) else {
            variables.reverse();
            let start = || Start { by: By::Script, words: words.cloned().collect(), line, variables, mounts };
            return is_litellm_image(word).then(start);
        };
        let value = match value {
            _ if is_switch(name) => continue,
            Some(value) => value,
            None => words.next()?,
        };
        match name {
            "-e" | "--env" => variables.push(passed(value, line, callers)),
            "-v" | "--volume" => mounts.extend(written::mount(value)),
            _ => {}
        }
    }
}

/// The name of an option, and its value if that stands in the same word.
fn option(word: &str) -> Option<(&str, Option<&str>)> {
    match word.strip_prefix('-')? {
        long if long.starts_with('-') => {
            Some(word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value))))
        }
        short if short.len() > 1 && short.is_ascii() && !is_switch(word) => {
            Some((&word[..2], Some(word[2..].trim_start_matches('='))))
        }
        _ => Some((word, None)),
    }
}

/// Whether an option of `docker run` or `podman run` takes no value: <https://docs.docker.com/reference/cli/docker/container/run/>.
fn is_switch(name: &str) -> bool {
    const LONG: [&str; 14] = [
        "--detach",
        "--disable-content-trust",
        "--init",
        "--interactive",
        "--no-healthcheck",
        "--oom-kill-disable",
        "--privileged",
        "--publish-all",
        "--quiet",
        "--read-only",
        "--replace",
        "--rm",
        "--sig-proxy",
        "--tty",
    ];
    match name.strip_prefix('-') {
        Some(short) if !short.starts_with('-') => short.chars().all(|one| "diPqt".contains(one)),
        _ => LONG.contains(&name),
    }
}

/// What `-e` gives; of a name alone what the script has for it.
fn passed(word: &str, line: usize, callers: &[StartVariable]) -> StartVariable {
    let own = callers.iter().rev().find(|one| one.name == word);
    own.cloned().unwrap_or_else(|| StartVariable::of(word, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String, usize)> {
        let told = |one: Start| {
            let given = one.variables.iter().map(|given| match &given.text {
                Some(text) => format!("{}={text}@{}", given.name, given.line),
                None => format!("{}@{}", given.name, given.line),
            });
            (one.words.join(" "), given.collect::<Vec<_>>().join(" "), one.line)
        };
        starts(text).into_iter().map(told).collect()
    }

    #[test]
    fn what_starts_litellm() {
        for (text, words, variables, line) in [
            (
                "#!/bin/sh\n# litellm --config old.yaml\nexport A=1 B=\"$C\"\nD=2 exec litellm --config config.yaml \\\n  --num_workers 4\n",
                "--config config.yaml --num_workers 4",
                "D=2@4 B@3 A=1@3",
                4,
            ),
            ("web: litellm --config config.yaml --port $PORT\n", "--config config.yaml --port $PORT", "", 1),
            ("run:\n\t@uv run litellm --config config.yaml\n", "--config config.yaml", "", 2),
            ("cd /app && litellm --config c.yaml; echo done\n", "--config c.yaml", "", 1),
            (
                "export KEY=x\ndocker run -d --rm -it --name litellm -e KEY -e A=1 --env=B=2 -e OTHER -p80:4000 --restart=always ghcr.io/berriai/litellm:v1 --config /c.yaml",
                "--config /c.yaml",
                "OTHER@2 B=2@2 A=1@2 KEY=x@1",
                2,
            ),
        ] {
            assert_eq!(told(text), [(words.to_owned(), variables.to_owned(), line)], "{text}");
        }
        for text in [
            "docker compose up litellm\n",
            "docker run --name litellm postgres\n",
            "docker run\n",
            "echo 'litellm --config x'\n",
            "pip install litellm\n",
            "echo \"a\nlitellm\"\n",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn what_a_mount_brings() {
        let text =
            "docker run -v ./proxy/config.yaml:/app/config.yaml:ro litellm/litellm --config=/app/config.yaml";
        let found = starts(text);
        assert_eq!(found[0].configuration().as_deref(), Some("./proxy/config.yaml"));
    }
}
