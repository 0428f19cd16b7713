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
/// Garbage stands between the records of every topic: whoever reads them names it, counts it and goes on, and everything else is as if it
/// were not there.
/// </summary>
public sealed class PoisonedTopicsTests
{
    private const int Windows = 30, TextsPerWindow = 40;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 40 : 1;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The model answers with the number of words; three words are bad news.</summary>
    private static readonly PipelineOptions Pipeline = new()
    {
        Name = "news",
        Heads = ["sentiment"],
        Monitor = new() { Window = TimeSpan.FromSeconds(10), AllowedLateness = TimeSpan.Zero, NegativeLabel = "3" },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Garbage_in_every_topic_changes_no_prediction_no_trend_no_alert_and_no_balance()
    {
        await using var clean = new Run();
        await clean.PlayAsync(poison: null);
        for (var round = 0; round < Rounds; round++)
        {
            await using var poisoned = new Run();
            await poisoned.PlayAsync(new PoisonRecords(round));

            Assert.Equal(await clean.ToldAsync(Topics.Trends), await poisoned.ToldAsync(Topics.Trends));
            Assert.Equal(await clean.ToldAsync(Topics.Alerts), await poisoned.ToldAsync(Topics.Alerts));
            Assert.Equal(Windows * TextsPerWindow, await poisoned.ClassifiedAsync());
            var total = (await poisoned.LedgerAsync()).Total;
            Assert.True(total is { Balanced: true, InFlight: 0, Unreadable: 0 }, total.ToString());
            Assert.Equal(Windows * TextsPerWindow, total.Out);
            Assert.True((await poisoned.LedgerAsync()).UnreadableOutputs > 0);
            Assert.Equal(["dead-letters", "ledger", "monitoring"], poisoned.Readers);
        }
        Assert.Contains(
            await clean.ToldAsync(Topics.Alerts),
            static alert => alert.Contains(AlertKinds.NegativeSurge, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_prediction_is_counted_as_unreadable_and_neither_the_ledger_nor_the_monitor_waits_for_it()
    {
        await using var run = new Run(static record => record.Position is { Topic: Topics.Predictions, Partition: 0, Offset: 5 }
            ? record with { Damage = "its checksum does not match" }
            : record);
        await run.PlayAsync(poison: null);

        var ledger = await run.LedgerAsync();

        Assert.Equal(
            (Windows * TextsPerWindow, Windows * TextsPerWindow - 1, 0, 0),
            (ledger.Total.In, ledger.Total.Out!.Value, ledger.Total.DeadLettered!.Value, ledger.Total.InFlight));
        Assert.Equal((1, 1, true), (ledger.Total.Unreadable, ledger.UnreadableOutputs, ledger.Total.Balanced));
        Assert.Contains("monitoring", run.Readers);
        var letter = Assert.Single(await run.LettersAsync());
        Assert.Equal((DeadLetterReasons.DamagedRecord, new RecordPosition(Topics.Predictions, 0, 5)), (letter.Reason, letter.Origin));
        Assert.NotNull(letter.Value);
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
        await run.PlayAsync(poison: null);

        var letters = await run.LettersAsync();
        var total = (await run.LedgerAsync()).Total;

        Assert.All(letters, static letter => Assert.Equal((DeadLetterReasons.DamagedRecord, 3L), (letter.Reason, letter.Origin.Offset)));
        Assert.All(letters, static letter => Assert.NotNull(letter.Value));
        Assert.Equal(letters.Count, total.DeadLettered);
        Assert.True(total.Balanced, total.ToString());
    }

    [Fact]
    public async Task A_record_that_makes_its_whole_read_fail_is_found_and_dead_lettered_and_all_others_are_classified()
    {
        await using var place = new InferenceBench(TestModels.Counting());
        await using var refusing = new InferenceBench(TestModels.Counting(), log: new FaultyLog(place.Log)
        {
            Takes = static output => output
            .Topic != Topics.Predictions || !Encoding.UTF8.GetString(output.Value!).Contains("\"t-13\"", StringComparison.Ordinal)
        });
        await place.CreateTopicsAsync();
        await place.AppendAsync([.. Enumerable.Range(0, 40).Select(static n => InferenceBench.Text($"t-{n}", "rates rise"))]);

        await using (refusing.Start())
        {
            Assert.Equal(39, (await place.PredictionsAsync(39)).DistinctBy(static p => p.Id).Count());
            var letter = Assert.Single(await place.DeadLettersAsync(1));
            Assert.Equal(DeadLetterReasons.ProcessingFailed, letter.Reason);
            Assert.Contains("t-13", Encoding.UTF8.GetString(letter.Value!), StringComparison.Ordinal);
        }

        Assert.Equal(0, await place.LagAsync());
        Assert.Equal(39, await place.CountAsync(Topics.Predictions));
    }

    [Fact]
    public async Task A_checkpoint_of_garbage_or_beyond_the_log_costs_the_monitor_and_the_ledger_nothing()
    {
        await using var run = new Run();
        await run.PlayAsync(poison: null);
        var (trends, ledger) = (await run.ToldAsync(Topics.Trends), (await run.LedgerAsync()).Total);
        await run.StopReadersAsync();
        var poison = new PoisonRecords(7);
        await run.Log.AppendAsync(
            [.. Enumerable.Range(0, 40).SelectMany(_ => new[] { poison.For(Topics.MonitorState), poison.For(Topics.LedgerState) })],
            Cancellation);

        await run.StartReadersAsync();
        await run.RestAsync();

        Assert.Equal(trends, await run.ToldAsync(Topics.Trends));
        Assert.Equal(ledger with { Partitions = [] }, (await run.LedgerAsync()).Total with { Partitions = [] });
    }

    /// <summary>The services on one log: Inference, Monitoring, the ledger and the list of dead letters.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly InferenceBench _place;
        private readonly DeadLetterIndex _index = new(1_000);
        private LedgerCounter _book = new();
        private IHostedService[] _readers = [];

        public Run(Func<LogRecord, LogRecord>? read = null)
        {
            _place = new(TestModels.Counting(), [Pipeline], reading: read is null ? null : log => new FaultyLog(log) { Read = read });
        }

        public IEventLog Log => _place.Log;
        public PipelineCatalog Pipelines => _place.Pipelines;
        public IEnumerable<string> Readers
            => _place.Faults.Counts.Select(static count => count.Reader).Distinct().Order(StringComparer.Ordinal);

        public async Task PlayAsync(PoisonRecords? poison)
        {
            await _place.CreateTopicsAsync();
            await using (_place.Start())
            await using (_place.Start(Priority.Interactive))
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
                await RestAsync();
            }
        }

        public async Task StartReadersAsync()
        {
            _book = new();
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
                    _place.Faults,
                    new(),
                    supervisor,
                    TimeProvider.System,
                    NullLogger<MonitoringWorker>.Instance),
                new LedgerUpdater(Log, _book, Pipelines, _place.Faults, supervisor, TimeProvider.System, NullLogger<LedgerUpdater>.Instance),
                new DeadLetterIndexer(Log, _index, _place.Faults, supervisor),
            ];
            foreach (var reader in _readers)
                await reader.StartAsync(Cancellation);
        }

        public async Task StopReadersAsync()
        {
            foreach (var reader in _readers)
                await reader.StopAsync(Cancellation);
        }

        /// <summary>Waits until every group has read everything, and everything is counted.</summary>
        public async Task RestAsync()
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await Log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions, Topics.Progress], Cancellation) is var lags
                && (lags.Any(static lag => lag.Lag > 0)
                    || (await LedgerAsync()) is not { Uncounted: 0, Total.InFlight: 0 } || (await ToldAsync(Topics.Trends)).Count < Windows
                    - 1))
            {
                await pause.WaitForNextTickAsync(Cancellation);
            }
        }

        public async Task<LedgerView> LedgerAsync()
        {
            using var reader = new LedgerReader(Log, _book, Pipelines, TimeProvider.System);
            return await reader.ReadAsync(Cancellation);
        }

        /// <summary>What the monitor told of the pipeline, in order.</summary>
        public async Task<List<string>> ToldAsync(string topic) => await Log.ReadToEndAsync(topic, null, Cancellation)
            .Where(static record => record.Value is not null).Select(static record => Encoding.UTF8.GetString(record.Value!))
            .Where(static json => json.Contains("\"pipeline\":\"news\"", StringComparison.Ordinal)
                && !json.Contains("poison", StringComparison.Ordinal)).ToListAsync(Cancellation);

        public async Task<int> ClassifiedAsync() => await Log.ReadToEndAsync(Topics.Predictions, null, Cancellation)
            .Where(static record => EventReader.Read<TextClassified>(record, out var prediction) is null
                && prediction.Id.StartsWith("t-", StringComparison.Ordinal)).CountAsync(Cancellation);

        public async Task<List<DeadLettered>> LettersAsync() =>
            await Log.ReadToEndAsync(Topics.DeadLetter, null, Cancellation)
                .Select(static record => Wire.Deserialize<DeadLettered>(record.Value))
                .ToListAsync(Cancellation);

        public async ValueTask DisposeAsync()
        {
            await StopReadersAsync();
            await _place.DisposeAsync();
        }

        /// <summary>A tenth of the texts is bad news, and most of them in five windows.</summary>
        private static NewRecord Text(int window, int text)
        {
            var (id, bad) = ($"t-{window}-{text}", text % 10 == 0 || (window is >= 18 and < 23 && text % 10 < 7));
            var at = Start + window * Pipeline.Monitor.Window + TimeSpan.FromSeconds(text * 10.0 / TextsPerWindow);
            var received = new TextReceived { Id = id, Text = bad ? "profit warning issued" : "shares rise", OccurredAt = at };
            return EventRecord.Create("texts.news", id, received, at);
        }
    }
}
