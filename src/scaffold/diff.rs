//! The plan as a unified diff from an empty folder, for `--dry-run`. `git apply` takes it.

use super::plan::File;

/// One new file as a diff. A secret is masked, because dry runs end up in logs.
pub fn new_file(file: &File) -> String {
    let path = &file.path;
    let mode = if file.is_private() {
        "100600"
    } else {
        "100644"
    };
    let head = format!("diff --git a/{path} b/{path}\nnew file mode {mode}\n");
    let Ok(text) = std::str::from_utf8(&file.bytes) else {
        return format!("{head}Binary files /dev/null and b/{path} differ\n");
    };
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
        match secret(file, line) {
            Some(masked) => diff.push_str(&masked),
            None => diff.push_str(line),
        }
        if !line.ends_with('\n') {
            diff.push_str("\n\\ No newline at end of file\n");
        }
    }
    diff
}

/// The beginnings of secrets.
const SECRETS: [&str; 3] = ["sk_test_", "sk_live_", "whsec_"];

fn secret(file: &File, line: &str) -> Option<String> {
    if !file.is_private() {
        return None;
    }
    let found = |kind: &&str| Some((line.find(kind)?, kind.len()));
    let (start, length) = SECRETS.iter().find_map(found)?;
    let kind = line.get(start..start + length)?;
    let end = line[start..]
        .find(['"', '\'', '\n'])
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
}
