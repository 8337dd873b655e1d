//! The blinking of the caret, which the window asks for only while somebody writes.
//!
//! Each time the caret blinks WebKitGTK keeps its display clock going for twenty frames, in two processes, for as long as a
//! field has the focus. GTK's own fields stop blinking after a while (`gtk-cursor-blink-timeout`); WebKitGTK asks only
//! whether they blink at all (`gtk-cursor-blink`), so that is what is set here. On other systems nothing is done.

use tauri::AppHandle;

use super::Reply;

/// Somebody writes, or has stopped: the caret blinks as the user's desktop has it, or stands still.
#[tauri::command]
pub async fn caret_blinks(blinks: bool, handle: AppHandle) -> Reply<()> {
    #[cfg(target_os = "linux")]
    if let Err(error) = handle.run_on_main_thread(move || gtk_settings::blink(blinks)) {
        tracing::debug!(%error, "the caret goes on as it was");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (blinks, handle);
    Ok(())
}

#[cfg(target_os = "linux")]
mod gtk_settings {
    use std::sync::OnceLock;

    use gtk::prelude::GtkSettingsExt;

    /// What the user's desktop says, read before it is changed for this process.
    static WANTED: OnceLock<bool> = OnceLock::new();

    /// On the main thread, as everything of GTK.
    pub fn blink(blinks: bool) {
        let Some(settings) = gtk::Settings::default() else { return };
        let wanted = *WANTED.get_or_init(|| settings.is_gtk_cursor_blink());
        settings.set_gtk_cursor_blink(blinks && wanted);
    }
}
