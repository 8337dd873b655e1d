//! Cuts JSON into its values without reading them: a large array is taken element by element, and one that is broken,
//! too large or too deep costs no other.

use std::io::{self, Read};

use crate::fault::Fault;
use crate::receipt::Why;

/// serde_json reads 128 levels.
const DEEPEST: usize = 120;
const CHUNK: usize = 64 * 1024;

/// How a value was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// All of it is there.
    Whole,
    TooLarge,
    TooDeep,
    /// The text ends before the value does.
    Truncated,
}

impl Cut {
    /// `Ok` for a whole one.
    pub fn check(self) -> Result<(), Fault> {
        let (why, detail) = match self {
            Self::Whole => return Ok(()),
            Self::TooLarge => (Why::TooLarge, "larger than a conversation may be"),
            Self::TooDeep => (Why::TooDeep, "nested too deeply"),
            Self::Truncated => (Why::Truncated, "the text ends within it"),
        };
        Err(Fault::new(why, detail))
    }
}

/// Reads JSON value by value.
pub struct Cutter<R> {
    from: R,
    chunk: Vec<u8>,
    at: usize,
}

impl<R: Read> Cutter<R> {
    /// A byte order mark at the beginning is passed over.
    pub fn new(from: R) -> Self {
        Self { from, chunk: Vec::new(), at: 0 }
    }

    fn fill(&mut self) -> io::Result<bool> {
        while self.at >= self.chunk.len() {
            self.chunk.resize(CHUNK, 0);
            self.at = 0;
            match self.from.read(&mut self.chunk) {
                Ok(0) => {
                    self.chunk.clear();
                    return Ok(false);
                }
                Ok(count) => self.chunk.truncate(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.chunk.clear(),
                Err(error) => {
                    self.chunk.clear();
                    return Err(error);
                }
            }
        }
        Ok(true)
    }

    /// The next byte that is no white space (and no part of a byte order mark); it stays. `None` at the end.
    pub fn peek(&mut self) -> io::Result<Option<u8>> {
        while self.fill()? {
            let byte = self.chunk[self.at];
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0xEF | 0xBB | 0xBF) {
                return Ok(Some(byte));
            }
            self.at += 1;
        }
        Ok(None)
    }

    /// Takes the next byte where it is this one.
    pub fn take(&mut self, wanted: u8) -> io::Result<bool> {
        let there = self.peek()? == Some(wanted);
        self.at += usize::from(there);
        Ok(there)
    }

    /// Passes over the byte that [`Self::peek`] gave.
    pub fn skip(&mut self) {
        self.at += 1;
    }

    /// Takes one value. `into` holds it where it is [`Cut::Whole`]; it may be no valid JSON even so.
    pub fn value(&mut self, into: &mut Vec<u8>, most: usize) -> io::Result<Cut> {
        into.clear();
        let Some(first) = self.peek()? else { return Ok(Cut::Truncated) };
        let scalar = !matches!(first, b'{' | b'[' | b'"');
        let (mut depth, mut deepest) = (0_usize, 0_usize);
        let (mut in_string, mut escaped, mut large) = (false, false, false);
        loop {
            if !self.fill()? {
                let whole = scalar && !into.is_empty();
                return Ok(if whole { Cut::Whole } else { Cut::Truncated });
            }
            let (mut end, mut done) = (self.at, false);
            for &byte in &self.chunk[self.at..] {
                if scalar {
                    if matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n') {
                        done = true;
                        break;
                    }
                    end += 1;
                    continue;
                }
                end += 1;
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => {
                            in_string = false;
                            done = depth == 0;
                        }
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'{' | b'[' => {
                            depth += 1;
                            deepest = deepest.max(depth);
                        }
                        b'}' | b']' => {
                            depth -= 1;
                            done = depth == 0;
                        }
                        _ => {}
                    }
                }
                if done {
                    break;
                }
            }
            let piece = &self.chunk[self.at..end];
            large = large || into.len() + piece.len() > most;
            match large {
                true => *into = Vec::new(),
                false => into.extend_from_slice(piece),
            }
            self.at = end;
            if done {
                return Ok(match () {
                    () if large => Cut::TooLarge,
                    () if deepest > DEEPEST => Cut::TooDeep,
                    () => Cut::Whole,
                });
            }
        }
    }

    /// Takes the rest of a line without its end. `None` at the end of the text.
    pub fn line(&mut self, into: &mut Vec<u8>, most: usize) -> io::Result<Option<Cut>> {
        into.clear();
        let (mut large, mut any) = (false, false);
        while self.fill()? {
            any = true;
            let rest = &self.chunk[self.at..];
            let end = rest.iter().position(|byte| *byte == b'\n');
            let piece = &rest[..end.unwrap_or(rest.len())];
            large = large || into.len() + piece.len() > most;
            match large {
                true => *into = Vec::new(),
                false => into.extend_from_slice(piece),
            }
            self.at += piece.len() + usize::from(end.is_some());
            if end.is_some() {
                break;
            }
        }
        Ok(any.then_some(if large { Cut::TooLarge } else { Cut::Whole }))
    }
}

/// Reads a value that was cut.
pub fn parse<T: serde::de::DeserializeOwned>(cut: Cut, bytes: &[u8]) -> Result<T, Fault> {
    cut.check()?;
    Ok(serde_json::from_slice(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str, most: usize) -> Vec<(Cut, String)> {
        let mut cutter = Cutter::new(text.as_bytes());
        let mut found = Vec::new();
        assert!(cutter.take(b'[').unwrap());
        while cutter.peek().unwrap().is_some_and(|byte| byte != b']') {
            let mut value = Vec::new();
            let cut = cutter.value(&mut value, most).unwrap();
            found.push((cut, String::from_utf8(value).unwrap()));
            cutter.take(b',').unwrap();
        }
        found
    }

    #[test]
    fn elements_are_cut_whatever_is_in_them() {
        let text = r#"[ {"a":"]}\"{"} , 12,"x,]" ,[[],{}],null]"#;
        let found: Vec<_> =
            elements(text, 100).into_iter().map(|(cut, text)| (cut == Cut::Whole, text)).collect();
        let wanted = [r#"{"a":"]}\"{"}"#, "12", r#""x,]""#, "[[],{}]", "null"];
        assert_eq!(found, wanted.map(|text| (true, text.to_owned())));
    }

    #[test]
    fn what_is_too_large_too_deep_or_cut_off_costs_nothing_else() {
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let text = format!("[1,\"{}\",2,{deep},3,{{\"a\":", "x".repeat(20_000));
        let cuts: Vec<_> = elements(&text, 15_000).into_iter().map(|(cut, _)| cut).collect();
        assert_eq!(cuts, [Cut::Whole, Cut::TooLarge, Cut::Whole, Cut::TooDeep, Cut::Whole, Cut::Truncated]);
    }
}
