using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Replay;

/// <summary>How far a run of a file has come.</summary>
internal enum ReplayStage
{
    Feeding,

    /// <summary>Every row is in the log.</summary>
    Fed,

    /// <summary>Every row was classified or dead-lettered, and the read side shows it. The next replay of the file is a new run.</summary>
    Done,

    /// <summary>Broken off, and another replay of the file was begun in its place.</summary>
    Abandoned,
}

/// <summary>In which order the rows of a file are fed.</summary>
internal enum RowOrder
{
    File,

    /// <summary>By event time; rows of the same time as in the file.</summary>
    Time,
}

/// <summary>The ledger of one input topic.</summary>
internal sealed record LedgerFigures(long In, long Out, long DeadLettered)
{
    public long Late { get; init; }
    public long TooLate { get; init; }
    public long ClockSkew { get; init; }
}

/// <summary>
/// A record of <see cref="Topics.ReplayState"/>: how far a run of a file has come. It is appended in the same atomic step as the texts
/// it counts, so that a replay that was killed goes on with the right row.
/// </summary>
internal sealed record ReplayProgress
{
    public required string File { get; init; }

    /// <summary>Of the file's content: another content is another replay.</summary>
    public required string Hash { get; init; }
    public required string Pipeline { get; init; }

    /// <summary>Counts from 1.</summary>
    public required int Run { get; init; }

    /// <summary>Rows fed, in their order.</summary>
    public required long Row { get; init; }
    public required ReplayStage Stage { get; init; }

    /// <summary>The topic's ledger when the run began, nothing in flight: the run's own figures are the difference to it.</summary>
    public required LedgerFigures Baseline { get; init; }

    /// <summary>What decides which records a row becomes; null in what an earlier version wrote.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    public RowOrder Order { get; init; }

    [JsonIgnore]
    public string Key => $"{Hash}/{Pipeline}";

    [JsonIgnore]
    public bool IsBrokenOff => Stage is ReplayStage.Feeding or ReplayStage.Fed;

    /// <summary>The last progress of each replay of the file, whatever its pipeline.</summary>
    public static async Task<IReadOnlyList<ReplayProgress>> FindAsync(IEventLog log, string hash, CancellationToken cancellation)
    {
        var last = new Dictionary<string, ReplayProgress>();
        await foreach (var record in log.ReadToEndAsync(Topics.ReplayState, null, cancellation, awaitOpenTransactions: true))
        {
            if (Read(record) is { } progress && progress.Hash == hash)
                last[progress.Key] = progress;
        }

        return [.. last.Values];
    }

    /// <summary>Null for a record that is damaged, or no progress of a replay.</summary>
    private static ReplayProgress? Read(LogRecord record)
    {
        try
        {
            return record is { Damage: null, Value: { } value } && JsonSerializer.Deserialize(value, ReplayContext.Default.ReplayProgress)
                is { Hash: not null, File: not null, Pipeline: not null, Baseline: not null, Row: >= 0, Run: > 0 } progress ? progress : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public NewRecord ToRecord(DateTimeOffset at) => new(
        Topics.ReplayState, Encoding.UTF8.GetBytes(Key), JsonSerializer.SerializeToUtf8Bytes(
            this,
            ReplayContext.Default.ReplayProgress), at)
    {
        Headers = EventRecord.HeadersFor<ReplayProgress>(),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReplayProgress))]
[JsonSerializable(typeof(RunFigures))]
internal sealed partial class ReplayContext : JsonSerializerContext;
