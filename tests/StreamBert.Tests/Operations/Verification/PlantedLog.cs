using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Model.Manifests;
using StreamBert.Operations.Verification;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Operations.Verification;

/// <summary>An embedded log of which a test knows what is right and what is wrong with it.</summary>
internal sealed class PlantedLog : IAsyncDisposable
{
    public const string Input = "texts.financial-news";
    public const string Queue = "human-review";
    public const int Partitions = 2;
    private static readonly PipelineCatalog Pipelines = new(DefaultPipelines.All);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streambert-verify-");
    private readonly EmbeddedEventLog _log;

    private PlantedLog() => _log = EmbeddedEventLog.Open(
        new() { Directory = _directory.FullName }, new FakeTimeProvider(Some.Noon), NullLogger<EmbeddedEventLog>.Instance);

    public IEventLog Log => _log;

    /// <summary>How many records the last verification read; what it reported beside that does not depend on it.</summary>
    public long Read { get; private set; }
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<PlantedLog> OpenAsync()
    {
        var planted = new PlantedLog();
        await planted.Log.CreateTopicsAsync(TopicPlan.For(Pipelines, new() { Partitions = Partitions }), Cancellation);
        return planted;
    }

    /// <summary>Texts of a partition, which the group <c>inference</c> commits without any output.</summary>
    public async Task CommitTextsAsync(int partition, int count)
    {
        await AppendTextsAsync(partition, count);
        await using var reader = await Log.JoinAsync(ConsumerGroups.Inference, [Input], Cancellation);
        for (var left = count; left > 0;)
        {
            var batch = await reader.ReadAsync(left, Cancellation);
            await reader.CommitAsync(batch, [], Cancellation);
            left -= batch.Records.Count;
        }
    }

    public Task AppendTextsAsync(int partition, int count) => Log.AppendAsync(
        [.. Enumerable.Range(0, count).Select(number => Text(partition, number))], Cancellation);

    /// <param name="output">The partition of <c>predictions</c>.</param>
    public Task PredictAsync(int partition, long offset, int output = 0, bool routed = false) =>
        AppendAsync(Topics.Predictions, output, Prediction(partition, offset, routed));

    public Task CopyAsync(int partition, long offset, int output = 0) =>
        AppendAsync(Topics.Route(Queue), output, Prediction(partition, offset, routed: true));

    public Task DeadLetterAsync(int partition, long offset) =>
        AppendAsync(Topics.DeadLetter, 0, Some.DeadLetter() with { Origin = new(Input, partition, offset) });

    public Task AppendAsync<T>(string topic, int partition, T told) => Log.AppendAsync(
        [EventRecord.Create(topic, told, Some.Noon) with { Partition = partition }], Cancellation);

    /// <summary>Lets the log keep only the last records of a topic.</summary>
    public async Task KeepLastAsync(string topic, int partitions = Partitions)
    {
        await Log.CreateTopicsAsync([new(topic, partitions, MaxBytes: 1)], Cancellation);
        await _log.SweepAsync(Cancellation);
    }

    public async Task<(VerificationReport Report, IReadOnlyList<VerificationFinding> Findings)> VerifyAsync(
        VerificationRequest? request = null)
    {
        var lines = await new LogVerifier(Log, Pipelines).RunAsync(request ?? new(), Cancellation).ToListAsync(Cancellation);
        Assert.NotNull(lines[^1].Report);
        Read = lines[^1].Report!.Read;
        return (lines[^1].Report! with { Read = 0 }, [.. lines.Select(static line => line.Finding).OfType<VerificationFinding>()]);
    }

    /// <summary>Changes a byte of every record of a topic's partition that holds some text.</summary>
    public void DamageRecords(string text)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.FullName, "log.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE records SET value = CAST(replace(CAST(value AS TEXT), $text, upper($text)) AS BLOB) WHERE "
            + "instr(value, CAST($text AS BLOB)) > 0";
        command.Parameters.AddWithValue("$text", text);
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    /// <summary>Removes records behind the log's back, as a damaged tree hides them.</summary>
    public void HideRecords()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.FullName, "log.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM records WHERE id IN (SELECT id FROM records ORDER BY id LIMIT 1 OFFSET 1)";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static string Id(int partition, long number) => $"{partition}-{number}";

    private static NewRecord Text(int partition, int number) => new(
        Input, null, Encoding.UTF8.GetBytes($$"""{"id":"{{Id(partition, number)}}","text":"Oil falls"}"""), Some.Noon)
    { Partition = partition };

    private static TextClassified Prediction(int partition, long offset, bool routed) =>
        Some.Prediction(Id(partition, offset)) with { Origin = new(Input, partition, offset), Routes = routed ? [Queue] : [] };
}
