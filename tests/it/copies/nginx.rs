//! nginx with the very file of `docs/deploy.md`, at another address and under a name of this machine.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;

use super::NAME;
use crate::deploy::recipe;
use crate::dev::until;

/// Nobody else takes ports there.
const HERE: &str = "127.0.0.4";

pub struct Nginx {
    child: Child,
    _folder: TempDir,
    pub plain: SocketAddr,
    pub secure: SocketAddr,
    /// Trusts the certificate.
    pub client: Arc<ClientConfig>,
}

impl Nginx {
    pub fn start(copies: [&str; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let client = certificate(folder.path());
        let (plain, secure) = (free_address(), free_address());
        let site = site(folder.path(), copies, plain, secure);
        let settings = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\n\
             http {{\naccess_log off;\nclient_body_temp_path body;\nproxy_temp_path proxy;\n\
             fastcgi_temp_path fastcgi;\nuwsgi_temp_path uwsgi;\nscgi_temp_path scgi;\n{site}}}\n"
        );
        fs::write(folder.path().join("nginx.conf"), settings).unwrap();
        let mut command = Command::new("nginx");
        command.args(["-e", "stderr", "-c", "nginx.conf", "-p"]);
        command.arg(folder.path()).stdin(Stdio::null());
        let nginx = Self {
            child: command.spawn().unwrap(),
            _folder: folder,
            plain,
            secure,
            client,
        };
        nginx.waits_until_it_listens();
        nginx
    }

    fn waits_until_it_listens(&self) {
        until(|| TcpStream::connect(self.secure).is_ok());
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((HERE, 0)).unwrap();
    listener.local_addr().unwrap()
}

/// Makes one for the app's name; the settings of a client that knows it.
fn certificate(folder: &Path) -> Arc<ClientConfig> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([NAME.to_owned()]).unwrap();
    fs::write(folder.join("fullchain.pem"), cert.pem()).unwrap();
    fs::write(folder.join("privkey.pem"), signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let library = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(library);
    let config = config.with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

/// The recipe with the test's own addresses, name and files.
fn site(folder: &Path, copies: [&str; 2], plain: SocketAddr, secure: SocketAddr) -> String {
    let recipe = recipe("nginx");
    let lines = recipe.lines().filter(|line| !line.contains("listen [::]:"));
    let mut site = lines.collect::<Vec<_>>().join("\n");
    let folder = folder.display().to_string();
    for (theirs, ours) in [
        ("127.0.0.1:3001", copies[0]),
        ("127.0.0.1:3002", copies[1]),
        ("listen 80;", &format!("listen {plain};")),
        ("listen 443 ", &format!("listen {secure} ")),
        ("/etc/letsencrypt/live/app.example.com", &folder),
        ("app.example.com", NAME),
    ] {
        assert!(site.contains(theirs), "{theirs} is not in the recipe");
        site = site.replace(theirs, ours);
    }
    site + "\n"
}
