using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Cli.Replay.Progress;

/// <summary>Contains the outcome of the rows of one run.</summary>
/// <param name="Late">Late texts that revised a closed window.</param>
/// <param name="TooLate">Late texts that are missing from all trends.</param>
/// <param name="ClockSkew">Texts with an event time after their receive time.</param>
internal sealed record RunFigures(long In, long Out, long DeadLettered, long InFlight, long Late = 0, long TooLate = 0, long ClockSkew = 0)
{
    [JsonIgnore]
    public bool IsBalanced => In == Out + DeadLettered + InFlight;

    [JsonIgnore]
    public bool HasLateTexts => this is not { Late: 0, TooLate: 0, ClockSkew: 0 };

    public string ToJson() => JsonSerializer.Serialize(this, ReplayJsonContext.Default.RunFigures);
}
