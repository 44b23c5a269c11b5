//! Checks the hosts of posts' links, which people write by hand.

use std::collections::BTreeMap;

use super::explain::did_you_mean;
use super::fault::Fault;
use crate::model::language::Bilingual;
use crate::model::preset::Post;

pub(super) fn of_post(post: &Post) -> Result<(), Fault> {
    all("post.hosts", &post.hosts, is_host)?;
    all("post.short_hosts", &post.short_hosts, |host| is_host(host.split('/').next().unwrap_or_default()))
}

/// `ids` are those of all presets.
pub(super) fn of_config(hosts: &BTreeMap<String, Vec<String>>, ids: &[&str]) -> Result<(), Fault> {
    for (target, hosts) in hosts {
        if !ids.contains(&target.as_str()) {
            return Err(Fault::under(
                &["post", "hosts", target],
                Bilingual::new(
                    format!("没有叫“{target}”的发布目标"),
                    format!("there is no target \"{target}\""),
                ),
                did_you_mean(target, ids),
            ));
        }
        all(&format!("post.hosts.{target}"), hosts, is_host)?;
    }
    Ok(())
}

fn all(path: &str, hosts: &[String], is_right: fn(&str) -> bool) -> Result<(), Fault> {
    let Some((index, host)) = hosts.iter().enumerate().find(|(_, host)| !is_right(host)) else {
        return Ok(());
    };
    Err(Fault::at(
        &format!("{path}.{index}"),
        Bilingual::new(format!("“{host}”不是域名"), format!("\"{host}\" is no host")),
        Bilingual::new(
            "只写域名，例如 \"www.example.edu.cn\"；不带 http:// 和后面的路径，子域名自动算在内",
            "write the host alone, such as \"www.example.edu.cn\", without http:// and path; subdomains are included",
        ),
    ))
}

/// A name with a dot, in lower case, and perhaps a port.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    name.contains('.')
        && name.len() <= 253
        && name.split('.').all(is_label)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_written_without_anything_around_it() {
        for right in ["example.edu.cn", "xcb.example.edu.cn:8080", "10.1.2.3"] {
            assert!(is_host(right), "{right}");
        }
        for wrong in
            ["", "edu", "https://example.cn", "example.cn/news", "Example.cn", "a..b", "a.cn:x", "示范.cn"]
        {
            assert!(!is_host(wrong), "{wrong}");
        }
    }
}
