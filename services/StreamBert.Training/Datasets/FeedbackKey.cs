namespace StreamBert.Training.Datasets;

/// <summary>Identifies what has one label: a text, as <see cref="TextNormalizer.Normalize"/> returns it, and a head.</summary>
internal readonly record struct FeedbackKey(string Text, string Head);
