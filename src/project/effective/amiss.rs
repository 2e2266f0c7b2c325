//! Values that stand where LiteLLM reads them, and do something else than they look like.

use crate::document::Value;

use crate::project::installation::answer::Effective;
use crate::project::installation::view::Installation;
use crate::project::repository::place::{At, Place};
use crate::project::settings::{self, Effect, Setting, Shape, Verdict, Versions};

/// A value that its place does not take.
#[derive(Clone, Debug)]
pub struct Amiss {
    /// Where.
    pub place: Place,
    /// The setting.
    pub setting: &'static Setting,
    /// The section of the place.
    pub section: &'static str,
    /// The key, or path of keys with dots.
    pub key: &'static str,
    /// What stands there.
    pub value: Value,
    /// What it does.
    pub effect: Effect,
    /// In which of the releases that may run.
    pub versions: Versions,
}

impl Installation<'_> {
    /// The values of the configuration that do something else than they look like.
    pub fn amiss(&self) -> Vec<Amiss> {
        if self.not_rendered().is_some() {
            return Vec::new();
        }
        let homes =
            settings::all().flat_map(|setting| setting.config_homes().map(move |home| (setting, home)));
        let values = homes.filter_map(|(setting, (section, key))| self.amiss_at(setting, section, key));
        values.chain(settings::all().filter_map(|setting| self.address_of_the_process(setting))).collect()
    }

    /// An address that the process gets by a variable.
    fn address_of_the_process(&self, setting: &'static Setting) -> Option<Amiss> {
        let Shape::Address(..) = setting.shape else { return None };
        let name = setting.env_homes().next()?;
        let Effective::Set { value, place } = self.setting(setting.name).effective else { return None };
        if self.config_home_of(setting, &place) {
            return None;
        }
        let Verdict::Wrong(effect, versions) =
            settings::judge(setting, "environment", name, &value, self.running())
        else {
            return None;
        };
        Some(Amiss { place, setting, section: "environment", key: name, value, effect, versions })
    }

    fn config_home_of(&self, setting: &Setting, place: &Place) -> bool {
        setting.config_homes().any(|(section, key)| match self.config_value(section, key) {
            Effective::Set { place: own, .. } | Effective::Hidden { place: own, .. } => own == *place,
            Effective::Unset => false,
        })
    }

    fn is_template_at(&self, place: &Place) -> bool {
        let At::Yaml { doc, path } = &place.at else { return false };
        self.files.node(place.file, *doc, path).is_some_and(|node| node.source().contains("{{"))
    }

    fn amiss_at(&self, setting: &'static Setting, section: &'static str, key: &'static str) -> Option<Amiss> {
        let (place, value) = match self.config_value(section, key) {
            Effective::Unset => return None,
            // `{{ … }}` without quotes is a mapping in a mapping, until a template is rendered.
            Effective::Set { place, .. } if self.is_template_at(&place) => return None,
            Effective::Set { value, place } => (place, value),
            // Of what hides a value only a reference tells what LiteLLM gets: a text.
            Effective::Hidden { place, .. } => {
                let value = self.value_at(&place)?;
                value.as_str().filter(|text| text.starts_with("os.environ/"))?;
                (place, value)
            }
        };
        let running = self.running();
        if setting.versions.read_by(running) == Some(false) {
            return None;
        }
        match settings::judge(setting, section, key, &value, running) {
            Verdict::Wrong(effect, versions) => {
                Some(Amiss { place, setting, section, key, value, effect, versions })
            }
            Verdict::Fits | Verdict::Unfit | Verdict::Unseen => None,
        }
    }
}
