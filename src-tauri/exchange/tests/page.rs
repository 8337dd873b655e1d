//! The page: nothing of it comes from elsewhere, and no text of a conversation gets out of its place.

use vitrine_exchange::document::{
    Alternative, Answer, Attachment, Conversation, Message, Rest, Role, Settings, Token,
};
use vitrine_exchange::export::{html, Language};

const HOSTILE: &str = "</script></style></title><script>alert(1)</script><!--<script>\"'><img src=x onerror=alert(1)>&lt;\u{2028}\0";

fn token(text: &str) -> Token {
    Token {
        position: 0,
        id: 1,
        bytes: "3c".into(),
        text: text.into(),
        probability: 0.25,
        settings_probability: f32::NAN,
        rank: 1,
        entropy: 2.0,
        alternatives: vec![Alternative {
            id: 1,
            bytes: "3c2f7363726970743e".into(),
            probability: 0.25,
            settings_probability: 1.0,
            rank: 1,
            cut: None,
        }],
        rest: Rest::default(),
        origin: None,
        special: false,
        micros: 0,
    }
}

fn page(text: &str, language: Language) -> String {
    let question = Message {
        uid: "q".into(),
        role: Some(Role::User),
        text: text.into(),
        attachments: vec![Attachment { name: text.into(), text: text.into(), ..Attachment::default() }],
        ..Message::default()
    };
    let answer = Message {
        uid: "a".into(),
        parent: Some("q".into()),
        role: Some(Role::Assistant),
        text: format!("<think>{text}</think>{text}"),
        answer: Some(Answer {
            model_name: text.into(),
            completion_tokens: Some(3),
            decode_ms: Some(100.0),
            ..Answer::default()
        }),
        tokens: vec![token(text)],
        ..Message::default()
    };
    let conversation = Conversation {
        title: text.into(),
        created_at: Some(1_700_000_000_000),
        settings: Some(Settings { system_prompt: text.into(), ..Settings::default() }),
        messages: vec![question, answer],
        ..Conversation::default()
    };
    let mut bytes = Vec::new();
    html::write(&conversation, language, &mut bytes).expect("memory");
    String::from_utf8(bytes).expect("UTF-8")
}

/// Without the page's own style and script, and without what the policy is made of.
fn count(page: &str, what: &str) -> usize {
    page.to_lowercase().matches(what).count()
}

#[test]
fn it_loads_nothing() {
    for language in [Language::Chinese, Language::English] {
        let page = page("hello 天", language);
        // The name of SVG's elements is no address that is opened.
        let page = page.replace("http://www.w3.org/2000/svg", "");
        for reference in [
            "http:",
            "https:",
            "src=",
            "href=",
            "url(",
            "@import",
            "<link",
            "<base",
            "<iframe",
            "<img",
            "fetch(",
            "import(",
            "XMLHttp",
            "WebSocket",
            "innerHTML",
            "eval(",
        ] {
            assert_eq!(count(&page, &reference.to_lowercase()), 0, "{reference}");
        }
        assert!(page.contains("default-src 'none'; style-src 'sha256-"), "a policy");
        assert!(!page.contains("unsafe"));
    }
}

#[test]
fn no_text_gets_out_of_its_place() {
    let calm = page("calm", Language::English);
    let hostile = page(HOSTILE, Language::English);
    for tag in [
        "<script", "</script", "<style", "</style", "<title", "</title", "<!--", "<img", "<article",
        "onerror",
    ] {
        let same = count(&calm, tag);
        let found = count(&hostile, tag);
        // "onerror" stays as text, everywhere escaped.
        if tag == "onerror" {
            assert!(found > 0);
        } else {
            assert_eq!(found, same, "{tag}");
        }
    }
    assert!(!hostile.contains('\0') && !hostile.contains("\"'><"));
}

#[test]
fn an_answer_is_formatted_and_a_question_is_not() {
    let written = "# 标题\n\n**粗** *斜* ~~删~~ `a<b`\n\n1. 一\n2. 二\n   - [x] 好\n\n> 引\n\n| 甲 | 乙 |\n|:-:|--:|\n| 1 | 2 |\n\n\
                   ```rust\nfn a() {}\n```\n\n$a_1 < b$\n\n第一行\n第二行  \n第三行\n\n[文](https://example.org/?a=1&b=2)";
    let page = page(written, Language::Chinese);
    for part in [
        "<h3>标题</h3>",
        "<strong>粗</strong> <em>斜</em> <del>删</del> <code>a&lt;b</code>",
        "<ol start=\"1\"><li>一</li>",
        "<li>☑ 好</li>",
        "<blockquote><p>引</p>",
        "<thead><tr><th class=\"middle\">甲</th><th class=\"right\">乙</th></tr></thead><tbody><tr><td class=\"middle\">1</td>",
        "<pre><code>fn a() {}\n</code></pre>",
        "<code>$a_1 &lt; b$</code>",
        "第一行\n第二行<br>第三行",
        "<a href=\"https://example.org/?a=1&amp;b=2\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">文</a>",
    ] {
        // In the thoughts and in the answer.
        assert_eq!(page.matches(part).count(), 2, "{part}\n{page}");
    }
    assert!(page.contains("<div class=\"text\"># 标题\n\n**粗**"), "as it was typed");
}

#[test]
fn hostile_markdown_runs_nothing_and_loads_nothing() {
    let hostile = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> a <b onclick=alert(1)>b</b>\n\n\
        [a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](vbscript:x) [e](file:///etc/passwd)\n\n\
        [f](<java\nscript:alert(1)>) [g](&#106;avascript:alert(1)) [h](//example.org/x) [i](https://example.org/\"onclick=alert(1))\n\n\
        ![pixel](https://example.org/pixel.png) ![](http://example.org/x.svg) [![in](https://example.org/i.png)](https://example.org/)\n\n\
        <javascript:alert(1)> <https://example.org/>\n\n[ref]: javascript:alert(1)\n\n[ref] [x][ref]\n\n\
        ```\"><script>\nx\n```\n\n<!-- <div --> <style>* { display: none }</style>\n\n<iframe src=https://example.org>";
    let calm = page("calm", Language::English);
    let page = page(hostile, Language::English);
    for tag in ["<script", "</script", "<style", "<img", "<iframe", "<b ", "<!--", "<div --"] {
        assert_eq!(count(&page, tag), count(&calm, tag), "{tag}");
    }
    let mut rest = page.as_str();
    let mut links = 0;
    while let Some(at) = rest.find("<a ") {
        rest = &rest[at..];
        let tag = &rest[..rest.find('>').expect("an end")];
        let address = tag.strip_prefix("<a href=\"").expect("an address first");
        assert!(
            ["http://", "https://", "mailto:"].iter().any(|beginning| address.starts_with(beginning)),
            "{tag}"
        );
        let (_, more) = address.split_once('"').expect("an end");
        assert_eq!(more, " target=\"_blank\" rel=\"noopener noreferrer nofollow\"", "{tag}");
        links += 1;
        rest = &rest[3..];
    }
    assert!(links >= 6, "{links}");
    // No attribute but the page's own: a policy without sources would stop these too.
    for attribute in [" onerror=", " onclick=", " src=", " style="] {
        for at in page.match_indices(attribute).map(|(at, _)| at) {
            let before = &page[..at];
            assert!(
                before.rfind('>') > before.rfind('<'),
                "{attribute} in a tag: {}",
                &page[at - 40..at + 20]
            );
        }
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn what_is_nested_without_end_is_written_all_the_same() {
    let deep = format!("{}天", "> ".repeat(5_000));
    let page = page(&deep, Language::English);
    assert!(page.matches("<blockquote>").count() <= 2 * 64);
    assert_eq!(page.matches("<blockquote>").count(), page.matches("</blockquote>").count());
    assert!(page.contains("天"));
}

#[test]
fn it_says_what_it_shows_in_both_languages() {
    let chinese = page("天", Language::Chinese);
    assert!(
        chinese.contains("<html lang=\"zh-CN\">")
            && chinese.contains("系统提示词")
            && chinese.contains("每秒 20.0 个词元")
    );
    let english = page("sky", Language::English);
    assert!(english.contains("<html lang=\"en\">") && english.contains("2023-11-14 · sky · 2 messages"));
    assert_eq!(page("sky", Language::English), english);
}
