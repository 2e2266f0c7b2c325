//! Access control lists and other extended attributes: a file that takes the place of another has the same, or is refused.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
use rustix::io::Errno;

/// Gives the new file the attributes of the one whose place it takes, and takes away what it got from its folder.
pub(super) fn keep(file: &File, like: &Path) -> Result<()> {
    let wanted = all(&File::open(like)?)?;
    let present = all(file)?;
    for name in present.keys().filter(|name| !wanted.contains_key(*name)) {
        fremovexattr(file, name.as_c_str()).with_context(|| refusal(name, "which it must not get"))?;
    }
    for (name, value) in wanted.iter().filter(|(name, value)| present.get(*name) != Some(value)) {
        fsetxattr(file, name.as_c_str(), value, XattrFlags::empty())
            .with_context(|| refusal(name, "which cannot be kept"))?;
    }
    Ok(())
}

fn refusal(name: &CStr, what: &str) -> String {
    let name = name.to_string_lossy();
    if name.starts_with("system.posix_acl") {
        format!("it has an access control list, {what}")
    } else {
        format!("it has the extended attribute {name}, {what}")
    }
}

fn all(file: &File) -> Result<BTreeMap<CString, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let names = match whole(|buffer| flistxattr(file, buffer)) {
        // The file system has none.
        Err(Errno::NOTSUP) => return Ok(found),
        names => names.context("its extended attributes cannot be listed")?,
    };
    for name in names.split(|b| *b == 0).filter(|name| !name.is_empty()) {
        let name = CString::new(name)?;
        match whole(|buffer| fgetxattr(file, name.as_c_str(), buffer)) {
            Err(Errno::NODATA) => {}
            value => {
                let value = value.with_context(|| refusal(&name, "which cannot be read"))?;
                found.insert(name, value);
            }
        }
    }
    Ok(found)
}

/// What a call gives; the kernel has no longer list or value than this.
fn whole(read: impl Fn(&mut [u8]) -> rustix::io::Result<usize>) -> rustix::io::Result<Vec<u8>> {
    let mut bytes = vec![0; 1 << 16];
    let length = read(&mut bytes)?;
    bytes.truncate(length);
    Ok(bytes)
}
