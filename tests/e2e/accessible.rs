//! The window as a screen reader finds it: the accessible tree that GTK and WebKitGTK offer over AT-SPI.
//!
//! As much of AT-SPI (<https://docs.gtk.org/atspi2/>) as the journeys need, over the D-Bus client that the shell has
//! already: another crate would bring other features of shared dependencies, and the engine be built again.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use zbus::blocking::{connection, Connection, Proxy};
use zbus::zvariant::OwnedObjectPath;

/// A bus name and a path: how AT-SPI names an object.
type Reference = (String, OwnedObjectPath);

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
/// Deeper than any view of ours; a tree that names itself as its child ends here.
const DEEPEST: usize = 80;

/// Names of roles in the order in which AT-SPI numbers them (`AtspiRole`). WebKitGTK tells the numbers alone.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "invalid", "accelerator label", "alert", "animation", "arrow", "calendar", "canvas", "check box",
    "check menu item", "color chooser", "column header", "combo box", "date editor", "desktop icon",
    "desktop frame", "dial", "dialog", "directory pane", "drawing area", "file chooser", "filler",
    "focus traversable", "font chooser", "frame", "glass pane", "html container", "icon", "image",
    "internal frame", "label", "layered pane", "list", "list item", "menu", "menu bar", "menu item",
    "option pane", "page tab", "page tab list", "panel", "password text", "popup menu", "progress bar",
    "push button", "radio button", "radio menu item", "root pane", "row header", "scroll bar", "scroll pane",
    "separator", "slider", "spin button", "split pane", "status bar", "table", "table cell",
    "table column header", "table row header", "tearoff menu item", "terminal", "text", "toggle button",
    "tool bar", "tool tip", "tree", "tree table", "unknown", "viewport", "window", "extended", "header",
    "footer", "paragraph", "ruler", "application", "autocomplete", "editbar", "embedded", "entry", "chart",
    "caption", "document frame", "heading", "page", "section", "redundant object", "form", "link",
    "input method window", "table row", "tree item", "document spreadsheet", "document presentation",
    "document text", "document web", "document email", "comment", "list box", "grouping", "image map",
    "notification", "info bar", "level bar", "title bar", "block quote", "audio", "video", "definition",
    "article", "landmark", "log", "marquee", "math", "rating", "timer", "static", "math fraction", "math root",
    "subscript", "superscript", "description list", "description term", "description value", "footnote",
];

/// States as AT-SPI numbers them (`AtspiStateType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Busy = 3,
    Editable = 7,
    Focusable = 11,
    Focused = 12,
    Modal = 16,
    Pressed = 20,
    Selected = 23,
}

/// One object of the tree, as it was when it was read.
#[derive(Debug, Clone)]
pub struct Node {
    pub role: &'static str,
    pub name: String,
    /// What is written in it, without what is in its children (U+FFFC stands for each); empty where it holds no text.
    pub text: String,
    /// ARIA's attributes among them (`live`, `level`, `tag`, `id`).
    pub attributes: HashMap<String, String>,
    pub children: Vec<Node>,
    states: u64,
}

impl Node {
    pub fn is(&self, state: State) -> bool {
        self.states >> (state as u32) & 1 == 1
    }

    /// This object and all below it, in the order in which they are read.
    pub fn all(&self) -> Vec<&Node> {
        let mut found = vec![self];
        found.extend(self.children.iter().flat_map(Node::all));
        found
    }

    pub fn with_role(&self, role: &str) -> Vec<&Node> {
        self.all().into_iter().filter(|node| node.role == role).collect()
    }

    pub fn find(&self, role: &str, name: &str) -> Option<&Node> {
        self.all().into_iter().find(|node| node.role == role && node.name == name)
    }

    /// For a test that failed: a line an object, indented.
    pub fn told(&self) -> String {
        let mut text = String::new();
        self.tell(0, &mut text);
        text
    }

    fn tell(&self, depth: usize, text: &mut String) {
        let states: Vec<String> = [
            State::Busy,
            State::Editable,
            State::Focusable,
            State::Focused,
            State::Modal,
            State::Pressed,
            State::Selected,
        ]
        .into_iter()
        .filter(|state| self.is(*state))
        .map(|state| format!("{state:?}").to_lowercase())
        .collect();
        let live = self.attributes.get("live").map(|live| format!(" live={live}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{:indent$}{} {:?} {:?} [{}]{live}",
            "",
            self.role,
            self.name,
            self.text,
            states.join(" "),
            indent = depth * 2
        );
        for child in &self.children {
            child.tell(depth + 1, text);
        }
    }
}

/// The accessibility bus of this session.
pub struct Bus {
    connection: Connection,
}

impl Bus {
    /// `Err` says why there is none, in D-Bus's words.
    pub fn connect() -> Result<Self, String> {
        let session = Connection::session().map_err(|error| format!("no session bus: {error}"))?;
        let broker = Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus")
            .map_err(|error| format!("no org.a11y.Bus: {error}"))?;
        let address: String = broker
            .call("GetAddress", &())
            .map_err(|error| format!("org.a11y.Bus (Debian package at-spi2-core): {error}"))?;
        let connection = connection::Builder::address(address.as_str())
            .and_then(connection::Builder::build)
            .map_err(|error| format!("no accessibility bus at {address}: {error}"))?;
        Ok(Self { connection })
    }

    fn proxy<'a>(&'a self, (bus, path): &'a Reference, interface: &'static str) -> zbus::Result<Proxy<'a>> {
        // Nothing is kept between two questions: the tree is another one by then.
        zbus::blocking::proxy::Builder::new(&self.connection)
            .destination(bus.as_str())?
            .path(path)?
            .interface(interface)?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
    }

    fn children(&self, of: &Reference) -> zbus::Result<Vec<Reference>> {
        let proxy = self.proxy(of, ACCESSIBLE)?;
        let children: Vec<Reference> = proxy.call("GetChildren", &())?;
        if !children.is_empty() {
            return Ok(children);
        }
        // A socket, in which the page of another process sits, names it only by its place.
        let count: i32 = proxy.get_property("ChildCount")?;
        (0..count).map(|at| proxy.call("GetChildAtIndex", &(at,))).collect()
    }

    fn text(&self, of: &Reference) -> zbus::Result<String> {
        self.proxy(of, "org.a11y.atspi.Text")?.call("GetText", &(0_i32, -1_i32))
    }

    fn read(&self, reference: &Reference, depth: usize) -> zbus::Result<Node> {
        let proxy = self.proxy(reference, ACCESSIBLE)?;
        let role: u32 = proxy.call("GetRole", &())?;
        let states: Vec<u32> = proxy.call("GetState", &())?;
        let states = states.iter().rev().fold(0, |all, word| all << 32 | u64::from(*word));
        let children = if depth < DEEPEST { self.children(reference)? } else { Vec::new() };
        Ok(Node {
            role: ROLES.get(role as usize).copied().unwrap_or("unknown"),
            name: proxy.get_property("Name")?,
            attributes: proxy.call("GetAttributes", &())?,
            // One that went away while it was asked is not there.
            children: children.iter().filter_map(|child| self.read(child, depth + 1).ok()).collect(),
            text: self.text(reference).unwrap_or_default(),
            states,
        })
    }

    /// The tree of the program with this name, as soon as it has registered.
    pub fn application(&self, name: &str, patience: Duration) -> Result<Node, String> {
        let start = Instant::now();
        let root = (REGISTRY.to_owned(), OwnedObjectPath::try_from(ROOT).expect("a path"));
        loop {
            let found = self.children(&root).map_err(|error| format!("the registry: {error}"))?;
            for one in &found {
                let called: zbus::Result<String> =
                    self.proxy(one, ACCESSIBLE).and_then(|proxy| proxy.get_property("Name"));
                if called.is_ok_and(|called| called == name) {
                    return self.read(one, 0).map_err(|error| format!("{name}: {error}"));
                }
            }
            if start.elapsed() > patience {
                return Err(format!("{name} is not among the {} programs of the registry", found.len()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
