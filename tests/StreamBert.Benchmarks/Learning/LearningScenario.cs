using StreamBert.Contracts;
using StreamBert.Model.Classification;

namespace StreamBert.Benchmarks.Learning;

/// <summary>What annotators do to the labels of a stream of texts.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Annotators">The number of annotators, who label the texts in turn.</param>
/// <param name="FlippedShare">The share of the last annotator's labels that is replaced by the next label of the head.</param>
/// <param name="IsNewDomain">Whether the texts are of a domain that the model was not trained on.</param>
internal sealed record LearningScenario(string Name, int Annotators, double FlippedShare, bool IsNewDomain)
{
    public static readonly IReadOnlyList<LearningScenario> All =
    [
        new("poison-30-of-3", 3, 0.3, IsNewDomain: false), new("poison-60-of-3", 3, 0.6, IsNewDomain: false),
        new("poison-100-of-3", 3, 1, IsNewDomain: false), new("poison-30-alone", 1, 0.3, IsNewDomain: false),
        new("poison-60-alone", 1, 0.6, IsNewDomain: false), new("poison-100-alone", 1, 1, IsNewDomain: false),
        new("honest", 3, 0, IsNewDomain: true), new("no-gain", 3, 0, IsNewDomain: false),
    ];

    /// <summary>Labels texts as the annotators do.</summary>
    /// <param name="texts">The texts with their true labels.</param>
    /// <param name="head">The head that the labels belong to.</param>
    public IEnumerable<FeedbackReceived> Label(IReadOnlyList<(string Text, string Label)> texts, HeadInfo head, Random random)
    {
        foreach (var (index, (text, label)) in texts.Index())
        {
            var annotator = index % Annotators;
            var isFlipped = annotator == Annotators - 1 && random.NextDouble() < FlippedShare;
            yield return new()
            {
                Id = $"text-{index}",
                Pipeline = LearningRuns.Pipeline,
                Head = head.Name,
                Label = isFlipped ? head.Labels[(head.Labels.ToList().IndexOf(label) + 1) % head.Labels.Count] : label,
                Annotator = $"annotator-{annotator + 1}",
                OccurredAt = LearningBench.Start.AddSeconds(index),
                Text = text,
            };
        }
    }
}
