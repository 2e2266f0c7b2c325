//! Days and moments as they are written: `2027-01-31`, `2027-01-31T23:59:59Z`. In UTC; as texts they are in the order of time.

use std::time::{SystemTime, UNIX_EPOCH};

/// So many bytes of a moment are its day.
const DAY: usize = 10;

/// Seconds since the first of 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The day of a moment.
pub fn day(seconds: u64) -> String {
    let mut text = moment(seconds);
    text.truncate(DAY);
    text
}

/// The moment so many seconds after the first of 1970: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
pub fn moment(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

/// Whether a text is a day that there is.
pub fn is_day(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let most = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=most).contains(&day)
}

/// Whether a text is a moment that there is.
pub fn is_moment(text: &str) -> bool {
    let Some((day, time)) = text.split_once('T') else { return false };
    let time = time.strip_suffix('Z').and_then(|time| numbers(time, ':', [2, 2, 2]));
    is_day(day) && time.is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60)
}

/// Three numbers of so many digits.
fn numbers(text: &str, between: char, lengths: [usize; 3]) -> Option<[u32; 3]> {
    let parts: Vec<&str> = text.split(between).collect();
    let parts: [&str; 3] = parts.try_into().ok()?;
    let fits = |(part, length): (&&str, usize)| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.iter().zip(lengths).all(fits).then(|| parts.map(|part| part.parse().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_767_225_600, "2026-01-01T00:00:00Z"),
            (20_784 * 86_400, "2026-11-27T00:00:00Z"),
            (21_914 * 86_400, "2029-12-31T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!((moment(seconds).as_str(), day(seconds).as_str()), (text, &text[..10]));
            assert!(is_moment(text) && is_day(&text[..10]));
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["2026-02-29", "2026-13-01", "2026-1-01", "26-01-01", "2026-01-00", "x", "2026-01-01T00"]
        {
            assert!(!is_day(text), "{text}");
        }
        for text in ["", "2026-01-01", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z"]
        {
            assert!(!is_moment(text), "{text}");
        }
    }
}
