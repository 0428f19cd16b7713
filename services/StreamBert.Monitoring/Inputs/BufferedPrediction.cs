using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Reduces a prediction to the fields that the monitor needs, before it is buffered in memory and in checkpoints.</summary>
internal static class BufferedPrediction
{
    private const int MaxTextLength = 160;

    /// <summary>The scores of heads with more labels are not kept.</summary>
    private const int MaxScores = 64;
    private static readonly Dictionary<string, double> NoScores = [];

    public static TextClassified Of(TextClassified prediction) => prediction with
    {
        Heads = prediction.Heads.ToDictionary(static head => head.Key, Reduce),
        Text = Truncate(prediction.Text),
        Story = prediction.Story ?? (prediction.Text is { } text ? SimHash.Format(SimHash.Of(text)) : null),
        Explanations = null,
        Routes = [],
    };

    private static HeadPrediction Reduce(KeyValuePair<string, HeadPrediction> head) =>
        head.Value.Scores.Count <= MaxScores ? head.Value : head.Value with { Scores = NoScores };

    /// <summary>Truncates a text to the length of an example, without splitting a surrogate pair.</summary>
    public static string? Truncate(string? text)
    {
        if (text is null || text.Length <= MaxTextLength)
            return text;
        var end = char.IsHighSurrogate(text[MaxTextLength - 2]) ? MaxTextLength - 2 : MaxTextLength - 1;
        return $"{text[..end]}…";
    }
}
