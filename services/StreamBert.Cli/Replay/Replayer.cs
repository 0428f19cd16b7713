using StreamBert.Cli.Errors;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Output;
using StreamBert.Cli.Replay.Checking;
using StreamBert.Cli.Replay.Progress;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Replay.Rows;
using StreamBert.Cli.Replay.Sorting;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Replay;

/// <summary>
/// Replays a file into a pipeline, run by run. Texts and progress are appended atomically, so that after a kill the same command resumes at
/// the right row and no text is appended twice.
/// </summary>
/// <param name="sortDirectory">The directory for temporary files of a sort that exceeds memory.</param>
/// <param name="notify">Receives findings for the user, as sentences.</param>
internal sealed class Replayer(
    IEventLog log,
    RunLedger ledger,
    ReplayOptions options,
    PrivacyFilter guard,
    SubjectVault vault,
    TimeProvider time,
    string sortDirectory,
    Action<string> notify)
{
    private const int MaxBatchRows = 200;
    private const int MaxBatchBytes = 1024 * 1024;

    /// <summary>
    /// The most unclassified rows in the log at the rate <c>max</c>, so that a long file is not copied into the log ahead of its
    /// classification.
    /// </summary>
    private const int MaxBacklog = 10_000;

    private readonly string _hash = options.File.ComputeHash();
    private readonly Dictionary<string, string> _fingerprint = options.Fingerprint.ToDictionary(
        static option => option.Key, option => guard.RedactText(options.Pipeline.Name, option.Value));

    private RowOrder? _order;

    /// <summary>The progress of the current run; null before it has begun.</summary>
    public ReplayProgress? Progress { get; private set; }

    public ReplayActivity Activity { get; private set; } = new("waiting for earlier texts", 0);

    /// <summary>Resumes the interrupted run or begins a new one, and runs it to the end.</summary>
    /// <returns>The figures of the run, once none of its texts is in flight and all are visible to readers.</returns>
    /// <exception cref="CliException">The interrupted run had other options, or the file cannot be read to its end.</exception>
    public async Task<RunFigures> RunAsync(CancellationToken cancellation)
    {
        var earlier = await ReplayProgress.FindAsync(log, _hash, cancellation);
        var last = earlier.FirstOrDefault(replay => replay.Pipeline == options.Pipeline.Name);
        var restarts = options.Restart && Progress is null;
        await ResolveInterruptedAsync(earlier.Where(static replay => replay.IsInterrupted), restarts, cancellation);
        Progress = last is { IsInterrupted: true } && !restarts ? last : await BeginRunAsync(last?.Run + 1 ?? 1, cancellation);
        if (Progress.Stage == ReplayStage.Appending)
            await AppendRowsAsync(cancellation);
        Activity = new("waiting for the last texts", 1);
        return await ledger.WaitForCompletionAsync(options.Pipeline, Progress.Baseline, Progress.Row, cancellation);
    }

    /// <summary>Returns notices about late texts and clock skew of the pipeline.</summary>
    public async Task<IEnumerable<string>> GetEventTimeNoticesAsync(CancellationToken cancellation) =>
        await ledger.FindEventTimeAsync(options.Pipeline, cancellation) is { } eventTime ? EventTimeNotices.For(eventTime) : [];

    /// <summary>Completes the run, so that the same file is replayed as a new run next time.</summary>
    public Task CompleteAsync(CancellationToken cancellation) =>
        AppendAsync([], Progress! with { Stage = ReplayStage.Completed }, cancellation);

    private async Task ResolveInterruptedAsync(IEnumerable<ReplayProgress> interrupted, bool restarts, CancellationToken cancellation)
    {
        var resumption = new ReplayResumption(options, _fingerprint);
        foreach (var replay in interrupted)
        {
            if (!restarts)
            {
                resumption.RequireSameOptions(replay);
                continue;
            }
            await log.AppendAsync([(replay with { Stage = ReplayStage.Abandoned }).ToRecord(time.GetUtcNow())], cancellation);
            notify(
                $"The interrupted replay of '{replay.File}' into {replay.Pipeline} is abandoned after {replay.Row:N0} rows (--restart); "
                + "its texts stay, and the file is replayed from its first row.");
        }
    }

    private async Task<ReplayProgress> BeginRunAsync(int run, CancellationToken cancellation)
    {
        _order ??= await Task.Run(() => CheckFile(cancellation), cancellation);
        Activity = Activity with { Name = "waiting for earlier texts" };
        var begin = new ReplayProgress
        {
            File = guard.RedactText(options.Pipeline.Name, options.FileName),
            Hash = _hash,
            Pipeline = options.Pipeline.Name,
            Run = run,
            Row = 0,
            Stage = ReplayStage.Appending,
            Baseline = await ledger.WaitUntilIdleAsync(options.Pipeline, minIn: 0, cancellation),
            Options = _fingerprint,
            Order = _order.Value,
        };
        await AppendAsync([], begin, cancellation);
        return begin;
    }

    private RowOrder CheckFile(CancellationToken cancellation)
    {
        var check = FileCheck.Run(options, row => ReportActivity("checking", row), cancellation);
        foreach (var notice in check.Notices)
            notify(guard.RedactText(options.Pipeline.Name, notice));
        return check.Order;
    }

    private void ReportActivity(string name, Row row) => Activity = new(name, row.Position / (double)options.File.Length);

    private async Task AppendRowsAsync(CancellationToken cancellation)
    {
        using var sorter = new EventTimeSorter(sortDirectory);
        var isSorted = Progress!.Order == RowOrder.Time;
        if (isSorted)
            await Task.Run(() => OrderedRows.Sort(options, sorter, row => ReportActivity("sorting", row), cancellation), cancellation);
        var (records, rate) = (new RowRecordFactory(options, _hash, guard), new ReplayRate(options.Rate, time));
        var batch = new List<(string? Subject, NewRecord Record)>();
        var (bytes, read) = (0, 0L);
        foreach (var row in isSorted ? sorter.ReadSorted() : options.File.ReadRows())
        {
            if (++read <= Progress.Row)
                continue;
            var record = records.Create(row, Progress.Run, time.GetUtcNow());
            batch.Add(record);
            bytes += record.Record.Value!.Length;
            Activity = new("appending", isSorted ? read / (double)sorter.Count : row.Position / (double)options.File.Length);
            if (batch.Count < rate.GetBatchRows(MaxBatchRows) && bytes < MaxBatchBytes)
                continue;
            await AppendAsync(batch, Progress with { Row = read }, cancellation);
            await rate.WaitAsync(batch.Count, cancellation);
            if (options.Rate is null)
                await ledger.WaitForBacklogAsync(options.Pipeline, MaxBacklog, batch.Count, cancellation);
            (batch, bytes) = ([], 0);
        }
        await AppendAsync(batch, Progress with { Row = read, Stage = ReplayStage.Appended }, cancellation);
    }

    private async Task AppendAsync(
        IReadOnlyList<(string? Subject, NewRecord Record)> texts, ReplayProgress progress, CancellationToken cancellation)
    {
        var encrypted = vault.Seal([.. texts.Select(text => (options.Pipeline, text.Subject, text.Record))]);
        await log.AppendAsync([.. encrypted, progress.ToRecord(time.GetUtcNow())], cancellation, atomic: true);
        Progress = progress;
    }
}
