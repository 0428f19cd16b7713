namespace StreamBert.Model.Datasets;

/// <summary>The tagged sentences of one head that a model is evaluated on.</summary>
/// <param name="Name">The name of the data in the report.</param>
/// <param name="Head">The name of the head.</param>
/// <param name="Sentences">The sentences.</param>
public sealed record TaggedData(string Name, string Head, IReadOnlyList<TaggedSentence> Sentences);
