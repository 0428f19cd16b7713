namespace StreamBert.Model.Entities;

/// <summary>A word with its predicted tag and the calibrated probability of the tag.</summary>
internal readonly record struct TaggedWord(WordSpan Word, string Tag, double Probability);
