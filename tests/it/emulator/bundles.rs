//! Clerk's scripts: nothing gets into the cache but the pinned files, and a page without them is told what to do.

use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_rs_cli::emulator::bundles::fetch::{Source, SourceError, fetch};
use clerk_rs_cli::emulator::bundles::unpack::{UnpackError, unpack};
use clerk_rs_cli::emulator::bundles::{Bundles, Found, PACKAGES};
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::world::World;

/// Answers every request with the same bytes, and remembers what was asked.
struct Same(u16, Mutex<Vec<String>>);

impl Fetch for Same {
    fn fetch(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>> {
        self.1.lock().unwrap().push(request.uri().to_string());
        let response = http::Response::builder()
            .status(self.0)
            .body(Bytes::from_static(b"not it"))
            .unwrap();
        Box::pin(async { Ok(response) })
    }
}

fn archive(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, kind, bytes) in entries {
        let mut header = Header::new_ustar();
        // The library refuses to write what it is here to read.
        header.as_ustar_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        if kind.is_symlink() || kind.is_hard_link() {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

#[test]
fn an_archive_gives_the_files_that_are_wanted() {
    let packed = archive(&[
        ("package/dist/", EntryType::Directory, b""),
        ("package/dist/a.js", EntryType::Regular, b"a"),
        ("package/dist/a.d.ts", EntryType::Regular, b"types"),
    ]);
    let files = unpack(&*packed, |path| path == "dist/a.js").unwrap();
    assert_eq!(
        files.into_iter().collect::<Vec<_>>(),
        [("dist/a.js".to_owned(), b"a".to_vec())]
    );
}

#[test]
fn an_archive_that_leads_elsewhere_is_refused_whole() {
    let bad: [(&str, EntryType); 6] = [
        ("/etc/cron.d/a", EntryType::Regular),
        ("package/../../a", EntryType::Regular),
        ("package/dist/a.js", EntryType::Symlink),
        ("package/dist/a.js", EntryType::Link),
        ("package/dist/a.js", EntryType::Char),
        ("package/dist/a.js", EntryType::Fifo),
    ];
    for (path, kind) in bad {
        let packed = archive(&[(path, kind, b"")]);
        let refused = unpack(&*packed, |_| true);
        assert!(
            matches!(refused, Err(UnpackError::Entry(_))),
            "{path} {kind:?}: {refused:?}"
        );
    }
    assert!(matches!(
        unpack(&b"no archive"[..], |_| true),
        Err(UnpackError::Unreadable(_))
    ));
}

#[test]
fn an_archive_that_swells_is_refused() {
    let megabyte = vec![0; 1 << 20];
    let entries: Vec<_> = (0..70)
        .map(|_| ("package/big", EntryType::Regular, &megabyte[..]))
        .collect();
    let packed = archive(&entries);
    assert!(packed.len() < 1 << 20, "the bomb itself is small");
    assert!(matches!(
        unpack(&*packed, |_| false),
        Err(UnpackError::TooLarge)
    ));
}

#[tokio::test]
async fn nothing_but_the_pinned_files_gets_into_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let given = folder.path().join("given");
    std::fs::create_dir_all(&given).unwrap();
    let package = PACKAGES[0];
    let archive_file = given.join(format!("clerk-{}.tgz", package.folder()));
    std::fs::write(
        &archive_file,
        archive(&[("package/LICENSE", EntryType::Regular, b"MIT")]),
    )
    .unwrap();
    let network = Same(200, Mutex::default());
    let missing = Source::named(given.join("nothing").to_str().unwrap());
    let sources = [
        missing,
        Source::named(given.to_str().unwrap()),
        Source::named(archive_file.to_str().unwrap()),
        Source::named("https://files.example/npm/"),
    ];
    let steps = Mutex::new(Vec::new());
    let refused = fetch(&cache, &sources, &network, &|step| {
        steps.lock().unwrap().push(step.done)
    })
    .await
    .unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("@clerk/clerk-js@{} could not be fetched", package.version)
    );
    let why: Vec<_> = refused.tried.iter().map(|(_, error)| error).collect();
    assert!(
        matches!(
            why[..],
            [
                SourceError::Io(_),
                SourceError::OtherArchive,
                SourceError::OtherArchive,
                SourceError::OtherFile("LICENSE")
            ]
        ),
        "{why:?}"
    );
    assert_eq!(
        network.1.lock().unwrap()[0],
        "https://files.example/npm/@clerk/clerk-js@6.40.0/LICENSE"
    );
    assert_eq!(steps.lock().unwrap().last(), Some(&package.files().count()));
    assert!(!cache.join(package.folder()).exists());
    assert_eq!(
        std::fs::read_dir(&cache).unwrap().count(),
        0,
        "nothing half-done is left"
    );

    let down = Same(503, Mutex::default());
    let refused = fetch(&cache, &sources[3..], &down, &|_| ())
        .await
        .unwrap_err();
    assert!(matches!(
        refused.tried[0].1,
        SourceError::Status {
            path: "LICENSE",
            status: 503
        }
    ));
}

#[tokio::test]
async fn a_file_that_was_changed_is_not_served_and_is_fetched_anew() {
    let folder = tempfile::tempdir().unwrap();
    for package in PACKAGES {
        for (path, _) in package.files() {
            let file = folder.path().join(package.folder()).join(path);
            std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).unwrap();
            std::fs::File::create(file)
                .unwrap()
                .write_all(b"alert(1)")
                .unwrap();
        }
    }
    let bundles = Bundles::open(folder.path()).unwrap();
    assert!(bundles.are_complete());
    let entry = bundles.find("clerk-js@6", "clerk.browser.js");
    assert_eq!(entry, Found::Damaged);
    let sources = [Source::named("https://files.example/npm/")];
    let network = Same(503, Mutex::default());
    let asked = fetch(folder.path(), &sources, &network, &|_| ()).await;
    assert_eq!(asked.unwrap_err().package, PACKAGES[0]);
}

#[tokio::test]
async fn a_page_without_the_scripts_gets_stand_ins() {
    let world = World::new().await;
    let script = world
        .send(
            "GET",
            "/npm/@clerk/clerk-js@6/dist/clerk.browser.js",
            "Origin: http://localhost:3000\r\n",
            &[],
        )
        .await;
    assert_eq!(script.status, 200);
    assert_eq!(
        script.header("content-type"),
        Some("application/javascript; charset=utf-8")
    );
    assert_eq!(script.header("cache-control"), Some("no-store"));
    assert_eq!(
        script.header("access-control-allow-origin"),
        Some("http://localhost:3000")
    );
    assert!(script.body.contains("window.Clerk = Clerk"));
    assert!(!script.body.contains("$SUFFIX$"));
    assert_eq!(
        world
            .send("GET", "/npm/@clerk/ui@1/dist/ui.browser.js", "", &[])
            .await
            .status,
        200
    );
    for path in [
        "/npm/@clerk/ui@1/dist/other.js",
        "/npm/@clerk/backend@1/dist/clerk.browser.js",
        "/npm/@clerk/ui/dist/..%2f..%2fetc",
    ] {
        assert_eq!(world.send("GET", path, "", &[]).await.status, 404, "{path}");
    }
}
