using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Reduces a prediction to the fields that the monitor needs, before it is buffered in memory and in checkpoints.</summary>
internal static class BufferedPrediction
{
    private const int MaxTextLength = 160;

    /// <summary>The scores of heads with more labels are not kept.</summary>
    public const int MaxScores = 64;

    /// <summary>The number of values of an embedding at most.</summary>
    public const int MaxEmbedding = 256;
    private static readonly Dictionary<string, double> NoScores = [];

    /// <summary>Returns the reduced prediction; one from <see cref="PredictionParser"/> is reduced already.</summary>
    public static TextClassified Of(TextClassified prediction) =>
        prediction.Heads is SmallMap<HeadPrediction> ? prediction : Reduce(prediction);

    private static TextClassified Reduce(TextClassified prediction) => prediction with
    {
        Heads = Reduce(prediction.Heads),
        Text = Truncate(prediction.Text),
        Story = prediction.Story ?? StoryOf(prediction.Text),
        Explanations = null,
        Routes = [],
    };

    private static SmallMap<HeadPrediction> Reduce(IReadOnlyDictionary<string, HeadPrediction> heads)
    {
        var (names, predictions) = (new string[heads.Count], new HeadPrediction[heads.Count]);
        var index = 0;
        foreach (var (name, prediction) in heads)
            (names[index], predictions[index++]) = (name, Reduce(prediction));
        return new(names, predictions);
    }

    /// <summary>Returns the story of a prediction that was written without one.</summary>
    public static string? StoryOf(string? text) => text is null ? null : SimHash.Format(SimHash.Of(text));

    private static HeadPrediction Reduce(HeadPrediction head) => head.Scores.Count <= MaxScores ? head : head with { Scores = NoScores };

    /// <summary>Truncates a text to the length of an example, without splitting a surrogate pair.</summary>
    public static string? Truncate(string? text)
    {
        if (text is null || text.Length <= MaxTextLength)
            return text;
        var end = char.IsHighSurrogate(text[MaxTextLength - 2]) ? MaxTextLength - 2 : MaxTextLength - 1;
        return $"{text[..end]}…";
    }
}
