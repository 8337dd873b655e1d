//! As much of WebDriver (<https://www.w3.org/TR/webdriver2/>) as the journeys need: JSON over HTTP.
//!
//! The client crates pull an HTTP stack in whose features change those of the engine's own
//! dependencies: `cargo build` and `cargo test` would then each build mistral.rs, half an hour apiece.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{json, Value};

/// The key under which an element's id is sent (section "Elements").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A WebDriver session.
pub struct Session {
    port: u16,
    id: String,
}

/// An element of the page.
#[derive(Debug, Clone)]
pub struct Element {
    id: String,
}

impl Session {
    /// Starts the program and opens a session in its window.
    pub fn new(port: u16, capabilities: &Value) -> Result<Self, String> {
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let value = call(port, "POST", "/session", Some(&body))?;
        let id = value["sessionId"].as_str().ok_or_else(|| format!("no session: {value}"))?;
        Ok(Self { port, id: id.into() })
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        call(self.port, method, &format!("/session/{}{path}", self.id), body)
    }

    /// Ends the session, which closes the window.
    pub fn close(&self) -> Result<(), String> {
        self.call("DELETE", "", None).map(drop)
    }

    /// All matches of a CSS selector.
    pub fn find_all(&self, selector: &str) -> Result<Vec<Element>, String> {
        let found =
            self.call("POST", "/elements", Some(&json!({"using": "css selector", "value": selector})))?;
        let elements = found.as_array().ok_or_else(|| format!("no list: {found}"))?;
        Ok(elements
            .iter()
            .filter_map(|element| Some(Element { id: element[ELEMENT].as_str()?.into() }))
            .collect())
    }

    pub fn click(&self, element: &Element) -> Result<(), String> {
        self.call("POST", &format!("/element/{}/click", element.id), Some(&json!({}))).map(drop)
    }

    /// A press with the other button, as a hand makes it: the web view decides what it means.
    pub fn right_click(&self, element: &Element) -> Result<(), String> {
        let origin = json!({ELEMENT: element.id});
        let pointer = json!({"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 2},
            {"type": "pointerUp", "button": 2},
        ]});
        self.call("POST", "/actions", Some(&json!({"actions": [pointer]}))).map(drop)
    }

    /// Presses a key with Ctrl held, as a hand does. `key` is a character, or WebDriver's code for a key.
    pub fn with_ctrl(&self, key: &str) -> Result<(), String> {
        const CTRL: &str = "\u{e009}";
        let keys = json!({"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": CTRL},
            {"type": "keyDown", "value": key},
            {"type": "keyUp", "value": key},
            {"type": "keyUp", "value": CTRL},
        ]});
        self.call("POST", "/actions", Some(&json!({"actions": [keys]}))).map(drop)
    }

    /// Types into whatever has the focus.
    pub fn type_keys(&self, text: &str) -> Result<(), String> {
        let press = |key: char| [("keyDown", key), ("keyUp", key)];
        let keys: Vec<Value> = text
            .chars()
            .flat_map(press)
            .map(|(kind, key)| json!({"type": kind, "value": key.to_string()}))
            .collect();
        let keys = json!({"type": "key", "id": "keys", "actions": keys});
        self.call("POST", "/actions", Some(&json!({"actions": [keys]}))).map(drop)
    }

    /// Runs the body of a function; gives what it returns.
    pub fn script(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        self.call("POST", "/execute/sync", Some(&json!({"script": script, "args": arguments})))
    }

    /// The window's content as PNG, in Base64.
    pub fn screenshot(&self) -> Result<String, String> {
        let value = self.call("GET", "/screenshot", None)?;
        value.as_str().map(Into::into).ok_or_else(|| "no picture".into())
    }
}

/// One command. `Err` has WebDriver's own words.
fn call(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let failed = |error: std::io::Error| format!("{method} {path}: {error}");
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(failed)?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(failed)?;
    let value = &response(&mut stream).map_err(failed)?["value"];
    match value.get("error") {
        Some(error) if value.get("message").is_some() => {
            Err(format!("{method} {path}: {error}: {}", value["message"]))
        }
        _ => Ok(value.clone()),
    }
}

/// Reads one response. The driver says how long the body is, and may keep the connection open.
fn response(stream: &mut TcpStream) -> std::io::Result<Value> {
    let mut bytes = Vec::new();
    let mut part = [0; 16 << 10];
    loop {
        if let Some(body) = whole_body(&bytes) {
            return serde_json::from_slice(body).map_err(std::io::Error::other);
        }
        match stream.read(&mut part)? {
            0 => return Err(std::io::Error::other("the driver closed the connection")),
            n => bytes.extend_from_slice(&part[..n]),
        }
    }
}

fn whole_body(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let length: usize = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    })?;
    bytes.get(end + 4..end + 4 + length)
}
