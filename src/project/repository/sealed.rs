//! Files whose integrity an edit breaks, and values that are encrypted where they stand.

use crate::document::{Dotenv, Kind, Node, Step, Yaml};

use crate::project::platform::nodes::scalar;
use crate::project::repository::kind::Role;

/// What an edit would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// SOPS keeps a checksum over all values and refuses to decrypt a file that was edited without it:
    /// <https://getsops.io/docs/#message-authentication-code>.
    Sops,
    /// The controller of Sealed Secrets decrypts only what `kubeseal` made.
    SealedSecret,
    /// Ansible Vault encrypts the file as a whole.
    AnsibleVault,
    /// The text is signed, or encrypted as a whole.
    Armoured,
    /// Something makes the file anew, and an edit is lost.
    Generated,
}

impl Seal {
    /// Why the file is not edited, as a clause.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sops => {
                "SOPS keeps a checksum of it, and would not decrypt it after an edit: change it with `sops edit`"
            }
            Self::SealedSecret => {
                "it is a SealedSecret, which only kubeseal can make: seal the changed Secret again"
            }
            Self::AnsibleVault => "Ansible Vault encrypts it: change it with `ansible-vault edit`",
            Self::Generated => "it says that it is generated: change what it is made from",
            Self::Armoured => "it is signed or encrypted as a whole, which an edit would break",
        }
    }
}

/// The seal of a YAML file, or of a text in it that was taken for something, if it has one.
pub fn of_yaml(yaml: &Yaml, roles: &[Role]) -> Option<Seal> {
    let inside = roles.iter().filter_map(|role| {
        let (outer, _) = role.path.split_inside()?;
        yaml.get(role.doc, &outer.child(Step::Inside))
    });
    let roots = (0..yaml.documents()).filter_map(|doc| yaml.root(doc));
    roots.chain(inside).find_map(of_root).or_else(|| of_text(yaml.text()))
}

fn of_root(root: Node<'_>) -> Option<Seal> {
    let sops = root.get("sops").map(Node::resolve).filter(|node| node.kind() == Kind::Mapping);
    let is_sops =
        sops.is_some_and(|node| ["mac", "version", "lastmodified"].iter().any(|key| node.get(key).is_some()));
    match scalar(root, "kind").as_deref() {
        _ if is_sops => Some(Seal::Sops),
        Some("SealedSecret") => Some(Seal::SealedSecret),
        _ => None,
    }
}

/// The seal of an env file, if it has one.
pub fn of_env(env: &Dotenv) -> Option<Seal> {
    let sops = ["sops_mac", "sops_version"].iter().any(|name| env.get(name).is_some());
    if sops { Some(Seal::Sops) } else { of_text(env.text()) }
}

/// A notice that a file is generated stands in its first lines.
const HEAD: usize = 5;

fn of_text(text: &str) -> Option<Seal> {
    let first = text.trim_start();
    if first.starts_with("$ANSIBLE_VAULT;") {
        return Some(Seal::AnsibleVault);
    }
    if ["-----BEGIN PGP", "-----BEGIN AGE ENCRYPTED"].iter().any(|start| first.starts_with(start)) {
        return Some(Seal::Armoured);
    }
    let generated = |line: &str| {
        line.starts_with('#')
            && ["do not edit", "# Source: "]
                .iter()
                .any(|sign| line.contains(sign) || line.to_ascii_lowercase().contains(sign))
    };
    text.lines().take(HEAD).any(generated).then_some(Seal::Generated)
}

/// Whether a text is an encrypted value, or asks a tool to fill a secret in before anything is deployed, so that the value is not visible.
pub fn is_encrypted(text: &str) -> bool {
    ["ENC[", "vault:", "ref+", "op://", "$ANSIBLE_VAULT;", "encrypted:", "<path:"]
        .iter()
        .any(|start| text.starts_with(start))
}
