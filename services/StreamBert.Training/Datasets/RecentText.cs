using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>A text of the recent stream.</summary>
/// <param name="Stored">Its prediction as the log has it: with the text, or sealed.</param>
/// <param name="Text">The text, opened.</param>
internal sealed record RecentText(TextClassified Stored, string Text);
