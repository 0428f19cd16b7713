using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Ledger;

/// <summary>Keeps the <see cref="LedgerBook"/>: opens it at its last checkpoint, follows the outputs, and writes a checkpoint once in a while and at the end.</summary>
internal sealed class LedgerKeeper(IEventLog log, LedgerBook book, PipelineCatalog pipelines, Supervisor supervisor, TimeProvider time, ILogger<LedgerKeeper> logger) : BackgroundService
{
    private const string Name = "The ledger";
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(30);
    private LedgerPage _saved = LedgerPage.Empty;

    /// <summary>The topics that are counted.</summary>
    public static IReadOnlyList<string> Outputs { get; } = [Topics.Predictions, Topics.DeadLetter];

    /// <summary>The topics whose records are counted against them.</summary>
    public static IEnumerable<string> Inputs(PipelineCatalog pipelines) =>
        pipelines.All.SelectMany(static pipeline => pipeline.Inputs).Append(Topics.Interactive).Append(Topics.Explain).Distinct();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await supervisor.RunOnceAsync(Name, OpenAsync, stoppingToken);
            await Task.WhenAll(Outputs
                .Select(topic => supervisor.RunAsync(Name, (progressed, cancellation) => FollowAsync(topic, progressed, cancellation), stoppingToken))
                .Concat((log.LeavesMarks ? Inputs(pipelines) : []).Select(topic => supervisor.RunAsync(Name, (progressed, cancellation) => PassAsync(topic, progressed, cancellation), stoppingToken)))
                .Append(SaveEverySoOftenAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before the log answered.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySaveAsync(cancellationToken);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var last = await log.FetchLastAsync(Topics.LedgerState, 0, cancellation);
        _saved = last?.Value is { } value ? JsonSerializer.Deserialize(value, LedgerContext.Default.LedgerPage) ?? LedgerPage.Empty : LedgerPage.Empty;
        var inputs = await log.DescribeAsync([.. Inputs(pipelines)], cancellation);
        book.Open(_saved, await log.DescribeAsync(Outputs, cancellation));
        book.Know(inputs);
    }

    private async Task FollowAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        var positions = book.Positions(await log.DescribeAsync([topic], cancellation));
        await foreach (var records in log.TailAsync(topic, positions, cancellation))
        {
            book.Enter(records);
            progressed();
        }
    }

    /// <summary>Reads the texts once more, only to see which offsets hold one: marks of transactions are told by nothing else.</summary>
    private async Task PassAsync(string topic, Action progressed, CancellationToken cancellation)
    {
        await foreach (var records in log.TailAsync(topic, await ResumeAsync(topic, cancellation), cancellation))
        {
            if (book.Leaps(records))
                await ResumeAsync(topic, cancellation); // is there a partition more, or has retention removed what was not read yet?
            book.Pass(records);
            progressed();
        }
    }

    private async Task<IReadOnlyDictionary<int, long>> ResumeAsync(string topic, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([topic], cancellation);
        return partitions.Count > 0 ? book.Resume(partitions) : throw new LogUnavailableException($"{topic} is not there.");
    }

    private async Task SaveEverySoOftenAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CheckpointInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
            await TrySaveAsync(cancellation);
    }

    /// <summary>A checkpoint that fails is made up for by the next one, or by counting from the one before.</summary>
    private async Task TrySaveAsync(CancellationToken cancellation)
    {
        if (book.Read() is not { } page || page.Positions.Values.Sum() == _saved.Positions.Values.Sum())
            return;
        try
        {
            await log.AppendAsync([new(Topics.LedgerState, null, book.Save(), time.GetUtcNow()) { Partition = 0 }], cancellation);
            _saved = page;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogWarning("The ledger's checkpoint is not stored; the next one is due in {Seconds} s: {Reason}", CheckpointInterval.TotalSeconds, failure.Message);
        }
    }
}
