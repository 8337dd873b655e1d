//! `vocabulary/overview`, `vocabulary/find`, `vocabulary/entry`: the entries of a vocabulary.
//! `embeddings/neighbours`, `embeddings/odd_one_out`, `embeddings/hardly_met`: their rows in the model's table.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::TokenizerKind;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A piece of text.
    Text,
    /// One byte, for text that nothing else expresses: `<0x0A>`, or one of the 256 bytes of a byte-level vocabulary.
    Byte,
    /// A control token: begins or ends a text, a turn ...
    Special,
    /// Found in a text as a whole wherever it stands, and visible: `<think>`.
    UserDefined,
    /// Stands for what the vocabulary can't express.
    Unknown,
    /// A place that was kept free.
    Unused,
}

/// An entry of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VocabularyEntry {
    pub id: u32,
    /// In hex; of a control token, its name.
    pub bytes: String,
    /// `None` where the bytes are no whole characters.
    pub text: Option<String>,
    pub kind: EntryKind,
    /// ISO 15924: the script of its letters. `Zyyy`: it has none; `mixed`: several; `part`: no whole characters.
    pub script: String,
    /// Code points; 0 where the bytes are no whole characters.
    pub characters: u32,
    pub leading_space: bool,
    /// Does it begin a word, as this vocabulary marks that?
    pub word_beginning: bool,
}

/// How a vocabulary shows where words begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WordMark {
    /// By a space in front.
    Space,
    /// By a sign in front of everything else, as WordPiece's `##`.
    Continuation,
    /// Not at all.
    None,
}

/// Where the text that is looked for stands in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FindPlace {
    Contains,
    Begins,
    Is,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Find {
    /// `begins` and `is` look past one space in front of the entry, too.
    Text { text: String, place: FindPlace, ignore_case: bool },
    /// In hex; blanks between digits do not count.
    Bytes { bytes: String, place: FindPlace },
    /// Ids that begin with these digits; the exact one comes first.
    Id { digits: String },
}

/// The order of what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FindOrder {
    Id,
    /// By characters, then bytes.
    Longest,
    Shortest,
    /// Those that are what is looked for, then those that begin with it, then the others; the shorter first.
    Best,
}

/// Params of `vocabulary/find`. All conditions hold together; an empty list is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VocabularyQuery {
    pub find: Option<Find>,
    pub kinds: Vec<EntryKind>,
    pub scripts: Vec<String>,
    pub least_characters: Option<u32>,
    pub most_characters: Option<u32>,
    pub leading_space: Option<bool>,
    pub word_beginning: Option<bool>,
    pub order: FindOrder,
    /// The first to be told of what was found.
    pub offset: u32,
    /// Most to be told, 0 to 1000.
    pub count: u32,
}

/// Result of `vocabulary/find`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VocabularyPage {
    /// All that was found.
    pub total: u32,
    pub offset: u32,
    pub entries: Vec<VocabularyEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KindCount {
    pub kind: EntryKind,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScriptCount {
    pub script: String,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LengthCount {
    /// 0: no whole characters.
    pub characters: u32,
    pub count: u32,
}

/// The table that turns tokens into vectors, in the file that the vocabulary came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EmbeddingTable {
    pub rows: u32,
    /// Numbers in a row.
    pub width: u32,
    /// `F16`, `Q8_0` ...
    pub format: String,
    /// Does the output layer use the same table?
    pub tied: bool,
}

/// Result of `vocabulary/overview`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VocabularyOverview {
    pub size: u32,
    pub kind: TokenizerKind,
    pub marks: WordMark,
    /// Listed merges; 0 where it has no list.
    pub merges: u32,
    pub kinds: Vec<KindCount>,
    /// Of the pieces of text, the most frequent first.
    pub scripts: Vec<ScriptCount>,
    /// Of the pieces of text, the shortest first.
    pub lengths: Vec<LengthCount>,
    /// Of the pieces of text.
    pub leading_space: u32,
    pub word_beginning: u32,
    /// The longest pieces of text.
    pub longest: Vec<VocabularyEntry>,
    /// `None` for a file without weights.
    pub embeddings: Option<EmbeddingTable>,
}

/// Params of `vocabulary/entry`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EntryAsk {
    pub id: u32,
}

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EntrySource {
    /// Two other entries, put together.
    Merge,
    /// One of the bytes that everything begins with.
    Byte,
    /// One of the characters that everything begins with.
    Character,
    /// Chosen by its probability (Unigram).
    Score,
    /// It stands in the list, and no merge gives it.
    Listed,
    /// Added by hand: control tokens and their like.
    Added,
}

/// An entry of a tree of merges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MergeNode {
    pub id: u32,
    /// In hex.
    pub bytes: String,
    /// Of the merge that gives it; the first merge has 0.
    pub rank: Option<u32>,
    /// Its parts, by their places in the list.
    pub left: Option<u32>,
    pub right: Option<u32>,
}

/// On which side of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MergeSide {
    Left,
    Right,
}

/// A merge that an entry takes part in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EntryUse {
    pub result: VocabularyEntry,
    pub other: VocabularyEntry,
    /// Where the entry stands that was asked for.
    pub side: MergeSide,
    pub rank: u32,
}

/// Result of `vocabulary/entry`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EntryOrigin {
    pub entry: VocabularyEntry,
    pub how: EntrySource,
    /// Of the merge that gives it.
    pub rank: Option<u32>,
    /// Logarithm of its probability, in a Unigram vocabulary.
    pub score: Option<f32>,
    pub parts: Option<(VocabularyEntry, VocabularyEntry)>,
    /// Itself first, then its parts, theirs, and so on.
    pub tree: Vec<MergeNode>,
    /// Merges that it takes part in.
    pub uses_total: u32,
    /// The first of them by rank.
    pub uses: Vec<EntryUse>,
}

/// What neighbours are asked for of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum NeighboursOf {
    /// Several tokens: their mean is taken.
    Text {
        text: String,
    },
    Id {
        id: u32,
    },
}

/// Params of `embeddings/neighbours`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NeighboursAsk {
    pub of: NeighboursOf,
    /// 1 to 200.
    pub count: u32,
}

/// A token near to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Neighbour {
    pub entry: VocabularyEntry,
    /// Of the angle between the two rows, -1 to 1.
    pub cosine: f32,
}

/// Result of `embeddings/neighbours`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Neighbours {
    /// The tokens of what was asked for.
    pub of: Vec<VocabularyEntry>,
    /// Length of their row, or of the mean of their rows.
    pub norm: f32,
    /// The nearest first.
    pub neighbours: Vec<Neighbour>,
    pub table: EmbeddingTable,
    /// How long the search took, in microseconds.
    pub micros: u32,
}

/// Params of `embeddings/odd_one_out`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OddOneOutAsk {
    /// 3 to 8, none of them blank.
    pub words: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OddWord {
    pub word: String,
    /// Its tokens; of several, the mean is taken.
    pub ids: Vec<u32>,
    /// Cosine to the other words, on average.
    pub mean_cosine: f32,
}

/// Result of `embeddings/odd_one_out`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OddOneOut {
    pub words: Vec<OddWord>,
    /// The one with the smallest mean cosine, by its place.
    pub odd: u32,
    /// Each word against each.
    pub cosines: Vec<Vec<f32>>,
}

/// Params of `embeddings/hardly_met`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HardlyMetAsk {
    /// Most candidates, 0 to 1000.
    pub count: u32,
}

/// What pieces that training hardly met are known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HardlyMetBasis {
    /// By direction: distance (1 - cosine) to the mean of rows that are known to be unused, with the mean of all rows taken off.
    Unused,
    /// By length: the shortest rows. Nothing in the vocabulary is known to be unused.
    Norm,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HardlyMetEntry {
    pub entry: VocabularyEntry,
    /// Distance or length, as the basis says.
    pub value: f32,
    /// Length of its row.
    pub norm: f32,
    /// Is its own text cut into exactly this token?
    pub reachable: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NormBin {
    pub from: f32,
    pub to: f32,
    pub count: u32,
}

/// Result of `embeddings/hardly_met`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HardlyMet {
    pub basis: HardlyMetBasis,
    /// Rows that are known to be unused.
    pub known: u32,
    /// Candidates have at most this value; so have 95 % of the known unused ones.
    pub threshold: f32,
    /// All candidates.
    pub total: u32,
    /// The lowest values first.
    pub candidates: Vec<HardlyMetEntry>,
    /// Lengths of all rows.
    pub norms: Vec<NormBin>,
    /// Mean length of the known unused rows; 0 where there are none.
    pub known_norm: f32,
}
