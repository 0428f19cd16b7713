using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Reading;

namespace StreamBert.Tests.Cli.Replay.Rows;

/// <summary>Tests the records that rows become.</summary>
public sealed class RowRecordFactoryTests : IAsyncLifetime
{
    private ReplayBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await ReplayBench.CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task An_unreadable_row_is_appended_unchanged_with_the_reason_in_a_header()
    {
        var file = _bench.WriteFile("a.csv", [.. "text\nfine\n"u8, 0xC3, 0x28, .. "\nfine too\n"u8]);

        var figures = await _bench.RunAsync(file);

        Assert.Equal(3, figures.In);
        var bad = Assert.Single(await _bench.ReadRecordsAsync(), static record => record.Headers.ContainsKey(RecordHeaders.ReplayFault));
        Assert.Equal([0xC3, 0x28], bad.Value!);
        Assert.Equal("a.csv:2", Encoding.UTF8.GetString(bad.Headers[RecordHeaders.ReplayRow]));
        Assert.Equal("not-utf8", RecordParser.Parse(bad, ReplayBench.Pipeline, new()).Rejection!.Reason);
    }

    [Theory]
    [InlineData("a.csv", "text,created\nOil,2024-01-02 03:04:05 UTC\nGold,\nZinc,NaT\nTin,2024\n", 1)]
    [InlineData("a.jsonl", "{\"text\":\"Oil\",\"created\":\"2024-01-02 03:04:05 "
        + "UTC\"}\n{\"text\":\"Gold\",\"created\":null}\n{\"text\":\"Zinc\",\"created\":\"NaT\"}\n{\"text\":\"Tin\"}\n", 0)]
    public async Task A_missing_or_unreadable_time_is_a_bad_field_with_column_value_and_row(string name, string content, int header)
    {
        await _bench.RunAsync(_bench.WriteFile(name, content), time: "created");

        var records = await _bench.ReadRecordsAsync();
        var parsed = records.ConvertAll(static record => RecordParser.Parse(record, ReplayBench.Pipeline, new()));
        Assert.Equal(
            new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Assert.Single(parsed, static one => one.Text is not null).Text!.OccurredAt);
        var faults = parsed.Select(static one => one.Rejection).OfType<Rejection>().ToList();
        Assert.All(
            faults,
            static fault =>
                Assert.Equal(("bad-field", true), (fault.Reason, fault.Detail.Contains("'created'", StringComparison.Ordinal))));
        var zinc = Assert.Single(faults, static fault => fault.Detail.Contains("'NaT'", StringComparison.Ordinal));
        Assert.Contains(header == 1 ? "row 3 (line 4)" : "row 3", zinc.Detail, StringComparison.Ordinal);
        Assert.Contains("--time-format", zinc.Detail, StringComparison.Ordinal);
        Assert.Equal(3, faults.Count);
    }

    [Fact]
    public async Task Times_are_read_in_the_given_format()
    {
        var file = _bench.WriteFile("a.csv", "text,day\nOil,03/09/2018\n");

        await _bench.RunAsync(file, ReplayBench.Request("day") with { TimeFormat = "dd/MM/yyyy" });

        Assert.Equal(new DateTimeOffset(2018, 9, 3, 0, 0, 0, TimeSpan.Zero), Assert.Single(await _bench.ReadTextsAsync()).OccurredAt);
    }

    [Fact]
    public async Task A_replayed_text_is_read_independently_of_the_field_mapping_of_the_pipeline()
    {
        var mapped = ReplayBench.Pipeline with
        {
            Fields = new()
            {
                Id = "meta.no",
                Text = "headline",
                OccurredAt = "meta.ts",
                Attributes = new Dictionary<string, string> { ["desk"] = "meta.desk" }
            }
        };

        var file = _bench.WriteFile("a.jsonl", "{\"text\":\"Oil falls\",\"meta\":{\"desk\":\"energy\"}}\n");

        await _bench.RunAsync(file, ReplayBench.Request(), pipeline: mapped);

        var text = RecordParser.Parse(Assert.Single(await _bench.ReadRecordsAsync()), mapped, new()).Text!;
        Assert.Equal(("Oil falls", "energy"), (text.Text, text.Attributes["desk"]));
    }

    [Fact]
    public async Task Further_columns_become_attributes_within_limits_and_omissions_are_reported()
    {
        var note = new string('n', 300);
        var file = _bench.WriteFile(
            "a.csv", $"text,when,key,note,region,more\nhello,2020-02-03T04:05:06Z,k1,{note},north,x\n");

        await _bench.RunAsync(file, ReplayBench.Request("when") with { Id = "key", Limits = new(MaxCount: 2) });

        var text = Assert.Single(await _bench.ReadTextsAsync());
        Assert.Equal(("k1", new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.Zero)), (text.Id, text.OccurredAt));
        Assert.Equal(["note", "region"], text.Attributes.Keys.Order());
        Assert.Equal(256, text.Attributes["note"].Length);
        Assert.Contains(_bench.Notices, static notice => notice.Contains("--max-attributes", StringComparison.Ordinal)
            && notice.Contains("more of 1 text", StringComparison.Ordinal));
        Assert.Contains(_bench.Notices, static notice => notice.Contains("--max-attribute-chars", StringComparison.Ordinal)
            && notice.Contains("note of 1 text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_monitored_attribute_is_kept_unchanged_regardless_of_the_limits()
    {
        var monitor = ReplayBench.Pipeline.Monitor with { Rules = new() { Fairness = [new() { Attribute = "region" }] } };
        var watching = ReplayBench.Pipeline with { Monitor = monitor };
        var region = new string('r', 300);

        await _bench.RunAsync(
            _bench.WriteFile("a.csv", $"text,a,b,region\nhello,1,2,{region}\n"),
            ReplayBench.Request() with { Limits = new(MaxCount: 0) },
            pipeline: watching);

        Assert.Equal([new("region", region)], Assert.Single(await _bench.ReadTextsAsync()).Attributes);
    }
}
