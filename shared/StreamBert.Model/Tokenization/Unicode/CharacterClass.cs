namespace StreamBert.Model.Tokenization.Unicode;

/// <summary>How BERT's tokenizer treats a character.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Part of a word.</summary>
    Other,

    /// <summary>Removed, except for tab, carriage return and line feed.</summary>
    Control,

    /// <summary>Separates words.</summary>
    WhiteSpace,

    /// <summary>A word by itself.</summary>
    Punctuation,

    /// <summary>Removed if accents are stripped.</summary>
    NonspacingMark,
}
