using System.Globalization;
using System.IO.Compression;
using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;

namespace StreamBert.Tests.Cli.Replay.Checking;

/// <summary>Tests the findings about a file before it is replayed.</summary>
public sealed class FileCheckTests : IAsyncLifetime
{
    private const int Rows = 1_000;
    private ReplayBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await ReplayBench.CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_file_in_descending_order_is_replayed_in_order_of_time_with_the_row_numbers_of_the_file()
    {
        var rows = Enumerable.Range(1, Rows)
            .Select(static row => $"text {row},{DateTimeOffset.UnixEpoch.AddYears(40).AddMinutes(-row / 2):O}\n");
        var file = _bench.WriteFile("a.csv", "text,time\n" + string.Concat(rows));

        for (var interruption = 0; interruption < 3; interruption++)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(
                () => _bench.RunAsync(file, ReplayBench.Request("time"), _bench.InterruptAfter(appends: 2)));
        }

        await _bench.RunAsync(file, ReplayBench.Request("time"));

        var fed = (await _bench.ReadRecordsAsync()).GroupBy(static record => record.Position.Partition)
            .Select(static partition => partition.Select(static record => Wire.Deserialize<TextReceived>(record.Value)).ToList());
        Assert.All(fed, static texts => Assert.Equal(
            texts.OrderBy(static text => text.OccurredAt).ThenBy(static text => int.Parse(text.Text[5..], CultureInfo.InvariantCulture)),
            texts));
        var all = fed.SelectMany(static texts => texts).ToList();
        Assert.Equal(Rows, all.Count);
        Assert.All(all, static text => Assert.EndsWith($"-{text.Text[5..]}", text.Id, StringComparison.Ordinal));
        Assert.Contains(_bench.Notices, static notice => notice.Contains("sorted by time", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_bench.SortDirectory));
    }

    [Fact]
    public async Task Rows_out_of_order_within_the_allowed_lateness_are_replayed_in_file_order_with_a_notice()
    {
        var file = _bench.WriteFile("a.csv", "text,time\none,2020-01-01T00:00:05Z\ntwo,2020-01-01T00:00:01Z\n");

        await _bench.RunAsync(file, ReplayBench.Request("time"));

        Assert.Contains(_bench.Notices, static notice => notice.Contains("AllowedLateness", StringComparison.Ordinal));
        Assert.Equal(["one", "two"], (await _bench.ReadTextsAsync()).OrderBy(static text => text.Id).Select(static text => text.Text));
    }

    [Fact]
    public async Task Rows_with_a_duplicate_id_are_appended_and_reported()
    {
        var file = _bench.WriteFile("a.csv", "id,text\na,one\nb,two\na,three\n");

        var figures = await _bench.RunAsync(file, ReplayBench.Request() with { Id = "id" });

        Assert.Equal(3, figures.In);
        Assert.Equal(["one", "three", "two"], (await _bench.ReadTextsAsync()).Select(static text => text.Text).Order());
        Assert.Contains(
            _bench.Notices,
            static notice => notice.Contains("'id'", StringComparison.Ordinal) && notice.Contains("row 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_truncated_file_is_refused_before_any_row_is_appended()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression))
            gzip.Write(Encoding.UTF8.GetBytes(ReplayBench.Csv(60_000)));

        await Assert.ThrowsAsync<CliException>(() => _bench.RunAsync(_bench.WriteFile("a.csv.gz", packed.ToArray()[..^100])));

        Assert.Empty(await _bench.ReadRecordsAsync());
    }
}
