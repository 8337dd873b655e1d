//! The app without its window: everything that commands call, put together in one place.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vitrine_core::header;
use vitrine_core::protocol::{method, LoadOptions, ModelLoaded, Sandbox, Tokenization, Tokenize};

use crate::blocking::blocking;
use crate::contract::{
    CrashReport, LibraryOverview, Licences, LoadConsent, ModelSlot, ModelState, ModelsOverview,
    PreflightCard, PreparedModels, Settings, SettingsPart, StartUp,
};
use crate::conversation::{self, Conversations, Relay, Slots};
use crate::engine::prepared::Prepared;
use crate::engine::{self, memory, Preflight, Supervisor, WorkerProgram, CACHE_FOLDER};
use crate::fit;
use crate::history::{self, load_notes, settings, view, History};
use crate::inspector::Inspector;
use crate::library::{self, full_path, Library, Listing, Starters};
use crate::licences;
use crate::opening::{self, Opened};
use crate::support::{self, crash, diagnostics, logs};
use crate::transfers::Transfers;
use crate::Error;

/// Names the data folder, for tests and for several apps beside each other.
const DATA_FOLDER: &str = "VITRINE_DATA_DIR";
/// Below a private data folder: what may be lost.
const CACHE: &str = "cache";
/// Below the resources: the licences of what the app is made of.
const LICENCES: &str = "licences";
/// For splitting a text into tokens.
const TOKENIZE_LIMIT: Duration = Duration::from_secs(20);
/// For reading the settings: the window comes all the same.
const LOOK_LIMIT: Duration = Duration::from_millis(200);

/// Where things are kept.
#[derive(Debug, Clone)]
pub struct Folders {
    /// History, settings and logs.
    pub data: PathBuf,
    /// What can be made again: prepared models.
    pub cache: PathBuf,
    /// Named by the environment: this app has nothing to do with others of its kind.
    pub is_private: bool,
}

impl Folders {
    /// The user's, as the system has them; or those that the environment names.
    pub fn find() -> Self {
        let named = |name| std::env::var_os(name).filter(|given| !given.is_empty()).map(PathBuf::from);
        let full = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let usual = |folder: Option<PathBuf>| {
            folder.map_or_else(support::spare_folder, |folder| folder.join("vitrine"))
        };
        let given = named(DATA_FOLDER).map(full);
        let cache = match (named(CACHE_FOLDER), &given) {
            (Some(cache), _) => full(cache),
            (None, Some(data)) => data.join(CACHE),
            (None, None) => usual(dirs::cache_dir()),
        };
        let is_private = given.is_some();
        Self { data: given.unwrap_or_else(|| full(usual(dirs::data_dir()))), cache, is_private }
    }
}

impl From<&Path> for Folders {
    /// Everything in one folder.
    fn from(data: &Path) -> Self {
        Self { data: data.to_owned(), cache: data.join(CACHE), is_private: true }
    }
}

/// The core of the app.
#[derive(Debug)]
pub struct App {
    pub history: Arc<History>,
    /// Slot a.
    pub supervisor: Supervisor,
    /// Slot b: the second model of a comparison.
    pub second: Supervisor,
    pub conversations: Conversations,
    /// Models that answer one question each, in a third place.
    pub relay: Relay,
    pub library: Library,
    /// Looks into tokenizers, with a model or without.
    pub inspector: Inspector,
    /// Conversations on their way out and in.
    pub transfers: Transfers,
    data_folder: PathBuf,
    /// What came with the package.
    resources: Option<PathBuf>,
    open_path: Mutex<Option<String>>,
}

impl App {
    /// Begins to open the history and returns at once. `open_path`: what the command line named.
    pub fn new(folders: impl Into<Folders>, resources: Option<&Path>, open_path: Option<String>) -> Self {
        let Folders { data, cache, .. } = folders.into();
        let program = WorkerProgram {
            program: engine::locate(),
            args: Vec::new(),
            log_file: Some(logs::worker_file(&data)),
            cache_folder: Some(cache),
        };
        let preflight = Preflight {
            inspect: header::inspect,
            machine: memory::machine,
            cores: fit::physical_cores,
            disk: vitrine_core::prepared::room,
        };
        let supervisor = || Supervisor::new(program.clone(), preflight, engine::Patience::default());
        let (slots, third) = (Slots { a: supervisor(), b: supervisor() }, supervisor());
        let app = Self::with(&data, slots, third, Starters::find(resources), open_path);
        Self { resources: resources.map(Path::to_owned), ..app }
    }

    fn with(
        data_folder: &Path,
        models: Slots,
        third: Supervisor,
        starters: Starters,
        open_path: Option<String>,
    ) -> Self {
        let history = Arc::new(History::open(data_folder));
        let starters = Arc::new(starters);
        let patience = conversation::Patience::default();
        Self {
            inspector: Inspector::new(models.a.clone(), starters.clone()),
            relay: Relay::new(history.clone(), third, patience.clone()),
            conversations: Conversations::new(history.clone(), models.clone(), patience),
            library: Library::new(history.clone(), starters),
            transfers: Transfers::new(history.clone()),
            history,
            supervisor: models.a,
            second: models.b,
            data_folder: data_folder.to_owned(),
            resources: None,
            open_path: Mutex::new(open_path),
        }
    }

    /// What the UI asks first. The path from the command line is given once.
    pub async fn start_up(&self) -> StartUp {
        let mut warnings = self.history.warnings().await;
        let loaded = self.history.call(|connection| settings::load(connection)).await;
        let settings = loaded.unwrap_or_else(|error| {
            if warnings.is_empty() {
                warnings.push(error);
            }
            Settings::default()
        });
        let conversation = self.history.call(|connection| view::conversation(connection)).await;
        let named = self.open_path.lock().expect("no panic while taking it").take();
        let (open_path, import_paths) = match self.opens(named.into_iter().map(PathBuf::from).collect()).await
        {
            Some(Opened::Model(path)) => (Some(path.to_string_lossy().into_owned()), Vec::new()),
            Some(Opened::Conversations(paths)) => (None, texts(&paths)),
            None => (None, Vec::new()),
        };
        StartUp {
            settings,
            system_locale: sys_locale::get_locale().unwrap_or_else(|| "en-US".into()),
            models: self.models().await,
            open_path,
            import_paths,
            conversation_id: conversation.unwrap_or_default(),
            app_version: env!("CARGO_PKG_VERSION").into(),
            engine: diagnostics::ENGINE.into(),
            processors: fit::processors(),
            data_folder: self.data_folder.to_string_lossy().into_owned(),
            warnings: warnings.iter().map(Into::into).collect(),
            crash_report: self.crash_report().await,
            missing_font: None,
        }
    }

    async fn crash_report(&self) -> Option<CrashReport> {
        let data = self.data_folder.clone();
        blocking("looking for reports", move || crash::newest(&data)).await.ok().flatten()
    }

    /// What was dropped on the window or named at a start: a model, or conversations.
    pub async fn opens(&self, paths: Vec<PathBuf>) -> Option<Opened> {
        let first = paths.first().cloned();
        let decided = blocking("looking at what was dropped", move || opening::decide(paths)).await;
        decided.unwrap_or_else(|_| first.map(Opened::Model))
    }

    /// Where history and settings are kept.
    pub fn data_folder(&self) -> &Path {
        &self.data_folder
    }

    /// How the window shall look, before there is one. The default where the history does not say it soon.
    pub async fn look(&self) -> Settings {
        let loaded = self.history.call(|connection| settings::load(connection));
        match tokio::time::timeout(LOOK_LIMIT, loaded).await {
            Ok(Ok(settings)) => settings,
            _ => Settings::default(),
        }
    }

    /// This conversation is in view now. The next start begins there.
    ///
    /// # Errors
    /// What the history says.
    pub async fn note_shown(&self, conversation: Option<i64>) -> Result<(), Error> {
        // What is in memory alone is not there at the next start.
        let conversation = conversation.filter(|id| !history::memory::is_private(*id));
        self.history.call(move |connection| view::note(connection, conversation)).await
    }

    /// The models below a folder that is none itself.
    pub async fn models_inside(&self, folder: &str) -> Vec<String> {
        let folder = PathBuf::from(folder);
        let found = blocking("looking for models", move || library::models_inside(&folder)).await;
        found.unwrap_or_default()
    }

    /// Closes a model. The second one is there to be compared with the first, and goes with it.
    pub async fn unload(&self, slot: ModelSlot) {
        match slot {
            ModelSlot::A => {
                tokio::join!(self.supervisor.unload(), self.second.unload());
            }
            ModelSlot::B => self.second.unload().await,
        }
    }

    /// What the Models view shows.
    pub async fn models(&self) -> ModelsOverview {
        self.library.overview(self.supervisor.state()).await
    }

    /// What is shown before a model is loaded. Reads the header only.
    ///
    /// # Errors
    /// Whatever the header reader finds wrong with a file that is no model.
    pub async fn preflight(&self, path: &str) -> Result<PreflightCard, Error> {
        let path = full_path(path, &std::env::current_dir().unwrap_or_default());
        let info = self.supervisor.inspect(&path).await?;
        let (machine, held) = self.supervisor.machine();
        let set = library::settings(&self.history).await;
        let mut card = self.library.card(info, &machine, held, &set).await;
        if let Some(prepared) = self.supervisor.prepared() {
            let fill = move || {
                prepared.complete(&card.info, &mut card.plans);
                card
            };
            card = blocking("looking at prepared models", fill).await?;
        }
        Ok(card)
    }

    /// The models that were written anew for the engine.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn prepared(&self) -> Result<PreparedModels, Error> {
        self.with_prepared(Prepared::overview).await
    }

    /// Removes those of them that no open model uses.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn clear_prepared(&self) -> Result<PreparedModels, Error> {
        self.with_prepared(Prepared::clear).await
    }

    async fn with_prepared(&self, work: fn(&Prepared) -> PreparedModels) -> Result<PreparedModels, Error> {
        let cache = || self.data_folder.join(CACHE);
        let prepared = self.supervisor.prepared().unwrap_or_else(|| Prepared::in_cache(&cache()));
        blocking("looking at prepared models", move || work(&prepared)).await
    }

    /// What the library has found until now.
    pub async fn library(&self) -> LibraryOverview {
        self.library.found(&self.supervisor.machine().0).await
    }

    /// Loads a model and puts it at the top of the recent ones.
    ///
    /// # Errors
    /// See [`Supervisor::load`]; without consent also `StoppedBefore`, where the very same file
    /// brought something down when it was last loaded.
    pub async fn load(
        &self,
        path: &str,
        options: LoadOptions,
        consent: LoadConsent,
    ) -> Result<ModelLoaded, Error> {
        self.load_into(ModelSlot::A, path, options, consent).await
    }

    /// The same, into a slot.
    ///
    /// # Errors
    /// See [`Self::load`].
    pub async fn load_into(
        &self,
        slot: ModelSlot,
        path: &str,
        options: LoadOptions,
        consent: LoadConsent,
    ) -> Result<ModelLoaded, Error> {
        let folder = std::env::current_dir().unwrap_or_default();
        let path = full_path(path, &folder);
        library::load(&self.history, self.slot(slot), &path, options, consent, Listing::Recent).await
    }

    /// The supervisor of a slot.
    pub fn slot(&self, slot: ModelSlot) -> &Supervisor {
        match slot {
            ModelSlot::A => &self.supervisor,
            ModelSlot::B => &self.second,
        }
    }

    /// Remembers every model that takes its worker along, for as long as the app runs.
    pub async fn note_failures(&self) {
        tokio::join!(
            self.note_failures_of(&self.supervisor),
            self.note_failures_of(&self.second),
            self.note_failures_of(self.relay.slot())
        );
    }

    async fn note_failures_of(&self, slot: &Supervisor) {
        let mut states = slot.subscribe();
        while states.changed().await.is_ok() {
            let failed = match &*states.borrow_and_update() {
                ModelState::Failed { path, error } => Some((path.clone(), error.code)),
                _ => None,
            };
            if let Some((path, code)) = failed {
                library::note_failure(&self.history, &path, code).await;
            }
        }
    }

    /// Takes a model off the list of recent ones.
    ///
    /// # Errors
    /// What the history says.
    pub async fn forget(&self, path: &str) -> Result<ModelsOverview, Error> {
        self.library.forget(path).await?;
        Ok(self.models().await)
    }

    /// A text as the loaded model sees it.
    ///
    /// # Errors
    /// `NoModel`, or what the worker says.
    pub async fn tokenize(&self, text: String) -> Result<Tokenization, Error> {
        let worker = self.supervisor.ready()?.worker;
        let params = Tokenize { text, add_special: false, continuation: false, tokenizer: None };
        worker.request(method::TEXT_TOKENIZE, &params, Some(TOKENIZE_LIMIT)).await
    }

    /// What the system keeps workers from.
    ///
    /// # Errors
    /// Where no worker can be started, or it does not answer.
    pub async fn sandbox(&self) -> Result<Sandbox, Error> {
        Ok(self.supervisor.worker_status().await?.sandbox)
    }

    /// Saves what the user set and gives it back.
    ///
    /// # Errors
    /// What the history says.
    pub async fn set_settings(&self, wanted: Settings) -> Result<Settings, Error> {
        let saved = wanted.clone();
        self.history.call(move |connection| settings::save(connection, &saved)).await?;
        Ok(wanted)
    }

    /// Puts a part of the settings back as it came, and gives all that is in force.
    ///
    /// # Errors
    /// What the history says.
    pub async fn reset_settings(&self, part: SettingsPart) -> Result<Settings, Error> {
        let reset = move |connection: &mut _| {
            let reset = settings::load(connection)?.with_reset(part);
            settings::save(connection, &reset)?;
            Ok(reset)
        };
        self.history.call(reset).await
    }

    /// The licences that came with the package; none in a build of one's own.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn licences(&self) -> Result<Licences, Error> {
        let folder = self.resources.as_ref().map(|resources| resources.join(LICENCES));
        blocking("reading licences", move || folder.map(|folder| licences::read(&folder)).unwrap_or_default())
            .await
    }

    /// Saves what is being written, ends the worker, closes the history.
    pub async fn close(&self) {
        self.conversations.close().await;
        self.transfers.close().await;
        tokio::join!(
            self.supervisor.close(),
            self.second.close(),
            self.relay.close(),
            self.inspector.close()
        );
        // A load that is ended here has brought nothing down.
        if let Err(error) = self.history.call(|connection| load_notes::clear_loading(connection)).await {
            tracing::warn!(%error, "a load that was ended in order may look as if it had not been");
        }
        self.history.close().await;
    }
}

/// Paths as they cross to the window.
pub fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use vitrine_core::protocol::ErrorKind;

    use super::*;
    use crate::contract::{
        ErrorCode, ModelState, ShellErrorCode, Theme, Threads, TourPlace, TroubleKind, Verdict, Zoom,
    };
    use crate::engine::fake_worker::FakeWorker;

    fn app(folder: &Path, worker: &FakeWorker, open_path: Option<String>) -> App {
        let supervisor = || worker.supervisor(engine::Patience::default());
        App::with(
            folder,
            Slots { a: supervisor(), b: supervisor() },
            supervisor(),
            Starters::none(),
            open_path,
        )
    }

    #[tokio::test]
    async fn settings_and_recent_models_are_there_at_the_next_start() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = app(folder.path(), &FakeWorker::default(), Some("/a.gguf".into()));
        let start = first.start_up().await;
        assert_eq!(start.settings, Settings::default());
        assert_eq!(start.open_path.as_deref(), Some("/a.gguf"));
        assert_eq!(first.start_up().await.open_path, None, "given once");
        let dark = Settings { theme: Theme::Dark, zoom: Zoom::from(150.0), ..Settings::default() };
        first.set_settings(dark.clone()).await.expect("saved");
        first.load("/m/小.gguf", LoadOptions::default(), LoadConsent::Ordinary).await.expect("loads");
        assert!(matches!(first.models().await.active, ModelState::Ready { .. }));
        first.close().await;
        assert_eq!(first.supervisor.state(), ModelState::Empty);

        let second = app(folder.path(), &FakeWorker::default(), None);
        let start = second.start_up().await;
        assert_eq!(start.settings, dark);
        assert_eq!(start.models.recent.len(), 1);
        assert!(start.warnings.is_empty(), "{:?}", start.warnings);
        let path = start.models.recent[0].path.clone();
        assert!(second.forget(&path).await.expect("forgotten").recent.is_empty());
    }

    #[tokio::test]
    async fn a_part_of_the_settings_goes_back_and_is_saved() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let app = app(folder.path(), &FakeWorker::default(), None);
        let set = Settings {
            theme: Theme::Dark,
            threads: Some(Threads::from(1.0)),
            tour: TourPlace::Pin,
            ..Settings::default()
        };
        app.set_settings(set.clone()).await.expect("saved");
        let reset = app.reset_settings(SettingsPart::Models).await.expect("reset");
        assert_eq!(reset, Settings { threads: None, ..set });
        let reset = app.reset_settings(SettingsPart::All).await.expect("reset");
        assert_eq!(reset, Settings { tour: TourPlace::Pin, ..Settings::default() });
        assert_eq!(app.start_up().await.settings, reset);
        app.close().await;
    }

    #[tokio::test]
    async fn a_model_that_brought_the_worker_down_is_not_loaded_again_by_itself() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("千问 小.gguf");
        std::fs::write(&file, "x").expect("written");
        let path = file.to_string_lossy().into_owned();
        let flag = folder.path().join("healed");
        let load = format!(
            "if [ -e '{}' ]; then {}; else kill -6 $$; fi",
            flag.display(),
            FakeWorker::default().load
        );
        let app = app(folder.path(), &FakeWorker { load, ..FakeWorker::default() }, None);
        let load = |consent| app.load(&path, LoadOptions::default(), consent);
        let trouble = || async { app.preflight(&path).await.expect("a card").trouble.map(|it| it.kind) };
        assert_eq!(trouble().await, None);
        let crashed = load(LoadConsent::Ordinary).await.expect_err("crashes");
        assert_eq!(crashed.code(), ErrorCode::Shell(ShellErrorCode::WorkerCrashed));
        assert_eq!(trouble().await, Some(TroubleKind::Crashed));
        let refused = load(LoadConsent::Ordinary).await.expect_err("not again");
        assert_eq!(refused.code(), ErrorCode::Shell(ShellErrorCode::StoppedBefore));
        load(LoadConsent::DespiteTrouble).await.expect_err("crashes once more");

        // Another file under the same name is another model.
        std::fs::write(&file, "another").expect("written");
        assert_eq!(trouble().await, None);
        load(LoadConsent::Ordinary).await.expect_err("crashes, too");
        std::fs::write(&flag, "").expect("written");
        load(LoadConsent::DespiteTrouble).await.expect("the user wants it, and it loads");
        assert_eq!(trouble().await, None);
        load(LoadConsent::Ordinary).await.expect("loads as any other");
        app.close().await;
    }

    #[tokio::test]
    async fn a_death_with_the_model_open_is_remembered_too() {
        // As the scripted worker calls whatever it has loaded.
        const PATH: &str = "/models/小 tiny.gguf";
        let folder = tempfile::tempdir().expect("a temporary folder");
        let app = Arc::new(app(folder.path(), &FakeWorker::default(), None));
        let watching = tokio::spawn({
            let app = app.clone();
            async move { app.note_failures().await }
        });
        let load = || app.load_into(ModelSlot::B, PATH, LoadOptions::default(), LoadConsent::Ordinary);
        load().await.expect("loads");
        let worker = app.second.ready().expect("ready").worker;
        let killed = std::process::Command::new("kill").args(["-9", &worker.pid().to_string()]).status();
        assert!(killed.expect("kill runs").success());
        let noted = async {
            while app.preflight(PATH).await.expect("a card").trouble.is_none() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), noted).await.expect("soon");
        let refused = load().await.expect_err("not by itself");
        assert_eq!(refused.code(), ErrorCode::Shell(ShellErrorCode::StoppedBefore));
        watching.abort();
        app.close().await;
    }

    #[tokio::test]
    async fn the_second_model_goes_with_the_first_and_never_the_other_way_round() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let app = app(folder.path(), &FakeWorker::default(), None);
        let load = |slot| app.load_into(slot, "/m.gguf", LoadOptions::default(), LoadConsent::Ordinary);
        for slot in [ModelSlot::A, ModelSlot::B] {
            load(slot).await.expect("loads");
        }
        app.unload(ModelSlot::B).await;
        assert!(app.supervisor.is_taken() && !app.second.is_taken());
        load(ModelSlot::B).await.expect("loads");
        app.unload(ModelSlot::A).await;
        assert!(!app.supervisor.is_taken() && !app.second.is_taken());
        app.close().await;
    }

    #[tokio::test]
    async fn the_next_start_knows_what_was_in_view_and_which_model_answered_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let app = app(folder.path(), &FakeWorker::default(), None);
        assert_eq!(app.start_up().await.conversation_id, None);
        let created = app.history.call(|connection| {
            crate::history::conversations::create(connection, "天空", &Default::default())
        });
        let id = created.await.expect("a row");
        app.note_shown(Some(id)).await.expect("noted");
        assert_eq!(app.start_up().await.conversation_id, Some(id));

        let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/models/starter/vitrine-starter.gguf");
        let info = vitrine_core::header::inspect(Path::new(starter)).expect("readable");
        let fingerprint = vitrine_core::header::fingerprint(Path::new(starter)).expect("readable");
        assert_eq!(app.library.path_of(&info.name, &fingerprint).await, None, "it was never opened");
        app.load(starter, LoadOptions::default(), LoadConsent::Ordinary).await.expect("loads");
        // The scripted worker calls whatever it has loaded by one name.
        let listed = app.models().await.recent[0].clone();
        assert_eq!(app.library.path_of(&listed.name, "another").await, None);
        app.close().await;
    }

    #[tokio::test]
    async fn a_card_offers_plans_and_remembers_the_last_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let app = app(folder.path(), &FakeWorker::default(), None);
        let card = app.preflight("/m.gguf").await.expect("a card");
        let plan = &card.plans[card.suggested as usize];
        assert!(matches!(plan.verdict, Verdict::RunsWell { .. }), "{plan:?}");
        assert_eq!(card.held_memory, 0);
        app.load("/m.gguf", plan.options.clone(), LoadConsent::Ordinary).await.expect("loads");
        assert!(app.preflight("/m.gguf").await.expect("a card").held_memory > 0);
        let usual = LoadOptions { context_length: None, ..plan.options.clone() };
        assert_eq!(app.models().await.recent[0].options, usual, "the usual context was not chosen");
        let smaller = LoadOptions { context_length: Some(64), ..plan.options.clone() };
        app.load("/m.gguf", smaller.clone(), LoadConsent::Ordinary).await.expect("loads");
        assert_eq!(app.models().await.recent[0].options, smaller);
        app.close().await;
    }

    #[tokio::test]
    async fn without_a_history_the_app_still_opens_models() {
        let app = app(Path::new("/proc/none"), &FakeWorker::default(), None);
        let start = app.start_up().await;
        assert_eq!(start.warnings.len(), 1);
        assert_eq!(start.warnings[0].code, ErrorCode::Shell(ShellErrorCode::Database));
        app.load("/m/小.gguf", LoadOptions::default(), LoadConsent::Ordinary).await.expect("loads");
        app.close().await;
    }

    #[tokio::test]
    async fn text_is_tokenized_by_the_loaded_model_only() {
        let worker = FakeWorker {
            tokenize: r#"answer '{"ids":[7],"tokens":[{"id":7,"bytes":"e5a4a9","start":0,"end":3,"special":false}]}'"#.into(),
            ..FakeWorker::default()
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let app = app(folder.path(), &worker, None);
        let none = app.tokenize("天".into()).await.expect_err("no model");
        assert_eq!(none.code(), ErrorCode::Engine(ErrorKind::NoModel));
        app.load("/m.gguf", LoadOptions::default(), LoadConsent::Ordinary).await.expect("loads");
        assert_eq!(app.tokenize("天".into()).await.expect("tokens").ids, [7]);
        app.close().await;
    }
}
