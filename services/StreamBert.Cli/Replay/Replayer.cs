using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Replay;

/// <summary>
/// Feeds a file to a pipeline, run by run. Texts and progress go into the log in one atomic step, so that after a kill at any moment
/// the same command goes on with the right row and no text is fed twice.
/// </summary>
/// <param name="directory">Where a file that must be sorted and does not fit into memory is sorted.</param>
/// <param name="tell">Told what a person should know of the file, in sentences.</param>
internal sealed class Replayer(
    IEventLog log, RunLedger ledger, ReplayOptions options, PrivacyFilter guard, SubjectVault vault, TimeProvider time, string directory, Action<string> tell)
{
    private const int BatchRows = 200;
    private const int BatchBytes = 1024 * 1024;

    /// <summary>
    /// At the rate <c>max</c>: rows that may wait in the log, so that a long file is not copied into it ahead of its reading.
    /// </summary>
    private const int MaxAhead = 10_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly string _hash = options.File.ContentHash();

    /// <summary>As it is stored: names of files and columns may hold personal data.</summary>
    private readonly Dictionary<string, string> _fingerprint = options.Fingerprint
        .ToDictionary(static option => option.Key, option => guard.RedactText(options.Pipeline.Name, option.Value));
    private RowOrder? _order;

    /// <summary>How far the current run has come; null before it has begun.</summary>
    public ReplayProgress? Progress { get; private set; }

    /// <summary>What is being done, such as <c>checking</c>.</summary>
    public string Activity { get; private set; } = "waiting for earlier texts";

    /// <summary>The share of that which is done, 0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>Goes on with the run that was broken off, or begins a new one, and feeds it to its end.</summary>
    /// <returns>The run's figures once nothing of it is in flight and the read side shows all of it.</returns>
    /// <exception cref="CliException">The run that was broken off had other options, or the file cannot be read to its end.</exception>
    public async Task<RunFigures> RunAsync(CancellationToken cancellation)
    {
        var earlier = await ReplayProgress.FindAsync(log, _hash, cancellation);
        var last = earlier.FirstOrDefault(replay => replay.Pipeline == options.Pipeline.Name);
        var brokenOff = earlier.Where(static replay => replay.IsBrokenOff).ToList();
        if (options.Restart && Progress is null)
            await AbandonAsync(brokenOff, cancellation);
        else
            brokenOff.ForEach(RequireSame);
        Progress = last is { IsBrokenOff: true } && !(options.Restart && Progress is null)
            ? last
            : await BeginAsync(last?.Run + 1 ?? 1, cancellation);
        if (Progress.Stage == ReplayStage.Feeding)
            await FeedAsync(cancellation);
        (Activity, Share) = ("waiting for the last texts", 1);
        return await ledger.SettledAsync(options.Pipeline, Progress.Baseline, Progress.Row, cancellation);
    }

    /// <summary>What is to be said of the pipeline's late texts, and of clocks that are ahead.</summary>
    public async Task<IEnumerable<string>> OutOfTimeAsync(CancellationToken cancellation) =>
        await ledger.EventTimeAsync(options.Pipeline, cancellation) is { } told ? Lateness.Of(told) : [];

    /// <summary>Closes the run: the same file again will be a new one.</summary>
    public Task CloseAsync(CancellationToken cancellation) => AppendAsync([], Progress! with { Stage = ReplayStage.Done }, cancellation);

    private async Task AbandonAsync(IEnumerable<ReplayProgress> replays, CancellationToken cancellation)
    {
        foreach (var replay in replays)
        {
            await log.AppendAsync([(replay with { Stage = ReplayStage.Abandoned }).ToRecord(time.GetUtcNow())], cancellation);
            tell($"The replay of '{replay.File}' into {replay.Pipeline} that was broken off after {replay.Row:N0} rows is given up (--restart); its texts stay, and the file is replayed from its first row.");
        }
    }

    /// <exception cref="CliException">It would become other records than what was fed of it.</exception>
    private void RequireSame(ReplayProgress replay)
    {
        var differences = replay.Pipeline != options.Pipeline.Name ? [$"--pipeline was {replay.Pipeline} and is {options.Pipeline.Name}"]
            : replay.Options is not { } before ? ["it was begun by an earlier version"]
            : _fingerprint.Where(now => before.GetValueOrDefault(now.Key) != now.Value)
                .Select(now => $"{now.Key} was {Shown(before.GetValueOrDefault(now.Key))} and is {Shown(now.Value)}").ToList();
        if (differences.Count > 0)
        {
            throw new CliException($"A replay of '{options.Name}' was broken off after {replay.Row:N0} rows, and this one is another: {string.Join("; ", differences)}. "
                + "Give the same options to go on with it, or --restart to begin anew (what was fed stays).");
        }
    }

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "not given" : $"'{value}'";

    private async Task<ReplayProgress> BeginAsync(int run, CancellationToken cancellation)
    {
        _order ??= await Task.Run(() => Check(cancellation), cancellation);
        Activity = "waiting for earlier texts";
        var begin = new ReplayProgress
        {
            File = guard.RedactText(options.Pipeline.Name, options.Name),
            Hash = _hash,
            Pipeline = options.Pipeline.Name,
            Run = run,
            Row = 0,
            Stage = ReplayStage.Feeding,
            Baseline = await ledger.RestingAsync(options.Pipeline, atLeast: 0, cancellation),
            Options = _fingerprint,
            Order = _order.Value,
        };
        await AppendAsync([], begin, cancellation);
        return begin;
    }

    private RowOrder Check(CancellationToken cancellation)
    {
        var check = FileCheck.Of(options, row => See("checking", row), cancellation);
        foreach (var remark in check.Remarks)
            tell(guard.RedactText(options.Pipeline.Name, remark));
        return check.Order;
    }

    private void See(string activity, Row row) => (Activity, Share) = (activity, row.Position / (double)options.File.Length);

    private async Task FeedAsync(CancellationToken cancellation)
    {
        using var sorter = new TimeSorter(directory);
        if (Progress!.Order == RowOrder.Time)
            await Task.Run(() => Sort(sorter, cancellation), cancellation);
        var rows = new RowText(options, _hash, guard);
        var pace = new Pace(options.Rate, time);
        var batch = new List<(string? Subject, NewRecord Record)>();
        var (bytes, fed) = (0, 0L);
        foreach (var row in Progress.Order == RowOrder.Time ? sorter.Sorted() : options.File.Rows())
        {
            if (++fed <= Progress!.Row)
                continue;
            var record = rows.Record(row, Progress.Run, time.GetUtcNow());
            batch.Add(record);
            bytes += record.Record.Value!.Length;
            (Activity, Share) = ("feeding", Progress.Order == RowOrder.Time
                ? fed / (double)sorter.Count
                : row.Position / (double)options.File.Length);
            if (batch.Count < pace.BatchRows(BatchRows) && bytes < BatchBytes)
                continue;
            await AppendAsync(batch, Progress with { Row = fed }, cancellation);
            await pace.WaitAsync(batch.Count, cancellation);
            if (options.Rate is null)
                await ledger.NotAheadAsync(options.Pipeline, MaxAhead, batch.Count, cancellation);
            (batch, bytes) = ([], 0);
        }
        await AppendAsync(batch, Progress! with { Row = fed, Stage = ReplayStage.Fed }, cancellation);
    }

    /// <summary>A row without a readable time goes after the row above it.</summary>
    private void Sort(TimeSorter sorter, CancellationToken cancellation)
    {
        var (reader, last) = (new RowReader(options), DateTimeOffset.MinValue);
        foreach (var row in options.File.Rows())
        {
            cancellation.ThrowIfCancellationRequested();
            See("sorting", row);
            last = reader.Read(row).Time ?? last;
            sorter.Add(row, last);
        }
    }

    private async Task AppendAsync(
        IReadOnlyList<(string? Subject, NewRecord Record)> texts,
        ReplayProgress progress,
        CancellationToken cancellation)
    {
        await log.AppendAsync(
            [.. vault.Seal([.. texts.Select(text => (options.Pipeline, text.Subject, text.Record))]), progress.ToRecord(time.GetUtcNow())],
            cancellation,
            atomic: true);
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
