using System.Text.Json;

namespace StreamBert.Chaos;

/// <summary>What a run came to.</summary>
/// <param name="Acknowledged">Texts whose receipt was confirmed to the client.</param>
/// <param name="Unknown">Texts sent whose confirmation did not come; each stands in the log or does not.</param>
/// <param name="Lost">Confirmed texts that are neither predicted nor dead-lettered.</param>
/// <param name="Twice">Texts with more than one outcome.</param>
/// <param name="Trained">Training runs that ended.</param>
/// <param name="Skipped">Blows that this machine could not deal, in words.</param>
/// <param name="Verify">The last line of <c>streambert verify --json</c>.</param>
public sealed record ChaosResult(
    int Seed, IReadOnlyDictionary<string, int> Blows, int Acknowledged, int Unknown, int Lost, int Twice, int Trained, IReadOnlyList<string> Skipped,
    JsonElement Verify, bool VerifyIsSound, double Seconds)
{
    public bool IsSound => VerifyIsSound && Lost == 0 && Twice == 0;

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
