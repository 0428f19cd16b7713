using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Cli.Replay;
using StreamBert.Contracts;
using StreamBert.Gateway.Ledger;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Tests.Streaming.Privacy;

namespace StreamBert.Tests.Cli.Replay;

/// <summary>Replays into a real embedded log, in which every text counts as classified at once.</summary>
public sealed class ReplayerTests : IAsyncLifetime
{
    private const int Rows = 1_000;
    private static readonly PipelineOptions Pipeline = DefaultPipelines.FinancialNews;
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-replay-").FullName;
    private EmbeddedEventLog _log = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _log = EmbeddedEventLog.Open(new() { Directory = Path.Combine(_directory, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);
        await _log.CreateTopicsAsync([new(Pipeline.Inputs[0], 4), new(Topics.ReplayState, 1)], Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Every_row_is_fed_once_with_an_id_of_its_own()
    {
        var figures = await RunAsync(File("a.csv", Csv(Rows)));

        var texts = await TextsAsync();
        Assert.Equal(new RunFigures(Rows, Rows, 0, 0), figures);
        Assert.Equal(Enumerable.Range(1, Rows).Select(static row => $"text {row}").Order(), texts.Select(static text => text.Text).Order());
        Assert.Distinct(texts.Select(static text => text.Id));
    }

    [Fact]
    public async Task After_a_break_at_any_step_the_same_replay_goes_on_with_the_right_row()
    {
        for (var broken = 0; broken < 3; broken++)
            await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(File("a.csv", Csv(Rows)), new BreakingLog(_log, appends: 2)));
        await RunAsync(File("a.csv", Csv(Rows)));

        var ids = (await TextsAsync()).Select(static text => text.Id).ToList();
        Assert.Equal(Rows, ids.Count);
        Assert.Distinct(ids);
    }

    [Fact]
    public async Task A_run_whose_end_was_fed_but_not_told_is_told_and_not_fed_again()
    {
        var file = File("a.csv", Csv(3));
        await Replayer(file, _log).RunAsync(Cancellation); // killed before it was closed

        Assert.Equal(new RunFigures(3, 3, 0, 0), await RunAsync(file));
        Assert.Equal(3, (await TextsAsync()).Count);
    }

    [Fact]
    public async Task The_same_file_again_is_a_new_run_with_figures_and_ids_of_its_own()
    {
        var file = File("a.csv", Csv(3));
        await RunAsync(file);

        Assert.Equal(new RunFigures(3, 3, 0, 0), await RunAsync(file));
        Assert.Distinct((await TextsAsync()).Select(static text => text.Id));
    }

    [Fact]
    public async Task Another_content_under_the_same_name_is_another_replay()
    {
        await RunAsync(File("a.csv", Csv(3)));

        Assert.Equal(4, (await RunAsync(File("a.csv", Csv(4)))).In);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_goes_in_as_it_is()
    {
        var file = File("a.csv", [.. "text\nfine\n"u8, 0xFF, 0xFE, .. "\nfine too\n"u8]);

        var figures = await RunAsync(file);

        Assert.Equal(3, figures.In);
        var bad = Assert.Single(await RecordsAsync(), static record => record.Value![0] == 0xFF);
        Assert.Equal([0xFF, 0xFE], bad.Value!);
        Assert.Equal("a.csv:2", Encoding.UTF8.GetString(bad.Headers[RowText.RowHeader]));
    }

    [Fact]
    public async Task Time_id_and_further_columns_are_taken_over_within_bounds()
    {
        var file = File("a.csv", $"text,when,key,region,note\nhello,2020-02-03T04:05:06Z,k1,north,{new string('n', 300)}\n");

        await RunAsync(file, time: "when", id: "key");

        var text = Assert.Single(await TextsAsync());
        Assert.Equal(("k1", new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.Zero)), (text.Id, text.OccurredAt));
        Assert.Equal(["note", "region"], text.Attributes.Keys.Order());
        Assert.Equal(256, text.Attributes["note"].Length);
    }

    [Theory]
    [InlineData("2020-02-03T04:05:06Z")]
    [InlineData("1580702706")]
    [InlineData("1580702706000")]
    [InlineData("2020-02-03 05:05:06+01:00")]
    public void Times_are_understood(string value) =>
        Assert.Equal(new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.Zero), RowText.ParseTime(value));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("-5")]
    [InlineData("NaN")]
    public void What_is_no_time_is_none(string value) => Assert.Null(RowText.ParseTime(value));

    [Fact]
    public void An_unknown_pipeline_or_column_is_refused_with_what_there_is()
    {
        var file = File("a.csv", "text,label\nx,1\n");
        var catalog = new PipelineCatalog(DefaultPipelines.All);

        string Refusal(ReplayRequest request) => Assert.Throws<CliException>(() => ReplayOptions.Check(request, catalog)).Message;

        Assert.Contains("financial-news", Refusal(Request(file) with { Pipeline = "none" }), StringComparison.Ordinal);
        Assert.Contains("text, label", Refusal(Request(file) with { Time = "when" }), StringComparison.Ordinal);
    }

    private async Task<RunFigures> RunAsync(RowFile file, IEventLog? log = null, string? time = null, string? id = null)
    {
        var replayer = Replayer(file, log ?? _log, time, id);
        var figures = await replayer.RunAsync(Cancellation);
        await replayer.CloseAsync(Cancellation);
        return figures;
    }

    private Replayer Replayer(RowFile file, IEventLog log, string? time = null, string? id = null) => new(
        log, new RunLedger(log, ReadAsync, TimeProvider.System),
        ReplayOptions.Check(Request(file) with { Time = time, Id = id }, new(DefaultPipelines.All)),
        new(new(DefaultPipelines.All)), TestKeys.NoVault, TimeProvider.System);

    private static ReplayRequest Request(RowFile file) => new(file, Pipeline.Name, null, null, null, Rate: null, Loop: false, Once: true);

    private async Task<LedgerView> ReadAsync(CancellationToken cancellation)
    {
        var texts = (await _log.DescribeAsync([Pipeline.Inputs[0]], cancellation)).Sum(static partition => partition.End);
        var line = new LedgerLine(Pipeline.Inputs[0], Pipeline.Name, texts, texts, 0, 0);
        return new(DateTimeOffset.UnixEpoch, line, [line], [], 0);
    }

    private async Task<List<LogRecord>> RecordsAsync() => await _log.ReadToEndAsync(Pipeline.Inputs[0], null, Cancellation).ToListAsync(Cancellation);

    private async Task<List<TextReceived>> TextsAsync() => [.. (await RecordsAsync()).Select(static record => Wire.Deserialize<TextReceived>(record.Value))];

    private RowFile File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    private RowFile File(string name, byte[] content)
    {
        var path = Path.Combine(_directory, name);
        System.IO.File.WriteAllBytes(path, content);
        return RowFile.Open(path, plainToo: false);
    }

    private static string Csv(int rows) => "text\n" + string.Concat(Enumerable.Range(1, rows).Select(static row => $"text {row}\n"));

    /// <summary>A real log whose user dies after a number of appends.</summary>
    private sealed class BreakingLog(IEventLog log, int appends) : IEventLog
    {
        private int _left = appends;

        public bool LeavesMarks => log.LeavesMarks;

        public Task<IReadOnlyList<LogPosition>> AppendAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation, bool whole = false) =>
            _left-- > 0 ? log.AppendAsync(records, cancellation, whole) : throw new OperationCanceledException("killed");

        public Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation) => log.CreateTopicsAsync(topics, cancellation);

        public Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation) =>
            log.DescribeAsync(topics, cancellation);

        public Task<IGroupReader> JoinAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool alone = false) =>
            log.JoinAsync(group, topics, cancellation, alone);

        public IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation) =>
            log.TailAsync(topic, from, cancellation);

        public IAsyncEnumerable<LogRecord> ReadToEndAsync(string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation, bool settled = false) =>
            log.ReadToEndAsync(topic, from, cancellation, settled);

        public Task<LogRecord?> FetchAsync(LogPosition position, CancellationToken cancellation) => log.FetchAsync(position, cancellation);

        public Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation) => log.FetchLastAsync(topic, partition, cancellation);

        public Task<IReadOnlyList<PartitionLag>> LagAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation) =>
            log.LagAsync(group, topics, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
