using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// Tests that every record of a topic, valid or not, becomes a prediction or a dead letter in order, and that none blocks the others.
/// </summary>
public sealed class PoisonTests : IDisposable
{
    private const int Partition = 0;
    private static readonly string Topic = DefaultPipelines.FinancialNews.Inputs[0];

    /// <summary>Record values and the expected dead-letter reason; null for a prediction.</summary>
    private static readonly (byte[]? Value, string? Reason)[] Records =
    [
        (Text("first", "Gold rises"), null),
        ([0xC3, 0x28, 0xFF], "not-utf8"),
        (null, "null-value"),
        (Text("second", "Oil falls"), null),
        ("this is not JSON"u8.ToArray(), "not-json"),
        ("{\"id\":\"x\"}"u8.ToArray(), "missing-field"),
        (Text("large", new string('a', 2 * 1024 * 1024)), "text-too-large"),
        (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000)), "nesting-too-deep"),
        (Text("empty", ""), null),
        (Text("control", "\\u0000\\u0001\\u0007\\u001b"), null),
        (Text("last", "Stocks are unchanged"), null),
    ];

    private static readonly string[] Ids = ["first", "second", "empty", "control", "last"];
    private readonly DataDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Invalid_records_become_dead_letters_with_a_reason_and_can_be_replayed()
    {
        await AppendAsync();

        await ProcessAllAsync("one.csv");
        var predictions = (await _directory.ReadEventsAsync<TextClassified>(Topics.Predictions))
            .Where(static prediction => Ids.Contains(prediction.Id)).ToList();
        var letters = await _directory.ReadEventsAsync<DeadLettered>(Topics.DeadLetter);

        Assert.Equal(OffsetsWithReason(null), predictions.Select(static p => p.Origin.Offset).Order());
        Assert.Equal(
            Records.Select(static r => r.Reason).OfType<string>(),
            letters.OrderBy(static l => l.Origin.Offset).Select(static l => l.Reason));
        Assert.All(letters, static letter => Assert.Equal(Records[letter.Origin.Offset].Value, letter.Value));
        await AssertInOrderAsync(Topics.DeadLetter, static value => Wire.Deserialize<DeadLettered>(value).Origin);
        await AssertInOrderAsync(Topics.Predictions, static value => Wire.Deserialize<TextClassified>(value).Origin);

        var replay = await StreamBertProcess.RunAsync("dead-letters", "replay", "--data", _directory.DataPath, "--all");
        Assert.True(replay.Code == 0, replay.AllOutput);
        Assert.Equal($"{letters.Count} replayed.", replay.StandardOutput);
        await ProcessAllAsync("two.csv");

        var again = await _directory.ReadEventsAsync<DeadLettered>(Topics.DeadLetter);
        Assert.Equal(2 * letters.Count, again.Count);
        Assert.Equal(letters.Count, again.Count(static letter => letter.Headers.ContainsKey(RecordHeaders.ReplayOf)));
        var second = await StreamBertProcess.RunAsync("dead-letters", "replay", "--data", _directory.DataPath, "--all");
        Assert.StartsWith(
            $"{letters.Count} replayed; {letters.Count} had been replayed or discarded before",
            second.StandardOutput,
            StringComparison.Ordinal);
    }

    private async Task AppendAsync()
    {
        await using var log = _directory.OpenLog();
        await log.CreateTopicsAsync([new(Topic, 4)], Cancellation);
        await log.AppendAsync(
            [
                .. Records.Select(static (record, at) =>
                    new NewRecord(Topic, Encoding.UTF8.GetBytes($"key-{at}"), record.Value, DateTimeOffset.UnixEpoch) {
                        Partition = Partition }),
            ],
            Cancellation);
    }

    /// <summary>Asserts that each output partition has the outcomes of one input partition in input order.</summary>
    private async Task AssertInOrderAsync(string topic, Func<byte[], RecordPosition> origin)
    {
        foreach (var partition in (await _directory.ReadRecordsAsync(topic)).GroupBy(static record => record.Position.Partition))
        {
            var offsets = partition.OrderBy(static record => record.Position.Offset).Select(record => origin(record.Value!))
                .Where(static from => from.Partition == Partition).Select(static from => from.Offset).ToList();
            Assert.Equal(offsets.Order(), offsets);
        }
    }

    /// <summary>Processes one valid text, and with it all records that are already in the topic.</summary>
    private async Task ProcessAllAsync(string file)
    {
        var csv = _directory.WriteFile(file, $"text\nDividend of {file} raised\n");
        var (code, output, allOutput) = await StreamBertProcess.RunAsync(
            _directory.UpArguments("--replay", csv, "--pipeline", "financial-news", "--model", "small", "--once"));
        Assert.True(code == 0, allOutput);
        Assert.Equal("""{"in":1,"out":1,"deadLettered":0,"inFlight":0,"late":0,"tooLate":0,"clockSkew":0}""", output);
    }

    private static IEnumerable<long> OffsetsWithReason(string? reason) =>
        Records.Select(static (record, at) => (record.Reason, At: (long)at)).Where(record => record.Reason == reason)
            .Select(static record => record.At);

    /// <param name="text">The text as escaped for JSON.</param>
    private static byte[] Text(string id, string text) =>
        Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","text":"{{text}}","occurredAt":"2026-01-05T09:00:00Z"}""");
}
