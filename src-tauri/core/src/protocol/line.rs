//! A line of standard input as a request, and who is to be told where it is none.
//!
//! Programs in languages whose strings are UTF-16 send half of a character now and then: a surrogate without its other half, which JSON can
//! write (`"\\ud83d"`) and UTF-8 can't. Such halves, and bytes that are no UTF-8, become U+FFFD, as everywhere on the web
//! (WHATWG Encoding Standard; Web IDL, `USVString`). A line that is no request after that is refused with the id that it has: its sender waits for
//! an answer to that.

use std::borrow::Cow;

use serde_json::Value;

use super::{ErrorKind, Request, RequestId, RpcError};

/// A line that is no request.
#[derive(Debug)]
pub struct NoRequest {
    /// What it calls itself; `None` where that can't be told.
    pub id: Option<RequestId>,
    pub error: RpcError,
}

/// Reads a line.
///
/// # Errors
/// `ParseError` for what is no JSON, and for JSON that is no request.
pub fn read(line: &[u8]) -> Result<Request, Box<NoRequest>> {
    let text = String::from_utf8_lossy(line);
    let text = whole_characters(&text);
    serde_json::from_str(&text).map_err(|error| {
        let id = find_id(&text);
        Box::new(NoRequest {
            id,
            error: RpcError::new(ErrorKind::ParseError, format!("not a JSON-RPC 2.0 request: {error}")),
        })
    })
}

/// The text with `\ufffd` for every escaped surrogate that has no other half.
fn whole_characters(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut mended: Option<String> = None;
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        let start = at + found;
        // One escape is a backslash and a letter; those of characters have four digits more.
        at = (start + 2).min(bytes.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        let Some(unit) = code_unit(bytes, start) else { continue };
        at = start + 6;
        match unit {
            0xd800..0xdc00 if matches!(code_unit(bytes, at), Some(0xdc00..0xe000)) => at += 6,
            0xd800..0xe000 => {
                let out = mended.get_or_insert_with(String::new);
                out.push_str(&text[kept..start]);
                out.push_str("\\ufffd");
                kept = at;
            }
            _ => {}
        }
    }
    match mended {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(&text[kept..]);
            Cow::Owned(out)
        }
    }
}

/// The code unit of an escape (`\u0041`) that begins here.
fn code_unit(bytes: &[u8], start: usize) -> Option<u32> {
    let digits = bytes.get(start..start + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
}

/// The member `id` of the outermost object; of a text that is no JSON, the first that is in no bracket but the outermost.
fn find_id(text: &str) -> Option<RequestId> {
    if let Ok(whole) = serde_json::from_str::<Value>(text) {
        return serde_json::from_value(whole.get("id")?.clone()).ok();
    }
    let (mut rest, mut depth) = (text, 0u32);
    loop {
        let at = rest.find(['"', '{', '}', '[', ']'])?;
        let (sign, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = match sign {
            b'"' => {
                let (written, behind) = after.split_at(end_of_string(after)?);
                let behind = &behind[1..];
                let value = behind.trim_start().strip_prefix(':').filter(|_| written == "id" && depth <= 1);
                if let Some(id) = value.and_then(first_value) {
                    return Some(id);
                }
                behind
            }
            b'{' | b'[' => {
                depth += 1;
                after
            }
            // Brackets may not match.
            _ => {
                depth = depth.saturating_sub(1);
                after
            }
        };
    }
}

/// Where the string ends whose first quote stands before this text.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// The number or string that a text begins with.
fn first_value(text: &str) -> Option<RequestId> {
    serde_json::Deserializer::from_str(text).into_iter::<RequestId>().next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn params(line: &str) -> Value {
        read(line.as_bytes()).expect(line).params
    }

    fn refused(line: impl AsRef<[u8]>) -> Option<RequestId> {
        let refused = read(line.as_ref()).expect_err("no request");
        assert_eq!(refused.error.kind(), ErrorKind::ParseError);
        refused.id
    }

    #[test]
    fn half_a_character_is_replaced_and_whole_ones_stay() {
        for (written, read) in [
            (r"a\ud83d b", "a\u{fffd} b"),
            (r"\ude00", "\u{fffd}"),
            (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud83d\ude00", "😀"),
            (r"\uD83D\uDE00\uDBFF", "😀\u{fffd}"),
            (r"\ud83dx\ude00", "\u{fffd}x\u{fffd}"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\\ud83d", r"\ud83d"),
            (r"\\\ud83d", "\\\u{fffd}"),
            (r"a\u0000b", "a\0b"),
            ("a\u{2028}b", "a\u{2028}b"),
            (r"\u4f60\u597d", "你好"),
        ] {
            let line = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"text":"{written}"}}}}"#);
            assert_eq!(params(&line), json!({"text": read}), "{written}");
        }
        // In names of members, too.
        assert_eq!(
            params(r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"\udc00":1}}"#),
            json!({"\u{fffd}": 1})
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        // A surrogate written as three bytes, and a character that was cut.
        for bytes in [&b"\xed\xa0\xbd"[..], b"\xf0\x9f\x98", b"\xff"] {
            let line = [br#"{"jsonrpc":"2.0","id":"x","method":"m","params":""#, bytes, br#""}"#].concat();
            let request = read(&line).expect("a request");
            assert_eq!(request.id, Some(RequestId::Text("x".into())));
            assert!(request.params.as_str().is_some_and(|text| text.starts_with('\u{fffd}')));
        }
    }

    #[test]
    fn a_line_that_is_no_request_is_refused_with_its_own_id() {
        let seven = Some(RequestId::Number(7));
        for line in [
            r#"{"jsonrpc":"2.0","id":7,"method":"m","params":{"a":}}"#,
            r#"{"jsonrpc":"2.0","params":{"a":[1,}},{"b"]},"method":"m","id":7}"#,
            r#"{"id":7,"jsonrpc":"2.0""#,
            r#"{"jsonrpc":"2.0","id":7}"#,
            r#"{"jsonrpc":"2.0","method":3,"id":7}"#,
            r#"{"params":"a string with \"id\":8 in it","x":nul,"id":7}"#,
            r#" { "params" : {"id": 8}, "method": "m"  "id" : 7 }"#,
            r#"{"jsonrpc":"2.0","id":7,"method":"m","params":"\x"}"#,
            r#"{"jsonrpc":"2.0","id":7,"method":"m","params":"\ud8zz"}"#,
        ] {
            assert_eq!(refused(line), seven, "{line}");
        }
        assert_eq!(refused(r#"{"id":"é","params":[}"#), Some(RequestId::Text("é".into())));
        let deep = format!(r#"{{"params":{}1{},"id":7}}"#, "[".repeat(300), "]".repeat(300));
        assert_eq!(refused(deep), seven);
    }

    #[test]
    fn a_line_without_an_id_is_refused_without_one() {
        for line in [
            "",
            "hello",
            "[]",
            "[1,2]",
            "3",
            "{",
            r#"{"id""#,
            r#"{"id":"#,
            r#"{"id":[7]}"#,
            r#"{"x":{"id":7}}"#,
            "\\",
            r"\u",
            "\u{fffd}{",
        ] {
            assert_eq!(refused(line), None, "{line}");
        }
        // An escape may end the line, whatever the line is.
        for line in [r#"{"a":"\"#, r#"{"a":"\u"#, r#"{"a":"\ud8"#, "\\é"] {
            assert_eq!(refused(line), None, "{line}");
        }
    }
}
