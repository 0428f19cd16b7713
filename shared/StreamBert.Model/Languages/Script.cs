namespace StreamBert.Model.Languages;

/// <summary>A script of Unicode.</summary>
internal enum Script
{
    None,
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    Devanagari,
    Bengali,
    Tamil,
    Thai,
    Georgian,
    Han,
    Kana,
    Hangul,
}
