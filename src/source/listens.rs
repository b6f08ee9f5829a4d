//! Where a program listens, as far as its source says that in so many words.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Lit, LitInt, LitStr};

use super::depth::parsed;
use super::error::SourceError;
use super::files::Files;
use super::load;
use super::package::Package;
use super::parsed::Parsed;

/// How a program comes by its port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listens {
    /// It asks the variable `PORT`.
    Asks,
    /// It has this one, and no other.
    On(u16),
    /// Nothing that was read says so, or several things do.
    Unsaid,
}

/// Looks for the port of a package's program.
///
/// # Errors
/// [`SourceError`], if it is not known which program is meant.
pub fn listens(folder: &Path, program: Option<&str>) -> Result<Listens, SourceError> {
    let files = Files::default();
    let package = Package::read(&files, folder)?;
    let root = package.program(program)?.to_owned();
    let program = load::program(&files, &mut Parsed::default(), package, &root);
    let mut found = Found::default();
    for text in &program.texts {
        // What does not parse, the compiler tells of.
        if let Some(tokens) = parsed(text.source()) {
            found.look(tokens);
        }
    }
    let mut ports = found.ports.into_iter();
    Ok(match (found.asks, ports.next(), ports.next()) {
        (true, ..) => Listens::Asks,
        (false, Some(port), None) => Listens::On(port),
        _ => Listens::Unsaid,
    })
}

#[derive(Default)]
struct Found {
    asks: bool,
    ports: BTreeSet<u16>,
}

impl Found {
    fn look(&mut self, tokens: TokenStream) {
        let mut is_test = false;
        for token in tokens {
            match token {
                TokenTree::Literal(_) => self.literal(token.into()),
                TokenTree::Group(group) => {
                    let has_body = group.delimiter() == Delimiter::Brace;
                    if is_test && has_body {
                        is_test = false;
                        continue;
                    }
                    is_test |= is_for_tests(&group);
                    self.ports.extend(pair(&group));
                    self.look(group.stream());
                }
                TokenTree::Punct(mark) if mark.as_char() == ';' => is_test = false,
                _ => {}
            }
        }
    }

    fn literal(&mut self, token: TokenStream) {
        let Ok(text) = syn::parse2::<LitStr>(token) else {
            return;
        };
        let text = text.value();
        self.asks |= text == "PORT";
        self.ports.extend(address(&text));
    }
}

/// `[cfg(test)]`
fn is_for_tests(group: &Group) -> bool {
    let is_attribute = group.delimiter() == Delimiter::Bracket;
    is_attribute && group.to_string().replace(' ', "") == "[cfg(test)]"
}

/// `127.0.0.1:3000`, `localhost:3000`; any free port is none.
fn address(text: &str) -> Option<u16> {
    let port = match text.parse::<SocketAddr>() {
        Ok(address) => address.port(),
        Err(_) => text.strip_prefix("localhost:")?.parse().ok()?,
    };
    Some(port).filter(|port| *port != 0)
}

/// `("127.0.0.1", 8080)`, `([127, 0, 0, 1], 8080)`, `(Ipv4Addr::LOCALHOST, 8080)`
fn pair(group: &Group) -> Option<u16> {
    if group.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let tokens: Vec<_> = group.stream().into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    let mut parts = tokens.split(is_comma).filter(|part| !part.is_empty());
    let (host, port) = (parts.next()?, parts.next()?);
    if parts.next().is_some() || !is_host(host) {
        return None;
    }
    let port = syn::parse2::<LitInt>(port.iter().cloned().collect()).ok()?;
    port.base10_parse().ok().filter(|port| *port != 0)
}

fn is_host(tokens: &[TokenTree]) -> bool {
    match tokens {
        [TokenTree::Group(bytes)] => bytes.delimiter() == Delimiter::Bracket,
        [.., TokenTree::Ident(name)] => ["LOCALHOST", "UNSPECIFIED"].iter().any(|one| name == one),
        [literal] => match syn::parse2(TokenStream::from(literal.clone())) {
            Ok(Lit::Str(text)) => {
                let text = text.value();
                text == "localhost" || text.parse::<IpAddr>().is_ok()
            }
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    fn found(main: &str) -> Listens {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let manifest = "[package]\nname = \"orchard\"\n";
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.path().join("src/main.rs"), main).unwrap();
        listens(folder.path(), None).unwrap()
    }

    #[test]
    fn a_port_is_found_where_it_stands_as_a_number() {
        for (code, expected) in [
            ("bind(\"127.0.0.1:3000\")", Listens::On(3000)),
            ("bind(\"[::]:3000\")", Listens::On(3000)),
            ("bind(\"localhost:3000\")", Listens::On(3000)),
            ("bind((\"127.0.0.1\", 8080))?", Listens::On(8080)),
            ("bind((\"localhost\", 8_080u16))?", Listens::On(8080)),
            (
                "SocketAddr::from(([127, 0, 0, 1], 4000))",
                Listens::On(4000),
            ),
            (
                "bind((std::net::Ipv4Addr::UNSPECIFIED, 4000,))",
                Listens::On(4000),
            ),
            (
                "bind(\"0.0.0.0:80\"); println!(\"127.0.0.1:80\")",
                Listens::On(80),
            ),
            ("bind(\"127.0.0.1:0\")", Listens::Unsaid),
            ("bind((\"127.0.0.1\", port))", Listens::Unsaid),
            ("bind((\"a\", 3000)); add((1, 3000))", Listens::Unsaid),
            ("log(\"http://localhost:8080\")", Listens::Unsaid),
            ("// bind(\"127.0.0.1:3000\")", Listens::Unsaid),
            (
                "bind(\"127.0.0.1:3000\"); bind(\"127.0.0.1:3001\")",
                Listens::Unsaid,
            ),
            (
                "let port = env::var(\"PORT\"); bind(\"127.0.0.1:3000\")",
                Listens::Asks,
            ),
        ] {
            let main = format!("fn main() {{ {code}\n}}\n");
            assert_eq!(found(&main), expected, "{code}");
        }
    }

    #[test]
    fn what_tests_listen_on_is_none_of_the_app() {
        let main = "fn main() { bind(\"127.0.0.1:3000\") }\n\
                    #[cfg(test)]\nmod tests { fn one() { bind(\"127.0.0.1:4000\") } }\n";
        assert_eq!(found(main), Listens::On(3000));
    }
}
