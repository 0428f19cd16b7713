using StreamBert.Model.Datasets;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>A token-classification head to train, and its data.</summary>
/// <param name="BaseDirectory">The directory of the base package, whose encoder the head uses.</param>
/// <param name="OutputDirectory">The directory of the new package.</param>
/// <param name="Version">The version of the new package.</param>
/// <param name="Head">The name of the head; if the base package has a head of this name, its training continues.</param>
/// <param name="Train">The training sentences.</param>
public sealed record EntityTrainingTask(
    string BaseDirectory, string OutputDirectory, string Version, string Head, IReadOnlyList<TaggedSentence> Train)
{
    /// <summary>The test sentences for the report; empty for no report.</summary>
    public IReadOnlyList<TaggedSentence> Test { get; init; } = [];

    /// <summary>The languages of the texts as BCP 47 tags; empty to detect them.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The name of the test sentences in the report; default <c>test</c>.</summary>
    public string TestName { get; init; } = "test";
}
