//! The projects in `tests/fixtures/doctor`: a stack, what is to be found, and files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clerk_rs_cli::check::examined::Examined;
use clerk_rs_cli::check::facts::Facts;
use clerk_rs_cli::finding::Verdict;

use crate::support::Sandbox;

const KEYS: &str = "CLERK_PUBLISHABLE_KEY=pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk\n\
                    CLERK_SECRET_KEY=sk_test_~2q7OrchardOrchardOrchardOrchard4711\n";

/// A project of the corpus.
pub struct Case {
    pub name: String,
    /// The framework's package.
    stack: String,
    /// Findings with their places; `-` is none.
    pub expected: BTreeSet<String>,
    files: Vec<(String, String)>,
}

impl Case {
    pub fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/doctor");
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut cases: Vec<_> = entries.map(|path| Self::read(&path)).collect();
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        cases
    }

    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_str().unwrap();
        Self::of(name, &fs::read_to_string(path).unwrap())
    }

    pub fn of(name: &str, text: &str) -> Self {
        let mut case = Self {
            name: name.to_owned(),
            stack: String::new(),
            expected: BTreeSet::new(),
            files: Vec::new(),
        };
        for line in text.lines() {
            if let Some(stack) = line.strip_prefix("// project: ") {
                case.stack = stack.to_owned();
            } else if let Some(finding) = line.strip_prefix("// finds: ") {
                case.expected.insert(finding.to_owned());
            } else if let Some(file) = line.strip_prefix("// file: ") {
                case.files.push((file.to_owned(), String::new()));
            } else {
                let (_, text) = case.files.last_mut().unwrap();
                text.push_str(line);
                text.push('\n');
            }
        }
        case
    }

    pub fn write(&self) -> Sandbox {
        let sandbox = Sandbox::new();
        let manifest = format!(
            "[package]\nname = \"my-app\"\n\n[dependencies]\nactix-files = \"0.6\"\n{} = \"*\"\n\
             clerk-auth = {{ path = \"core\", default-features = false, features = [\"http-client\"] }}\n",
            self.stack
        );
        let core = "[package]\nname = \"clerk-auth\"\n\n[features]\nhttp-client = []\nproxy = []\n";
        let all = [
            ("Cargo.toml", manifest.as_str()),
            ("core/Cargo.toml", core),
            ("core/src/lib.rs", ""),
            (".env", KEYS),
        ];
        let has = |name: &str| self.files.iter().any(|(known, _)| known == name);
        let mut files: Vec<_> = all.into_iter().filter(|(name, _)| !has(name)).collect();
        files.extend(self.files.iter().map(|(name, text)| (&**name, &**text)));
        for (name, text) in files {
            let path = sandbox.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // Written in two parts, so that no scanner of secrets takes them for real ones.
            fs::write(&path, text.replace("_~", "_")).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            }
        }
        sandbox
    }

    /// What is said of it that is not right, each with its place, and the pieces that could not be read.
    pub fn found(&self) -> BTreeSet<String> {
        let sandbox = self.write();
        let root = sandbox.path("");
        let facts = Facts::read(&root, Vec::new(), &|_| None);
        let examined = Examined::of(&facts);
        let findings = examined.findings.into_iter().filter(|finding| {
            let is_unread = finding.id.word() == "source-not-read" && finding.place.is_some();
            is_unread || ![Verdict::Ok, Verdict::Skipped].contains(&finding.verdict)
        });
        let told = findings.map(|finding| {
            assert!(
                !finding.detail.contains("Orchard"),
                "{}: {}",
                self.name,
                finding.detail
            );
            format!(
                "{} {}",
                finding.id.word(),
                finding.place.as_deref().unwrap_or("-")
            )
        });
        told.collect()
    }
}
