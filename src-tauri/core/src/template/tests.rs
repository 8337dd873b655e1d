use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::header::testing::{shared_fixtures, tiny_llama, Folder};

/// Templates, cases and what Python's jinja2 made of them; `render.py` there says how.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/templates");

#[derive(Deserialize)]
struct Case {
    messages: Vec<ChatMessage>,
    add_generation_prompt: bool,
    #[serde(default)]
    variables: Map<String, Value>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Text(String),
    Refused(String),
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap()
}

/// The moment at which the expected texts were made.
fn clock() -> NaiveDateTime {
    chrono::NaiveDate::from_ymd_opt(2024, 7, 26).and_then(|day| day.and_hms_opt(12, 34, 56)).unwrap()
}

fn templates(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jinja"))
        .collect();
    paths.sort();
    paths
}

fn check(folder: &Path, expected: &str) {
    let fixtures = Path::new(FIXTURES);
    let cases: BTreeMap<String, Case> = read(&fixtures.join("cases.json"));
    let paths = templates(folder);
    assert!(!paths.is_empty());
    let mut differences = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let results: BTreeMap<String, Expected> = read(&fixtures.join(expected).join(format!("{name}.json")));
        let source = std::fs::read_to_string(&path).unwrap();
        let template = ChatTemplate::with_clock(source, clock).unwrap();
        for (title, case) in &cases {
            let mut variables = case.variables.clone();
            variables.insert("bos_token".into(), "<s>".into());
            variables.insert("eos_token".into(), "</s>".into());
            let rendered = template.render(&case.messages, case.add_generation_prompt, &variables);
            let result = match rendered {
                Ok(text) => Expected::Text(text),
                Err(error) if error.data.facts["refused"] == true => {
                    Expected::Refused(error.data.facts["detail"].as_str().unwrap().into())
                }
                Err(error) => panic!("{name}, {title}: {error} {:?}", error.data.facts),
            };
            if result != results[title] {
                differences.push(format!("{name}, {title}:\n{result:?}\n{:?}", results[title]));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn own_templates_render_as_in_python() {
    check(&Path::new(FIXTURES).join("own"), "expected/own");
}

#[test]
fn published_templates_render_as_in_python() {
    if let Some(folder) = shared_fixtures("chat-templates") {
        check(&folder, "expected/published");
    }
}

fn user(content: &str) -> Vec<ChatMessage> {
    vec![ChatMessage { role: Role::User, content: content.into() }]
}

fn render(source: &str) -> Result<String, RpcError> {
    ChatTemplate::from_source(source.into())?.render(&user("hi"), true, &Map::new())
}

#[test]
fn failures_say_where_and_why() {
    let error = render("a\n{% if %}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TemplateFailed);
    assert_eq!(error.data.facts["line"], 2);
    let error = render("{{ raise_exception('no ' ~ 1) }}").unwrap_err();
    assert_eq!(error.data.facts["detail"], "no 1");
    assert_eq!(error.data.facts["refused"], true);
    let error = render("{{ messages.absent.more }}").unwrap_err();
    assert_eq!(error.data.facts["refused"], false);
    assert!(render("{{ absent | tojson }}").is_err());
    assert!(render("{{ strftime_now('%Q') }}").is_err());
    assert!(render("{{ strftime_now('%Z') }}").is_err());
}

#[test]
fn recursion_without_end_ends() {
    let recursion = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
    assert_eq!(render(recursion).unwrap_err().kind(), ErrorKind::TemplateFailed);
}

#[test]
fn the_template_of_a_model_is_found() {
    let folder = Folder::new();
    let path =
        folder.write("a.gguf", tiny_llama().str("tokenizer.chat_template", "G{{ bos_token }}").bytes());
    let template = ChatTemplate::from_model(&path).unwrap().unwrap();
    let variables = json!({"bos_token": "<s>"});
    let text = template.render(&user("hi"), true, variables.as_object().unwrap());
    assert_eq!(text.unwrap(), "G<s>");
    let path = folder.write("b.gguf", tiny_llama().bytes());
    assert!(ChatTemplate::from_model(&path).unwrap().is_none());

    folder.write("config.json", "{}");
    let of_folder = || {
        let template = ChatTemplate::from_model(folder.0.path()).unwrap()?;
        Some(template.source().to_owned())
    };
    assert_eq!(of_folder(), None);
    let named = json!({"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]});
    folder.write("tokenizer_config.json", named.to_string());
    assert_eq!(of_folder().as_deref(), Some("D"));
    folder.write("tokenizer_config.json", r#"{"chat_template": "S"}"#);
    assert_eq!(of_folder().as_deref(), Some("S"));
    let file = folder.write("chat_template.jinja", "J");
    assert_eq!(of_folder().as_deref(), Some("J"));
    assert_eq!(ChatTemplate::from_file(&file).unwrap().source(), "J");
    folder.write("chat_template.jinja", b"\xff");
    assert_eq!(ChatTemplate::from_model(folder.0.path()).unwrap_err().kind(), ErrorKind::TemplateFailed);
}

#[test]
fn the_plain_prompt_leaves_the_turn_open() {
    let messages = [
        (Role::System, " Be brief.\n"),
        (Role::User, "Hi"),
        (Role::Assistant, "Hello."),
        (Role::User, "你好"),
    ]
    .map(|(role, content)| ChatMessage { role, content: content.into() });
    assert_eq!(plain(&messages), "Be brief.\n\nUser: Hi\n\nAssistant: Hello.\n\nUser: 你好\n\nAssistant:");
}
