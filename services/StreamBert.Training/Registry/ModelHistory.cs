using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>The history of one model in the topic <c>models</c>.</summary>
/// <param name="Served">
/// The versions in the order in which they began to serve; the last one serves now. Empty: the shipped one serves.
/// </param>
/// <param name="Trained">All candidates, accepted or not, oldest first.</param>
public sealed record ModelHistory(IReadOnlyList<ServedVersion> Served, IReadOnlyList<ModelTrained> Trained)
{
    /// <summary>The versions whose reference profiles are published.</summary>
    public IReadOnlySet<string> Profiled { get; init; } = new HashSet<string>();

    /// <summary>The limit of version numbers, so that the next one cannot overflow.</summary>
    private const int MaxNumber = 1_000_000_000;

    public static async Task<ModelHistory> ReadAsync(IEventLog log, string model, CancellationToken cancellation)
    {
        var served = new List<ServedVersion>();
        var trained = new List<ModelTrained>();
        var profiled = new HashSet<string>();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation, awaitOpenTransactions: true))
        {
            switch (ReadEvent(record))
            {
                case ModelTrained candidate when candidate.Model == model:
                    trained.Add(candidate);
                    break;
                case ModelPromoted promoted when promoted.Model == model:
                    served.Add(new(promoted.Version, promoted.Directory));
                    break;
                case ModelProfiled profile when profile.Model == model:
                    profiled.Add(profile.Version);
                    break;
                case ModelRolledBack rollback when rollback.Model == model:
                    served.Add(new(rollback.To, rollback.Directory));
                    break;
            }
        }
        return new(served, trained) { Profiled = profiled };
    }

    /// <summary>Returns the training, profile, promotion or rollback event of a record; null for every other record.</summary>
    public static object? ReadEvent(LogRecord record) => EventRecord.TypeOf(record) switch
    {
        nameof(ModelTrained) => Read<ModelTrained>(record),
        nameof(ModelPromoted) => Read<ModelPromoted>(record),
        nameof(ModelProfiled) => Read<ModelProfiled>(record),
        nameof(ModelRolledBack) => Read<ModelRolledBack>(record),
        _ => null,
    };

    /// <summary>
    /// Returns the version <c>MODEL-vN</c> after the highest of all known versions and <paramref name="shipped"/> (null: none ships).
    /// </summary>
    public string NextVersion(string model, string? shipped)
    {
        var prefix = $"{model}-v";
        var highest = Trained.Select(static trained => trained.Version).Concat(Served.Select(static served => served.Version))
            .Append(shipped ?? "").Max(version => NumberOf(version, prefix));
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{highest + 1}");
    }

    private static T? Read<T>(LogRecord record)
        where T : class => EventReader.Read<T>(record, out var modelEvent) is null ? modelEvent : null;

    private static int NumberOf(string version, string prefix) =>
        version.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(version.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < MaxNumber ? number : 0;
}
