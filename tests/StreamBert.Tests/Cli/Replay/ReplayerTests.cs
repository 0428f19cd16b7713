using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Cli.Replay;
using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Cli.Replay;

/// <summary>Replays into a real embedded log, in which every text counts as classified at once.</summary>
public sealed class ReplayerTests : IAsyncLifetime
{
    private const int Rows = 1_000;
    private static readonly PipelineOptions Pipeline = DefaultPipelines.FinancialNews;
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-replay-").FullName;
    private readonly List<string> _told = [];
    private EmbeddedEventLog _log = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(_directory, "log") },
            TimeProvider.System,
            NullLogger<EmbeddedEventLog>.Instance);
        await _log.CreateTopicsAsync([new(Pipeline.Inputs[0], 4), new(Topics.ReplayState, 1), new(Topics.EventTime, 1)], Cancellation);
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
        {
            await Assert.ThrowsAsync<OperationCanceledException>(
                () => RunAsync(File("a.csv", Csv(Rows)), new BreakingLog(_log, appends: 2)));
        }

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
    public async Task A_row_that_cannot_be_read_goes_in_as_it_is_with_the_reason_in_a_header()
    {
        var file = File("a.csv", [.. "text\nfine\n"u8, 0xC3, 0x28, .. "\nfine too\n"u8]);

        var figures = await RunAsync(file);

        Assert.Equal(3, figures.In);
        var bad = Assert.Single(await RecordsAsync(), static record => record.Headers.ContainsKey(RecordHeaders.ReplayFault));
        Assert.Equal([0xC3, 0x28], bad.Value!);
        Assert.Equal("a.csv:2", Encoding.UTF8.GetString(bad.Headers[RecordHeaders.ReplayRow]));
        Assert.Equal("not-utf8", RecordParser.Parse(bad, Pipeline, new()).Rejection!.Reason);
    }

    [Theory]
    [InlineData("a.csv", "text,created\nOil,2024-01-02 03:04:05 UTC\nGold,\nZinc,NaT\nTin,2024\n", 1)]
    [InlineData("a.jsonl", "{\"text\":\"Oil\",\"created\":\"2024-01-02 03:04:05 UTC\"}\n{\"text\":\"Gold\",\"created\":null}\n{\"text\":\"Zinc\",\"created\":\"NaT\"}\n{\"text\":\"Tin\"}\n", 0)]
    public async Task A_time_that_is_missing_or_unreadable_is_a_bad_field_with_column_value_and_row(string name, string content, int header)
    {
        await RunAsync(File(name, content), time: "created");

        var parsed = (await RecordsAsync()).Select(static record => RecordParser.Parse(record, Pipeline, new())).ToList();
        Assert.Equal(
            new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Assert.Single(parsed, static one => one.Text is not null).Text!.OccurredAt);
        var faults = parsed.Select(static one => one.Rejection).OfType<Rejection>().ToList();
        Assert.All(
            faults,
            static fault => Assert.Equal(("bad-field", true), (fault.Reason, fault.Detail.Contains("'created'", StringComparison.Ordinal))));
        var zinc = Assert.Single(faults, static fault => fault.Detail.Contains("'NaT'", StringComparison.Ordinal));
        Assert.Contains(header == 1 ? "row 3 (line 4)" : "row 3", zinc.Detail, StringComparison.Ordinal);
        Assert.Contains("--time-format", zinc.Detail, StringComparison.Ordinal);
        Assert.Equal(3, faults.Count);
    }

    [Fact]
    public async Task Times_are_read_by_the_format_that_is_given()
    {
        await RunAsync(File("a.csv", "text,day\nOil,03/09/2018\n"), Request("day") with { TimeFormat = "dd/MM/yyyy" });

        Assert.Equal(new DateTimeOffset(2018, 9, 3, 0, 0, 0, TimeSpan.Zero), Assert.Single(await TextsAsync()).OccurredAt);
    }

    [Fact]
    public async Task A_text_is_read_whatever_fields_the_pipelines_own_producers_write()
    {
        var mapped = Pipeline with
        {
            Fields = new()
            {
                Id = "meta.no",
                Text = "headline",
                OccurredAt = "meta.ts",
                Attributes = new Dictionary<string, string> { ["desk"] = "meta.desk" }
            }
        };

        await RunAsync(File("a.jsonl", "{\"text\":\"Oil falls\",\"meta\":{\"desk\":\"energy\"}}\n"), Request(), pipeline: mapped);

        var text = RecordParser.Parse(Assert.Single(await RecordsAsync()), mapped, new()).Text!;
        Assert.Equal(("Oil falls", "energy"), (text.Text, text.Attributes["desk"]));
    }

    [Fact]
    public async Task Further_columns_are_attributes_within_limits_and_what_exceeds_them_is_told()
    {
        var file = File("a.csv", $"text,when,key,note,region,more\nhello,2020-02-03T04:05:06Z,k1,{new string('n', 300)},north,x\n");

        await RunAsync(file, Request("when") with { Id = "key", Limits = new(MaxCount: 2) });

        var text = Assert.Single(await TextsAsync());
        Assert.Equal(("k1", new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.Zero)), (text.Id, text.OccurredAt));
        Assert.Equal(["note", "region"], text.Attributes.Keys.Order());
        Assert.Equal(256, text.Attributes["note"].Length);
        Assert.Contains(_told, static said => said.Contains("--max-attributes", StringComparison.Ordinal)
            && said.Contains("more of 1 text", StringComparison.Ordinal));
        Assert.Contains(_told, static said => said.Contains("--max-attribute-chars", StringComparison.Ordinal)
            && said.Contains("note of 1 text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_attribute_that_a_rule_watches_is_kept_whole_whatever_the_limits()
    {
        var watching = Pipeline with { Monitor = Pipeline.Monitor with { Fairness = [new() { Attribute = "region" }] } };
        var region = new string('r', 300);

        await RunAsync(
            File("a.csv", $"text,a,b,region\nhello,1,2,{region}\n"),
            Request() with { Limits = new(MaxCount: 0) },
            pipeline: watching);

        Assert.Equal([new("region", region)], Assert.Single(await TextsAsync()).Attributes);
    }

    [Fact]
    public async Task A_file_with_the_newest_first_is_fed_in_the_order_of_time_with_the_numbers_of_its_rows()
    {
        var rows = Enumerable.Range(1, Rows)
            .Select(static row => $"text {row},{DateTimeOffset.UnixEpoch.AddYears(40).AddMinutes(-row / 2):O}\n");
        var file = File("a.csv", "text,time\n" + string.Concat(rows));

        for (var broken = 0; broken < 3; broken++)
            await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(file, Request("time"), new BreakingLog(_log, appends: 2)));
        await RunAsync(file, Request("time"));

        var fed = (await RecordsAsync()).GroupBy(static record => record.Position.Partition)
            .Select(static partition => partition.Select(static record => Wire.Deserialize<TextReceived>(record.Value)).ToList());
        Assert.All(fed, static texts => Assert.Equal(
            texts.OrderBy(static text => text.OccurredAt).ThenBy(static text => int.Parse(text.Text[5..], CultureInfo.InvariantCulture)),
            texts));
        var all = fed.SelectMany(static texts => texts).ToList();
        Assert.Equal(Rows, all.Count);
        Assert.All(all, static text => Assert.EndsWith($"-{text.Text[5..]}", text.Id, StringComparison.Ordinal));
        Assert.Contains(_told, static said => said.Contains("sorted by time", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_directory, "replay")));
    }

    [Fact]
    public async Task A_little_disorder_is_fed_in_the_order_of_the_file_and_told()
    {
        var file = File("a.csv", "text,time\none,2020-01-01T00:00:05Z\ntwo,2020-01-01T00:00:01Z\n");

        await RunAsync(file, Request("time"));

        Assert.Contains(_told, static said => said.Contains("AllowedLateness", StringComparison.Ordinal));
        Assert.Equal(["one", "two"], (await TextsAsync()).OrderBy(static text => text.Id).Select(static text => text.Text));
    }

    [Fact]
    public async Task Rows_that_share_an_id_are_all_fed_and_told()
    {
        var figures = await RunAsync(File("a.csv", "id,text\na,one\nb,two\na,three\n"), Request() with { Id = "id" });

        Assert.Equal(3, figures.In);
        Assert.Equal(["one", "three", "two"], (await TextsAsync()).Select(static text => text.Text).Order());
        Assert.Contains(
            _told,
            static said => said.Contains("'id'", StringComparison.Ordinal) && said.Contains("row 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_that_was_broken_off_goes_on_with_the_same_options_alone_or_begins_anew()
    {
        var file = File(
            "a.csv",
            Csv(Rows).Replace("text\n", "text,body\n", StringComparison.Ordinal).Replace("\ntext", "\nb,text", StringComparison.Ordinal));
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => RunAsync(file, Request() with { Text = "text" }, new BreakingLog(_log, appends: 3)));

        var columns = await Assert.ThrowsAsync<CliException>(() => RunAsync(file, Request() with { Text = "body" }));
        var pipeline = await Assert.ThrowsAsync<CliException>(
            () => RunAsync(file, Request() with { Text = "text" }, pipeline: DefaultPipelines.SupportChat));
        var anew = await RunAsync(file, Request() with { Text = "body", Restart = true });

        Assert.Contains("--text was 'text' and is 'body'", columns.Message, StringComparison.Ordinal);
        Assert.Contains("--pipeline was financial-news and is support-chat", pipeline.Message, StringComparison.Ordinal);
        Assert.All([columns, pipeline], static refused => Assert.Contains("--restart", refused.Message, StringComparison.Ordinal));
        Assert.Equal(Rows, anew.In);
        Assert.Equal(Rows, (await TextsAsync()).Count(static text => text.Text.StartsWith("text", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_breaks_off_is_refused_before_any_of_it_is_fed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression))
            gzip.Write(Encoding.UTF8.GetBytes(Csv(60_000)));

        await Assert.ThrowsAsync<CliException>(() => RunAsync(File("a.csv.gz", packed.ToArray()[..^100])));

        Assert.Empty(await RecordsAsync());
    }

    [Fact]
    public void An_unknown_pipeline_or_column_is_refused_with_what_there_is()
    {
        var file = File("a.csv", "text,label\nx,1\n");
        var catalog = new PipelineCatalog(DefaultPipelines.All);

        string Refusal(ReplayRequest request) => Assert.Throws<CliException>(() => ReplayOptions.Check(request, catalog)).Message;

        Assert.Contains("financial-news", Refusal(Request(file) with { Pipeline = "none" }), StringComparison.Ordinal);
        Assert.Contains("nothing to replay", Refusal(Request(File("b.csv", "text,label\n"))), StringComparison.Ordinal);
        Assert.Contains("text, label", Refusal(Request(file) with { Time = "when" }), StringComparison.Ordinal);
    }

    private Task<RunFigures> RunAsync(RowFile file, IEventLog? log = null, string? time = null) => RunAsync(file, Request(time), log);

    private async Task<RunFigures> RunAsync(RowFile file, ReplayRequest request, IEventLog? log = null, PipelineOptions? pipeline = null)
    {
        var replayer = Replayer(request with { File = file, Pipeline = (pipeline ?? Pipeline).Name }, log ?? _log, pipeline ?? Pipeline);
        var figures = await replayer.RunAsync(Cancellation);
        await replayer.CloseAsync(Cancellation);
        return figures;
    }

    private Replayer Replayer(RowFile file, IEventLog log) => Replayer(Request() with { File = file }, log, Pipeline);

    private Replayer Replayer(ReplayRequest request, IEventLog log, PipelineOptions pipeline)
    {
        var pipelines = new PipelineCatalog([pipeline]);
        return new(
            log,
            new RunLedger(log, ReadAsync, TimeProvider.System),
            ReplayOptions.Check(request, pipelines),
            new(pipelines, TestKeys.None),
            TestKeys.NoVault,
            TimeProvider.System,
            Path.Combine(_directory, "replay"),
            _told.Add);
    }

    private static ReplayRequest Request(string? time = null)
        => new(null!, Pipeline.Name, null, time, null, Rate: null, Loop: false, Once: true);

    private static ReplayRequest Request(RowFile file) => Request() with { File = file };

    private async Task<LedgerView> ReadAsync(CancellationToken cancellation)
    {
        var texts = (await _log.DescribeAsync([Pipeline.Inputs[0]], cancellation)).Sum(static partition => partition.End);
        var line = new LedgerLine(Pipeline.Inputs[0], Pipeline.Name, texts, texts, 0, 0);
        return new(DateTimeOffset.UnixEpoch, line, [line], [], 0);
    }

    private async Task<List<LogRecord>> RecordsAsync()
        => await _log.ReadToEndAsync(Pipeline.Inputs[0], null, Cancellation).ToListAsync(Cancellation);

    private async Task<List<TextReceived>> TextsAsync()
        => [.. (await RecordsAsync()).Select(static record => Wire.Deserialize<TextReceived>(record.Value))];

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

        public bool HasTransactionMarkers => log.HasTransactionMarkers;
        public Exception? WriteFailure => null;

        public Task<IReadOnlyList<RecordPosition>> AppendAsync(
            IReadOnlyList<NewRecord> records,
            CancellationToken cancellation,
            bool atomic = false) =>
            _left-- > 0 ? log.AppendAsync(records, cancellation, atomic) : throw new OperationCanceledException("killed");

        public Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation)
            => log.CreateTopicsAsync(topics, cancellation);

        public Task<IReadOnlyList<PartitionInfo>> DescribeAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellation) =>
            log.DescribeAsync(topics, cancellation);

        public Task<IGroupReader> JoinAsync(
            string group,
            IReadOnlyCollection<string> topics,
            CancellationToken cancellation,
            bool exclusive = false) =>
            log.JoinAsync(group, topics, cancellation, exclusive);

        public IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
            string topic,
            IReadOnlyDictionary<int, long>? from,
            CancellationToken cancellation) =>
            log.TailAsync(topic, from, cancellation);

        public IAsyncEnumerable<LogRecord> ReadToEndAsync(
            string topic,
            IReadOnlyDictionary<int, long>? from,
            CancellationToken cancellation,
            bool awaitOpenTransactions = false) =>
            log.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions);

        public Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation) => log.FetchAsync(position, cancellation);

        public Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation)
            => log.FetchLastAsync(topic, partition, cancellation);

        public Task<IReadOnlyList<PartitionLag>> LagAsync(string group, IReadOnlyCollection<string> topics, CancellationToken cancellation)
            =>
            log.LagAsync(group, topics, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
