using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli.Files;
using StreamBert.Cli.Replay;
using StreamBert.Cli.Replay.Progress;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Streaming;

namespace StreamBert.Tests.Cli.Replay;

/// <summary>Replays files into a real embedded log, in which every text counts as classified immediately.</summary>
internal sealed class ReplayBench : IAsyncDisposable
{
    public static readonly PipelineOptions Pipeline = DefaultPipelines.FinancialNews;
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-replay-").FullName;

    private ReplayBench() => Log = EmbeddedEventLog.Open(
        new() { Directory = Path.Combine(_directory, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);

    public EmbeddedEventLog Log { get; }

    public List<string> Notices { get; } = [];

    public string SortDirectory => Path.Combine(_directory, "replay");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ReplayBench> CreateAsync()
    {
        var bench = new ReplayBench();
        TopicSpec[] topics = [new(Pipeline.Inputs[0], 4), new(Topics.ReplayState, 1), new(Topics.EventTime, 1)];
        await bench.Log.CreateTopicsAsync(topics, Cancellation);
        return bench;
    }

    /// <summary>Wraps the log so that it fails like a killed process after a number of appends.</summary>
    public IEventLog InterruptAfter(int appends)
    {
        return Stub.Decorate<IEventLog>(Log, (nameof(IEventLog.AppendAsync), Append));

        object? Append(object?[] arguments) => appends-- > 0
            ? Log.AppendAsync((IReadOnlyList<NewRecord>)arguments[0]!, (CancellationToken)arguments[1]!, (bool)arguments[2]!)
            : throw new OperationCanceledException("killed");
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public Task<RunFigures> RunAsync(RowFile file, IEventLog? log = null, string? time = null) => RunAsync(file, Request(time), log);

    public async Task<RunFigures> RunAsync(RowFile file, ReplayRequest request, IEventLog? log = null, PipelineOptions? pipeline = null)
    {
        pipeline ??= Pipeline;
        var replayer = CreateReplayer(request with { File = file, Pipeline = pipeline.Name }, log ?? Log, pipeline);
        var figures = await replayer.RunAsync(Cancellation);
        await replayer.CompleteAsync(Cancellation);
        return figures;
    }

    public Replayer CreateReplayer(RowFile file) => CreateReplayer(Request() with { File = file }, Log, Pipeline);

    private Replayer CreateReplayer(ReplayRequest request, IEventLog log, PipelineOptions pipeline)
    {
        var pipelines = new PipelineCatalog([pipeline]);
        return new(
            log,
            new RunLedger(log, ReadLedgerAsync, TimeProvider.System),
            ReplayOptions.Validate(request, pipelines),
            new(pipelines, TestKeys.None),
            TestKeys.NoVault,
            TimeProvider.System,
            SortDirectory,
            Notices.Add);
    }

    public static ReplayRequest Request(string? time = null)
        => new(null!, Pipeline.Name, null, time, null, Rate: null, Loop: false, Once: true);

    public static ReplayRequest Request(RowFile file) => Request() with { File = file };

    private async Task<LedgerView> ReadLedgerAsync(CancellationToken cancellation)
    {
        var texts = (await Log.DescribeAsync([Pipeline.Inputs[0]], cancellation)).Sum(static partition => partition.End);
        var line = new LedgerLine(Pipeline.Inputs[0], Pipeline.Name, texts, texts, 0, 0);
        return new(DateTimeOffset.UnixEpoch, line, [line], [], 0);
    }

    public async Task<List<LogRecord>> ReadRecordsAsync()
        => await Log.ReadToEndAsync(Pipeline.Inputs[0], null, Cancellation).ToListAsync(Cancellation);

    public async Task<List<TextReceived>> ReadTextsAsync()
        => [.. (await ReadRecordsAsync()).Select(static record => Wire.Deserialize<TextReceived>(record.Value))];

    public RowFile WriteFile(string name, string content) => WriteFile(name, Encoding.UTF8.GetBytes(content));

    public RowFile WriteFile(string name, byte[] content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, content);
        return RowFile.Open(path, allowPlainText: false);
    }

    public static string Csv(int rows) => "text\n" + string.Concat(Enumerable.Range(1, rows).Select(static row => $"text {row}\n"));
}
