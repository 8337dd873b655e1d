//! Private conversations reach no disk.

use super::*;

#[tokio::test]
async fn a_private_conversation_is_on_no_disk_and_gone_at_the_end() {
    let folder = folder();
    let history = filled(folder.path(), 1).await;
    let mut begun = Vec::new();
    for _ in 0..2 {
        begun.push(history.begin_private(TurnSettings::default()).await.expect("begun"));
    }
    let (one, other) = (begun[0], begun[1]);
    assert!(memory::is_private(one) && memory::is_private(other) && one != other);
    // A file that was read for it goes with it.
    let file = attachments::NewAttachment {
        name: "私.txt".into(),
        bytes: 9,
        encoding: crate::contract::TextEncoding::Utf8,
        text: "附件里的秘密".into(),
        tokens: None,
    };
    let file = history.call(move |connection| attachments::insert(connection, &file)).await.expect("kept").id;
    let ask = move |connection: &mut Connection, id| {
        let (conversation, answer) = turn(connection, Some(id), "一个秘密")?;
        let question = messages::get(connection, answer)?.parent_id.expect("a question");
        attachments::attach(connection, &[file], question)?;
        Ok((conversation, answer))
    };
    let asked = history.call_for(Place::conversation(one).with_files(&[file]), ask).await.expect("in memory");
    whole(&history, asked.1).await;
    let open = |connection: &mut Connection, id| conversations::open(connection, id);
    let keeping = history.call_for(Place::conversation(one), open).await.expect("there").keeping;
    assert_eq!(keeping, Keeping::Private);
    history.look_after().await.expect("copied");
    history.retry().await.expect("nothing to do");
    assert_eq!(titles_in_file(&history).await, ["问题 0"]);
    for words in ["一个秘密", "附件里的秘密"] {
        assert_eq!(holds(folder.path(), words), [] as [PathBuf; 0], "{words}");
    }
    history.close().await;
    let again = History::open(folder.path());
    assert_eq!(titles_in_file(&again).await, ["问题 0"]);
    again.close().await;
}
