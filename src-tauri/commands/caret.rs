//! A caret that stands still.
//!
//! Each time the caret blinks WebKitGTK keeps its display clock going for twenty frames, in two processes, for as long as a
//! field has the focus: 3 % of a core for nothing. So it is shown for three weeks before it blinks for the first time. That
//! it does not blink at all (`gtk-cursor-blink`) can't be said instead: WebKitGTK 2.50 then draws sixty frames a second.

use gtk::prelude::GtkSettingsExt;

/// Milliseconds of one blink, on and off; GTK takes any number of 32 bits.
const HARDLY_EVER: i32 = 2_000_000_000;

/// For all fields of this process and its web view. On the main thread, before there is one.
pub fn stand_still() {
    if let Some(settings) = gtk::Settings::default() {
        settings.set_gtk_cursor_blink_time(HARDLY_EVER);
    }
}
