using StreamBert.Model.Manifests;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Cli.Commands.Training.Search;

/// <summary>The result of a completed run of a search.</summary>
/// <param name="Name">The name of its combination of hyper-parameters.</param>
/// <param name="Fingerprint">What the result depends on.</param>
/// <param name="BestEpoch">The best epoch.</param>
/// <param name="Validation">Its figures on the validation texts.</param>
/// <param name="Usage">What the run used.</param>
internal sealed record SearchResult(
    string Name, string Fingerprint, int BestEpoch, ValidationResult Validation, TrainingUsage Usage)
{
    /// <summary>Returns the first result than which no other is better.</summary>
    /// <returns>Null if there are no results.</returns>
    public static SearchResult? FindBest(IEnumerable<SearchResult> results) => results.Aggregate(
        (SearchResult?)null, static (best, next) => next.Validation.IsBetterThan(best?.Validation) ? next : best);
}
