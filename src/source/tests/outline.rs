use std::fs;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned as _;
use syn::{Block, ImplItem, Item, ReturnType, Signature};

use super::super::body::Body;
use super::super::outline::outline;
use super::super::text::Text;

/// A source, and what is left of it without blanks.
#[track_caller]
fn assert_left(source: &str, expected: &str) {
    let outline = outline(source).unwrap();
    assert_eq!(outline.text.len(), source.len());
    for &start in &outline.bodies {
        assert_eq!(source.as_bytes()[start], b'{');
    }
    let left: Vec<_> = outline.text.split_whitespace().collect();
    let left = left.join(" ");
    let left = left.replace("()/* */", "() ").replace("()/**/", "() ");
    assert_eq!(
        left.replace("{/* */}", "{ }").replace("{/**/}", "{ }"),
        expected
    );
}

#[test]
fn blanks_stand_for_the_bodies_of_functions_and_types_and_for_nothing_else() {
    for (source, expected) in [
        ("fn a() { b(); }", "fn a() { }"),
        ("fn a() { fn b() { c } } fn d() {}", "fn a() { } fn d() {}"),
        (
            "mod m { pub async fn a<'a>(x: &'a u8) -> u8 { 'x' } }",
            "mod m { pub async fn a() { } }",
        ),
        (
            "impl A for B<{ C }> { const D: u8 = { 1 }; fn a() { 2 } }",
            "impl A for B<{ C }> { const D: u8 = { 1 }; fn a() { } }",
        ),
        (
            "fn a<const N: usize = { 3 }>() -> B<{ 4 }> { 5 }",
            "fn a() { }",
        ),
        (
            "fn a<F: Fn(u8) -> u8>(f: F) -> Vec<Vec<u8>> { f }",
            "fn a() { }",
        ),
        (
            "fn a(f: fn(u8) -> u8, g: [u8; 3]) -> [u8; { 3 }] { f }",
            "fn a() { }",
        ),
        (
            "const A: fn(u8) = { fn b(_: u8) { c } b };",
            "const A: fn(u8) = { fn b() { } b };",
        ),
        (
            "trait A: B<{ C }> { fn d() { e } type F; } struct G<const N: u8 = { 1 }> { h: u8 } struct I(u8); struct J;",
            "trait A: B<{ C }> { } struct G<const N: u8 = { 1 }> { } struct I(u8); struct J;",
        ),
        (
            "type A = fn() -> u8; static B: C = C { d: e };",
            "type A = fn() -> u8; static B: C = C { d: e };",
        ),
        (
            "extern \"C\" { fn a(); } enum B { /// }\n C { d: u8 } }",
            "extern \"C\" { fn a(); } enum B { }",
        ),
        (
            "macro_rules! a { (fn $b:ident) => { fn $b() { c } } }",
            "macro_rules! a { (fn $b:ident) => { fn $b() { c } } }",
        ),
        (
            "a! { fn b(c: D) -> E { f } } fn g(/// h\n i: J) { k(l) }",
            "a! { fn b(c: D) -> E { } } fn g() { }",
        ),
        (
            "fn a() { \"}\"; '}'; '\\''; b'{'; b\"\\\"}\"; c\"}\" } x",
            "fn a() { } x",
        ),
        (
            "fn a() { r\"\\\"; r#\"}\"#; br##\"}\"#\"##; r#fn; r#\"\"#; } x",
            "fn a() { } x",
        ),
        ("fn a() { // }\n /* } /* } */ } */ /**/ } x", "fn a() { } x"),
        (
            "fn a() { '\\u{7d}'; '→'; \"→}\"; 'a: loop { break 'a } } x",
            "fn a() { } x",
        ),
        (
            "const A: char = '{'; const B: &'static str = \"fn b() {\"; fn c() { d }",
            "const A: char = '{'; const B: &'static str = \"fn b() {\"; fn c() { }",
        ),
        (
            "/// fn a() {\nfn b /* { */ () /* { */ { c }",
            "// fn a() { fn b /* { */ () { }",
        ),
        ("//! a\n//// b\n///", "// a // / b //"),
        ("fn größe() { ü }", "fn größe() { }"),
        ("fn r#fn() { a } fn\nb()\n{ c }", "fn r#fn() { } fn b() { }"),
    ] {
        assert_left(source, expected);
    }
}

#[test]
fn a_source_without_an_end_has_no_outline() {
    for source in [
        "fn a() { (",
        "fn a() { ) }",
        "}",
        "{ ]",
        "/* ",
        "/* /* */",
        "r#\"a\"",
        "fn a() { \"",
        "fn a( {",
    ] {
        assert_eq!(outline(source), None, "{source}");
    }
    // These end outside of any bracket: whoever reads them says what is wrong.
    for source in [
        "\"",
        "\"\\",
        "'",
        "'\\",
        "'\\u",
        "b'",
        "r",
        "r#",
        "fn",
        "fn a",
        "/",
        "'\u{10348}",
    ] {
        let outline = outline(source).unwrap();
        assert_eq!((outline.text.as_str(), outline.bodies.len()), (source, 0));
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

fn functions(items: Vec<Item>, found: &mut Vec<(Signature, Block)>) {
    for item in items {
        match item {
            Item::Fn(item) => found.push((item.sig, *item.block)),
            Item::Mod(item) => {
                functions(item.content.map_or(Vec::new(), |(_, items)| items), found);
            }
            Item::Impl(item) => {
                found.extend(item.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(item) => Some((item.sig, item.block)),
                    _ => None,
                }))
            }
            _ => {}
        }
    }
}

/// How much of each kind it says.
fn said(signature: &Signature) -> (usize, usize, bool, bool) {
    (
        signature.inputs.len(),
        signature.generics.params.len(),
        signature.generics.where_clause.is_some(),
        matches!(signature.output, ReturnType::Default),
    )
}

/// Where its lines stand.
fn lines(block: &Block) -> Vec<std::ops::Range<usize>> {
    block
        .stmts
        .iter()
        .map(|line| line.span().byte_range())
        .collect()
}

#[test]
fn this_very_program_is_read_later_as_it_is_read_at_once() {
    let mut files = Vec::new();
    for folder in ["src", "tests/it", "templates/clerk-auth"] {
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut files,
        );
    }
    let (mut left_out, mut all) = (0, 0);
    for file in files {
        let name = file.display();
        let source = fs::read_to_string(&file).unwrap();
        let (mut whole, mut later) = (Vec::new(), Vec::new());
        let file = syn::parse_str::<syn::File>(&source).unwrap();
        functions(file.items, &mut whole);
        let (text, outlined) = Text::parse("", source).unwrap();
        functions(outlined.items, &mut later);
        assert_eq!(whole.len(), later.len(), "{name}");
        for ((signature, whole), (outlined, later)) in whole.iter().zip(later) {
            let head = text.head(&[], &outlined, &later);
            assert_eq!(said(head.signature().unwrap()), said(signature), "{name}");
            let later = Body::new(&later, &text);
            left_out += usize::from(matches!(later, Body::LeftOut(..)));
            all += 1;
            let read = later.read(&text).unwrap();
            assert_eq!(lines(read), lines(whole), "{name}");
        }
    }
    assert!(left_out == all && all > 3000, "{left_out} of {all}");
}
