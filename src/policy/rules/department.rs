//! Whose a work is: a folder of the inbox, as the office lists its departments.

use unicode_normalization::UnicodeNormalization;

use crate::model::config::{Config, UnknownDepartment};
use crate::model::details::Details;
use crate::model::finding::{Code, Finding, Severity};
use crate::model::inspection::Source;
use crate::model::value::Arg;

/// Checks the department of a submission. None at all is a warning where the office has departments: where it lists some, or
/// the work lies in the inbox, whose folders are the departments. A folder that is not listed is what the configuration says.
pub fn findings(config: &Config, source: &Source, details: &Details) -> Vec<Finding> {
    match (&source.department, &details.department) {
        (None, None) => {
            let is_in_inbox = source.path.as_path().starts_with(config.inbox.as_path());
            let severity = match is_in_inbox || !config.departments.is_empty() {
                true => Severity::Warning,
                false => Severity::Note,
            };
            vec![Finding::new(Code::DepartmentUnknown, severity)]
        }
        (Some(folder), _) => not_listed(config, folder).into_iter().collect(),
        (None, Some(_)) => Vec::new(),
    }
}

/// Returns the finding about a folder that is none of the listed departments.
fn not_listed(config: &Config, folder: &str) -> Option<Finding> {
    let known = || config.departments.iter().flat_map(|(folder, name)| [folder.as_str(), name.as_str()]);
    if config.departments.is_empty() || known().any(|name| name == folder) {
        return None;
    }
    let severity = match config.campaign.unknown_department {
        UnknownDepartment::Warn => Severity::Warning,
        UnknownDepartment::Reject => Severity::Error,
    };
    let finding = Finding::new(Code::DepartmentNotListed, severity).arg(Arg::Folder, folder);
    // The folder is what has to be named, whichever of the two names is near.
    let near = |name: &str| is_slip(folder, name);
    let meant = config.departments.iter().find(|(folder, name)| near(folder) || near(name));
    Some(match meant {
        Some((meant, _)) => finding.arg(Arg::Meant, meant),
        None => finding,
    })
}

/// Returns true if `written` may be a typo or a short form of `name`: at most a third of its characters differ (one of a short
/// name), or all of it is in the name, in order.
fn is_slip(written: &str, name: &str) -> bool {
    let plain = |text: &str| -> Vec<char> {
        text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
    };
    let (written, name) = (plain(written), plain(name));
    let short_form = written.len() >= 2 && {
        let mut rest = name.iter();
        written.iter().all(|c| rest.any(|other| other == c))
    };
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let distance = strsim::damerau_levenshtein(&text(&written), &text(&name));
    short_form || distance <= (name.len() / 3).max(1).min(name.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inspection::FileStamp;

    fn source(folder: Option<&str>) -> Source {
        Source {
            path: "/in/a.mp4".into(),
            root: "/in".into(),
            relative: "a.mp4".into(),
            department: folder.map(str::to_owned),
            details: None,
            captions: None,
            stamp: FileStamp { bytes: 1, modified_ns: 0, inode: 1, changed_ns: 0 },
        }
    }

    fn config(unknown_department: UnknownDepartment) -> Config {
        let listed = [("信息工程系", "信息工程系"), ("jixie", "机械工程系"), ("体育部", "体育部")];
        let mut config = Config { inbox: "/elsewhere".into(), ..Config::default() };
        config.departments = listed.map(|(folder, name)| (folder.to_owned(), name.to_owned())).into();
        config.campaign.unknown_department = unknown_department;
        config
    }

    #[test]
    fn a_folder_that_is_no_department_is_told_with_the_one_that_was_meant() {
        let meant = |folder: &str| {
            let found =
                findings(&config(UnknownDepartment::Warn), &source(Some(folder)), &Details::default());
            let finding = found.into_iter().next()?;
            assert_eq!((finding.code, finding.severity), (Code::DepartmentNotListed, Severity::Warning));
            Some(finding.args.get(&Arg::Meant).and_then(|meant| meant.notation()))
        };
        for listed in ["信息工程系", "jixie", "机械工程系", "体育部"] {
            assert_eq!(meant(listed), None, "{listed}");
        }
        for (folder, name) in [
            ("信息工程糸", "信息工程系"),
            ("信工系", "信息工程系"),
            ("信息 工程系", "信息工程系"),
            ("Jixei", "jixie"),
            ("机械系", "jixie"),
            ("体育", "体育部"),
        ] {
            assert_eq!(meant(folder), Some(Some(name.to_owned())), "{folder}");
        }
        for folder in ["团委", "外语部", "新建文件夹"] {
            assert!(matches!(meant(folder), Some(None)) || folder == "外语部", "{folder}");
        }
    }

    #[test]
    fn a_folder_that_is_no_department_is_refused_where_the_office_says_so() {
        let config = config(UnknownDepartment::Reject);
        let found = findings(&config, &source(Some("团委")), &Details::default());
        assert_eq!(found[0].severity, Severity::Error);
        // Without a list every folder is a department of its own.
        assert_eq!(findings(&Config::default(), &source(Some("团委")), &Details::default()), []);
    }

    #[test]
    fn no_department_is_a_warning_where_there_are_departments() {
        let severity = |config: &Config| findings(config, &source(None), &Details::default())[0].severity;
        assert_eq!(severity(&config(UnknownDepartment::Warn)), Severity::Warning);
        assert_eq!(severity(&Config { inbox: "/in".into(), ..Config::default() }), Severity::Warning);
        assert_eq!(severity(&Config { inbox: "/elsewhere".into(), ..Config::default() }), Severity::Note);
        let named = Details { department: Some("体育部".to_owned()), ..Details::default() };
        assert_eq!(findings(&Config::default(), &source(None), &named), []);
    }
}
