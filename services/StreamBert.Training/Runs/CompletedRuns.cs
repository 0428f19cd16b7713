namespace StreamBert.Training.Runs;

/// <summary>The results of the runs of some models.</summary>
/// <param name="Models">The models that were due, also those without a result.</param>
/// <param name="Ends">
/// The end offset of each feedback partition before the datasets were read: all feedback before it was trained on.
/// </param>
internal sealed record CompletedRuns(
    IReadOnlyList<string> Models, IReadOnlyDictionary<int, long> Ends, IReadOnlyList<RunResult> Results);
