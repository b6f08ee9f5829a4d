//! Dates as HTTP writes them; the reference's messages have them in this form.

use crate::time::UnixMillis;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The moment in HTTP form, such as `Tue, 03 Mar 2026 12:34:56 GMT`; milliseconds are dropped.
pub fn http_date(moment: UnixMillis) -> String {
    let seconds = moment.seconds();
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = DAYS[usize::try_from(days.rem_euclid(7)).unwrap_or_default()];
    let month = MONTHS[usize::try_from(month - 1).unwrap_or_default()];
    let sign = if year < 0 { "-" } else { "" };
    format!(
        "{weekday}, {day:02} {month} {sign}{:04} {:02}:{:02}:{:02} GMT",
        year.abs(),
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Year, month and day in the Gregorian calendar, from days since 1970-01-01. Years are counted from March, so that
/// the leap day is the last of its year, and in cycles of 400 years, which all have 146,097 days.
pub fn civil(days: i64) -> (i64, i64, i64) {
    const CYCLE: i64 = 146_097;
    // 0000-03-01 lies this many days before the epoch.
    let since_zero = days + 719_468;
    let (cycle, day_of_cycle) = (since_zero.div_euclid(CYCLE), since_zero.rem_euclid(CYCLE));
    let leap_days = day_of_cycle / 1460 - day_of_cycle / 36_524 + day_of_cycle / (CYCLE - 1);
    let year_of_cycle = (day_of_cycle - leap_days) / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    // March to January have 153 days in every five months.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (month, next_year) = if month_from_march < 10 {
        (month_from_march + 3, 0)
    } else {
        (month_from_march - 9, 1)
    };
    (year_of_cycle + cycle * 400 + next_year, month, day)
}
