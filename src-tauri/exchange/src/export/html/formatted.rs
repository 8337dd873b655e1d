//! Markdown in the page: what a model wrote, with its headings, lists, tables and code.
//!
//! Nothing of a text becomes markup but by the events of the parser, and of these only those that are named here. HTML in it
//! stays text. Nothing is loaded: a picture is a link with its description, and only links that a browser opens as
//! pages or as mail are links at all; any other address stands behind its words, to be read.

use std::io::{self, Write};

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag};

use super::Escaped;

/// Elements within each other; what is nested deeper stands in the last of them. Browsers end at about 500.
const DEEPEST: usize = 64;

/// What a link may begin with.
const OPENED: [&str; 3] = ["http://", "https://", "mailto:"];
const LINK_ENDS: &str = "</a>";

/// Writes a text as blocks.
///
/// # Errors
/// What `to` says.
pub fn write(text: &str, to: &mut dyn Write) -> io::Result<()> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let mut page = Page { to, ends: Vec::new(), table: None };
    for event in Parser::new_ext(text, options) {
        page.event(event)?;
    }
    Ok(())
}

struct Page<'a> {
    to: &'a mut dyn Write,
    /// How each open element ends.
    ends: Vec<String>,
    table: Option<Table>,
}

/// A table that is being written.
struct Table {
    columns: Vec<Alignment>,
    column: usize,
    heading: bool,
}

impl Page<'_> {
    fn event(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(_) => match self.ends.pop() {
                Some(end) => self.to.write_all(end.as_bytes()),
                None => Ok(()),
            },
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                write!(self.to, "{}", Escaped(&text))
            }
            Event::Code(text) => write!(self.to, "<code>{}</code>", Escaped(&text)),
            // As it was written: a page without programs of others draws no formulas.
            Event::InlineMath(text) => write!(self.to, "<code>${}$</code>", Escaped(&text)),
            Event::DisplayMath(text) => {
                write!(self.to, "<code class=\"block\">$${}$$</code>", Escaped(&text))
            }
            Event::SoftBreak => self.to.write_all(b"\n"),
            Event::HardBreak => self.to.write_all(b"<br>"),
            Event::Rule => self.to.write_all(b"<hr>"),
            Event::TaskListMarker(done) => self.to.write_all(if done { "☑ " } else { "☐ " }.as_bytes()),
            Event::FootnoteReference(name) => write!(self.to, "[^{}]", Escaped(&name)),
        }
    }

    fn begin(&mut self, tag: Tag) -> io::Result<()> {
        match tag {
            Tag::Paragraph => self.open("<p>", "</p>\n"),
            // Those of the page itself come before.
            Tag::Heading { level, .. } => {
                let level = (level as usize + 2).min(6);
                self.open(&format!("<h{level}>"), &format!("</h{level}>\n"))
            }
            Tag::BlockQuote(_) => self.open("<blockquote>", "</blockquote>\n"),
            Tag::CodeBlock(_) => self.open("<pre><code>", "</code></pre>\n"),
            Tag::List(None) => self.open("<ul>", "</ul>\n"),
            Tag::List(Some(first)) => self.open(&format!("<ol start=\"{first}\">"), "</ol>\n"),
            Tag::Item => self.open("<li>", "</li>\n"),
            Tag::Emphasis => self.open("<em>", "</em>"),
            Tag::Strong => self.open("<strong>", "</strong>"),
            Tag::Strikethrough => self.open("<del>", "</del>"),
            Tag::Table(columns) => {
                self.table = Some(Table { columns, column: 0, heading: false });
                self.open("<table>", "</tbody></table>\n")
            }
            Tag::TableHead => {
                self.row(true);
                self.open("<thead><tr>", "</tr></thead><tbody>")
            }
            Tag::TableRow => {
                self.row(false);
                self.open("<tr>", "</tr>")
            }
            Tag::TableCell => self.cell(),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(&dest_url),
            // None of the others is asked for.
            _ => self.open("", ""),
        }
    }

    fn open(&mut self, begin: &str, end: &str) -> io::Result<()> {
        if self.ends.len() >= DEEPEST {
            self.ends.push(String::new());
            return Ok(());
        }
        self.ends.push(end.to_owned());
        self.to.write_all(begin.as_bytes())
    }

    fn row(&mut self, heading: bool) {
        if let Some(table) = &mut self.table {
            (table.column, table.heading) = (0, heading);
        }
    }

    fn cell(&mut self) -> io::Result<()> {
        let Some(table) = &mut self.table else { return self.open("<td>", "</td>") };
        let class = match table.columns.get(table.column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Center) => " class=\"middle\"",
            _ => "",
        };
        table.column += 1;
        match table.heading {
            true => self.open(&format!("<th{class}>"), "</th>"),
            false => self.open(&format!("<td{class}>"), "</td>"),
        }
    }

    fn link(&mut self, address: &str) -> io::Result<()> {
        let plain = address.to_ascii_lowercase();
        let opens = OPENED.iter().any(|beginning| plain.starts_with(beginning));
        if opens && !self.ends.iter().any(|end| end == LINK_ENDS) {
            let begin = format!(
                "<a href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">",
                Escaped(address)
            );
            return self.open(&begin, LINK_ENDS);
        }
        match address.trim() {
            "" => self.open("", ""),
            address => self.open("", &format!(" ({})", Escaped(address))),
        }
    }
}
