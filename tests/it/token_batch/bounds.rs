//! Lines that are too long.

use super::{decode, told, user};

#[test]
fn a_line_that_is_too_long_is_one_result() {
    let long = "a".repeat(256 * 1024);
    let longest = &long[1..];
    let input = format!(
        "{}\n{long}\n{}\n{longest}\n{long}{long}{long}",
        user(1),
        user(2)
    );
    let said = decode("", 1, input);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], told(1, "1").trim_end());
    assert_eq!(lines[1], "none\tline-too-long\t2");
    assert_eq!(lines[2], told(2, "3").trim_end());
    assert!(
        lines[3].starts_with("invalid\ttoken-invalid\t4\t"),
        "{}",
        lines[3]
    );
    assert_eq!(lines[4], "none\tline-too-long\t5");
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_scan_goes_on_behind_a_long_line() {
    let long = "a b ".repeat(200 * 1024);
    let run = "a".repeat(700 * 1024);
    let input = format!(
        "{long}{}{run} {}\n{run}\n eyJ{run} {}",
        user(1),
        user(2),
        user(3)
    );
    // The first one is glued to what follows; the run in the second line began as no token.
    let expected = [
        format!("none\tline-too-long\t1:{}\n", long.len() + 1),
        told(
            2,
            &format!("1:{}", long.len() + user(1).len() + run.len() + 2),
        ),
        "none\tline-too-long\t3:2\n".to_owned(),
        told(3, &format!("3:{}", 2 + 3 + run.len() + 1)),
    ];
    assert_eq!(decode("--scan", 1, input), expected.concat());
}
