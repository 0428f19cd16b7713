using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>A version that serves or has served.</summary>
/// <param name="Directory">As the events write it: under the models directory.</param>
public sealed record ServedVersion(string Version, string Directory);

/// <summary>What the <c>models</c> topic says of one model: the truth about its versions.</summary>
/// <param name="Served">The versions in the order in which they began to serve; the last one serves now. Empty: the shipped package
/// does.</param>
/// <param name="Trained">Every candidate, accepted or not, oldest first.</param>
public sealed record ModelHistory(IReadOnlyList<ServedVersion> Served, IReadOnlyList<ModelTrained> Trained)
{
    public static async Task<ModelHistory> ReadAsync(IEventLog log, string model, CancellationToken cancellation)
    {
        var served = new List<ServedVersion>();
        var trained = new List<ModelTrained>();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation, awaitOpenTransactions: true))
        {
            switch (Event(record))
            {
                case ModelTrained candidate when candidate.Model == model:
                    trained.Add(candidate);
                    break;
                case ModelPromoted promoted when promoted.Model == model:
                    served.Add(new(promoted.Version, promoted.Directory));
                    break;
                case ModelRolledBack back when back.Model == model:
                    served.Add(new(back.To, back.Directory));
                    break;
            }
        }

        return new(served, trained);
    }

    /// <summary>The event a record of the topic is; null for what is none, which no worker serves either.</summary>
    public static object? Event(LogRecord record) =>
        record.IsEvent<ModelTrained>() ? Read<ModelTrained>(record)
        : record.IsEvent<ModelPromoted>() ? Read<ModelPromoted>(record)
        : record.IsEvent<ModelRolledBack>() ? Read<ModelRolledBack>(record)
        : null;

    private static T? Read<T>(LogRecord record)
        where T : class => EventReader.Read<T>(record, out var read) is null ? read : null;

    /// <summary>
    /// The number after the highest of all known versions and <paramref name="shipped"/> (null: none ships), as <c>MODEL-vN</c>.
    /// </summary>
    public string NextVersion(string model, string? shipped)
    {
        var prefix = $"{model}-v";
        var highest = Trained.Select(static t => t.Version).Concat(Served.Select(static s => s.Version)).Append(shipped ?? "")
            .Max(version => Number(version, prefix));
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{highest + 1}");
    }

    /// <summary>Beyond, a number is nobody's: counting on from it would overflow.</summary>
    private const int MaxNumber = 1_000_000_000;

    private static int Number(string version, string prefix) =>
        version.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(
            version.AsSpan(prefix.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number) && number < MaxNumber ? number : 0;
}
