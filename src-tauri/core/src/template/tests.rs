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
    /// What `raise_exception` said.
    Refused(String),
    /// Python failed otherwise; its words are its own.
    Failed(String),
}

impl Expected {
    fn agrees(&self, with: &Self) -> bool {
        self == with || matches!((self, with), (Self::Failed(_), Self::Failed(_)))
    }
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

fn outcome(rendered: Result<String, RpcError>) -> Expected {
    match rendered {
        Ok(text) => Expected::Text(text),
        Err(error) => {
            let detail = error.data.facts["detail"].as_str().unwrap().to_owned();
            match error.data.facts["refused"] == true {
                true => Expected::Refused(detail),
                false => Expected::Failed(detail),
            }
        }
    }
}

fn check(folder: &Path, expected: &Path) {
    let cases: BTreeMap<String, Case> = read(&Path::new(FIXTURES).join("cases.json"));
    let paths = templates(folder);
    assert!(!paths.is_empty());
    let mut differences = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let results: BTreeMap<String, Expected> = read(&expected.join(format!("{name}.json")));
        let source = std::fs::read_to_string(&path).unwrap();
        let template = ChatTemplate::with_clock(source, clock).unwrap();
        for (title, case) in &cases {
            let mut variables = case.variables.clone();
            variables.insert("bos_token".into(), "<s>".into());
            variables.insert("eos_token".into(), "</s>".into());
            let result = outcome(template.render(&case.messages, case.add_generation_prompt, &variables));
            // Where Python fails on what a template does not get here (tools), an empty list is as good.
            let both = (&result, &results[title]);
            if !result.agrees(both.1) && !matches!(both, (Expected::Text(_), Expected::Failed(_))) {
                differences.push(format!("{name}, {title}:\n{result:?}\n{:?}", results[title]));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn own_templates_render_as_in_python() {
    check(&Path::new(FIXTURES).join("own"), &Path::new(FIXTURES).join("expected/own"));
}

#[test]
fn published_templates_render_as_in_python() {
    if let Some(folder) = shared_fixtures("chat-templates") {
        // Beside other templates than those that this repository knows stands what they give.
        let beside = folder.with_file_name("chat-templates-expected");
        let known = Path::new(FIXTURES).join("expected/published");
        check(&folder, if beside.is_dir() { &beside } else { &known });
    }
}

/// One expression or statement, what it may use, and what Python made of it.
#[derive(Deserialize)]
struct Snippet {
    template: String,
    expected: Expected,
}

#[test]
fn snippets_render_as_in_python() {
    let path = Path::new(FIXTURES).join("expected/snippets.json");
    let snippets: Vec<Snippet> = read(&path);
    let context: Map<String, Value> = read(&Path::new(FIXTURES).join("snippets-context.json"));
    let mut differences = Vec::new();
    for snippet in &snippets {
        let rendered = ChatTemplate::with_clock(snippet.template.clone(), clock)
            .and_then(|template| template.render(&user("Hi 中文"), true, &context));
        let result = outcome(rendered);
        if !result.agrees(&snippet.expected) {
            differences.push(format!("{}\n  {result:?}\n  {:?}", snippet.template, snippet.expected));
        }
    }
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

/// Templates, what they may use, and what Python made of them: `[template, outcome, text]`.
#[derive(Deserialize)]
struct Semantics {
    variables: Map<String, Value>,
    messages: Vec<ChatMessage>,
    templates: Vec<(String, String, String)>,
}

#[test]
fn the_language_is_pythons_jinja() {
    let mut context: Map<String, Value> = read(&Path::new(FIXTURES).join("snippets-context.json"));
    let semantics: Semantics = read(&Path::new(FIXTURES).join("expected/semantics.json"));
    context.extend(semantics.variables);
    context.insert("bos_token".into(), "<s>".into());
    context.insert("eos_token".into(), "</s>".into());
    let mut differences = Vec::new();
    for (template, outcome, text) in &semantics.templates {
        let rendered = ChatTemplate::with_clock(template.clone(), clock)
            .and_then(|template| template.render(&semantics.messages, true, &context));
        let result = self::outcome(rendered);
        let expected = match outcome.as_str() {
            "text" => Expected::Text(text.clone()),
            "refused" => Expected::Refused(text.clone()),
            _ => Expected::Failed(String::new()),
        };
        if !result.agrees(&expected) {
            differences.push(format!("{template}\n  {result:?}\n  {expected:?}"));
        }
    }
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
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
    for (template, reason) in
        [("{% if %}", "syntax"), ("{{ raise_exception('no') }}", "refused"), ("{{ absent.more }}", "value")]
    {
        assert_eq!(render(template).unwrap_err().data.facts["reason"], reason, "{template}");
    }
    assert_eq!(render("{{ strftime_now('%Q%Z|%-d') }}").unwrap().split('|').next(), Some("%Q"));
}

#[test]
fn templates_that_never_end_are_stopped() {
    let loops = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    let text = "{% for a in range(9000) %}{{ 'x' * 100000 }}{% endfor %}";
    let doubling =
        "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}";
    for template in [loops, text] {
        assert_eq!(render(template).unwrap_err().data.facts["reason"], "endless", "{template}");
    }
    assert!(render(doubling).is_err());
    assert_eq!(render("{{ 'abc'.count('') }}").unwrap(), "4");
    assert_eq!(render("{{ ''[::-1] }}").unwrap(), "");
}

#[test]
fn values_that_grow_without_end_are_stopped() {
    let grow = |start: &str, step: &str, end: &str| {
        format!(
            "{{% set ns = namespace(x={start}) %}}{{% for a in range(90000) %}}{{% set ns.x = {step} %}}{{% endfor %}}{end}"
        )
    };
    for template in [
        // A list in a list in a list, a list that doubles, and one that is printed in as many ways as it has paths.
        grow("[]", "[ns.x]", ""),
        grow("[1]", "ns.x + ns.x", ""),
        "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}".into(),
        "{% set ns = namespace(x=[1], y=[1]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}"
            .into(),
        grow("[]", "ns.x + ['x' * 30000 ~ a]", ""),
        grow("[]", "ns.x | map('upper')", ""),
        grow("'ab'", "ns.x | replace('a', 'aa')", ""),
        "{{ 'x' | center(100000000000) }}".into(),
        "{{ '%99999999999d' % 1 }}{{ '{:99999999999}'.format(1) }}".into(),
        "{{ [1] * 99999999999 }}".into(),
    ] {
        let error = render(&template).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TemplateFailed, "{template}");
    }
    // A namespace that holds itself is let go of, and has no text.
    assert!(render("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}").is_err());
    assert_eq!(
        render("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns.x.x is defined }}").unwrap(),
        "True"
    );
}

#[test]
fn templates_that_are_too_deep_are_none() {
    let many = |part: &str| part.repeat(20_000);
    for template in [
        format!("{{{{ {}1{} }}}}", many("("), many(")")),
        format!("{{{{ 1{} }}}}", many("+1")),
        format!("{{{{ a{} }}}}", many(".a")),
        format!("{{{{ a{} }}}}", many("|list")),
        format!("{{{{ {}1 }}}}", many("not ")),
        format!("{{{{ {}1 }}}}", many("-")),
        format!("{{{{ {}1{} }}}}", many("["), many("]")),
        format!("{{{{ 1{} }}}}", many(" if 1 else 1")),
        many("{% if 1 %}"),
        many("{% for a in b %}"),
    ] {
        assert_eq!(render(&template).unwrap_err().data.facts["reason"], "syntax");
    }
    assert_eq!(render(&format!("{{{{ ''{} }}}}", " ~ 'a'".repeat(5_000))).unwrap().len(), 5_000);
}

#[test]
fn a_prompt_without_the_question_is_none() {
    let ask = |source: &str| {
        let messages = [
            ChatMessage { role: Role::System, content: "S".into() },
            ChatMessage { role: Role::User, content: " Who\nare you? ".into() },
        ];
        ChatTemplate::from_source(source.into()).unwrap().prompt(&messages, &Map::new())
    };
    for nothing in
        ["", " \n\t", "{# a #}", "{% if false %}x{% endif %}", "{{ messages[0].content }}", "Hello"]
    {
        let error = ask(nothing).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TemplateFailed, "{nothing}");
        assert_eq!(error.data.facts["reason"], "empty", "{nothing}");
        assert!(ChatTemplate::from_source(nothing.into())
            .unwrap()
            .render(&user("hi"), true, &Map::new())
            .is_ok());
    }
    // It may be changed on its way.
    for kept in [
        "{{ messages[1].content }}",
        "{{ messages[1].content | tojson }}",
        "{{ messages[1].content | trim | upper }}",
        "{{ messages[1].content.split() }}",
        "{{ messages[1].content | length }}",
    ] {
        ask(kept).unwrap();
    }
    // Nothing was asked, so nothing is lost.
    let template = ChatTemplate::from_source("<user>".into()).unwrap();
    assert_eq!(template.prompt(&user(" "), &Map::new()).unwrap(), "<user>");
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

#[test]
fn a_base_model_gets_a_single_question_as_it_was_typed() {
    let turn = |role, content: &str| ChatMessage { role, content: content.into() };
    let question = turn(Role::User, "埃菲尔铁塔在哪个国家？");
    assert_eq!(completion(std::slice::from_ref(&question)), "埃菲尔铁塔在哪个国家？");
    assert_eq!(completion(&[turn(Role::User, " Once upon a time\n")]), " Once upon a time\n");
    let talk = [
        turn(Role::System, "A tale."),
        question,
        turn(Role::Assistant, "法国。\n"),
        turn(Role::User, "Then"),
    ];
    assert_eq!(completion(&talk), "A tale.\n\n埃菲尔铁塔在哪个国家？法国。\n\nThen");
}
