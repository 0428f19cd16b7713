using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Tests.Streaming.Log.Kafka;

/// <summary>
/// Injects the errors of Kafka's protocol into the answers to every request of the log: nothing is lost, and with transactions nothing is
/// duplicated. It tests a part of them by default; all of them, and the table of <c>docs/survive-failures.md</c> as a file beside the
/// tests, with <c>STREAMBERT_FULL=1</c>; all of one request with the request's name.
/// </summary>
public sealed class KafkaErrorTests(ITestOutputHelper output)
{
    private const int Spread = 60;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    /// <summary>The errors with special handling in clients.</summary>
    private static readonly ErrorCode[] Special =
    [
        ErrorCode.Local_Transport, ErrorCode.OffsetOutOfRange, ErrorCode.NotCoordinatorForGroup, ErrorCode.IllegalGeneration,
        ErrorCode.UnknownMemberId, ErrorCode.RebalanceInProgress, ErrorCode.FencedInstanceId, ErrorCode.OutOfOrderSequenceNumber,
        ErrorCode.ProducerFenced, ErrorCode.TopicAuthorizationFailed,
    ];

    /// <summary>Further errors that caused failures before.</summary>
    private static readonly (MockRequest, ErrorCode)[] OnceLost = [(MockRequest.InitProducerId, ErrorCode.InvalidTransactionTimeout)];

    private static readonly MockRequest[] OfTransactions =
        [MockRequest.AddPartitionsToTxn, MockRequest.AddOffsetsToTxn, MockRequest.EndTxn, MockRequest.TxnOffsetCommit];

    private static readonly string? Full = Environment.GetEnvironmentVariable("STREAMBERT_FULL");

    /// <summary>Trials at once; beside the other tests there is little room.</summary>
    private static readonly int Side = Full is null ? 8 : 24;

    /// <summary>All that a broker may answer, and a connection that it closes.</summary>
    private static readonly ErrorCode[] Errors =
        [ErrorCode.Local_Transport, ErrorCode.Unknown, .. Enum.GetValues<ErrorCode>().Where(static code => code > 0).Distinct()];

    [Theory]
    [InlineData(KafkaSettings.ExactlyOnce)]
    [InlineData(KafkaSettings.AtLeastOnce)]
    public async Task No_error_loses_or_duplicates_anything(string delivery)
    {
        var cases = new ConcurrentQueue<TrialCase>(Cases(delivery));
        var results = new ConcurrentBag<TrialResult>();
        await Task.WhenAll(Enumerable.Range(0, Side).Select(_ => Task.Run(() => TryAsync(cases, results))));

        foreach (var result in results.OrderBy(static r => r.Case.Request).ThenBy(static r => r.End).ThenBy(static r => r.Case.Error))
        {
            output.WriteLine(
                $"{result.Case.Request}\t{result.Case.Error}\t{result.End}\t{result.Took.TotalSeconds:0.00}\t"
                + $"{result.Fault}\t{result.Said}");
        }

        if (Full == "1")
        {
            await File.WriteAllTextAsync(
                Path.Combine(AppContext.BaseDirectory, $"kafka-errors-{delivery}.md"),
                Table(results),
                TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(results, static result => result.Fault is not null);
    }

    private static IEnumerable<TrialCase> Cases(string delivery) =>
        from request in Enum.GetValues<MockRequest>()
            .Except(delivery == KafkaSettings.AtLeastOnce ? OfTransactions : [MockRequest.OffsetCommit])
        from error in Errors.Index()
        where Full == "1" || Full == $"{request}" || Special.Contains(error.Item) || OnceLost.Contains((request, error.Item))
            || (error.Index + (int)request) % Spread == 0
        select new TrialCase(delivery, request, error.Item);

    private static async Task TryAsync(ConcurrentQueue<TrialCase> cases, ConcurrentBag<TrialResult> results)
    {
        using var kafka = new MockKafka();
        await using var plain = KafkaErrorTrial.Open(kafka, KafkaSettings.AtLeastOnce);
        while (cases.TryDequeue(out var next))
        {
            results.Add(await OneAsync(kafka, plain, next));
        }
    }

    private static async Task<TrialResult> OneAsync(MockKafka kafka, KafkaEventLog plain, TrialCase next)
    {
        var trial = new KafkaErrorTrial(kafka, next);
        try
        {
            return await RunAsync().WaitAsync(Longest, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            return new(next, TrialEnd.JoinsAnew, null, $"it hangs: {trial.Doing}", Longest);
        }

        async Task<TrialResult> RunAsync()
        {
            await using var over = trial;
            return await trial.RunAsync(plain, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A line for each request: how many errors end which way; the rarer ones by name.</summary>
    private static string Table(IReadOnlyCollection<TrialResult> results)
    {
        var table = new StringBuilder("| request | continues | batch is read again | reader rejoins |\n|---|---|---|---|\n");
        foreach (var request in results.GroupBy(static r => r.Case.Request).OrderBy(static g => g.Key))
        {
            var cells = Enum.GetValues<TrialEnd>()
                .Select(end => Cell([.. request.Where(r => r.End == end).Select(static r => r.Case.Error).Order()], request.Count()));
            table.AppendLine(null, $"| {request.Key} | {string.Join(" | ", cells)} |");
        }
        return table.ToString();
    }

    private static string Cell(IReadOnlyList<ErrorCode> errors, int all) => errors.Count switch
    {
        0 => "–",
        _ when errors.Count * 2 > all => $"{errors.Count}",
        _ => $"{errors.Count}: {string.Join(", ", errors.Select(NameOf))}",
    };

    private static string NameOf(ErrorCode error) => error == ErrorCode.Local_Transport ? "connection closed" : error.ToString();
}
