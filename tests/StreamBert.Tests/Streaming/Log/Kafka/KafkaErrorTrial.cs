using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Tests.Streaming.Log.Kafka;

/// <summary>What came of an error, from the mildest to the gravest.</summary>
internal enum TrialEnd
{
    /// <summary>The reader noticed nothing, or librdkafka and the reader tried again by themselves.</summary>
    GoesOn,

    /// <summary>A commit was refused with nothing in the log; the batch was delivered again.</summary>
    ReadAgain,

    /// <summary>The reader stopped and said why; a new one took its place.</summary>
    JoinsAnew,
}

/// <summary>One error in the answers to one kind of request, or an outage of the broker.</summary>
internal sealed record TrialCase(string Delivery, MockRequest Request, ErrorCode Error, TimeSpan? Outage = null);

/// <param name="Fault">Null if every input has its output, exactly once where that is promised; else what is wrong.</param>
internal sealed record TrialResult(TrialCase Case, TrialEnd End, string? Said, string? Fault, TimeSpan Took);

/// <summary>
/// A worker like the services': it reads, answers and commits, drops what was revoked, and joins again when its reader stops. While its
/// clients start, and again after its first commit, the mock answers one kind of request with errors.
/// </summary>
/// <remarks>
/// The mock shows the records of transactions that were aborted, which real brokers hide. So "exactly once" is judged by librdkafka's own
/// word: as many transactions were committed as the reader said it committed, none behind its back.
/// </remarks>
internal sealed class KafkaErrorTrial : IAsyncDisposable
{
    private const int Texts = 4;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90); // a call that librdkafka loses costs 15 s, and another 15 to abort

    private readonly MockKafka _kafka;
    private readonly TrialCase _case;
    private readonly string _name = Guid.NewGuid().ToString("N")[..8];
    private readonly HashSet<string> _committed = [];
    private readonly TransactionCounter _transactions = new();
    private IEventLog? _log;
    private int _commits;
    private TrialEnd _end;
    private string? _said;
    private bool _again;
    private bool _left;

    public KafkaErrorTrial(MockKafka kafka, TrialCase trial) => (_kafka, _case) = (kafka, trial);

    public string Doing { get; private set; } = "start";

    private string Inputs => $"in-{_name}";
    private string Outputs => $"out-{_name}";

    public static KafkaEventLog Open(
        MockKafka kafka,
        string delivery,
        ILogger<KafkaEventLog>? logger = null,
        int queryTimeoutMs = 2_000) => new(
        new(new Dictionary<string, string>
        {
            ["BootstrapServers"] = kafka.BootstrapServers,
            ["Delivery"] = delivery,
            ["CreateTopics"] = "false",
            ["QueryTimeoutMs"] = $"{queryTimeoutMs}",
            ["fetch.wait.max.ms"] = "5",
            ["fetch.error.backoff.ms"] = "5",
            ["session.timeout.ms"] = "1000",
            ["heartbeat.interval.ms"] = "50",
            // and 3 s more: so long librdkafka waits for the answer to a join, which the mock forgets if it comes while others sync
            ["max.poll.interval.ms"] = "10000",
            ["topic.metadata.refresh.fast.interval.ms"] = "10",
            ["topic.metadata.refresh.interval.ms"] = "500",
            ["retry.backoff.ms"] = "5",
            ["retry.backoff.max.ms"] = "50",
            ["reconnect.backoff.ms"] = "5",
            ["reconnect.backoff.max.ms"] = "50",
            ["transaction.timeout.ms"] = "4000",
            ["message.timeout.ms"] = "4000",
            ["debug"] = "eos",
        }),
        TimeProvider.System,
        logger ?? NullLogger<KafkaEventLog>.Instance);

    /// <param name="plain">A log whose requests meet no errors, to write the inputs and read the outputs.</param>
    public async Task<TrialResult> RunAsync(IEventLog plain, CancellationToken cancellation)
    {
        Doing = "feeding";
        var begun = TimeProvider.System.GetTimestamp();
        _kafka.Reset(_case.Request);
        _kafka.CreateTopic(Inputs, 1);
        _kafka.CreateTopic(Outputs, 1);
        await plain.AppendAsync([.. Enumerable.Range(0, Texts).Select(n => Record(Inputs, $"{n}"))], cancellation);
        Trouble();
        _log = Open(_kafka, _case.Delivery, _transactions); // its producer asks for its id at once
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(Longest);
        while (_committed.Count < Texts && !late.IsCancellationRequested)
            await WorkAsync(late.Token);
        var (asked, last) = (_kafka.Asked(_case.Request), Doing);
        Doing = "checking";
        _kafka.Reset(_case.Request);
        return new(
            _case,
            _end,
            _said,
            asked == 0 ? "it was never asked" : await FaultAsync(plain, last, cancellation),
            TimeProvider.System.GetElapsedTime(begun));
    }

    public ValueTask DisposeAsync()
    {
        Doing = "closing";
        return _log?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        try
        {
            Doing = "joining";
            await using var reader = await _log!.JoinAsync($"group-{_name}", [Inputs], cancellation);
            while (_committed.Count < Texts)
            {
                await AnswerAsync(reader, cancellation);
                if (_committed.Count == 1 && !_again)
                    await InjectAgainAsync(cancellation);
                if (_committed.Count == 2 && !_left)
                {
                    _left = true;
                    Doing = "leaving";
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is LogUnavailableException or KafkaException)
        {
            Note(TrialEnd.JoinsAnew, e);
        }
    }

    private async Task AnswerAsync(IGroupReader reader, CancellationToken cancellation)
    {
        Doing = "reading";
        var batch = await reader.ReadAsync(1, cancellation);
        Doing = "committing";
        var text = Encoding.UTF8.GetString(batch.Records[0].Value!);
        try
        {
            // The mock forgets the offsets of transactions, so after a step back there comes what is committed already.
            await reader.CommitAsync(batch, _committed.Contains(text) ? [] : [Record(Outputs, text)], cancellation);
            _committed.Add(text);
            _commits++;
        }
        catch (BatchRevokedException e)
        {
            Note(TrialEnd.ReadAgain, e);
        }
    }

    private void Trouble()
    {
        if (_case.Outage is not { } outage)
        {
            _kafka.Inject(_case.Request, _case.Error, _case.Error);
            return;
        }
        _kafka.GoDown();
        _ = Task.Delay(outage).ContinueWith(_ => _kafka.ComeUp(), TaskScheduler.Default);
    }

    private async Task InjectAgainAsync(CancellationToken cancellation)
    {
        _again = true;
        var before = _kafka.Asked(_case.Request);
        Trouble();
        Doing = "waiting for a heartbeat";
        for (var left = 100; left > 0 && _case.Request == MockRequest.Heartbeat && _kafka.Asked(_case.Request) == before; left--)
            await Task.Delay(10, cancellation); // no longer: a member that has been put out sends none until it reads again
    }

    private void Note(TrialEnd end, Exception e)
    {
        if (end < _end || (end == _end && _said is not null))
            return;
        (_end, _said) = (end, e.Message);
    }

    private async Task<string?> FaultAsync(IEventLog plain, string last, CancellationToken cancellation)
    {
        var outputs = await plain.ReadToEndAsync(Outputs, null, cancellation).Select(static r => Encoding.UTF8.GetString(r.Value!))
            .ToListAsync(cancellation);
        var texts = Enumerable.Range(0, Texts).Select(static n => $"{n}").ToList();
        // it says that the record stands, which the mock does not make true
        var missing = _case.Error == ErrorCode.DuplicateSequenceNumber ? [] : texts.Except(outputs).ToList();
        if (_committed.Count < Texts)
            return $"after {Longest.TotalSeconds} s only {_committed.Count} of {Texts} were committed; {last}; last said: {_said}";
        if (missing.Count > 0)
            return $"missing: {string.Join(", ", missing)}";
        return _case.Delivery == KafkaSettings.ExactlyOnce && _transactions.Committed != _commits
            ? $"{_transactions.Committed} transactions were committed, the reader said {_commits}" : null;
    }

    private static NewRecord Record(string topic, string text)
        => new(topic, null, Encoding.UTF8.GetBytes(text), DateTimeOffset.UnixEpoch) { Partition = 0 };

    /// <summary>Counts the transactions that librdkafka reports as committed, also those it commits in the background.</summary>
    private sealed class TransactionCounter : ILogger<KafkaEventLog>
    {
        private int _committed;

        public int Committed => Volatile.Read(ref _committed);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains("Transaction successfully committed", StringComparison.Ordinal))
                Interlocked.Increment(ref _committed);
        }
    }
}
