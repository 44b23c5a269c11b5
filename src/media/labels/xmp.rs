//! The label in an XMP packet: the property `AIGC` of the namespace `http://www.tc260.org.cn/ns/AIGC/1.0/`, whose value is
//! the JSON object. It is looked for in the text: some writers declare another prefix than they use, which no XML parser
//! accepts.

/// Largest packet that is read, bytes.
pub(super) const MAX_BYTES: u64 = 1 << 20;

/// What is in a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Its text as an XML parser gives it.
    Label(String),
    /// The namespace is used, but no property `AIGC` with a text.
    Unreadable,
    Nothing,
}

/// Finds the label in a packet.
pub(super) fn label_of(packet: &[u8]) -> Found {
    let text = String::from_utf8_lossy(packet);
    let value = element(&text).or_else(|| attribute(&text));
    match value.filter(|value| !value.trim().is_empty()) {
        Some(value) => Found::Label(value),
        None if text.contains("tc260.org.cn/ns/AIGC") => Found::Unreadable,
        None => Found::Nothing,
    }
}

/// Returns the text of the first element `AIGC` that holds no other element.
fn element(text: &str) -> Option<String> {
    for (at, _) in text.match_indices("AIGC") {
        let before = &text[..at];
        let tag = before.rfind('<').map(|open| &before[open + 1..])?;
        let is_name =
            tag.is_empty() || tag.ends_with(':') && !tag.contains(|c: char| c.is_whitespace() || c == '/');
        let rest = &text[at + "AIGC".len()..];
        let begins = rest.starts_with(|c: char| c == '>' || c.is_whitespace());
        let Some((attributes, content)) = rest.split_once('>').filter(|_| is_name && begins) else {
            continue;
        };
        if attributes.ends_with('/') {
            continue;
        }
        if let Some(raw) = content.trim_start().strip_prefix("<![CDATA[") {
            return raw.split_once("]]>").map(|(raw, _)| raw.to_owned());
        }
        let (value, behind) = content.split_once('<')?;
        if behind.starts_with('/') {
            return Some(unescaped(value));
        }
    }
    None
}

/// Returns the value of the first attribute `AIGC`.
fn attribute(text: &str) -> Option<String> {
    for (at, _) in text.match_indices("AIGC") {
        if !text[..at].ends_with(|c: char| c == ':' || c.is_whitespace()) || text[..at].ends_with("xmlns:") {
            continue;
        }
        let Some(value) = text[at + "AIGC".len()..].trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
        return value[1..].split_once(quote).map(|(value, _)| unescaped(value));
    }
    None
}

/// Resolves the entities of XML; an unknown one stays.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (name, behind) = after.split_once(';').filter(|(name, _)| name.len() <= 8).unwrap_or(("", ""));
        let code = name.strip_prefix('#').and_then(|code| match code.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => code.parse().ok(),
        });
        let resolved = match name {
            "quot" => Some('"'),
            "apos" => Some('\''),
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            _ => code.and_then(char::from_u32),
        };
        match resolved {
            Some(character) => {
                plain.push(character);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_of_a_packet_is_its_text_however_it_is_written() {
        let json = r#"{"Label":"1","ContentProducer":"甲&乙<1>"}"#;
        let escaped = json.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let quoted = escaped.replace('"', "&quot;");
        let numbers = escaped.replace('"', "&#34;").replace('{', "&#x7B;");
        let head = "<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:C260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\">";
        for (packet, name) in [
            (format!("{head}<TC260:AIGC>{escaped}</TC260:AIGC>"), "an element"),
            (format!("{head}<TC260:AIGC>{quoted}</TC260:AIGC>"), "quotes as entities"),
            (format!("{head}<AIGC\n xml:lang='zh'>{numbers}</AIGC>"), "numbers, and a language"),
            (format!("{head}<TC260:AIGC><![CDATA[{json}]]></TC260:AIGC>"), "raw text"),
            (format!("{head}<rdf:Description TC260:AIGC=\"{quoted}\"/>"), "an attribute"),
            (format!("{head}<rdf:Description TC260:AIGC = '{escaped}'/>"), "an attribute in single quotes"),
            (
                format!("{head}<dc:title>AIGC 大赛 AIGC=</dc:title><TC260:AIGC>{escaped}</TC260:AIGC>"),
                "after other words",
            ),
        ] {
            assert_eq!(label_of(packet.as_bytes()), Found::Label(json.to_owned()), "{name}: {packet}");
        }
    }

    #[test]
    fn the_letters_alone_are_no_label_and_a_label_without_text_cannot_be_read() {
        for nothing in [
            "",
            "<dc:title>AIGC 大赛</dc:title>",
            "AIGC",
            "<AIGC",
            "<a:AIGC>",
            "<AIGC/>",
            "AIGC=",
            "xmlns:AIGC='u'",
        ] {
            assert_eq!(label_of(nothing.as_bytes()), Found::Nothing, "{nothing}");
        }
        let ns = "xmlns:T=\"http://www.tc260.org.cn/ns/AIGC/1.0/\"";
        for odd in
            [format!("<d {ns} T:Label='1'/>"), format!("<d {ns}><T:AIGC><T:Label>1</T:Label></T:AIGC></d>")]
        {
            assert_eq!(label_of(odd.as_bytes()), Found::Unreadable, "{odd}");
        }
    }
}
