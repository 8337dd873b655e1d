//! Watches whether the page is painted, and starts the app again with the next remedy where it is not.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager, WebviewWindow};

use crate::app::App;
use crate::graphics::watchdog::{Sign, Verdict, Watchdog, BEAT};
use crate::graphics::{self, Remedy, WebView};

/// How often the watchdog looks, until there is a verdict.
const LOOK: Duration = Duration::from_secs(1);
/// Names the least remedy that a page is painted with, or nothing that is one: a driver for tests.
#[cfg(debug_assertions)]
const PRETENDED: &str = "VITRINE_TEST_PAINTED_WITH";

static WATCHDOG: OnceLock<Mutex<Watchdog>> = OnceLock::new();

/// What the page does until its first frames: a sign of life now and then, and word of the second frame.
pub fn script() -> String {
    let beat = BEAT.as_millis();
    format!(
        "{{
            let painted = false;
            const say = (name, facts) => {{
                try {{ window.__TAURI_INTERNALS__.invoke(name, facts).catch(() => {{}}); }} catch {{ /* too early */ }}
            }};
            const live = () => {{
                if (painted) return;
                say('page_alive', {{ inView: document.visibilityState === 'visible' }});
                setTimeout(live, {beat});
            }};
            const paint = () => requestAnimationFrame(() => requestAnimationFrame(() => {{
                if ({pretended}) return;
                painted = true;
                say('page_painted');
            }}));
            live();
            document.readyState === 'loading' ? addEventListener('DOMContentLoaded', paint) : paint();
        }}",
        pretended = pretends_to_be_blank(),
    )
}

/// A driver that paints nothing with the remedy in force.
#[cfg(debug_assertions)]
fn pretends_to_be_blank() -> bool {
    std::env::var(PRETENDED)
        .is_ok_and(|least| Remedy::named(&least).is_none_or(|least| graphics::decision().remedy < least))
}

#[cfg(not(debug_assertions))]
fn pretends_to_be_blank() -> bool {
    false
}

/// The page's script runs.
#[tauri::command]
pub fn page_alive(in_view: bool) {
    hear(Sign::Alive { in_view });
}

/// The page has had two frames.
#[tauri::command]
pub fn page_painted() {
    hear(Sign::Painted);
}

/// The web view begins to load the page.
pub fn page_loading() {
    hear(Sign::Loading);
}

fn hear(sign: Sign) {
    if let Some(watchdog) = WATCHDOG.get() {
        watchdog.lock().unwrap_or_else(|panicked| panicked.into_inner()).hear(sign, Instant::now());
    }
}

/// Begins to watch. On the main thread, when the window was made.
pub fn watch(window: &WebviewWindow) {
    // Made once.
    let watchdog = WATCHDOG.get_or_init(|| Mutex::new(Watchdog::new(Instant::now())));
    hear_of_the_end(window);
    let handle = window.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(LOOK).await;
            let verdict =
                watchdog.lock().unwrap_or_else(|panicked| panicked.into_inner()).verdict(Instant::now());
            match verdict {
                Verdict::Waiting => {}
                Verdict::Painted => {
                    tracing::info!(remedy = graphics::decision().remedy.name(), "the page is painted");
                    return note_painted(&handle).await;
                }
                Verdict::Blank(why) => {
                    tracing::warn!(reason = ?why, remedy = graphics::decision().remedy.name(), "the page is not painted");
                    return next(&handle).await;
                }
            }
        }
    });
}

/// The process that draws the page may end, as it does with some drivers.
#[cfg(target_os = "linux")]
fn hear_of_the_end(window: &WebviewWindow) {
    use webkit2gtk::WebViewExt;
    let asked = window.with_webview(|view| {
        view.inner().connect_web_process_terminated(|_, _| hear(Sign::Gone));
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "nobody tells when the page's process ends");
    }
}

#[cfg(not(target_os = "linux"))]
fn hear_of_the_end(_: &WebviewWindow) {}

async fn note_painted(handle: &AppHandle) {
    let data = handle.state::<Arc<App>>().data_folder().to_owned();
    let version = web_view_version();
    let noted = crate::blocking::blocking("noting that the page is painted", move || {
        graphics::note_painted(&data, &version)
    });
    match noted.await {
        Ok(Err(error)) => tracing::warn!(%error, "not noted that the page is painted"),
        Err(error) => tracing::warn!(%error, "not noted that the page is painted"),
        Ok(Ok(())) => {}
    }
}

async fn next(handle: &AppHandle) {
    let decision = graphics::decision();
    if !decision.is_watched() {
        return;
    }
    match decision.remedy.next(WebView::parse(&web_view_version())) {
        Some(remedy) => restart(handle, remedy).await,
        None => tracing::error!("the page is not painted, whatever was tried"),
    }
}

/// Starts the app again with this remedy. Nothing happens while a conversation is under way.
pub async fn restart(handle: &AppHandle, remedy: Remedy) {
    let app = handle.state::<Arc<App>>().inner().clone();
    if app.conversations.is_under_way() {
        tracing::warn!("a conversation is under way: the app is not started again");
        return;
    }
    tracing::warn!(remedy = remedy.name(), "the app starts again");
    app.close().await;
    let error = replace_process(remedy);
    tracing::error!(%error, "the app can't start itself again");
    // All is saved, and nothing can be worked with: like the end that it is.
    handle.exit(1);
}

/// The version of the web view, where it tells.
pub fn web_view_version() -> String {
    tauri::webview_version().unwrap_or_else(|_| "0.0".into())
}

/// This process becomes the next one: who waits for it, waits on. Returns where that fails.
#[cfg(unix)]
fn replace_process(remedy: Remedy) -> std::io::Error {
    use std::os::unix::process::CommandExt;
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return error,
    };
    let mut command = std::process::Command::new(program);
    command.args(std::env::args_os().skip(1).filter(|argument| !crate::cli::is_about_graphics(argument)));
    for name in graphics::decision().remedy.variables() {
        command.env_remove(name);
    }
    command.env(graphics::ATTEMPT, remedy.name());
    close_on_exec();
    command.exec()
}

#[cfg(not(unix))]
fn replace_process(_: Remedy) -> std::io::Error {
    std::io::ErrorKind::Unsupported.into()
}

/// Files that a library has left open for other programs: the next process would hold the display and locks twice.
#[cfg(target_os = "linux")]
fn close_on_exec() {
    const FIRST: libc::c_uint = 3;
    // SAFETY: it marks descriptors and closes none. Kernels before 5.11 refuse, and nothing is changed then.
    unsafe {
        libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC);
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn close_on_exec() {}
