//! The command line: `vitrine [FILE]`.

use std::ffi::OsStr;
use std::path::Path;

use crate::graphics::Wish;
use crate::library::full_path;

/// What `--help` prints.
pub const HELP: &str = "\
Vitrine opens a local language model file, lets you talk to it, and shows how it works.

Usage: vitrine [OPTIONS] [FILE]

  FILE           a model to open: a .gguf file, or a folder with config.json and safetensors;
                 or conversations to import: a file, a ZIP or a folder

Options:
  -h, --help        print this
  -V, --version     print the version
  --safe-graphics   draw the window in the safest way, now and at later starts: for a window
                    that stays blank or grey
  --usual-graphics  draw it as the system would; what earlier starts remembered is forgotten

Environment:
  VITRINE_DATA_DIR    folder for history, settings and logs
  VITRINE_MODELS_DIR  folder with the models that the app offers first
  VITRINE_WORKER      the vitrine-worker program to use
";

const SAFE: &str = "--safe-graphics";
const USUAL: &str = "--usual-graphics";

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invocation {
    Run {
        open_path: Option<String>,
        graphics: Wish,
    },
    Help,
    Version,
    /// An option that there is not.
    Unknown(String),
}

/// Reads the arguments after the program's name. Paths are seen from `folder`.
pub fn parse(arguments: impl IntoIterator<Item = String>, folder: &Path) -> Invocation {
    let (mut open_path, mut graphics) = (None, Wish::None);
    let mut options_ended = false;
    for argument in arguments {
        let is_option = !options_ended && argument.len() > 1 && argument.starts_with('-');
        match argument.as_str() {
            "--" if is_option => options_ended = true,
            "-h" | "--help" if is_option => return Invocation::Help,
            "-V" | "--version" if is_option => return Invocation::Version,
            SAFE if is_option => graphics = Wish::Safe,
            USUAL if is_option => graphics = Wish::Usual,
            _ if is_option => return Invocation::Unknown(argument),
            path => open_path = open_path.or_else(|| Some(full_path(path, folder))),
        }
    }
    Invocation::Run { open_path, graphics }
}

/// Does this argument say how the window is drawn? It is of this start alone.
pub fn is_about_graphics(argument: &OsStr) -> bool {
    argument == SAFE || argument == USUAL
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Invocation {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned());
        parse(arguments, Path::new("/home/人"))
    }

    fn opens(path: &str) -> Invocation {
        Invocation::Run { open_path: Some(path.into()), graphics: Wish::None }
    }

    #[test]
    fn options_and_files() {
        let run = |graphics| Invocation::Run { open_path: None, graphics };
        assert_eq!(parsed(&[]), run(Wish::None));
        assert_eq!(parsed(&["--safe-graphics"]), run(Wish::Safe));
        assert_eq!(parsed(&["--usual-graphics"]), run(Wish::Usual));
        let named = Invocation::Run { open_path: Some("/a.gguf".into()), graphics: Wish::Safe };
        assert_eq!(parsed(&["/a.gguf", "--safe-graphics"]), named);
        assert_eq!(parsed(&["--", "--safe-graphics"]), opens("/home/人/--safe-graphics"));
        assert_eq!(parsed(&["--help"]), Invocation::Help);
        assert_eq!(parsed(&["a.gguf", "-V"]), Invocation::Version);
        assert_eq!(parsed(&["--fast"]), Invocation::Unknown("--fast".into()));
        assert_eq!(parsed(&["模型/千问 小.gguf"]), opens("/home/人/模型/千问 小.gguf"));
        assert_eq!(parsed(&["/a.gguf", "b.gguf"]), opens("/a.gguf"));
        assert_eq!(parsed(&["--", "--odd.gguf"]), opens("/home/人/--odd.gguf"));
    }
}
