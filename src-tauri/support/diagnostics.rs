//! App, machine and state in words that may be given away: versions, shapes, numbers, codes. No text, title, prompt,
//! name of a file or of a user.

use std::fmt::{Display, Write};
use std::path::Path;
use std::time::Duration;

use super::{logs, scrub};
use crate::app::App;
use crate::contract::{AppError, Diagnostics, ErrorCode, HistoryState, ModelState};
use crate::engine::memory;
use crate::fit;
use crate::history::counts;

/// What the workers are built with; `tests/house.rs` holds it against `Cargo.lock`.
pub const ENGINE: &str = "mistral.rs 0.8.1, candle 0.11.1";
/// For a worker or the history to say what is asked. What does not answer is a finding too.
const PATIENCE: Duration = Duration::from_secs(10);
const GIB: f64 = (1_u64 << 30) as f64;

/// Variables that say how desktop, language and graphics stand. Their values name no person; the home folder is taken out.
const VARIABLES: [&str; 27] = [
    "XDG_SESSION_TYPE",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_DESKTOP",
    "DESKTOP_SESSION",
    "WAYLAND_DISPLAY",
    "DISPLAY",
    "GDK_BACKEND",
    "GDK_SCALE",
    "GDK_DPI_SCALE",
    "GDK_DISABLE",
    "GDK_DEBUG",
    "GSK_RENDERER",
    "GTK_THEME",
    "GTK_IM_MODULE",
    "XMODIFIERS",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "WEBKIT_DISABLE_DMABUF_RENDERER",
    "WEBKIT_DISABLE_COMPOSITING_MODE",
    "WEBKIT_DMABUF_RENDERER_FORCE_SHM",
    "WEBKIT_SKIA_ENABLE_CPU_RENDERING",
    "__NV_DISABLE_EXPLICIT_SYNC",
    "LIBGL_ALWAYS_SOFTWARE",
    "VITRINE_SANDBOX",
    "RUST_LOG",
];

/// What only the window's side knows.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Name and version of the web view.
    pub web_view: String,
    /// Name and version of the toolkit, where there is one.
    pub toolkit: String,
    /// What was done so that the window is painted.
    pub graphics: String,
}

/// The description, a fact a line.
pub async fn describe(app: &App, around: &Surroundings) -> Diagnostics {
    let mut text = String::new();
    let mut tell = |name: &str, value: &dyn Display| {
        // Writing into a string does not fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    tell("Vitrine", &env!("CARGO_PKG_VERSION"));
    tell("engine", &ENGINE);
    tell("web view", &around.web_view);
    tell("toolkit", &around.toolkit);
    tell("system", &system());
    tell("kernel", &kernel());
    tell("graphics", &around.graphics);
    for name in VARIABLES {
        if let Some(value) = std::env::var_os(name) {
            tell(name, &plain(&value.to_string_lossy()));
        }
    }
    tell("processor", &processor());
    let machine = memory::machine();
    tell("memory", &format!("{:.1} GiB, {:.1} GiB free", gib(machine.total), gib(machine.free)));
    tell("data folder", &data_folder(app.data_folder()));
    tell("workers are confined", &confinement(app).await);
    for (slot, state) in [("model", app.supervisor.state()), ("second model", app.second.state())] {
        tell(slot, &shape(&state));
    }
    tell("history", &history(app).await);
    let warnings = app.history.warnings().await;
    let codes: Vec<_> = warnings.iter().map(|warning| code(warning.code())).collect();
    tell("warnings of the start", &listed(&codes));
    tell("warnings since", &listed(&logs::recent_warnings()));
    Diagnostics { text }
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / GIB
}

fn listed(things: &[String]) -> String {
    if things.is_empty() {
        return "none".into();
    }
    things.join("; ")
}

/// The value of a variable, as far as it looks like one of a program.
fn plain(value: &str) -> String {
    let value = scrub::homeless(value, scrub::home().as_deref());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.+:,=@/~".contains(c);
    match value.len() <= 100 && value.chars().all(is_plain) {
        true => value,
        false => "(not told)".into(),
    }
}

fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = name.map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    format!("{name}, {}", std::env::consts::ARCH)
}

fn kernel() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease");
    release.map_or_else(|_| "not known".into(), |release| release.trim().to_owned())
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim())
    };
    let flags = value("flags").unwrap_or_default();
    let known = ["avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "avx512_bf16"];
    let there: Vec<_> = known.into_iter().filter(|flag| flags.split(' ').any(|one| one == *flag)).collect();
    format!(
        "{}, {} cores, {}",
        value("model name").unwrap_or("not known"),
        fit::physical_cores(),
        if there.is_empty() { "features not known".into() } else { there.join(" ") }
    )
}

/// Which it is and whether it can be used; not where it lies.
fn data_folder(folder: &Path) -> String {
    let usual = dirs::data_dir().map(|data| data.join("vitrine"));
    let kind = match usual {
        Some(usual) if usual == folder => "the usual one",
        _ if folder.starts_with(std::env::temp_dir()) => "below the temporary one",
        _ => "one that was named",
    };
    let probe = folder.join(".can-be-written");
    let written = std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe));
    let room = vitrine_core::prepared::room(folder)
        .map_or_else(String::new, |free| format!(", {:.1} GiB free", gib(free)));
    match written {
        Ok(()) => format!("{kind}, can be written{room}"),
        Err(error) => format!("{kind}, can't be written ({:?}){room}", error.kind()),
    }
}

async fn confinement(app: &App) -> String {
    match tokio::time::timeout(PATIENCE, app.sandbox()).await {
        Ok(Ok(sandbox)) => format!("files: {:?}, system calls: {}", sandbox.landlock, sandbox.seccomp),
        Ok(Err(error)) => code(error.code()),
        Err(_) => "no answer".into(),
    }
}

/// What kind of model it is, and by no means which.
fn shape(state: &ModelState) -> String {
    match state {
        ModelState::Empty => "none".into(),
        ModelState::Loading { stage, .. } => format!("loading ({stage:?})"),
        ModelState::Failed { error, .. } => format!("failed ({})", code(error.code)),
        ModelState::Ready { model, memory, .. } => {
            let info = &model.info;
            format!(
                "{} {}, {:?}, {:.2} GiB in the file, {:.2} GiB in memory, context {}, {:?}",
                scrub::name(&info.architecture),
                scrub::name(&info.quantization),
                info.format,
                gib(info.file_size),
                gib(*memory),
                model.context_length,
                model.loading.route,
            )
        }
    }
}

async fn history(app: &App) -> String {
    let standing = match tokio::time::timeout(PATIENCE, app.history.state()).await {
        Ok(Ok(state)) => standing(&state),
        Ok(Err(error)) => code(error.code()),
        Err(_) => return "no answer".into(),
    };
    match app.history.call(|connection| counts::read(connection)).await {
        Ok(counts) => format!(
            "{standing}, {} conversations ({} in the bin), {} messages",
            counts.conversations, counts.in_bin, counts.messages
        ),
        Err(error) => format!("{standing}, not counted ({})", code(error.code())),
    }
}

fn standing(state: &HistoryState) -> String {
    let told = |what: &str, error: &AppError| format!("{what} ({})", code(error.code));
    match state {
        HistoryState::Open => "open".into(),
        HistoryState::ReadOnly { error } => told("open for reading", error),
        HistoryState::Missing { .. } => "missing".into(),
        HistoryState::Unavailable { error, .. } => told("in memory alone", error),
    }
}

/// As the window and `docs/errors.md` call it.
fn code(code: ErrorCode) -> String {
    let name = serde_json::to_value(code).ok();
    name.as_ref().and_then(|name| name.as_str()).unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_told_where_it_looks_like_one() {
        assert_eq!(plain("zh_CN.UTF-8"), "zh_CN.UTF-8");
        assert_eq!(plain("@im=fcitx"), "@im=fcitx");
        assert_eq!(plain("a private text"), "(not told)");
        assert_eq!(plain("天空"), "(not told)");
    }

    #[test]
    fn a_code_is_told_by_its_name() {
        assert_eq!(code(ErrorCode::Shell(crate::contract::ShellErrorCode::DiskFull)), "disk_full");
    }
}
