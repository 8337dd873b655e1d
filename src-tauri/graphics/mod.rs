//! A window that stays blank: known drivers get their remedy before anything is drawn, unknown ones are found by
//! watching whether the page is painted.
//!
//! * [`Remedy`]: what can be done, by variables that WebKitGTK and Mesa read.
//! * [`nvidia`]: machines where that is known to be needed.
//! * [`watchdog`]: is the page painted? `commands/painting.rs` asks and starts the app again.
//!
//! Nothing is done for everyone: a remedy costs machines that need none most of their speed.

pub mod nvidia;
pub mod watchdog;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::OnceLock;

use crate::support::notes::{Graphics, Notes};

/// Tells the app which remedy it was started again with.
pub const ATTEMPT: &str = "VITRINE_GRAPHICS";
/// Set by whoever drives the window with WebDriver: the screenshots of a driver hang with some remedies.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";
/// Starts that ended before anything was painted, until the next remedy is tried: some drivers end the whole app.
const UNPAINTED: u32 = 2;

/// Whoever sets one of these has chosen for himself.
const CHOICES: [&str; 6] = [
    "WEBKIT_DISABLE_DMABUF_RENDERER",
    "WEBKIT_DISABLE_COMPOSITING_MODE",
    "WEBKIT_DMABUF_RENDERER_FORCE_SHM",
    "WEBKIT_FORCE_COMPOSITING_MODE",
    "__NV_DISABLE_EXPLICIT_SYNC",
    "LIBGL_ALWAYS_SOFTWARE",
];

/// What can be done so that the window is painted, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// As the system has it.
    None,
    /// NVIDIA's driver does without explicit synchronization (Wayland).
    WithoutExplicitSync,
    /// The page's pictures go to the window by another way than DMA-BUF.
    WithoutDmabuf,
    /// The page is drawn in one layer, by the processor.
    WithoutCompositing,
    /// And whatever else wants OpenGL gets it from the processor.
    Software,
}

impl Remedy {
    const ALL: [Self; 5] = [
        Self::None,
        Self::WithoutExplicitSync,
        Self::WithoutDmabuf,
        Self::WithoutCompositing,
        Self::Software,
    ];

    /// How it is written down.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::WithoutExplicitSync => "without_explicit_sync",
            Self::WithoutDmabuf => "without_dmabuf",
            Self::WithoutCompositing => "without_compositing",
            Self::Software => "software",
        }
    }

    /// `None` for what no version before this one wrote.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|remedy| remedy.name() == name)
    }

    /// The variables that are set to 1.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::WithoutExplicitSync => &["__NV_DISABLE_EXPLICIT_SYNC"],
            Self::WithoutDmabuf => &["WEBKIT_DISABLE_DMABUF_RENDERER"],
            Self::WithoutCompositing => &["WEBKIT_DISABLE_COMPOSITING_MODE"],
            Self::Software => &[
                "WEBKIT_DISABLE_COMPOSITING_MODE",
                "WEBKIT_SKIA_ENABLE_CPU_RENDERING",
                "LIBGL_ALWAYS_SOFTWARE",
            ],
        }
    }

    /// What is tried where this one did not help; always more, so there is an end.
    pub fn next(self, web_view: WebView) -> Option<Self> {
        match self {
            Self::None | Self::WithoutExplicitSync if web_view.bears_no_dmabuf() => Some(Self::WithoutDmabuf),
            Self::None | Self::WithoutExplicitSync | Self::WithoutDmabuf => Some(Self::WithoutCompositing),
            Self::WithoutCompositing => Some(Self::Software),
            Self::Software => None,
        }
    }
}

/// Version of WebKitGTK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebView {
    pub major: u32,
    pub minor: u32,
}

impl WebView {
    /// `2.50.1`; 0.0 for what is no such text.
    pub fn parse(version: &str) -> Self {
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        Self { major: parts.next().unwrap_or(0), minor: parts.next().unwrap_or(0) }
    }

    /// From 2.54 on the window flickers without DMA-BUF, and NVIDIA's drivers do with it.
    fn bears_no_dmabuf(self) -> bool {
        (self.major, self.minor) < (2, 54)
    }
}

/// Why a remedy is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing speaks for one.
    Ordinary,
    /// The environment says how it shall be.
    Chosen,
    /// A test drives the window.
    Driven,
    /// `--safe-graphics`.
    Asked,
    /// The page was not painted a moment ago.
    Tried,
    /// It helped when the app was last started.
    Remembered,
    /// The app ended before anything was painted, again and again.
    Vanished,
    /// This driver is known.
    KnownDriver,
}

/// What is done about graphics, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub remedy: Remedy,
    pub reason: Reason,
}

impl Decision {
    /// May the app be started again where the page is not painted?
    pub fn is_watched(self) -> bool {
        !matches!(self.reason, Reason::Chosen | Reason::Driven)
    }
}

/// What the user says about graphics when he starts the app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wish {
    #[default]
    None,
    /// `--safe-graphics`: the strongest remedy, now and at later starts.
    Safe,
    /// `--usual-graphics`: whatever is remembered is forgotten.
    Usual,
}

/// What a decision is made from.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    pub wish: Wish,
    pub environment: &'a BTreeMap<String, OsString>,
    pub notes: &'a Notes,
    pub web_view: &'a str,
    pub driver: nvidia::Finding,
}

/// What is to be done at this start.
pub fn decide(facts: &Facts<'_>) -> Decision {
    let decided = |remedy, reason| Decision { remedy, reason };
    let is_set = |name: &str| facts.environment.get(name).is_some_and(|value| !value.is_empty());
    let web_view = WebView::parse(facts.web_view);
    if facts.wish == Wish::Safe {
        return decided(Remedy::Software, Reason::Asked);
    }
    if CHOICES.into_iter().any(is_set) {
        return decided(Remedy::None, Reason::Chosen);
    }
    let attempt = facts.environment.get(ATTEMPT).and_then(|name| Remedy::named(name.to_str()?));
    if let Some(remedy) = attempt {
        return decided(remedy, Reason::Tried);
    }
    if is_set(AUTOMATION) {
        return decided(Remedy::None, Reason::Driven);
    }
    let known = match facts.driver {
        nvidia::Finding::Nothing => Remedy::None,
        nvidia::Finding::ExplicitSync => Remedy::WithoutExplicitSync,
        nvidia::Finding::Dmabuf if web_view.bears_no_dmabuf() => Remedy::WithoutDmabuf,
        nvidia::Finding::Dmabuf => Remedy::None,
    };
    let remembered = facts.notes.graphics.as_ref().filter(|it| it.webkit == facts.web_view);
    let remembered =
        remembered.and_then(|it| Remedy::named(&it.remedy)).filter(|_| facts.wish != Wish::Usual);
    let usual = match (remembered, known) {
        (Some(remedy), _) => decided(remedy, Reason::Remembered),
        (None, Remedy::None) => decided(Remedy::None, Reason::Ordinary),
        (None, remedy) => decided(remedy, Reason::KnownDriver),
    };
    if facts.notes.unpainted_starts < UNPAINTED || facts.wish == Wish::Usual {
        return usual;
    }
    // One remedy more for each start that vanished.
    let mut remedy = usual.remedy;
    for _ in UNPAINTED..=facts.notes.unpainted_starts {
        remedy = remedy.next(web_view).unwrap_or(remedy);
    }
    decided(remedy, Reason::Vanished)
}

static DECISION: OnceLock<Decision> = OnceLock::new();

/// Decides and sets the variables. First of all in `main`: before there are threads, and before GTK reads them.
pub fn begin(data: &Path, wish: Wish, web_view: &str) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let environment = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let environment: BTreeMap<_, _> = environment.collect();
    let notes = Notes::load(data);
    let driver = nvidia::look(&nvidia::Places::of_system(&environment), &environment);
    let facts = Facts { wish, environment: &environment, notes: &notes, web_view, driver };
    let decision = decide(&facts);
    for name in decision.remedy.variables() {
        std::env::set_var(name, "1");
    }
    // Begun once.
    let _ = DECISION.set(decision);
    let begun = Notes::change(data, |notes| {
        if wish == Wish::Usual {
            notes.graphics = None;
            notes.unpainted_starts = 0;
        }
        if decision.is_watched() {
            notes.unpainted_starts = notes.unpainted_starts.saturating_add(1);
        }
    });
    // A folder that can't be written is spoken of elsewhere.
    drop(begun);
}

/// What was decided at this start.
pub fn decision() -> Decision {
    DECISION.get().copied().unwrap_or(Decision { remedy: Remedy::None, reason: Reason::Ordinary })
}

/// For diagnostics.
pub fn described() -> String {
    let Decision { remedy, reason } = decision();
    format!("{} ({reason:?})", remedy.name())
}

/// The page is painted: what helped is remembered, for this version of the web view.
pub fn note_painted(data: &Path, web_view: &str) -> std::io::Result<()> {
    let Decision { remedy, reason } = decision();
    Notes::change(data, |notes| {
        notes.unpainted_starts = 0;
        if matches!(reason, Reason::Tried | Reason::Asked | Reason::Vanished) {
            notes.graphics = Some(Graphics { remedy: remedy.name().into(), webkit: web_view.into() });
        }
    })
}

/// The app ends in order, painted or not.
pub fn note_end(data: &Path) -> std::io::Result<()> {
    Notes::change(data, |notes| notes.unpainted_starts = 0)
}

/// All variables that say how a window is drawn: nothing for a program without one.
pub fn variables() -> impl Iterator<Item = &'static str> {
    let remedies = Remedy::ALL.into_iter().flat_map(|remedy| remedy.variables().iter().copied());
    remedies.chain(CHOICES).chain([ATTEMPT])
}

#[cfg(test)]
mod tests;
