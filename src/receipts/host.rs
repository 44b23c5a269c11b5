//! Hosts, compared by their labels.

/// Returns true if a host is a domain or a subdomain of it.
pub fn is_in(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_only_ends_alike_is_another_one() {
        assert!(is_in("douyin.com", "douyin.com") && is_in("www.douyin.com", "douyin.com"));
        assert!(!is_in("evildouyin.com", "douyin.com") && !is_in("douyin.com.evil.cn", "douyin.com"));
        assert!(!is_in("com", "douyin.com"));
    }
}
