using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations.Ledger;

/// <summary>Lists the topics of the ledger.</summary>
internal static class LedgerTopics
{
    /// <summary>The topics whose records are outcomes of texts.</summary>
    public static IReadOnlyList<string> Outputs { get; } = [Topics.Predictions, Topics.DeadLetter];

    /// <summary>Gets the topics whose records must have an outcome.</summary>
    public static IEnumerable<string> GetInputs(PipelineCatalog pipelines) =>
        pipelines.All.SelectMany(static pipeline => pipeline.Inputs).Append(Topics.Interactive).Append(Topics.Explain).Distinct();
}
