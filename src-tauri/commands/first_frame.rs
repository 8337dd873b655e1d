//! What stands in the window until the web view has painted something.
//!
//! A web view takes two more processes, which start when the window is there; until then there is nothing of the page. So
//! the window itself draws the planes of the app's frame, as `ui/src/styles/boot.css` has them, behind a web view that is
//! clear as glass for so long. Done where the window is GTK's; elsewhere the paper's colour stands there alone.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::window::Color;
use tauri::{Webview, WebviewWindow};

/// `--paper` of `ui/src/styles/tokens.css` in both themes: what is behind the page.
pub const LIGHT: Color = Color(0xfb, 0xfa, 0xf7, 0xff);
pub const DARK: Color = Color(0x16, 0x16, 0x15, 0xff);

/// The page is there: nothing is drawn behind it any more.
static OVER: AtomicBool = AtomicBool::new(false);
/// The window began with the dark one of both.
static IS_DARK: AtomicBool = AtomicBool::new(false);

/// Draws the frame into a window that was just made, as large as the page will be (`zoom`, 1.0 as the system has it). On the
/// main thread.
///
/// # Errors
/// What the system says.
pub fn begin(window: &WebviewWindow, is_dark: bool, zoom: f64) -> tauri::Result<()> {
    IS_DARK.store(is_dark, Ordering::Relaxed);
    #[cfg(target_os = "linux")]
    {
        planes::draw_behind(&window.default_vbox()?, is_dark, zoom);
        let webview: &Webview = window.as_ref();
        webview.set_background_color(Some(Color(0, 0, 0, 0)))?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (window, zoom);
    Ok(())
}

/// The page has painted itself: behind it is paper again, which costs less than glass.
pub fn end(window: &WebviewWindow) {
    if OVER.swap(true, Ordering::Relaxed) || cfg!(not(target_os = "linux")) {
        return;
    }
    let paper = if IS_DARK.load(Ordering::Relaxed) { DARK } else { LIGHT };
    let webview: &Webview = window.as_ref();
    if let Err(error) = webview.set_background_color(Some(paper)) {
        tracing::debug!(%error, "the window stays clear behind its page");
    }
}

#[cfg(target_os = "linux")]
mod planes {
    use std::f64::consts::FRAC_PI_2;
    use std::sync::atomic::Ordering;

    use gtk::cairo::{Context, Error};
    use gtk::glib::Propagation;
    use gtk::prelude::WidgetExt;

    use super::OVER;

    /// `--rail`, and the height of the status bar, in pixels.
    const RAIL: f64 = 72.0;
    const STATUS: f64 = 31.0;
    /// Up to this width the rail lies above the view (`boot.css`).
    const NARROW: f64 = 640.0;
    /// The app's sign: its side, and where it stands.
    const MARK: f64 = 32.0;
    const MARK_TOP: f64 = 16.0;

    type Rgb = (u8, u8, u8);
    const ACCENT: Rgb = (0x0f, 0x76, 0x6e);

    /// `--paper-sunk` and `--hairline` in one theme.
    struct Colours {
        sunk: Rgb,
        hairline: Rgb,
    }

    const LIGHT: Colours = Colours { sunk: (0xf4, 0xf2, 0xec), hairline: (0xe3, 0xe0, 0xd8) };
    const DARK: Colours = Colours { sunk: (0x1d, 0x1d, 0x1b), hairline: (0x32, 0x31, 0x2e) };

    pub fn draw_behind(place: &gtk::Box, is_dark: bool, zoom: f64) {
        let colours = if is_dark { &DARK } else { &LIGHT };
        place.connect_draw(move |place, context| {
            if !OVER.load(Ordering::Relaxed) {
                let width = f64::from(place.allocated_width()) / zoom;
                let height = f64::from(place.allocated_height()) / zoom;
                context.scale(zoom, zoom);
                // A frame that can't be drawn is missed by nobody. Where the page has a rail above, nothing is drawn.
                let _ = if width > NARROW { draw(context, width, height, colours) } else { Ok(()) };
            }
            Propagation::Proceed
        });
    }

    fn draw(context: &Context, width: f64, height: f64, colours: &Colours) -> Result<(), Error> {
        let plane = |colour: Rgb, x: f64, y: f64, width: f64, height: f64| {
            paint_with(context, colour);
            context.rectangle(x, y, width, height);
            context.fill()
        };
        plane(colours.sunk, 0.0, 0.0, RAIL, height)?;
        plane(colours.hairline, RAIL - 1.0, 0.0, 1.0, height - STATUS)?;
        plane(colours.sunk, 0.0, height - STATUS, width, STATUS)?;
        plane(colours.hairline, 0.0, height - STATUS, width, 1.0)?;
        mark(context)
    }

    /// The sign's case alone: what is in it comes with the page.
    fn mark(context: &Context) -> Result<(), Error> {
        let radius = MARK * 9.5 / 40.0;
        let (left, top) = ((RAIL - 1.0 - MARK) / 2.0, MARK_TOP);
        let (right, bottom) = (left + MARK, top + MARK);
        paint_with(context, ACCENT);
        context.new_sub_path();
        let corners = [(right, top, -1.0), (right, bottom, 0.0), (left, bottom, 1.0), (left, top, 2.0)];
        for (x, y, turn) in corners {
            let inwards = |at: f64, far: f64| if at == far { at - radius } else { at + radius };
            let from = turn * FRAC_PI_2;
            context.arc(inwards(x, right), inwards(y, bottom), radius, from, from + FRAC_PI_2);
        }
        context.close_path();
        context.fill()
    }

    fn paint_with(context: &Context, (red, green, blue): Rgb) {
        let share = |part: u8| f64::from(part) / 255.0;
        context.set_source_rgb(share(red), share(green), share(blue));
    }
}
