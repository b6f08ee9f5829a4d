//! What a release is made of: its archives, installers, notes and workflow fit one another. Nothing is published in a test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

const PROGRAM: &str = env!("CARGO_BIN_EXE_clerk-rs");

fn checkout(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn ran(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

/// The target whose archive the installer takes on this machine.
fn target() -> String {
    let libc = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let libc = libc.is_ok_and(|output| output.status.success());
    let libc = if libc { "gnu" } else { "musl" };
    format!("{}-unknown-linux-{libc}", std::env::consts::ARCH)
}

/// A release at an address of this machine, with the archive of this test's own program.
struct Release {
    server: MockServer,
    folder: TempDir,
}

impl Release {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Command::new(checkout("release/archive"));
        ran(archive.args([PROGRAM, &target()]).arg(folder.path()));
        let server = MockServer::start().await;
        let mut installers = Command::new(checkout("release/installers"));
        ran(installers.arg(server.uri()).arg(folder.path()));
        Self { server, folder }
    }

    async fn serve(&self, name: &str, content: Vec<u8>) {
        let answer = ResponseTemplate::new(200).set_body_bytes(content);
        let mock = Mock::given(path(format!("/{name}"))).respond_with(answer);
        mock.mount(&self.server).await;
    }

    async fn serve_all(&self) {
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap();
            self.serve(name, fs::read(&file).unwrap()).await;
        }
    }

    async fn install(&self, home: &Path) -> Output {
        let mut command = Command::new("sh");
        command.arg(self.folder.path().join("install.sh"));
        command.env_clear().env("HOME", home);
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn the_installer_puts_one_program_in_place() {
    let release = Release::new().await;
    release.serve_all().await;
    let home = tempfile::tempdir().unwrap();
    // Also over one that is there.
    for _ in 0..2 {
        let output = release.install(home.path()).await;
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}");
        let bin = home.path().join(".local/bin");
        assert!(said.contains("is not in PATH"), "{said}");
        assert_eq!(names(&bin), ["clerk-rs"]);
        assert_eq!(names(home.path()), [".local"]);
        let version = ran(Command::new(bin.join("clerk-rs")).arg("--version"));
        assert!(said.starts_with(&String::from_utf8(version.stdout).unwrap()[..8]));
    }
}

#[tokio::test]
async fn another_archive_than_the_published_one_is_not_installed() {
    let release = Release::new().await;
    let name = format!("clerk-rs-cli-{}.tar.gz", target());
    let mut bytes = fs::read(release.folder.path().join(&name)).unwrap();
    bytes.push(0);
    release.serve(&name, bytes).await;
    release.serve_all().await;
    let home = tempfile::tempdir().unwrap();
    let output = release.install(home.path()).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the checksum of"), "{said}");
    assert!(names(&home.path().join(".local/bin")).is_empty());
}

#[tokio::test]
async fn without_an_archive_the_installer_says_so_and_leaves_nothing() {
    let release = Release::new().await;
    let home = tempfile::tempdir().unwrap();
    let output = release.install(home.path()).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("error: could not fetch http://"), "{said}");
    assert!(names(&home.path().join(".local/bin")).is_empty());
}

/// It stands between quotes in a shell script.
#[test]
fn an_installer_is_made_for_an_address_only() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["https://example.com/'; id; '", "file:///tmp", ""] {
        let mut command = Command::new(checkout("release/installers"));
        let output = command.arg(address).arg(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{address}");
    }
    assert!(names(folder.path()).is_empty());
}

fn workflow(name: &str) -> String {
    fs::read_to_string(checkout(".github/workflows").join(name)).unwrap()
}

fn targets() -> Vec<String> {
    let text = workflow("release.yml");
    let rows = text
        .lines()
        .filter_map(|line| line.split_once("{ target: "));
    rows.map(|(_, rest)| rest.split(',').next().unwrap().to_owned())
        .collect()
}

#[test]
fn installers_take_archives_that_the_workflow_makes() {
    let targets = targets();
    let shell = fs::read_to_string(checkout("release/install.sh")).unwrap();
    for machine in ["x86_64", "aarch64"] {
        assert!(shell.contains(&format!("machine={machine} ;;")));
        for system in ["unknown-linux-gnu", "unknown-linux-musl", "apple-darwin"] {
            assert!(targets.contains(&format!("{machine}-{system}")), "{system}");
        }
    }
    let windows = fs::read_to_string(checkout("release/install.ps1")).unwrap();
    assert!(windows.contains("'clerk-rs-cli-x86_64-pc-windows-msvc'"));
    assert!(targets.contains(&"x86_64-pc-windows-msvc".to_owned()));
}

/// Root would keep the owner that an archive names, who then could change root's program.
#[test]
fn an_archive_names_no_owner() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Command::new(checkout("release/archive"));
    ran(archive.args([PROGRAM, &target()]).arg(folder.path()));
    let name = format!("clerk-rs-cli-{}.tar.gz", target());
    let mut list = Command::new("tar");
    list.args(["--numeric-owner", "-tvzf"]);
    let list = ran(list.arg(folder.path().join(name)));
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.lines().all(|line| line.contains(" 0/0 ")), "{list}");
}

/// What `cargo binstall` asks for, and where it looks in it.
#[test]
fn binstall_finds_the_archives() {
    let manifest = fs::read_to_string(checkout("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let filled = |key: &str| {
        let text = binstall[key].as_str().unwrap();
        let text = text.replace("{ name }", "clerk-rs-cli");
        let text = text
            .replace("{ target }", &target())
            .replace("{ bin }", "clerk-rs");
        text.replace("{ binary-ext }", "")
    };
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Command::new(checkout("release/archive"));
    ran(archive.args([PROGRAM, &target()]).arg(folder.path()));
    let url = filled("pkg-url");
    let (release, name) = url.rsplit_once('/').unwrap();
    assert_eq!(release, "{ repo }/releases/download/v{ version }");
    let list = ran(Command::new("tar")
        .arg("-tzf")
        .arg(folder.path().join(name)));
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.lines().any(|line| line == filled("bin-dir")), "{list}");
    assert_eq!(binstall["pkg-fmt"].as_str(), Some("tgz"));
}

/// Whoever moves a tag would otherwise run code with the rights to publish.
#[test]
fn workflows_name_actions_by_commit_and_may_write_only_where_they_publish() {
    for name in ["ci.yml", "release.yml"] {
        let text = workflow(name);
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, commit) = line.split_once('@').unwrap();
            let commit = commit.split(' ').next().unwrap();
            assert_eq!(commit.len(), 40, "{line}");
            assert!(
                commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{line}"
            );
        }
        let before_jobs = text.split("\njobs:").next().unwrap();
        assert!(
            before_jobs
                .ends_with("permissions:\n  contents: read\n\nenv:\n  CARGO_TERM_COLOR: always\n")
                || name == "ci.yml" && !text.contains(": write"),
            "{name}"
        );
    }
    let publishing = workflow("release.yml");
    let (building, _) = publishing.split_once("\n  publish:").unwrap();
    assert!(!building.contains(": write"));
}

/// Each script that a workflow calls is there, and may be run.
#[test]
fn workflows_call_scripts_that_are_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut called = 0;
    for name in ["ci.yml", "release.yml"] {
        for word in workflow(name).split_whitespace() {
            if !word.starts_with("release/") {
                continue;
            }
            called += 1;
            let mode = fs::metadata(checkout(word)).unwrap().permissions().mode();
            assert_eq!(mode & 0o111, 0o111, "{word}");
        }
    }
    assert!(called >= 8, "{called}");
}

#[test]
fn only_a_version_that_is_finished_has_notes() {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = fs::read_to_string(checkout("CHANGELOG.md")).unwrap();
    let unfinished = changelog.contains(&format!("## {version} (unreleased)"));
    let notes = |tag: &str| {
        let mut command = Command::new(checkout("release/notes"));
        command.arg(tag).output().unwrap()
    };
    let output = notes(&format!("v{version}"));
    assert_eq!(output.status.success(), !unfinished, "{output:?}");
    let other = notes("v9.9.9");
    assert!(String::from_utf8_lossy(&other.stderr).contains("is not of version 9.9.9"));
}
