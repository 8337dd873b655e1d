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

pub mod app;
mod blocking;
mod cli;
mod commands;
pub mod contract;
pub mod conversation;
pub mod engine;
mod error;
mod fit;
pub mod history;
pub mod inspector;
pub mod instance;
pub mod library;

use std::process::ExitCode;
use std::sync::Arc;

use app::{App, Folders};
use cli::Invocation;
use commands::picker::Picker;
use commands::{
    broadcast, chat, composer, history as conversations, library as found, models, relay, settings, tokens,
    vocabulary, window,
};
pub use error::Error;
use instance::{Role, Start};
use tauri::utils::platform::resource_dir;
use tauri::{Builder, Wry};
use tracing_subscriber::EnvFilter;

/// Does what the command line asks for.
pub fn main() -> ExitCode {
    // What is not UTF-8 can't cross to another process; it names nothing then.
    let folder: std::path::PathBuf =
        std::env::current_dir().unwrap_or_default().to_string_lossy().into_owned().into();
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let arguments: Vec<String> = arguments.collect();
    let start = Start { arguments, folder };
    match cli::parse(start.arguments.clone(), &start.folder) {
        Invocation::Run { open_path } => run(open_path, &start),
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

fn refuse(text: String) -> ExitCode {
    eprintln!("{text}");
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Vitrine 透窗")
        .set_description(text)
        .show();
    ExitCode::FAILURE
}

/// Opens the window and returns when the app has ended. Where there is an app with the same data folder, its window
/// comes forward instead.
fn run(open_path: Option<String>, start: &Start) -> ExitCode {
    start_log();
    let folders = Folders::find();
    let listener = match instance::claim(&folders.data, start) {
        Role::First(listener) => Some(listener),
        Role::Second => return ExitCode::SUCCESS,
        Role::Unheard if cfg!(unix) => return refuse_second(),
        Role::Unheard | Role::Unguarded => None,
    };
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
            settings::data_show,
            settings::sandbox,
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
            relay::relay_run,
            relay::relay_stop,
            conversations::conversation_open,
            conversations::conversation_shown,
            conversations::conversation_earlier,
            conversations::conversation_list,
            conversations::conversation_rename,
            conversations::conversation_delete,
            conversations::conversation_restore,
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

/// Warnings go to stderr; `RUST_LOG` asks for more.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let started = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    if let Err(error) = started {
        eprintln!("vitrine: no log: {error}");
    }
}
