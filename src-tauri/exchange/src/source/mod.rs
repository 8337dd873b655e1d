//! Where files come from: the disk, a folder, an archive. Each is opened when it is wanted, as often as it is wanted,
//! and read within bounds.

mod archive;
mod folder;
mod guard;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::fault::Fault;

pub(crate) use archive::Archive;
pub(crate) use folder::list;
pub(crate) use guard::Guard;

/// What can be read from its beginning, again and again.
pub(crate) trait Open {
    fn open(&mut self) -> Result<Box<dyn Read + '_>, Fault>;
}

/// A file on the disk.
pub(crate) struct OnDisk<'a>(pub &'a Path);

impl Open for OnDisk<'_> {
    fn open(&mut self) -> Result<Box<dyn Read + '_>, Fault> {
        Ok(Box::new(File::open(self.0)?))
    }
}

/// One file.
pub(crate) struct Item<'a> {
    /// Its path as the receipt shows it.
    pub place: String,
    /// Its own name, without folders.
    pub name: String,
    /// The folders that it lies in, within what was chosen.
    pub folders: Vec<String>,
    pub from: &'a mut dyn Open,
    /// Where it lies on the disk, if it does.
    pub path: Option<&'a Path>,
    /// Was this very file chosen, and not a folder or an archive with it?
    pub chosen: bool,
}
