namespace StreamBert.Model.Tokenization.Unicode;

/// <summary>The properties that the tables of the Rust <c>tokenizers</c> give a character.</summary>
[Flags]
internal enum CharacterKinds : ushort
{
    None = 0,

    /// <summary>Control, format and private-use characters, and U+FFFD, which BERT's cleaning removes.</summary>
    Control = 1,
    WhiteSpace = 2,

    /// <summary>Unicode category P*, and every ASCII symbol.</summary>
    Punctuation = 4,

    /// <summary>Nonspacing marks, which BERT's accent stripping removes.</summary>
    NonspacingMark = 8,

    /// <summary>Marks of any kind, which the normalizer StripAccents removes.</summary>
    AnyMark = 16,

    /// <summary>Word characters of regular expressions (<c>\w</c>).</summary>
    Word = 32,
    Letter = 64,
    Number = 128,

    /// <summary>Numbers for the pre-tokenizer Digits, whose table is of a newer Unicode version.</summary>
    Numeric = 256,
}
