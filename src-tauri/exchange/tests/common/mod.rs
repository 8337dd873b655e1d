//! What the tests share: reading everything there is, trees as text, and archives made by hand, so that they may lie.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use vitrine_exchange::document::{Conversation, Named};
use vitrine_exchange::{import, Found, Import, Limits, Outcome, Receipt};

pub struct Everything {
    pub receipt: Receipt,
    pub found: Vec<Found>,
}

pub fn read(path: &Path) -> Everything {
    read_within(path, Limits::default())
}

pub fn read_within(path: &Path, limits: Limits) -> Everything {
    let mut found = Vec::new();
    let receipt = import(
        path,
        Import {
            limits,
            cancel: &AtomicBool::new(false),
            progress: &mut |_| {},
            take: &mut |one| {
                found.push(one);
                Outcome::Imported
            },
        },
    );
    let Receipt { found: count, imported, added, already_there, not_imported, .. } = receipt;
    assert_eq!(count, imported + added + already_there + not_imported, "{receipt:#?}");
    Everything { receipt, found }
}

/// A folder with files in it.
pub fn folder(files: &[(&str, &[u8])]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chosen");
    std::fs::create_dir(&path).expect("a folder");
    for (name, bytes) in files {
        let file = path.join(name);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(file, bytes).expect("written");
    }
    (folder, path)
}

/// One file, under a name that says nothing.
pub fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = folder(&[("thing", bytes)]);
    (folder, path.join("thing"))
}

pub fn read_bytes(bytes: &[u8]) -> Everything {
    let (_folder, path) = file(bytes);
    read(&path)
}

/// `0 user: text`, the parent's line number before each; `-` for a beginning, `*` on the shown path.
pub fn tree(conversation: &Conversation) -> Vec<String> {
    let shown: Vec<&str> = conversation.active_path().iter().map(|message| message.uid.as_str()).collect();
    let place = |uid: &String| {
        let at = conversation.messages.iter().position(|message| &message.uid == uid);
        at.expect("the parent is there").to_string()
    };
    let line = |message: &vitrine_exchange::document::Message| {
        let parent = message.parent.as_ref().map_or("-".into(), place);
        let shown = if shown.contains(&message.uid.as_str()) { "*" } else { " " };
        let role = message.role.map_or("?", Named::name);
        format!("{parent}{shown}{role}: {}", message.text)
    };
    conversation.messages.iter().map(line).collect()
}

/// A file in an archive.
pub struct Entry {
    pub name: &'static str,
    pub data: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub sum: u32,
    pub size: u32,
    pub mode: u32,
}

impl Entry {
    /// Deflated.
    pub fn new(name: &'static str, bytes: &[u8]) -> Self {
        let mut packer = flate2::read::DeflateEncoder::new(bytes, flate2::Compression::best());
        let mut data = Vec::new();
        std::io::Read::read_to_end(&mut packer, &mut data).expect("memory");
        let mut hash = crc32fast::Hasher::new();
        hash.update(bytes);
        let (sum, size) = (hash.finalize(), bytes.len() as u32);
        Self { name, data, method: 8, flags: 0x800, sum, size, mode: 0o100_644 }
    }
}

pub fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = bytes.len() as u32;
        let mut common = Vec::new();
        for number in [20, entry.flags, entry.method, 0, 0x21] {
            common.extend(number.to_le_bytes());
        }
        common.extend(entry.sum.to_le_bytes());
        common.extend((entry.data.len() as u32).to_le_bytes());
        common.extend(entry.size.to_le_bytes());
        common.extend((entry.name.len() as u16).to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(entry.name.as_bytes());
        bytes.extend(&entry.data);
        directory.extend(b"PK\x01\x02");
        // Made on Unix, so that the mode counts.
        directory.extend(0x0314_u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 4]);
    let count = (entries.len() as u16).to_le_bytes();
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}
