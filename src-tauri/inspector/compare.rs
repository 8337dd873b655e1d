//! Two tokenizers side by side, and the price of the same sentence in several languages.

use vitrine_core::inspect;
use vitrine_core::protocol::{method, CutRow, CutText, TextCut, TokenCut};

use super::Inspector;
use crate::contract::{Comparison, LanguageRow, LanguageTokens, SampleLanguage, SubjectPlace};
use crate::Error;

/// The same plain sentence, written for this table. Each says: the model sees no letters, only numbers, so we cut
/// every text into small pieces first.
const SAMPLE: &[(SampleLanguage, &str)] = &[
    (SampleLanguage::Zh, "模型看不见文字，只看见数字，所以我们先把每段文字切成小块。"),
    (
        SampleLanguage::En,
        "The model sees no letters, only numbers, so we first cut every text into small pieces.",
    ),
    (
        SampleLanguage::Ja,
        "モデルには文字が見えず、数字しか見えないので、まずどの文も小さな部分に切り分けます。",
    ),
    (
        SampleLanguage::Ko,
        "모델은 글자를 보지 못하고 숫자만 보므로, 우리는 먼저 모든 글을 작은 조각으로 자릅니다.",
    ),
    (SampleLanguage::Ar, "لا يرى النموذج حروفًا بل أرقامًا فقط، لذلك نقطّع كل نص أولًا إلى أجزاء صغيرة."),
    (SampleLanguage::Hi, "मॉडल अक्षर नहीं, केवल संख्याएँ देखता है, इसलिए हम पहले हर पाठ को छोटे टुकड़ों में काटते हैं।"),
    (
        SampleLanguage::Ru,
        "Модель видит не буквы, а только числа, поэтому сначала мы режем любой текст на маленькие части.",
    ),
    (
        SampleLanguage::Es,
        "El modelo no ve letras, solo números, así que primero cortamos cada texto en trozos pequeños.",
    ),
];

/// In the order in which the table shows them.
const PLACES: [SubjectPlace; 3] = [SubjectPlace::A, SubjectPlace::B, SubjectPlace::Trained];

impl Inspector {
    /// The same text by the tokenizers at both places.
    ///
    /// # Errors
    /// `NoTokenizer` where place b is empty; what the workers say.
    pub async fn compare(&self, text: String) -> Result<Comparison, Error> {
        let (bytes, characters) = size(&text);
        let params = CutText { text, rows: vec![CutRow::Tokens], special: false };
        let (a, b) =
            tokio::try_join!(self.tokens(SubjectPlace::A, &params), self.tokens(SubjectPlace::B, &params))?;
        let inspect::Difference { stretches, shared } = inspect::compare(&a.groups, &b.groups);
        Ok(Comparison { bytes, characters, a, b, differences: stretches, shared })
    }

    /// How many tokens the sample takes, by every place that has a tokenizer.
    ///
    /// # Errors
    /// What the workers say.
    pub async fn languages(&self) -> Result<Vec<LanguageRow>, Error> {
        let mut rows: Vec<LanguageRow> = SAMPLE
            .iter()
            .map(|&(language, text)| {
                let (bytes, characters) = size(text);
                LanguageRow { language, text: text.into(), characters, bytes, counts: Vec::new() }
            })
            .collect();
        for place in PLACES {
            if self.answerer(place).await?.is_none() {
                continue;
            }
            for row in &mut rows {
                let params = CutText { text: row.text.clone(), rows: vec![CutRow::Tokens], special: false };
                let tokens = self.tokens(place, &params).await?.ids.len();
                row.counts.push(LanguageTokens { place, tokens: count(tokens) });
            }
        }
        Ok(rows)
    }

    async fn tokens(&self, place: SubjectPlace, params: &CutText) -> Result<TokenCut, Error> {
        let cut: TextCut = self.ask(place, method::TEXT_CUT, params).await?;
        Ok(cut.tokens.unwrap_or_default())
    }
}

/// Bytes and extended grapheme clusters.
fn size(text: &str) -> (u32, u32) {
    (count(text.len()), count(inspect::characters(text).len()))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
