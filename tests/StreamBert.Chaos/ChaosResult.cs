using System.Text.Json;

namespace StreamBert.Chaos;

/// <summary>The result of a run.</summary>
/// <param name="Faults">The number of injected faults by kind.</param>
/// <param name="Acknowledged">Texts whose receipt was acknowledged to the client.</param>
/// <param name="Unacknowledged">Texts sent without an acknowledgement; each may or may not be in the log.</param>
/// <param name="Lost">Acknowledged texts that have neither a prediction nor a dead letter.</param>
/// <param name="Duplicated">Texts with more than one outcome.</param>
/// <param name="TrainingRuns">Training runs that completed.</param>
/// <param name="SkippedFaults">The faults that this machine could not inject, with the reason.</param>
/// <param name="Verification">The last line of <c>streambert verify --json</c>.</param>
/// <param name="IsVerified">Whether <c>streambert verify</c> found no error.</param>
public sealed record ChaosResult(
    int Seed,
    IReadOnlyDictionary<string, int> Faults,
    int Acknowledged,
    int Unacknowledged,
    int Lost,
    int Duplicated,
    int TrainingRuns,
    IReadOnlyList<string> SkippedFaults,
    JsonElement Verification,
    bool IsVerified,
    double Seconds)
{
    public bool IsSuccess => IsVerified && Lost == 0 && Duplicated == 0;

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
