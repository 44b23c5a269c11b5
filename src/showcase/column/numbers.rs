//! Numbers of phones in texts for the public: left out, whoever typed them.

use crate::present::messages::column as words;

/// Digits of a mobile number; of what follows a number's head, at least.
const MOBILE: usize = 11;
const HEADED_AT_LEAST: usize = 7;

/// Digits of a landline with its area code, which begins with 0.
const LANDLINE: std::ops::RangeInclusive<usize> = 10..=12;

/// Digits of a service number, 400 or 800.
const SERVICE: usize = 10;

/// So many characters before a number its head may stand.
const HEAD_WITHIN: usize = 8;

/// Most characters between two digits of one number.
const GAP: usize = 2;

/// Leaves numbers out of texts, and remembers whether there were any.
#[derive(Clone, Debug, Default)]
pub struct Censor {
    /// Of people that the catalogue knows, digits only.
    known: Vec<Vec<u8>>,
    pub left_out: bool,
}

/// A digit of a text.
#[derive(Clone, Copy, Debug)]
struct Digit {
    value: u8,
    at: usize,
    end: usize,
    /// Nothing stands between it and the one before.
    touches: bool,
    /// At most a short separator does.
    joins: bool,
}

impl Censor {
    /// Knows these numbers besides what looks like one.
    pub fn knowing<'a>(numbers: impl Iterator<Item = &'a str>) -> Self {
        let known = numbers.map(|number| digits(number).iter().map(|digit| digit.value).collect());
        Self {
            known: known.filter(|number: &Vec<u8>| number.len() >= HEADED_AT_LEAST).collect(),
            left_out: false,
        }
    }

    /// Returns a text without numbers of phones.
    pub fn clean(&mut self, text: &str) -> String {
        let all = digits(text);
        let (mut cleaned, mut from, mut place) = (String::with_capacity(text.len()), 0, 0);
        while place < all.len() {
            let Some(count) = self.number_at(text, &all, place) else {
                place += 1;
                continue;
            };
            self.left_out = true;
            cleaned.push_str(&text[from..all[place].at]);
            cleaned.push_str(words::NUMBER_LEFT_OUT);
            from = all[place + count - 1].end;
            place += count;
        }
        cleaned.push_str(&text[from..]);
        cleaned
    }

    /// Returns how many digits the number has that begins at a digit.
    fn number_at(&self, text: &str, all: &[Digit], place: usize) -> Option<usize> {
        let begins = !all[place].touches || is_country(all, place);
        let rest = &all[place..];
        let joined = 1 + rest.iter().skip(1).take_while(|digit| digit.joins).count();
        let ends = |count: usize| count <= joined && rest.get(count).is_none_or(|next| !next.touches);
        let values: Vec<u8> = rest.iter().take(joined).map(|digit| digit.value).collect();
        if !begins {
            return None;
        }
        if let Some(number) =
            self.known.iter().find(|number| values.starts_with(number) && ends(number.len()))
        {
            return Some(number.len());
        }
        match values.as_slice() {
            [1, 3..=9, ..] if ends(MOBILE) => return Some(MOBILE),
            [4 | 8, 0, 0, ..] if ends(SERVICE) => return Some(SERVICE),
            [0, 1..=9, ..] => {
                // One separator at most, behind the area code.
                let is_one = |count: &usize| {
                    let gaps: Vec<usize> = (1..*count).filter(|at| !rest[*at].touches).collect();
                    ends(*count) && matches!(gaps.as_slice(), [] | [3 | 4])
                };
                if let Some(count) = LANDLINE.rev().filter(|count| *count <= joined).find(is_one) {
                    return Some(count);
                }
            }
            _ => {}
        }
        let run = 1 + rest.iter().skip(1).take_while(|digit| digit.touches).count();
        let before = &text[..all[place].at];
        let start = before.char_indices().rev().take(HEAD_WITHIN).last().map_or(0, |(at, _)| at);
        let is_headed =
            words::NUMBER_HEADS.iter().any(|head| before[start..].to_ascii_lowercase().contains(head));
        (is_headed && run >= HEADED_AT_LEAST).then_some(run)
    }
}

/// Returns true if the digits before are the country's, 86, which touch the number.
fn is_country(all: &[Digit], place: usize) -> bool {
    place >= 2
        && all[place - 2].value == 8
        && all[place - 1].value == 6
        && (!all[place - 2].touches || (place >= 4 && all[place - 3].value == 0 && all[place - 4].value == 0))
}

fn digits(text: &str) -> Vec<Digit> {
    let mut found: Vec<Digit> = Vec::new();
    let mut between = Vec::new();
    for (at, c) in text.char_indices() {
        let narrow = match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        };
        let Some(value) = narrow.to_digit(10).and_then(|value| u8::try_from(value).ok()) else {
            between.push(c);
            continue;
        };
        let is_separator = |c: &char| c.is_whitespace() || "-－–—‐‑()（）".contains(*c);
        let joins = !found.is_empty() && between.len() <= GAP && between.iter().all(is_separator);
        found.push(Digit { value, at, end: at + c.len_utf8(), touches: joins && between.is_empty(), joins });
        between.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        Censor::knowing(["0101-5566"].into_iter()).clean(text)
    }

    #[test]
    fn numbers_of_phones_are_left_out_however_they_are_written() {
        let out = words::NUMBER_LEFT_OUT;
        for number in [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "１３８００１３８０００",
            "022-23508888",
            "022 23508888",
            "(022)23508888",
            "02223508888",
            "400-810-6666",
            "0101 5566",
        ] {
            let text = format!("晨光 {number}，校园");
            let cleaned = clean(&text);
            assert!(cleaned.contains(out) && !cleaned.contains("8888"), "{number}: {cleaned}");
            assert!(cleaned.ends_with("，校园") && cleaned.starts_with("晨光"), "{cleaned}");
        }
        assert_eq!(clean("电话：23508888。"), format!("电话：{out}。"));
        assert_eq!(clean("2026 13800138000 2027"), format!("2026 {out} 2027"));
        assert_eq!(clean("+8613800138000"), format!("+86{out}"));
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "2026-11-30 18:30",
            "机械2301班",
            "第 7301234567890123456 号",
            "1080×1920",
            "1958–2026",
            "23508888 次播放",
            "0.75 倍",
            "🎬 =1+1 <b>",
        ] {
            let mut censor = Censor::default();
            assert_eq!(censor.clean(text), text);
            assert!(!censor.left_out);
        }
    }
}
