using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Sorting;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Replay.Progress;

/// <summary>
/// Represents a record of <see cref="Topics.ReplayState"/>: the progress of a run. It is appended atomically with the texts that it counts,
/// so that a killed replay resumes at the right row.
/// </summary>
internal sealed record ReplayProgress
{
    public required string File { get; init; }

    /// <summary>The hash of the file's content; a file with other content is another replay.</summary>
    public required string Hash { get; init; }

    public required string Pipeline { get; init; }

    /// <summary>The number of the run, from 1.</summary>
    public required int Run { get; init; }

    /// <summary>The number of rows that were appended.</summary>
    public required long Row { get; init; }

    public required ReplayStage Stage { get; init; }

    /// <summary>
    /// The ledger of the topic when the run began, with nothing in flight; the figures of the run are the difference from it.
    /// </summary>
    public required LedgerFigures Baseline { get; init; }

    /// <summary>The options that determine the records of a row; null in records of an earlier version.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    public RowOrder Order { get; init; }

    [JsonIgnore]
    public string Key => $"{Hash}/{Pipeline}";

    [JsonIgnore]
    public bool IsInterrupted => Stage is ReplayStage.Appending or ReplayStage.Appended;

    /// <summary>Finds the latest progress of each replay of the file, for every pipeline.</summary>
    public static async Task<IReadOnlyList<ReplayProgress>> FindAsync(IEventLog log, string hash, CancellationToken cancellation)
    {
        var latest = new Dictionary<string, ReplayProgress>();
        await foreach (var record in log.ReadToEndAsync(Topics.ReplayState, null, cancellation, awaitOpenTransactions: true))
        {
            if (Read(record) is { } progress && progress.Hash == hash)
                latest[progress.Key] = progress;
        }
        return [.. latest.Values];
    }

    public NewRecord ToRecord(DateTimeOffset now) => new(
        Topics.ReplayState,
        Encoding.UTF8.GetBytes(Key),
        JsonSerializer.SerializeToUtf8Bytes(this, ReplayJsonContext.Default.ReplayProgress),
        now)
    {
        Headers = EventRecord.HeadersFor<ReplayProgress>(),
    };

    /// <returns>The progress, or null if the record is damaged or contains none.</returns>
    private static ReplayProgress? Read(LogRecord record)
    {
        if (record is not { Damage: null, Value: { } value })
            return null;
        try
        {
            var progress = JsonSerializer.Deserialize(value, ReplayJsonContext.Default.ReplayProgress);
            return progress is { Hash: not null, File: not null, Pipeline: not null, Baseline: not null, Row: >= 0, Run: > 0 }
                ? progress
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
