//! Unified diffs, for dry runs and before a question. `git apply` takes them, unless a secret is masked in them: dry runs
//! end up in logs.

use super::plan::File;
use crate::escape::without_commands;

/// One new file as a diff.
pub fn new_file(file: &File) -> String {
    let (path, is_private) = (file.path.as_str(), file.is_private());
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => new_text(path, text, is_private),
        Err(_) => format!(
            "{}Binary files /dev/null and b/{path} differ\n",
            head(path, is_private)
        ),
    }
}

/// The same for a text.
pub fn new_text(path: &str, text: &str, is_private: bool) -> String {
    let head = head(path, is_private);
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return head;
    }
    let mut diff = format!(
        "{head}--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{} @@\n",
        lines.len()
    );
    for line in lines {
        diff.push('+');
        match is_private.then(|| secret(line)).flatten() {
            Some(masked) => diff.push_str(&masked),
            None => diff.push_str(line),
        }
        if !line.ends_with('\n') {
            diff.push_str("\n\\ No newline at end of file\n");
        }
    }
    without_commands(&diff).into_owned()
}

/// The change of a file, with three lines around it; a missing text is a missing file.
pub fn change(path: &str, before: Option<&str>, after: Option<&str>) -> String {
    let name = |text: Option<&str>, side: &str| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let hunks = hunks(before.unwrap_or_default(), after.unwrap_or_default(), 3);
    let diff = format!(
        "--- {}\n+++ {}\n{hunks}",
        name(before, "a"),
        name(after, "b")
    );
    without_commands(&diff).into_owned()
}

/// The change of a file that holds secrets. Nothing of the values that stand in it already is shown.
pub fn private_change(path: &str, before: &str, after: &str) -> String {
    let plain = |line: &str| line.trim_end().to_owned();
    let known: Vec<_> = before.lines().map(plain).collect();
    let mut diff = format!("--- a/{path}\n+++ b/{path}\n");
    for line in hunks(before, after, 0).split_inclusive('\n') {
        let text = line.get(1..).unwrap_or_default();
        let is_marked = line.starts_with(['+', '-', ' ']);
        if is_marked && known.contains(&plain(text)) {
            let name = text.split(['=', '\n', '\r']).next().unwrap_or_default();
            diff.push_str(&format!("{}{name}=...\n", &line[..1]));
        } else {
            diff.push_str(&secret(line).unwrap_or_else(|| line.to_owned()));
        }
    }
    without_commands(&diff).into_owned()
}

/// The numbers that the new lines of a diff have in the new text.
pub fn added_lines(diff: &str) -> Vec<usize> {
    let (mut numbers, mut next) = (Vec::new(), 0);
    for line in diff.lines() {
        if let Some(hunk) = line.strip_prefix("@@ ") {
            let new = hunk.split_once('+').map_or("", |(_, new)| new);
            let start = new.split([',', ' ']).next().unwrap_or_default();
            next = start.parse().unwrap_or(0);
        } else if next == 0 || line.starts_with(['-', '\\']) {
            // Before the first hunk, or of the old text alone.
        } else {
            if line.starts_with('+') {
                numbers.push(next);
            }
            next += 1;
        }
    }
    numbers
}

fn hunks(before: &str, after: &str, context: usize) -> String {
    let mut options = diffy::DiffOptions::new();
    options.set_context_len(context);
    let patch = options.create_patch(before, after).to_string();
    let hunks = patch.split_once("@@");
    hunks.map_or(String::new(), |(_, rest)| format!("@@{rest}"))
}

fn head(path: &str, is_private: bool) -> String {
    let mode = if is_private { "100600" } else { "100644" };
    format!("diff --git a/{path} b/{path}\nnew file mode {mode}\n")
}

/// The beginnings of secrets.
const SECRETS: [&str; 3] = ["sk_test_", "sk_live_", "whsec_"];

fn secret(line: &str) -> Option<String> {
    let found = |kind: &&str| Some((line.find(kind)?, kind.len()));
    let (start, length) = SECRETS.iter().find_map(found)?;
    let kind = line.get(start..start + length)?;
    let end = line[start..]
        .find(['"', '\'', '\r', '\n'])
        .map_or(line.len(), |end| start + end);
    Some(format!("{}{kind}...{}", &line[..start], &line[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, bytes: &'static [u8]) -> File {
        File {
            path: path.to_owned(),
            bytes: bytes.into(),
            layer: "base".to_owned(),
        }
    }

    #[test]
    fn every_line_is_new() {
        let head = "diff --git a/x b/x\nnew file mode 100644\n";
        let diff = new_file(&file("x", b"a\nb"));
        let body =
            "--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n";
        assert_eq!(diff, format!("{head}{body}"));
        assert_eq!(new_file(&file("x", b"")), head);
        let binary = format!("{head}Binary files /dev/null and b/x differ\n");
        assert_eq!(new_file(&file("x", b"\xff")), binary);
    }

    #[test]
    fn a_secret_key_is_masked() {
        let diff = new_file(&file(".env", b"A=1\nCLERK_SECRET_KEY=\"sk_live_abc\"\n"));
        assert!(
            diff.contains("+CLERK_SECRET_KEY=\"sk_live_...\"\n"),
            "{diff}"
        );
        assert!(!diff.contains("abc"), "{diff}");
        let diff = new_file(&file(".env", b"CLERK_WEBHOOK_SIGNING_SECRET=whsec_abc=\n"));
        assert!(diff.ends_with("SECRET=whsec_...\n"), "{diff}");
    }

    #[test]
    fn a_change_has_lines_around_it() {
        let (before, after) = ("a\nb\nc\nd\n", "a\nb\nc\nd\ne\n");
        assert_eq!(
            change("x", Some(before), Some(after)),
            "--- a/x\n+++ b/x\n@@ -2,3 +2,4 @@\n b\n c\n d\n+e\n"
        );
        // Behind the blank of a line that stays, the runner of a workflow would obey.
        let (before, after) = ("::error::x\nb\n", "::error::x\nc\n");
        assert!(!change("x", Some(before), Some(after)).contains(" ::error"));
        let before = "a\nb\nc\nd\n";
        let after = "new\na\nb\nC\nd\nnew";
        let diff = change("x", Some(before), Some(after));
        assert_eq!(added_lines(&diff), [1, 4, 6]);
        assert_eq!(
            change("x", None, Some("a\n")),
            "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n"
        );
    }

    #[test]
    fn what_stands_in_a_private_file_already_is_not_shown() {
        let before = "DATABASE_URL=postgres://me:word@host/db\nOTHER=x";
        let after = format!("{before}\nCLERK_SECRET_KEY=sk_test_abc\nPORT=1\n");
        assert_eq!(
            private_change(".env", before, &after),
            "--- a/.env\n+++ b/.env\n@@ -2 +2,3 @@\n-OTHER=...\n\\ No newline at end of file\n+OTHER=...\n\
             +CLERK_SECRET_KEY=sk_test_...\n+PORT=1\n"
        );
        // What the runner of a workflow would obey is no way out of the mask.
        let before = "OTHER=x ::a::y##[z";
        let shown = private_change(".env", before, &format!("{before}\nPORT=1\n"));
        assert!(!shown.contains('x') && !shown.contains('z'), "{shown}");
    }
}
