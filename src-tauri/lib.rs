//! The shell of Vitrine: a window, the history, and the supervision of workers.
//!
//! It is small, starts fast and never touches weights; every model runs in a `vitrine-worker`
//! process of its own. Data flows one way: window -> [`commands`] -> core -> worker, and comes
//! back as events. `tauri` is known here, in `main.rs` and in [`commands`] only.
//!
//! * [`contract`]: what crosses the border to the window.
//! * [`app`]: the core, put together.
//! * [`instance`]: one app for one data folder.
//! * [`engine`]: worker processes. [`library`]: model files. `fit`: will a model run here?
//!   [`inspector`]: tokenizers, looked into. [`conversation`]: turns. [`history`]: what is kept.
//! * [`transfers`]: conversations on their way out and in. [`opening`]: what a dropped file is.
//! * [`graphics`]: windows that stay blank. [`support`]: logs, reports, diagnostics.

pub mod app;
mod blocking;
mod cli;
mod commands;
pub mod conversation;
pub mod engine;
mod fit;
pub mod graphics;
pub mod inspector;
pub mod instance;
pub mod library;
mod licences;
pub mod opening;
pub mod support;
pub mod transfers;

use std::process::ExitCode;
use std::sync::Arc;

use app::{App, Folders};
use cli::Invocation;
use commands::picker::Picker;
use commands::{
    broadcast, chat, composer, history as conversations, library as found, models, painting, relay, safety,
    settings, support as help, tokens, transfer, vocabulary, window,
};
use graphics::Wish;
use instance::{Role, Start};
use support::{crash, logs};
use tauri::utils::platform::resource_dir;
use tauri::{Builder, Wry};
pub use vitrine_data::{contract, history, Error};

/// Does what the command line asks for.
pub fn main() -> ExitCode {
    // What is not UTF-8 can't cross to another process; it names nothing then.
    let folder: std::path::PathBuf =
        std::env::current_dir().unwrap_or_default().to_string_lossy().into_owned().into();
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let arguments: Vec<String> = arguments.collect();
    let start = Start { arguments, folder };
    match cli::parse(start.arguments.clone(), &start.folder) {
        Invocation::Run { open_path, graphics } => run(open_path, graphics, &start),
        Invocation::Help => {
            print!("{}", cli::HELP);
            ExitCode::SUCCESS
        }
        Invocation::Version => {
            println!("vitrine {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Invocation::Unknown(option) => {
            eprint!("vitrine: there is no option {option}\n\n{}", cli::HELP);
            ExitCode::from(2)
        }
    }
}

/// Says that this processor can't run the program: in the terminal and in a dialog, since most
/// people start it without a terminal.
pub fn refuse_processor(missing: &str) -> ExitCode {
    let text = format!(
        "这台电脑的处理器缺少 Vitrine 需要的指令：{missing}。\n\
         The processor of this computer lacks instructions that Vitrine needs: {missing}."
    );
    refuse(text)
}

/// Another app has the data folder and does not answer: two of them would work on the same history.
fn refuse_second() -> ExitCode {
    let text = "Vitrine 已在运行，但没有回应。请先结束它，再重新打开。\n\
                Vitrine is already running and does not answer. End it, then open it again.";
    refuse(text.into())
}

/// There is no screen to open a window on. Said in the terminal, the only place that there is.
fn refuse_without_display(error: &str) -> ExitCode {
    eprintln!(
        "Vitrine 无法打开窗口：这里没有图形桌面（{error}）。\n\
         Vitrine can't open its window: there is no graphical desktop here ({error})."
    );
    ExitCode::FAILURE
}

fn refuse(text: String) -> ExitCode {
    eprintln!("{text}");
    if window::display().is_err() {
        return ExitCode::FAILURE;
    }
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Vitrine 透窗")
        .set_description(text)
        .show();
    ExitCode::FAILURE
}

/// Opens the window and returns when the app has ended. Where there is an app with the same data folder, its window
/// comes forward instead.
fn run(open_path: Option<String>, wish: Wish, start: &Start) -> ExitCode {
    let folders = Folders::find();
    logs::start(&folders.data);
    crash::install(&folders.data);
    let listener = match instance::claim(&folders.data, start) {
        Role::First(listener) => Some(listener),
        Role::Second => return ExitCode::SUCCESS,
        Role::Unheard if cfg!(unix) => return refuse_second(),
        Role::Unheard | Role::Unguarded => None,
    };
    graphics::begin(&folders.data, wish, &painting::web_view_version());
    if let Err(error) = window::display() {
        // No window was asked for, so none stayed empty.
        if let Err(error) = graphics::note_end(&folders.data) {
            tracing::warn!(%error, "the next start may draw its window with care");
        }
        return refuse_without_display(&error);
    }
    let context = tauri::generate_context!();
    let resources = resource_dir(context.package_info(), &tauri::Env::default()).ok();
    let app = Arc::new(App::new(folders.clone(), resources.as_deref(), open_path));
    let built = with_plugins(Builder::default(), &folders)
        .manage(app.clone())
        .manage(Picker::from_environment())
        .setup(move |tauri| {
            broadcast::start(tauri.handle(), &app);
            window::open(tauri.handle(), &app)?;
            if let Some(listener) = listener {
                let handle = tauri.handle().clone();
                listener
                    .listen(move |start| window::on_second_start(&handle, start.arguments, &start.folder));
            }
            Ok(())
        })
        .on_window_event(window::on_window_event)
        .invoke_handler(tauri::generate_handler![
            settings::start_up,
            settings::settings_set,
            settings::settings_reset,
            settings::data_show,
            settings::licences,
            settings::sandbox,
            help::diagnostics,
            help::logs_show,
            help::crash_report_forget,
            help::missing_font_forget,
            painting::page_alive,
            painting::page_painted,
            window::window_notice,
            models::models_overview,
            models::model_pick,
            models::model_inspect,
            models::model_preflight,
            models::models_inside,
            models::model_path_of,
            models::model_load,
            models::model_cancel,
            models::model_unload,
            models::second_model,
            models::recent_forget,
            found::library_overview,
            found::library_scan,
            found::library_stop,
            found::library_add_folder,
            found::library_remove_folder,
            found::library_hide,
            found::library_unhide,
            found::library_find_duplicates,
            found::library_stop_duplicates,
            found::show_in_folder,
            found::prepared_models,
            found::prepared_clear,
            found::prepared_show,
            chat::chat_turn,
            chat::chat_stop,
            chat::message_tokens,
            chat::message_select,
            chat::message_delete,
            chat::message_restore,
            chat::message_pin,
            chat::message_guess,
            chat::conversation_tree,
            chat::step_choose,
            chat::step_reshape,
            chat::step_guess,
            chat::vocabulary_search,
            composer::prompt_of,
            composer::prompt_preview,
            composer::context_preview,
            composer::preset_list,
            composer::preset_save,
            composer::preset_delete,
            composer::attachment_pick,
            composer::attachment_read,
            composer::attachment_text,
            composer::draft_keep,
            composer::draft_kept,
            relay::relay_run,
            relay::relay_stop,
            conversations::history_list,
            conversations::history_shelves,
            conversations::history_change,
            conversations::history_search,
            conversations::history_moments,
            conversations::history_statistics,
            conversations::folder_create,
            conversations::folder_rename,
            conversations::folder_delete,
            conversations::conversation_duplicate,
            conversations::conversation_split,
            conversations::conversation_open,
            conversations::conversation_shown,
            conversations::conversation_earlier,
            conversations::conversation_rename,
            transfer::history_export,
            transfer::history_import,
            transfer::transfer_cancel,
            transfer::import_receipts,
            transfer::message_picture,
            safety::conversation_begin_private,
            safety::history_state,
            safety::history_decide,
            safety::history_retry,
            safety::history_show_folder,
            safety::history_purge,
            safety::backup_list,
            safety::backup_make,
            safety::backup_look,
            safety::backup_restore,
            safety::backup_pick,
            tokens::text_tokenize,
            tokens::tokenizer_open,
            tokens::tokenizer_subject,
            tokens::tokenizer_close,
            tokens::text_cut,
            tokens::vocabulary_pieces,
            tokens::text_as_message,
            tokens::text_steps,
            tokens::text_guises,
            tokens::text_from_ids,
            tokens::text_compare,
            tokens::language_table,
            vocabulary::vocabulary_overview,
            vocabulary::vocabulary_find,
            vocabulary::vocabulary_entry,
            vocabulary::neighbours,
            vocabulary::odd_one_out,
            vocabulary::hardly_met,
            vocabulary::training_start,
            vocabulary::training_rounds,
            vocabulary::training_cut,
            vocabulary::training_pieces,
            vocabulary::training_use,
            vocabulary::read_text,
            vocabulary::read_stop,
        ])
        .build(context);
    match built {
        Ok(tauri) => {
            tauri.run(window::on_run_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("vitrine: the window can't be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where there are no sockets for it ([`instance`]), a plugin finds the app that runs already; it comes first, as its
/// documentation asks. An app with a data folder of its own is nobody's second instance then.
fn with_plugins(builder: Builder<Wry>, folders: &Folders) -> Builder<Wry> {
    #[cfg(not(unix))]
    let builder = match folders.is_private {
        true => builder,
        false => builder.plugin(tauri_plugin_single_instance::init(|handle, arguments, folder| {
            let arguments = arguments.into_iter().skip(1).collect();
            window::on_second_start(handle, arguments, std::path::Path::new(&folder));
        })),
    };
    let window_state = tauri_plugin_window_state::Builder::default()
        // An absolute name: beside the history, not where the plugin would put it.
        .with_filename(folders.data.join("window.json").to_string_lossy())
        .build();
    builder.plugin(window_state)
}
