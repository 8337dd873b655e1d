//! ZIP archives. The `zip` crate reads the directory; what is packed is inflated here by `flate2`, within bounds and
//! with its sum checked. Nothing is ever written to a path that an archive names.

use std::io::{self, Read, Seek};

use crate::fault::{into_io, Fault};
use crate::limits::Limits;
use crate::receipt::Why;

use super::Open;

/// So many bytes may come out of an entry however small it is.
const FREE: u64 = 16 << 20;
/// Beyond, at most so many bytes for every packed one. Conversations give 3 to 20; a bomb gives 1,000.
const RATIO: u64 = 250;

/// An archive.
pub(crate) struct Archive<R> {
    zip: zip::ZipArchive<R>,
    /// Bytes that may still come out of it.
    left: u64,
}

/// An entry of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    index: usize,
    /// Folders and name, as the archive has them.
    pub path: Vec<String>,
    pub size: u64,
    packed: u64,
    sum: u32,
    method: zip::CompressionMethod,
    encrypted: bool,
    pub link: bool,
}

impl<R: Read + Seek> Archive<R> {
    /// # Errors
    /// [`Why::Damaged`] where its directory can't be read.
    pub fn open(from: R, limits: &Limits) -> Result<Self, Fault> {
        Ok(Self { zip: zip::ZipArchive::new(from).map_err(fault)?, left: limits.archive })
    }

    /// Its files, those of one folder together; and what of its directory can't be read.
    pub fn members(&mut self, limits: &Limits) -> (Vec<Member>, Vec<(String, Fault)>) {
        let (mut members, mut faults) = (Vec::new(), Vec::new());
        for index in 0..self.zip.len() {
            if members.len() >= limits.files {
                faults.push((String::new(), Fault::new(Why::TooMany, format!("{} files", limits.files))));
                break;
            }
            let file = match self.zip.by_index_raw(index) {
                Ok(file) => file,
                Err(error) => {
                    faults.push((format!("#{}", index + 1), fault(error)));
                    continue;
                }
            };
            if file.is_dir() {
                continue;
            }
            let name = String::from_utf8_lossy(file.name_raw()).into_owned();
            let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
            let path: Vec<String> = parts.map(str::to_owned).collect();
            if path.len() > limits.depth + 1 {
                let why = Fault::new(Why::TooDeep, format!("{} folders", path.len()));
                faults.push((name.clone(), why));
                continue;
            }
            members.push(Member {
                index,
                path,
                size: file.size(),
                packed: file.compressed_size(),
                sum: file.crc32(),
                method: file.compression(),
                encrypted: file.encrypted(),
                link: file.is_symlink(),
            });
        }
        let key = |member: &Member| {
            let (name, folders) = member.path.split_last().map_or(("", &[][..]), |(n, f)| (n.as_str(), f));
            (folders.to_vec(), name.to_owned())
        };
        members.sort_by_cached_key(key);
        (members, faults)
    }
}

/// An entry that can be opened.
pub(crate) struct Packed<'a, R> {
    pub archive: &'a mut Archive<R>,
    pub member: &'a Member,
}

impl<R: Read + Seek> Archive<R> {
    pub fn packed<'a>(&'a mut self, member: &'a Member) -> Packed<'a, R> {
        Packed { archive: self, member }
    }
}

impl<R: Read + Seek> Open for Packed<'_, R> {
    fn open(&mut self) -> Result<Box<dyn Read + '_>, Fault> {
        let member = self.member;
        if member.encrypted {
            return Err(Fault::new(Why::Encrypted, ""));
        }
        let raw = self.archive.zip.by_index_raw(member.index).map_err(fault)?;
        let most = (member.packed.saturating_mul(RATIO)).max(FREE);
        let inside: Box<dyn Read + '_> = match member.method {
            zip::CompressionMethod::STORE => Box::new(raw),
            zip::CompressionMethod::DEFLATE => Box::new(flate2::read::DeflateDecoder::new(raw)),
            other => return Err(Fault::new(Why::Compression, format!("{other:?}"))),
        };
        Ok(Box::new(Checked {
            from: inside,
            hash: crc32fast::Hasher::new(),
            sum: member.sum,
            left_here: most,
            left: &mut self.archive.left,
        }))
    }
}

/// Counts and sums what comes out of an entry.
struct Checked<'a> {
    from: Box<dyn Read + 'a>,
    hash: crc32fast::Hasher,
    sum: u32,
    left_here: u64,
    left: &'a mut u64,
}

impl Read for Checked<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        if count == 0 && !into.is_empty() && self.hash.clone().finalize() != self.sum {
            return Err(into_io(Fault::new(Why::Damaged, "the archive's sum is another")));
        }
        self.hash.update(&into[..count]);
        let bytes = count as u64;
        if bytes > self.left_here || bytes > *self.left {
            return Err(into_io(Fault::new(Why::TooLarge, "it unpacks to more than an archive may hold")));
        }
        self.left_here -= bytes;
        *self.left -= bytes;
        Ok(count)
    }
}

fn fault(error: zip::result::ZipError) -> Fault {
    match error {
        zip::result::ZipError::Io(error) => error.into(),
        zip::result::ZipError::UnsupportedArchive(detail) => Fault::new(Why::Compression, detail),
        other => Fault::new(Why::Damaged, other.to_string()),
    }
}
