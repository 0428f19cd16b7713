using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Monitoring;
using StreamBert.Operations.DeadLetters;
using StreamBert.Operations.Ledger;
using StreamBert.Operations.Verification;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Inference;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Inserts invalid records into every topic: every reader reports, counts and skips them, and all other results are unchanged.
/// </summary>
public sealed class PoisonedTopicsTests
{
    private const int Windows = 30, TextsPerWindow = 40;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 40 : 1;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The model predicts the number of words; a text of three words is negative.</summary>
    private static readonly PipelineOptions Pipeline = new()
    {
        Name = "news",
        Heads = ["sentiment"],
        Monitor = new()
        {
            Window = TimeSpan.FromSeconds(10),
            AllowedLateness = TimeSpan.Zero,
            Rules = new() { Labels = [new() { Label = "3" }] },
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invalid_records_in_every_topic_change_no_prediction_trend_alert_or_ledger()
    {
        await using var clean = new Run();
        await clean.RunAsync(poison: null);
        for (var round = 0; round < Rounds; round++)
        {
            await using var poisoned = new Run();
            await poisoned.RunAsync(new PoisonRecords(round));

            Assert.Equal(await clean.ReadEventsAsync(Topics.Trends), await poisoned.ReadEventsAsync(Topics.Trends));
            Assert.Equal(await clean.ReadEventsAsync(Topics.Alerts), await poisoned.ReadEventsAsync(Topics.Alerts));
            Assert.Equal(Windows * TextsPerWindow, await poisoned.CountClassifiedAsync());
            var total = (await poisoned.ReadLedgerAsync()).Total;
            Assert.True(total is { Balanced: true, InFlight: 0, Unreadable: 0 }, total.ToString());
            Assert.Equal(Windows * TextsPerWindow, total.Out);
            Assert.True((await poisoned.ReadLedgerAsync()).UnreadableOutputs > 0);
            Assert.Equal(["dead-letters", "ledger", "monitoring"], poisoned.Readers);
        }
        Assert.Contains(
            await clean.ReadEventsAsync(Topics.Alerts),
            static alert => alert.Contains(AlertKinds.LabelSurge, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_prediction_is_counted_as_unreadable_and_does_not_block_the_ledger_or_the_monitor()
    {
        await using var run = new Run(static record => record.Position is { Topic: Topics.Predictions, Partition: 0, Offset: 5 }
            ? record with { Damage = "its checksum does not match" }
            : record);
        await run.RunAsync(poison: null);

        var ledger = await run.ReadLedgerAsync();

        Assert.Equal(
            (Windows * TextsPerWindow, Windows * TextsPerWindow - 1, 0, 0),
            (ledger.Total.In, ledger.Total.Out!.Value, ledger.Total.DeadLettered!.Value, ledger.Total.InFlight));
        Assert.Equal((1, 1, true), (ledger.Total.Unreadable, ledger.UnreadableOutputs, ledger.Total.Balanced));
        Assert.Contains("monitoring", run.Readers);
        var deadLetter = Assert.Single(await run.ReadDeadLettersAsync());
        Assert.Equal(DeadLetterReasons.DamagedRecord, deadLetter.Reason);
        Assert.Equal(new RecordPosition(Topics.Predictions, 0, 5), deadLetter.Origin);
        Assert.NotNull(deadLetter.Value);
        var findings = await new LogVerifier(run.Log, run.Pipelines).RunAsync(new(), Cancellation).Select(static line => line.Finding)
            .OfType<VerificationFinding>()
            .ToListAsync(Cancellation);
        Assert.Contains(
            findings,
            static finding => finding.Kind == FindingKinds.Damaged && finding.Origin == new RecordPosition(Topics.Predictions, 0, 5));
        Assert.Contains(findings, static finding => finding.Kind == FindingKinds.Missing);
    }

    [Fact]
    public async Task A_damaged_text_goes_to_the_dead_letters_with_its_bytes_and_the_ledger_balances()
    {
        await using var run = new Run(static record => record.Position is { Topic: "texts.news", Offset: 3 }
            ? record with { Damage = "its headers cannot be decoded" }
            : record);
        await run.RunAsync(poison: null);

        var deadLetters = await run.ReadDeadLettersAsync();
        var total = (await run.ReadLedgerAsync()).Total;

        Assert.All(
            deadLetters,
            static deadLetter => Assert.Equal((DeadLetterReasons.DamagedRecord, 3L), (deadLetter.Reason, deadLetter.Origin.Offset)));
        Assert.All(deadLetters, static deadLetter => Assert.NotNull(deadLetter.Value));
        Assert.Equal(deadLetters.Count, total.DeadLettered);
        Assert.True(total.Balanced, total.ToString());
    }

    [Fact]
    public async Task A_record_that_makes_its_batch_fail_is_dead_lettered_and_all_others_are_classified()
    {
        await using var bench = new InferenceBench(TestModels.Counting());
        await using var refusing = new InferenceBench(TestModels.Counting(), log: new FaultyLog(bench.Log)
        {
            AcceptsCommit = static output => output
            .Topic != Topics.Predictions || !Encoding.UTF8.GetString(output.Value!).Contains("\"t-13\"", StringComparison.Ordinal)
        });
        await bench.CreateTopicsAsync();
        await bench.AppendAsync([.. Enumerable.Range(0, 40).Select(static n => InferenceBench.Text($"t-{n}", "rates rise"))]);

        await using (refusing.Start())
        {
            Assert.Equal(39, (await bench.PredictionsAsync(39)).DistinctBy(static p => p.Id).Count());
            var deadLetter = Assert.Single(await bench.DeadLettersAsync(1));
            Assert.Equal(DeadLetterReasons.ProcessingFailed, deadLetter.Reason);
            Assert.Contains("t-13", Encoding.UTF8.GetString(deadLetter.Value!), StringComparison.Ordinal);
        }

        Assert.Equal(0, await bench.LagAsync());
        Assert.Equal(39, await bench.CountAsync(Topics.Predictions));
    }

    [Fact]
    public async Task Invalid_checkpoints_and_checkpoints_beyond_the_log_do_not_affect_the_monitor_and_the_ledger()
    {
        await using var run = new Run();
        await run.RunAsync(poison: null);
        var (trends, ledger) = (await run.ReadEventsAsync(Topics.Trends), (await run.ReadLedgerAsync()).Total);
        await run.StopReadersAsync();
        var poison = new PoisonRecords(7);
        await run.Log.AppendAsync(
            [.. Enumerable.Range(0, 40).SelectMany(_ => new[] { poison.For(Topics.MonitorState), poison.For(Topics.LedgerState) })],
            Cancellation);

        await run.StartReadersAsync();
        await run.WaitUntilIdleAsync();

        Assert.Equal(trends, await run.ReadEventsAsync(Topics.Trends));
        Assert.Equal(ledger with { Partitions = [] }, (await run.ReadLedgerAsync()).Total with { Partitions = [] });
    }

    /// <summary>Runs services on one log: Inference, Monitoring, the ledger and the index of dead letters.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly InferenceBench _bench;
        private readonly DeadLetterIndex _index = new(1_000);
        private LedgerCounter _counter = new();
        private IHostedService[] _readers = [];

        public Run(Func<LogRecord, LogRecord>? read = null)
        {
            _bench = new(TestModels.Counting(), [Pipeline], reading: read is null ? null : log => new FaultyLog(log) { Read = read });
        }

        public IEventLog Log => _bench.Log;
        public PipelineCatalog Pipelines => _bench.Pipelines;
        public IEnumerable<string> Readers
            => _bench.Faults.Counts.Select(static count => count.Reader).Distinct().Order(StringComparer.Ordinal);

        public async Task RunAsync(PoisonRecords? poison)
        {
            await _bench.CreateTopicsAsync();
            await using (_bench.Start())
            await using (_bench.Start(Priority.Interactive))
            {
                await StartReadersAsync();
                for (var window = 0; window < Windows; window++)
                {
                    if (poison is not null)
                        await Log.AppendAsync([.. poison.AllTopics.Select(poison.For)], Cancellation);
                    if (poison is not null && window == Windows / 2)
                    {
                        await StopReadersAsync();
                        await StartReadersAsync();
                    }
                    await Log.AppendAsync([.. Enumerable.Range(0, TextsPerWindow).Select(text => Text(window, text))], Cancellation);
                }
                await WaitUntilIdleAsync();
            }
        }

        public async Task StartReadersAsync()
        {
            _counter = new();
            var supervisor = new Supervisor(TimeProvider.System, NullLogger<Supervisor>.Instance);
            var options = Options.Create(new MonitoringOptions { CommitInterval = TimeSpan.FromMilliseconds(1) });
            _readers =
            [
                new MonitoringWorker(
                    Log,
                    Pipelines,
                    options,
                    new(Pipelines, TestKeys.None),
                    new(),
                    _bench.Faults,
                    new(),
                    supervisor,
                    TimeProvider.System,
                    NullLogger<MonitoringWorker>.Instance),
                new LedgerUpdater(
                    Log, _counter, Pipelines, _bench.Faults, supervisor, TimeProvider.System, NullLogger<LedgerUpdater>.Instance),
                new DeadLetterIndexer(Log, _index, _bench.Faults, supervisor),
            ];
            foreach (var reader in _readers)
                await reader.StartAsync(Cancellation);
        }

        public async Task StopReadersAsync()
        {
            foreach (var reader in _readers)
                await reader.StopAsync(Cancellation);
        }

        /// <summary>Waits until the lag of every consumer group is zero and all records are counted.</summary>
        public async Task WaitUntilIdleAsync()
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!await IsIdleAsync())
                await pause.WaitForNextTickAsync(Cancellation);
        }

        private async Task<bool> IsIdleAsync()
        {
            var lags = await Log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions, Topics.Progress], Cancellation);
            return lags.All(static lag => lag.Lag == 0)
                && await ReadLedgerAsync() is { Uncounted: 0, Total.InFlight: 0 }
                && (await ReadEventsAsync(Topics.Trends)).Count >= Windows - 1;
        }

        public async Task<LedgerView> ReadLedgerAsync()
        {
            using var reader = new LedgerReader(Log, _counter, Pipelines, TimeProvider.System);
            return await reader.ReadAsync(Cancellation);
        }

        /// <summary>Reads the events of the monitor for the pipeline, in order.</summary>
        public async Task<List<string>> ReadEventsAsync(string topic) => await Log.ReadToEndAsync(topic, null, Cancellation)
            .Where(static record => record.Value is not null).Select(static record => Encoding.UTF8.GetString(record.Value!))
            .Where(static json => json.Contains("\"pipeline\":\"news\"", StringComparison.Ordinal)
                && !json.Contains("poison", StringComparison.Ordinal)).ToListAsync(Cancellation);

        public async Task<int> CountClassifiedAsync() => await Log.ReadToEndAsync(Topics.Predictions, null, Cancellation)
            .Where(static record => EventReader.Read<TextClassified>(record, out var prediction) is null
                && prediction.Id.StartsWith("t-", StringComparison.Ordinal)).CountAsync(Cancellation);

        public async Task<List<DeadLettered>> ReadDeadLettersAsync() =>
            await Log.ReadToEndAsync(Topics.DeadLetter, null, Cancellation)
                .Select(static record => Wire.Deserialize<DeadLettered>(record.Value))
                .ToListAsync(Cancellation);

        public async ValueTask DisposeAsync()
        {
            await StopReadersAsync();
            await _bench.DisposeAsync();
        }

        /// <summary>Creates a text; a tenth of the texts is negative, and most of them in five windows.</summary>
        private static NewRecord Text(int window, int text)
        {
            var (id, bad) = ($"t-{window}-{text}", text % 10 == 0 || (window is >= 18 and < 23 && text % 10 < 7));
            var at = Start + window * Pipeline.Monitor.Window + TimeSpan.FromSeconds(text * 10.0 / TextsPerWindow);
            var content = string.Join(' ', Enumerable.Range(0, bad ? 3 : 2).Select(word => Word($"{id} {word}")));
            var received = new TextReceived { Id = id, Text = content, OccurredAt = at };
            return EventRecord.Create("texts.news", id, received, at);
        }

        /// <summary>Creates a word that no other text contains, so that every text is a story of its own.</summary>
        private static string Word(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..12];
    }
}
