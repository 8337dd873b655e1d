"""Everything that makes Vitrine's starter model: text, tokenizer, training, export, measurement."""
