//! The error page for apps without one of their own: no script, and nothing to load.

use crate::gate::Problem;
use crate::html::escape;

/// A browser may show the page and do nothing else.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{margin:0 auto;max-width:40rem;padding:12vh 1.5rem;font:1rem/1.5 system-ui,sans-serif;\
color-scheme:light dark}h1{font-size:1.5rem}h2{font-size:1rem;margin-bottom:0}p{margin-top:.25rem;overflow-wrap:anywhere}";

/// The whole page.
pub(crate) fn html(problem: &Problem) -> String {
    let title = escape(problem.title);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style>\n<h1>{title}</h1>\n<p>{}</p>\n",
        escape(&problem.message)
    );
    for (name, value) in &problem.details {
        let (name, value) = (escape(name), escape(value));
        text.push_str(&format!("<h2>{name}</h2>\n<p>{value}</p>\n"));
    }
    text.push_str("</html>\n");
    text
}
