//! Where a host is, as far as its name tells.

/// Whether a host is found by a public name, and not beside the process: names of services have no dot, or end in `.svc` and the like.
pub fn is_elsewhere(host: &str) -> bool {
    const NEAR: [&str; 6] = [".svc", ".local", ".internal", ".localhost", ".lan", ".home.arpa"];
    let is_address = host.chars().all(|c| c.is_ascii_digit() || c == '.');
    host.contains('.')
        && !is_address
        && !NEAR.iter().any(|end| host.ends_with(end))
        && !host.contains(".svc.")
}

/// The host in an address: `https://user:password@host:443/path`, `host:6379`.
pub(in crate::project) fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.rsplit_once(':').map_or(host, |(host, _)| host)
}
