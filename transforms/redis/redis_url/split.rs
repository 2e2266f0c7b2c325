//! A url of Redis, taken apart as redis-py does it: `redis.connection.parse_url`.

use percent_encoding::percent_decode_str;

use crate::project::RedisPart;

/// The parts of a url.
#[derive(Debug, PartialEq, Eq)]
pub struct UrlParts {
    pub host: String,
    pub port: u16,
    pub password: Option<String>,
    pub username: Option<String>,
    pub tls: bool,
    pub db: Option<u16>,
    /// Arguments of the connection, by name.
    pub query: Vec<(String, String)>,
}

impl UrlParts {
    /// Each part but the url as the text that a variable has.
    pub fn texts(&self) -> [(RedisPart, Option<String>); 6] {
        [
            (RedisPart::Host, Some(self.host.clone())),
            (RedisPart::Port, Some(self.port.to_string())),
            (RedisPart::Password, self.password.clone()),
            (RedisPart::Username, self.username.clone()),
            (RedisPart::Ssl, self.tls.then(|| "true".to_owned())),
            (RedisPart::Db, self.db.map(|db| db.to_string())),
        ]
    }
}

/// The arguments of a url that have a place of their own.
const QUERY: [&str; 4] = ["ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile"];

/// Takes a url apart; the error says why that cannot be done, without showing the url.
pub fn split(url: &str) -> Result<UrlParts, String> {
    let (scheme, rest) = url.split_once("://").ok_or("it is not a url")?;
    let tls = match scheme {
        "redis" => false,
        "rediss" => true,
        "unix" => return Err("a unix socket has no host and no port".into()),
        _ => return Err("its scheme is neither redis nor rediss".into()),
    };
    if rest.contains(['#', '$', '<', '{']) || rest.contains(char::is_whitespace) {
        return Err("it contains something that is not part of a url".into());
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    if host.contains(',') {
        return Err("it names several hosts, a cluster or sentinels".into());
    }
    let (username, password) = user.split_once(':').map_or((user, ""), |(name, word)| (name, word));
    let (host, port) = host_and_port(host)?;
    let mut db = match path.trim_matches('/') {
        "" => None,
        number => Some(number.parse().map_err(|_| "its path is not a database number")?),
    };
    let mut arguments = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(value)?;
        if name == "db" {
            db = Some(value.parse().map_err(|_| "its database is not a number")?);
        } else if QUERY.contains(&name) && tls {
            arguments.push((name.to_owned(), value));
        } else {
            return Err(format!("there is no setting for its argument `{name}`"));
        }
    }
    let given = |text: &str| Ok::<_, String>(Some(decoded(text)?).filter(|text| !text.is_empty()));
    Ok(UrlParts {
        host,
        port,
        password: given(password)?,
        username: given(username)?,
        tls,
        db,
        query: arguments,
    })
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or_default()),
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if host.is_empty() {
        return Err("it names no host".into());
    }
    let port = if port.is_empty() { 6379 } else { port.parse().map_err(|_| "its port is not a number")? };
    Ok((host.to_owned(), port))
}

/// The text without its `%` escapes; a `%` that starts none stays, as in Python.
fn decoded(text: &str) -> Result<String, String> {
    let decoded =
        percent_decode_str(text).decode_utf8().map_err(|_| "it contains an escape that is not UTF-8")?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_taken() {
        let parts = split("rediss://user:p%40ss%zz@h:6380/2?ssl_cert_reqs=none").unwrap();
        let query = vec![("ssl_cert_reqs".to_owned(), "none".to_owned())];
        let text = |text: &str| Some(text.to_owned());
        let expected = UrlParts {
            host: "h".into(),
            port: 6380,
            password: text("p@ss%zz"),
            username: text("user"),
            tls: true,
            db: Some(2),
            query,
        };
        assert_eq!(parts, expected);
    }

    #[test]
    fn what_is_left_out_has_the_defaults_of_redis() {
        for (url, host, port, db) in [
            ("redis://h", "h", 6379, None),
            ("redis://h/", "h", 6379, None),
            ("redis://h:1/0", "h", 1, Some(0)),
            ("redis://h/1?db=3", "h", 6379, Some(3)),
            ("redis://[::1]:7/", "::1", 7, None),
            ("redis://:@h", "h", 6379, None),
        ] {
            let parts = split(url).unwrap();
            assert_eq!((&*parts.host, parts.port, parts.db, parts.tls), (host, port, db, false), "{url}");
            assert_eq!((parts.password, parts.username), (None, None), "{url}");
        }
    }

    #[test]
    fn what_cannot_be_split_whole_is_not_split() {
        for url in [
            "unix:///run/redis.sock?db=1",
            "redis://a:1,b:1",
            "redis://h?timeout=3",
            "redis://h?ssl_cert_reqs=none",
            "redis+sentinel://h",
            "redis://h/name",
            "redis://",
            "redis://:${PASSWORD}@h",
            "h:6379",
            "redis://h:port",
        ] {
            let error = split(url).unwrap_err();
            assert!(!error.contains("PASSWORD"), "{url}: {error}");
        }
    }
}
