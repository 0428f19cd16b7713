using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;

namespace StreamBert.Cli.Replay;

/// <summary>
/// Feeds a file to a pipeline, run by run. Texts and progress go into the log in one atomic step, so that after a kill at any moment
/// the same command goes on with the right row and no text is fed twice.
/// </summary>
internal sealed class Replayer(IEventLog log, RunLedger ledger, ReplayOptions options, TextGuard guard, SubjectVault vault, TimeProvider time)
{
    private const int BatchRows = 200;
    private const int BatchBytes = 1024 * 1024;

    /// <summary>At the rate <c>max</c>: rows that may wait in the log, so that a long file is not copied into it ahead of its reading.</summary>
    private const int MaxAhead = 10_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly string _hash = options.File.ContentHash();

    /// <summary>How far the current run has come; null before it has begun.</summary>
    public ReplayProgress? Progress { get; private set; }

    /// <summary>Bytes of the file read in this run.</summary>
    public long Position { get; private set; }

    /// <summary>Goes on with the run that was broken off, or begins a new one, and feeds it to its end.</summary>
    /// <returns>The run's figures once nothing of it is in flight and the read side shows all of it.</returns>
    public async Task<RunFigures> RunAsync(CancellationToken cancellation)
    {
        var last = await ReplayProgress.FindAsync(log, $"{_hash}/{options.Pipeline.Name}", cancellation);
        Progress = last is null or { Stage: ReplayStage.Done } ? await BeginAsync(last?.Run + 1 ?? 1, cancellation) : last;
        if (Progress.Stage == ReplayStage.Feeding)
            await FeedAsync(cancellation);
        return await ledger.SettledAsync(options.Pipeline, Progress.Baseline, Progress.Row, cancellation);
    }

    /// <summary>Closes the run: the same file again will be a new one.</summary>
    public Task CloseAsync(CancellationToken cancellation) => AppendAsync([], Progress! with { Stage = ReplayStage.Done }, cancellation);

    private async Task<ReplayProgress> BeginAsync(int run, CancellationToken cancellation)
    {
        var begin = new ReplayProgress
        {
            File = options.Name,
            Hash = _hash,
            Pipeline = options.Pipeline.Name,
            Run = run,
            Row = 0,
            Stage = ReplayStage.Feeding,
            Baseline = await ledger.RestingAsync(options.Pipeline, atLeast: 0, cancellation),
        };
        await AppendAsync([], begin, cancellation);
        return begin;
    }

    private async Task FeedAsync(CancellationToken cancellation)
    {
        var rows = new RowText(options, _hash, guard);
        var pace = new Pace(options.Rate, time);
        var batch = new List<(string? Subject, NewRecord Record)>();
        var bytes = 0;
        foreach (var row in options.File.Rows().SkipWhile(row => row.Number <= Progress!.Row))
        {
            var record = rows.Record(row, Progress!.Run, time.GetUtcNow());
            batch.Add(record);
            bytes += record.Record.Value!.Length;
            Position = row.Position;
            if (batch.Count < pace.BatchRows(BatchRows) && bytes < BatchBytes)
                continue;
            await AppendAsync(batch, Progress with { Row = row.Number }, cancellation);
            await pace.WaitAsync(batch.Count, cancellation);
            if (options.Rate is null)
                await ledger.NotAheadAsync(options.Pipeline, MaxAhead, batch.Count, cancellation);
            (batch, bytes) = ([], 0);
        }
        await AppendAsync(batch, Progress! with { Row = Progress.Row + batch.Count, Stage = ReplayStage.Fed }, cancellation);
    }

    private async Task AppendAsync(IReadOnlyList<(string? Subject, NewRecord Record)> texts, ReplayProgress progress, CancellationToken cancellation)
    {
        await log.AppendAsync([.. vault.Seal([.. texts.Select(text => (options.Pipeline, text.Subject, text.Record))]), progress.ToRecord(time.GetUtcNow())], cancellation, whole: true);
        Progress = progress;
    }

    /// <summary>Holds the feed to a number of rows a second, counted from its start.</summary>
    private sealed class Pace(double? rate, TimeProvider time)
    {
        private readonly long _start = time.GetTimestamp();
        private long _fed;

        /// <summary>A tick's worth of rows, within the given bound.</summary>
        public int BatchRows(int most) => rate is { } r ? (int)Math.Clamp(r * Tick.TotalSeconds, 1, most) : most;

        public async Task WaitAsync(int fed, CancellationToken cancellation)
        {
            _fed += fed;
            if (rate is not { } r)
                return;
            var ahead = TimeSpan.FromSeconds(_fed / r) - time.GetElapsedTime(_start);
            if (ahead > TimeSpan.Zero)
                await Task.Delay(ahead, time, cancellation);
        }
    }
}
