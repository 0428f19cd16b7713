using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Composition;

/// <summary>What the monitor needs of a prediction while it waits for its turn, in memory and in checkpoints.</summary>
internal static class WaitingPrediction
{
    private static readonly Dictionary<string, double> NoScores = [];

    public static TextClassified Of(TextClassified prediction) => prediction with
    {
        Heads = prediction.Heads.ToDictionary(static head => head.Key, static head => head.Value with { Scores = NoScores }),
        Text = TextSample.Shorten(prediction.Text),
        Embedding = null,
        Explanations = null,
        Routes = [],
    };
}
