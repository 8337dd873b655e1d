//! Cuts a template's text into tokens, as jinja2's lexer does with `trim_blocks` and `lstrip_blocks` on.

use super::error::{Error, Result};
use super::names;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Data(String),
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name(String),
    Str(String),
    Int(i128),
    Float(f64),
    Operator(&'static str),
    End,
}

/// Operators, the longer ones first.
const OPERATORS: &[&str] = &[
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
    "=", ".", ":", "|", ",", ";",
];

/// White space for Python: Unicode's, and four separators of ASCII.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// The tokens of a template, each with its line, from 1.
pub fn tokens(source: &str) -> Result<Vec<(Token, u32)>> {
    let mut source = source.replace("\r\n", "\n").replace('\r', "\n");
    // One line end at the end of a template is not part of it.
    if source.ends_with('\n') {
        source.pop();
    }
    let mut lexer = Lexer { source: &source, at: 0, line: 1, tokens: Vec::new(), is_line_start: true };
    lexer.root()?;
    let line = lexer.line;
    lexer.tokens.push((Token::End, line));
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    line: u32,
    tokens: Vec<(Token, u32)>,
    /// Did what was read last end with a line end?
    is_line_start: bool,
}

/// What a tag's begin says about the white space before it.
#[derive(PartialEq)]
enum Sign {
    Strip,
    Keep,
    None,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn push(&mut self, token: Token) {
        self.tokens.push((token, self.line));
    }

    /// Goes on by so many bytes.
    fn skip(&mut self, bytes: usize) {
        let part = &self.source[self.at..self.at + bytes];
        self.line += part.matches('\n').count() as u32;
        if !part.is_empty() {
            self.is_line_start = part.ends_with('\n');
        }
        self.at += bytes;
    }

    fn sign(text: &str) -> Sign {
        match text.as_bytes().first() {
            Some(b'-') => Sign::Strip,
            Some(b'+') => Sign::Keep,
            _ => Sign::None,
        }
    }

    fn root(&mut self) -> Result<()> {
        while !self.rest().is_empty() {
            let rest = self.rest();
            let starts = ["{%", "{{", "{#"].into_iter().filter_map(|begin| rest.find(begin));
            let Some(start) = starts.min() else {
                self.push(Token::Data(rest.into()));
                self.skip(rest.len());
                break;
            };
            let (text, tag) = rest.split_at(start);
            let sign = Self::sign(&tag[2..]);
            let is_variable = tag.starts_with("{{");
            self.data(text, &sign, is_variable);
            let begin = 2 + usize::from(sign != Sign::None);
            if tag.starts_with("{#") {
                self.skip(start + begin);
                self.comment()?;
            } else if is_variable {
                self.skip(start);
                self.push(Token::VariableBegin);
                self.skip(begin);
                self.tag(true)?;
            } else if let Some(length) = raw_begin(tag) {
                self.skip(start + length);
                self.raw()?;
            } else {
                self.skip(start);
                self.push(Token::BlockBegin);
                self.skip(begin);
                self.tag(false)?;
            }
        }
        Ok(())
    }

    /// The text before a tag, stripped as the tag's sign and the environment's settings say.
    fn data(&mut self, text: &str, sign: &Sign, is_variable: bool) {
        let text = match sign {
            Sign::Strip => text.trim_end_matches(is_space),
            Sign::None if !is_variable => {
                let line = text.rfind('\n').map_or(0, |at| at + 1);
                let blank = !text[line..].is_empty() && text[line..].chars().all(is_space);
                if (line > 0 || self.is_line_start) && blank {
                    &text[..line]
                } else {
                    text
                }
            }
            _ => text,
        };
        if !text.is_empty() {
            self.push(Token::Data(text.into()));
        }
    }

    /// How long the end of a tag here is, with the white space that it takes; `None` where none is.
    fn end(text: &str, mark: &str, is_variable: bool) -> Option<usize> {
        if let Some(behind) = text.strip_prefix('-').and_then(|text| text.strip_prefix(mark)) {
            return Some(text.len() - behind.trim_start_matches(is_space).len());
        }
        if !is_variable && text.strip_prefix('+').is_some_and(|text| text.starts_with(mark)) {
            return Some(1 + mark.len());
        }
        let behind = text.strip_prefix(mark)?;
        Some(mark.len() + usize::from(!is_variable && behind.starts_with('\n')))
    }

    fn comment(&mut self) -> Result<()> {
        let rest = self.rest();
        // A sign before the end belongs to the end.
        for (place, _) in rest.match_indices("#}") {
            let start = match rest[..place].ends_with(['-', '+']) {
                true => place - 1,
                false => place,
            };
            if let Some(length) = Self::end(&rest[start..], "#}", false) {
                self.skip(start + length);
                return Ok(());
            }
        }
        Err(Error::syntax("a comment has no end", self.line))
    }

    fn raw(&mut self) -> Result<()> {
        let rest = self.rest();
        for (place, _) in rest.match_indices("{%") {
            let tag = &rest[place..];
            let sign = Self::sign(&tag[2..]);
            let inside = tag[2 + usize::from(sign != Sign::None)..].trim_start_matches(is_space);
            let Some(behind) = inside.strip_prefix("endraw") else { continue };
            let behind = behind.trim_start_matches(is_space);
            let Some(end) = Self::end(behind, "%}", false) else { continue };
            self.data(&rest[..place], &sign, false);
            self.skip(place + (tag.len() - behind.len()) + end);
            return Ok(());
        }
        Err(Error::syntax("a raw block has no end", self.line))
    }

    /// The tokens inside of a tag, up to its end.
    fn tag(&mut self, is_variable: bool) -> Result<()> {
        let mark = if is_variable { "}}" } else { "%}" };
        let mut open: Vec<&str> = Vec::new();
        loop {
            let rest = self.rest();
            if open.is_empty() {
                if let Some(length) = Self::end(rest, mark, is_variable) {
                    self.push(if is_variable { Token::VariableEnd } else { Token::BlockEnd });
                    self.skip(length);
                    return Ok(());
                }
            }
            let Some(first) = rest.chars().next() else { return Ok(()) };
            if is_space(first) {
                self.skip(rest.len() - rest.trim_start_matches(is_space).len());
            } else if let Some((token, length)) = self.number()? {
                self.push(token);
                self.skip(length);
            } else if first.is_alphanumeric() || first == '_' {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                if first.is_numeric() {
                    return Err(Error::syntax("a name begins with a digit", self.line));
                }
                self.push(Token::Name(rest[..end].into()));
                self.skip(end);
            } else if let ('\'' | '"', Some(length)) = (first, string_length(rest, first)) {
                let text = unescape(&rest[1..length - 1]).map_err(|what| Error::syntax(what, self.line))?;
                self.push(Token::Str(text));
                self.skip(length);
            } else if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
                match *operator {
                    "{" => open.push("}"),
                    "(" => open.push(")"),
                    "[" => open.push("]"),
                    "}" | ")" | "]" if open.pop() != Some(operator) => {
                        return Err(Error::syntax(format!("unexpected '{operator}'"), self.line));
                    }
                    _ => {}
                }
                self.push(Token::Operator(operator));
                self.skip(operator.len());
            } else {
                return Err(Error::syntax(format!("unexpected char {first:?}"), self.line));
            }
        }
    }

    /// A number here and its length.
    fn number(&self) -> Result<Option<(Token, usize)>> {
        let rest = self.rest().as_bytes();
        if !rest.first().is_some_and(u8::is_ascii_digit) {
            return Ok(None);
        }
        let behind_dot = self.source[..self.at].ends_with('.');
        if let Some(length) = float_length(rest).filter(|_| !behind_dot) {
            let text = self.rest()[..length].replace('_', "");
            // Checked: digits, a point, an exponent.
            return Ok(Some((Token::Float(text.parse().unwrap_or(f64::INFINITY)), length)));
        }
        let (base, prefix) = match rest.get(1).map(u8::to_ascii_lowercase) {
            Some(b'b') if rest[0] == b'0' => (2, 2),
            Some(b'o') if rest[0] == b'0' => (8, 2),
            Some(b'x') if rest[0] == b'0' => (16, 2),
            _ => (10, 0),
        };
        let is_digit = |byte: u8| char::from(byte).is_digit(base);
        let mut length = match prefix {
            0 => 1,
            _ => prefix,
        };
        // Digits with single underscores between; zeros alone where the first is one.
        let only_zero = prefix == 0 && rest[0] == b'0';
        loop {
            let underscore = usize::from(rest.get(length) == Some(&b'_'));
            match rest.get(length + underscore) {
                Some(&byte) if is_digit(byte) && (!only_zero || byte == b'0') => length += underscore + 1,
                _ => break,
            }
        }
        if prefix > 0 && length == prefix {
            return Ok(Some((Token::Int(0), 1)));
        }
        let digits = self.rest()[prefix..length].replace('_', "");
        match i128::from_str_radix(&digits, base) {
            Ok(number) => Ok(Some((Token::Int(number), length))),
            Err(_) => Err(Error::syntax("an integer is too large", self.line)),
        }
    }
}

/// The length of `{% raw %}` here, with the white space that it takes.
fn raw_begin(tag: &str) -> Option<usize> {
    let inside = tag.strip_prefix("{%")?;
    let inside = inside.strip_prefix(['-', '+']).unwrap_or(inside).trim_start_matches(is_space);
    let behind = inside.strip_prefix("raw")?.trim_start_matches(is_space);
    let rest = match behind.strip_prefix("-%}") {
        Some(rest) => rest.trim_start_matches(is_space),
        None => behind.strip_prefix("%}")?,
    };
    Some(tag.len() - rest.len())
}

/// The length of a number with a point or an exponent.
fn float_length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let mut at = from;
        while text.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
            if text.get(at) == Some(&b'_') && text.get(at + 1).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
        }
        (at > from).then_some(at)
    };
    let whole = digits(0)?;
    let fraction = (text.get(whole) == Some(&b'.')).then(|| digits(whole + 1)).flatten();
    let mantissa = fraction.unwrap_or(whole);
    let exponent = matches!(text.get(mantissa), Some(b'e' | b'E')).then(|| {
        let sign = usize::from(matches!(text.get(mantissa + 1), Some(b'+' | b'-')));
        digits(mantissa + 1 + sign)
    });
    exponent.flatten().or(fraction)
}

/// The length of a string literal with its quotes; `None` where it does not end.
fn string_length(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

/// What a string literal says: Python's `unicode-escape`.
fn unescape(text: &str) -> Result<String, String> {
    let mut result = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // The first half of a character above U+FFFF.
    let mut high: Option<u32> = None;
    while let Some(c) = chars.next() {
        if c != '\\' {
            flush(&mut high, &mut result);
            result.push(c);
            continue;
        }
        let Some(escape) = chars.next() else { return Err("a string ends with a backslash".into()) };
        let mut hex = |digits: usize| -> Result<u32, String> {
            let mut code = 0;
            for _ in 0..digits {
                let digit = chars.next_if(char::is_ascii_hexdigit).and_then(|digit| digit.to_digit(16));
                code = code * 16 + digit.ok_or("an escape in a string is cut short")?;
            }
            Ok(code)
        };
        let code = match escape {
            '\n' => continue,
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' | '\'' | '"' => escape.into(),
            '0'..='7' => {
                let mut code = u32::from(escape) - 48;
                for _ in 0..2 {
                    let digit = chars.next_if(|digit| digit.is_digit(8)).and_then(|digit| digit.to_digit(8));
                    let Some(digit) = digit else { break };
                    code = code * 8 + digit;
                }
                code
            }
            'x' => hex(2)?,
            'u' => hex(4)?,
            'U' => hex(8)?,
            'N' => {
                let name: String = match chars.next() {
                    Some('{') => chars.by_ref().take_while(|c| *c != '}').collect(),
                    _ => return Err("malformed \\N character escape".into()),
                };
                names::character(&name)
                    .ok_or_else(|| format!("unknown Unicode character name {name:?}"))?
                    .into()
            }
            // Python writes other characters as escapes of their own first, which the backslash then quotes.
            other if !other.is_ascii() => {
                flush(&mut high, &mut result);
                result.push_str(&match u32::from(other) {
                    code @ 0..=0xff => format!("\\x{code:02x}"),
                    code @ 0x100..=0xffff => format!("\\u{code:04x}"),
                    code => format!("\\U{code:08x}"),
                });
                continue;
            }
            other => {
                flush(&mut high, &mut result);
                result.push('\\');
                result.push(other);
                continue;
            }
        };
        match (high.take(), code) {
            (Some(first), 0xdc00..=0xdfff) => {
                let code = 0x10000 + ((first - 0xd800) << 10) + (code - 0xdc00);
                result.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            (first, code) => {
                high = first;
                flush(&mut high, &mut result);
                match code {
                    0xd800..=0xdbff => high = Some(code),
                    code if code > 0x10ffff => return Err("illegal Unicode character".into()),
                    code => result.push(char::from_u32(code).unwrap_or('\u{fffd}')),
                }
            }
        }
    }
    flush(&mut high, &mut result);
    Ok(result)
}

/// Half a character alone is none.
fn flush(high: &mut Option<u32>, result: &mut String) {
    if high.take().is_some() {
        result.push('\u{fffd}');
    }
}
