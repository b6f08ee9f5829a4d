//! Files that were parsed. One that says what it said before is not parsed again.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::place::Unread;
use super::text::Text;

/// A file's text and its syntax.
pub type Syntax = (Rc<Text>, Rc<syn::File>);

/// The files of a program, by their names.
#[derive(Default)]
pub struct Parsed {
    files: HashMap<Arc<str>, Syntax>,
}

impl Parsed {
    pub fn parse(&mut self, name: &str, text: String) -> Result<Syntax, Unread> {
        let known = self.files.get(name);
        if let Some(known) = known.filter(|(known, _)| known.whole() == text) {
            return Ok(known.clone());
        }
        let (text, file) = Text::parse(name, text)?;
        let syntax = (Rc::new(text), Rc::new(file));
        self.files.insert(syntax.0.name(), syntax.clone());
        Ok(syntax)
    }
}
